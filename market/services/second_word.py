"""Acts of an account that wait for a second person of it: surrender and cancellation above its own limits.

One person of the account named the lots; another confirms, or anybody of the two takes it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, refuse
from lexicon.terms import CancellationState, SurrenderState
from lexicon.transactions import Transaction

from market.models import Cancellation, Surrender
from tenants.access import Viewer
from tenants.services import intents


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One kind of such act; `subject` is the name of its id, in its row and in its arguments."""

    model: type[Surrender] | type[Cancellation]
    subject: str
    pending: str
    confirm: Transaction
    withdraw: Transaction
    unknown: Refusal
    not_pending: Refusal


SURRENDER = Waiting(
    model=Surrender,
    subject="surrender",
    pending=SurrenderState.PENDING,
    confirm=Transaction.CONFIRM_SURRENDER,
    withdraw=Transaction.WITHDRAW_SURRENDER,
    unknown=Refusal.SURRENDER_UNKNOWN,
    not_pending=Refusal.SURRENDER_NOT_PENDING,
)
CANCELLATION = Waiting(
    model=Cancellation,
    subject="cancellation",
    pending=CancellationState.PENDING,
    confirm=Transaction.CONFIRM_CANCELLATION,
    withdraw=Transaction.WITHDRAW_CANCELLATION,
    unknown=Refusal.CANCELLATION_UNKNOWN,
    not_pending=Refusal.CANCELLATION_NOT_PENDING,
)


def confirm(kind: Waiting, viewer: Viewer, which: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the second person's word.

    Raises: Refused `kind.unknown`, `kind.not_pending`, same_person; those of a signed intent.
    """
    if _pending(kind, viewer, which).proposed_by == viewer.person:
        refuse(Refusal.SAME_PERSON)
    return _queue(kind, kind.confirm, viewer, which, body)


def withdraw(kind: Waiting, viewer: Viewer, which: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the withdrawal of what waits.

    Raises: Refused `kind.unknown`, `kind.not_pending`; those of a signed intent.
    """
    _pending(kind, viewer, which)
    return _queue(kind, kind.withdraw, viewer, which, body)


def _pending(kind: Waiting, viewer: Viewer, which: str) -> Any:
    row = kind.model.objects.filter(pk=which, account=viewer.account).first()
    if row is None:
        refuse(kind.unknown)
    if row.state != kind.pending:
        refuse(kind.not_pending, state=row.state)
    return row


def _queue(
    kind: Waiting, name: Transaction, viewer: Viewer, which: str, body: Mapping[str, str]
) -> OutboxRow:
    return intents.accept(
        viewer, name=name, args={kind.subject: which}, signed=body, subject=f"{kind.subject}:{which}"
    )
