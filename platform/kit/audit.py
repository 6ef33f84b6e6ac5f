"""The hash-chained log of what people did: each line's digest covers the line and the digest before it.

Whoever edits or removes a line breaks every digest after it; the newest digest can be kept elsewhere.
"""

import hashlib
from dataclasses import dataclass

from django.db import connection, transaction
from lexicon import canonical

from kit import clock
from kit.models import AuditEntry

GENESIS = "0" * 64
# Writers of the log queue here until they commit, so numbers and digests follow one another.
_LOCK = 7_204_102


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not fit."""

    number: int
    reason: str


def record(
    act: str, *, person: str = "", account: str = "", subject: str = "", **facts: object
) -> AuditEntry:
    """Add a line, in the caller's transaction: an act that is rolled back was never logged.

    facts: text and whole numbers; no secrets, no evidence content.
    """
    # Without a savepoint (two round trips): after an error inside, the caller's whole act must fail anyway.
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        last = AuditEntry.objects.order_by("-number").first()
        entry = AuditEntry(
            number=last.number + 1 if last else 1,
            at=clock.now(),
            person=person,
            account=account,
            act=act,
            subject=subject,
            facts=canonical.encode_text(facts),
            previous=last.digest if last else GENESIS,
        )
        entry.digest = _digest(entry)
        entry.save(force_insert=True)
    return entry


def verify() -> Broken | None:
    """The first line that was edited, or that follows a removed one; None when the chain holds."""
    previous, number = GENESIS, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        if entry.number != number + 1:
            return Broken(entry.number, "a line before it is missing")
        if entry.previous != previous:
            return Broken(entry.number, "it does not continue the line before")
        if entry.digest != _digest(entry):
            return Broken(entry.number, "its content does not fit its digest")
        previous, number = entry.digest, entry.number
    return None


def _digest(entry: AuditEntry) -> str:
    text = canonical.encode_text(
        {
            "number": entry.number,
            "at": entry.at.isoformat(),
            "person": entry.person,
            "account": entry.account,
            "act": entry.act,
            "subject": entry.subject,
            "facts": entry.facts,
            "previous": entry.previous,
        }
    )
    return hashlib.sha256(text.encode()).hexdigest()
