"""The outbox: intents on their way to the ledger, written in the transaction of the change they belong to.

Owns the table and its states: waiting (no envelope), sent (the envelope is kept, so the same bytes can go
again), committed, refused, expired. A change names the states it comes from: a late writer changes nothing.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from lexicon import canonical
from lexicon.terms import OutboxState, Trouble

from kit import clock

CHANNEL = "outbox"
OPEN = (OutboxState.WAITING, OutboxState.SENT)
REFUSED = ("refusal", "refusal_facts")
# The nodes' words about a fault, as far as a person reads them.
TROUBLE_MAX = 600
# Names a service call's id is derived from, so that the same call is queued once.
CALLS = uuid.UUID("6a1d1f04-3c8b-4f5e-9a53-0d6f1f0c2b77")


class OutboxRow(models.Model):
    """One intent or service call. `id` is the intent's own id, so the same intent is never queued twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=40)
    account = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40, blank=True)
    intent_text = models.TextField()
    signature = models.CharField(max_length=100, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    organisation = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    tenant = models.CharField(max_length=63, blank=True)
    state = models.CharField(max_length=12, default=OutboxState.WAITING)
    envelope = models.BinaryField(null=True)
    tx_id = models.CharField(max_length=64, blank=True)
    block_number = models.BigIntegerField(null=True)
    refusal = models.CharField(max_length=60, blank=True)
    refusal_facts = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    not_after = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    # What kept it from going on at the last attempt: a word for people, and the nodes' own words.
    trouble = models.CharField(max_length=20, blank=True, default="")
    trouble_text = models.TextField(blank=True, default="")
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                name="outbox_open",
                condition=models.Q(state__in=["waiting", "sent"]),
            ),
            models.Index(fields=["tx_id"], name="outbox_by_tx"),
            models.Index(fields=["account", "-created_at"], name="outbox_by_account"),
            models.Index(fields=["subject", "-created_at"], name="outbox_by_subject"),
        ]


class IntentMalformed(ValueError):
    """A text that is no intent; `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutboxConflict(ValueError):
    """The id of this intent was used for another text."""


@dataclass(frozen=True, slots=True)
class SignedIntent:
    """What a person signed: canonical text, signature (base64url r||s), the key's fingerprint (hex)."""

    text: str
    signature: str
    fingerprint: str
    id: uuid.UUID
    name: str
    account: str
    person: str
    network: str
    not_after: datetime
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A transaction without a person; the right comes from the certificate of the named service.

    The same call is carried once. occasion: what tells two calls with the same arguments apart, where the
    second one is meant again; it is not sent.
    """

    name: str
    args: Mapping[str, Any]
    occasion: str = ""

    @property
    def text(self) -> str:
        """The one argument of the call: canonical JSON."""
        return canonical.encode_text(self.args)


INTENT_KEYS = {"account", "args", "id", "name", "network", "not_after", "person", "v"}


def read_intent(*, text: str, signature: str, fingerprint: str) -> SignedIntent:
    """The parts of a signed intent; nothing is verified but its form. Raises IntentMalformed."""
    try:
        fields = canonical.decode_object(text.encode())
        if set(fields) != INTENT_KEYS or fields["v"] != 1:
            raise IntentMalformed("fields")
        return SignedIntent(
            text=text,
            signature=signature,
            fingerprint=fingerprint,
            id=uuid.UUID(_text(fields["id"])),
            args=_mapping(fields["args"]),
            not_after=_instant(_text(fields["not_after"])),
            **{key: _text(fields[key]) for key in ("name", "account", "person", "network")},
        )
    except canonical.NotCanonical as error:
        raise IntentMalformed(error.reason) from error
    except UnicodeEncodeError as error:
        raise IntentMalformed("lone_surrogate") from error
    except ValueError as error:
        raise IntentMalformed(str(error) if isinstance(error, IntentMalformed) else "value") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise IntentMalformed("not_text")
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise IntentMalformed("args")
    return value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise IntentMalformed("not_after")
    return instant


def enqueue(
    *, intent: SignedIntent | ServiceCall, organisation: str, subject: str, tenant: str | None = None
) -> OutboxRow:
    """The row of an intent, new or already there; call it inside the caller's `transaction.atomic`.

    organisation: enterprise, auditor or regulator (whose relay carries it). subject: what it is about; rows
    of one subject go up one after the other. Raises OutboxConflict when the id was used for another text.
    """
    row = OutboxRow(
        **_columns(intent),
        organisation=organisation,
        subject=subject,
        tenant=tenant or "",
        created_at=clock.now(),
    )
    OutboxRow.objects.bulk_create([row], ignore_conflicts=True)
    kept = OutboxRow.objects.get(pk=row.id)
    if kept.intent_text != row.intent_text or kept.name != row.name:
        raise OutboxConflict(str(row.id))
    if isinstance(intent, ServiceCall) and kept.state == OutboxState.REFUSED:
        # A service asks again because its state still asks for it; a person signs anew instead.
        kept.state, kept.refusal, kept.refusal_facts, kept.next_at = OutboxState.WAITING, "", "", None
        kept.save(update_fields=["state", "refusal", "refusal_facts", "next_at"])
    wake()
    return kept


def _columns(intent: SignedIntent | ServiceCall) -> dict[str, Any]:
    if isinstance(intent, ServiceCall):
        text = intent.text
        name = f"{intent.name} {text} {intent.occasion}".rstrip()
        return {"id": uuid.uuid5(CALLS, name), "name": intent.name, "intent_text": text}
    return {
        "id": intent.id,
        "name": intent.name,
        "account": intent.account,
        "person": intent.person,
        "intent_text": intent.text,
        "signature": intent.signature,
        "fingerprint": intent.fingerprint,
        "not_after": intent.not_after,
    }


def wake() -> None:
    """Tell the relay, at this transaction's commit, that there is work."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [CHANNEL])


