"""Intents that are stuck on their way to the ledger: which, since when, why, what to do; and trying one now.

A read of the outbox, and one change: the time of the next attempt. What is carried how is the relay's.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from lexicon.terms import OutboxState, Remedy, Trouble

from kit.outbox import OPEN, OutboxRow, wake

# A confirmation takes a tenth of a second; what is open this long is worth a look.
STUCK_AFTER = timedelta(seconds=15)
# An expired intent is shown as long as somebody may still wonder where it is.
EXPIRED_FOR = timedelta(days=7)

REMEDIES = {
    Trouble.NOT_CARRIED: Remedy.START_RELAY,
    Trouble.BEHIND: Remedy.WAIT,
    Trouble.NOT_READ: Remedy.START_FOLLOWER,
    Trouble.EXPIRED: Remedy.SIGN_AGAIN,
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """One stuck intent, with the reason and the remedy in the lexicon's words."""

    row: OutboxRow
    trouble: Trouble
    remedy: Remedy


def stuck(*, now: datetime, account: str | None = None) -> list[Stuck]:
    """Open intents that should have been done, and expired ones, oldest first; of one account, or of all."""
    late = Q(state__in=OPEN, created_at__lte=now - STUCK_AFTER)
    expired = Q(state=OutboxState.EXPIRED, created_at__gte=now - EXPIRED_FOR)
    rows: QuerySet[OutboxRow] = OutboxRow.objects.filter(late | expired).order_by("created_at", "id")
    if account is not None:
        rows = rows.filter(account=account).exclude(account="")
    found = [row for row in rows if row.state != OutboxState.EXPIRED or not _signed_again(row)]
    heads = _first_of_subjects(found)
    return [_told(row, heads) for row in found]


def retry(row_id: uuid.UUID) -> bool:
    """Have an open intent tried now, in the caller's transaction; false for one whose story has ended."""
    changed = OutboxRow.objects.filter(pk=row_id, state__in=OPEN).update(next_at=None)
    wake()
    return bool(changed)


def _signed_again(row: OutboxRow) -> bool:
    """Whether a later intent of the same name and matter was committed: the expired one is of no use then."""
    if not row.subject:
        return False
    later = OutboxRow.objects.filter(
        subject=row.subject, name=row.name, account=row.account, created_at__gt=row.created_at
    )
    return later.filter(state=OutboxState.COMMITTED).exists()


def _first_of_subjects(rows: Iterable[OutboxRow]) -> dict[str, uuid.UUID]:
    """The oldest open row of each subject: the others wait for it."""
    subjects = {row.subject for row in rows if row.subject}
    open_rows = OutboxRow.objects.filter(subject__in=subjects, state__in=OPEN)
    ordered = open_rows.order_by(F("created_at").desc(), "-id").values_list("subject", "id")
    return dict(ordered)


def _told(row: OutboxRow, heads: dict[str, uuid.UUID]) -> Stuck:
    trouble = _trouble(row, heads)
    return Stuck(row, trouble, REMEDIES.get(trouble, Remedy.RETRY))


def _trouble(row: OutboxRow, heads: dict[str, uuid.UUID]) -> Trouble:
    if row.state == OutboxState.EXPIRED:
        return Trouble.EXPIRED
    if row.subject and heads.get(row.subject, row.id) != row.id:
        return Trouble.BEHIND
    if row.trouble:
        return Trouble(row.trouble)
    return Trouble.NOT_READ if row.state == OutboxState.SENT else Trouble.NOT_CARRIED
