"""Surrender: lots set aside for a year's obligation. The second person's word is in `second_word`."""

from collections import defaultdict
from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import LotInput
from lexicon.market_arguments import Surrender as SurrenderArguments
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction

from market import selectors
from market.models import Obligation, Surrender
from market.services import checks, signed
from tenants.access import Viewer


def propose(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed surrender. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.SURRENDER,
        kind=SurrenderArguments,
        check=lambda given: _check(viewer, given),
    )


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