def due(*, now: datetime, exclude: Collection[uuid.UUID], limit: int) -> list[OutboxRow]:
    """Open rows whose time has come, oldest first; a row waits for earlier open rows of its subject."""
    earlier = OutboxRow.objects.filter(
        ~Q(subject=""), subject=OuterRef("subject"), state__in=OPEN, created_at__lt=OuterRef("created_at")
    )
    rows = (
        OutboxRow.objects.filter(Q(next_at=None) | Q(next_at__lte=now), ~Exists(earlier), state__in=OPEN)
        .exclude(pk__in=list(exclude))
        .order_by("created_at", "id")
    )
    return list(rows[:limit])


def next_due_at() -> datetime | None:
    """When the next open row comes due, if one has a time set."""
    found: datetime | None = OutboxRow.objects.filter(state__in=OPEN).aggregate(at=models.Min("next_at"))[
        "at"
    ]
    return found


def store_envelope(row_id: uuid.UUID, *, envelope: bytes, tx_id: str, now: datetime) -> None:
    """Keep the bytes before they go out: whatever dies now, the same transaction can be sent again."""
    _change(
        row_id,
        {OutboxState.WAITING},
        state=OutboxState.SENT,
        envelope=envelope,
        tx_id=tx_id,
        sent_at=now,
        trouble="",
        trouble_text="",
        trouble_at=None,
    )


def forget_envelope(row_id: uuid.UUID) -> None:
    """The transaction is invalid, or was not let in: the intent may go up again with a new proposal."""
    _change(
        row_id,
        {OutboxState.SENT},
        state=OutboxState.WAITING,
        envelope=None,
        tx_id="",
        attempts=F("attempts") + 1,
    )


def back_off(row_id: uuid.UUID, *, until: datetime, trouble: Trouble, text: str = "") -> None:
    """Leave the row alone until then, with the reason; its state stays."""
    _change(
        row_id,
        set(OPEN),
        next_at=until,
        attempts=F("attempts") + 1,
        trouble=trouble,
        trouble_text=text[:TROUBLE_MAX],
        trouble_at=clock.now(),
    )


def refuse(row_id: uuid.UUID, *, refusal: str, facts: Mapping[str, Any]) -> bool:
    """Store the ledger's refusal; false when the row was no longer open."""
    return _change(
        row_id,
        set(OPEN),
        state=OutboxState.REFUSED,
        refusal=refusal,
        refusal_facts=canonical.encode_text(facts),
    )


def expire(row_id: uuid.UUID) -> bool:
    """The intent's time is over and nothing of it was sent; false when something was."""
    return _change(row_id, {OutboxState.WAITING}, state=OutboxState.EXPIRED)


def commit(*, tx_id: str, intent_id: str, block_number: int, committed_at: datetime) -> OutboxRow | None:
    """The row whose transaction is in the chain, now committed; None when it is not ours or was done before.

    It is found by its transaction, else by its intent: after a restore the row may not know what it had sent.
    """
    row = OutboxRow.objects.filter(tx_id=tx_id).exclude(tx_id="").first() or _by_intent(intent_id)
    if row is None or row.state == OutboxState.COMMITTED:
        return None
    row.state, row.tx_id, row.block_number = OutboxState.COMMITTED, tx_id, block_number
    row.committed_at, row.read_at, row.envelope = committed_at, clock.now(), None
    row.refusal, row.refusal_facts = "", ""
    row.save(
        update_fields=["state", "tx_id", "block_number", "committed_at", "read_at", "envelope", *REFUSED]
    )
    return row


def _by_intent(intent_id: str) -> OutboxRow | None:
    try:
        return OutboxRow.objects.filter(pk=uuid.UUID(intent_id)).first()
    except ValueError:
        return None


def _change(row_id: uuid.UUID, states: set[OutboxState], **values: Any) -> bool:
    return bool(OutboxRow.objects.filter(pk=row_id, state__in=states).update(**values))
