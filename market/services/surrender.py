"""Surrender: lots set aside for a year's obligation by one person, given up by another's word."""

from collections import defaultdict
from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import ConfirmSurrender, LotInput, WithdrawSurrender
from lexicon.market_arguments import Surrender as SurrenderArguments
from lexicon.refusals import Refusal, refuse
from lexicon.terms import SurrenderState
from lexicon.transactions import Transaction

from market import selectors
from market.models import Obligation, Surrender
from market.services import checks, signed
from tenants.access import Viewer
from tenants.services import intents


def propose(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed surrender. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.SURRENDER,
        kind=SurrenderArguments,
        check=lambda given: _check(viewer, given),
    )


def confirm(viewer: Viewer, surrender: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the second person's word.

    Raises: Refused surrender_unknown, surrender_not_pending, same_person.
    """
    row = _pending(viewer, surrender)
    if row.proposed_by == viewer.person:
        refuse(Refusal.SAME_PERSON)
    return intents.accept(
        viewer,
        name=Transaction.CONFIRM_SURRENDER,
        args=ConfirmSurrender(surrender=surrender),
        signed=body,
        subject=f"surrender:{surrender}",
    )


def withdraw(viewer: Viewer, surrender: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the withdrawal of a pending surrender.

    Raises: Refused surrender_unknown, surrender_not_pending.
    """
    _pending(viewer, surrender)
    return intents.accept(
        viewer,
        name=Transaction.WITHDRAW_SURRENDER,
        args=WithdrawSurrender(surrender=surrender),
        signed=body,
        subject=f"surrender:{surrender}",
    )


def _pending(viewer: Viewer, surrender: str) -> Surrender:
    row = Surrender.objects.filter(pk=surrender, account=viewer.account).first()
    if row is None:
        refuse(Refusal.SURRENDER_UNKNOWN)
    if row.state != SurrenderState.PENDING:
        refuse(Refusal.SURRENDER_NOT_PENDING, state=row.state)
    return row


def _check(viewer: Viewer, given: SurrenderArguments) -> str:
    """Raises: Refused obligation_unknown, surrender_exists, vintage_too_young, surrender_above_obligation,
    and for what the lots are."""
    obligation = Obligation.objects.filter(account=viewer.account, year=given.year).first()
    if obligation is None:
        refuse(Refusal.OBLIGATION_UNKNOWN)
    if Surrender.objects.filter(pk=given.surrender).exists():
        refuse(Refusal.SURRENDER_EXISTS)
    by_instrument: dict[tuple[str, int], list[LotInput]] = defaultdict(list)
    for lot in given.lots:
        if lot.vintage > given.year:
            refuse(Refusal.VINTAGE_TOO_YOUNG, vintage=lot.vintage, year=given.year)
        by_instrument[lot.unit, lot.vintage].append(
            LotInput(serial_from=lot.serial_from, quantity=lot.quantity)
        )
    state = selectors.market_state()
    for (unit, vintage), inputs in by_instrument.items():
        checks.lots(viewer.account, unit, vintage, inputs, state=state, selling=False)
    missing = obligation.due_t - obligation.surrendered_t
    if sum(lot.quantity for lot in given.lots) > missing:
        refuse(Refusal.SURRENDER_ABOVE_OBLIGATION, missing=missing)
    return f"surrender:{given.surrender}"
