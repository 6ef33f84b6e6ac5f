"""Neighbouring lots of one issue made one again: what splitting took apart."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from kit.outbox import OutboxRow
from lexicon.market_arguments import LotInput, MergeLots
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction

from market import selectors
from market.models import Lot
from market.services import checks, signed
from tenants.access import Viewer


def merge(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed merger of lots. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.MERGE_LOTS,
        kind=MergeLots,
        check=lambda given: _check(viewer, given),
    )


def _check(viewer: Viewer, given: MergeLots) -> str:
    """Raises: Refused bad_argument, too_many_inputs, input_twice, lot_unknown, lot_not_yours, lot_held,
    lot_not_free, lots_not_adjacent, lots_differ."""
    if len(given.serials) < 2:
        refuse(Refusal.BAD_ARGUMENT, field="args.serials")
    inputs = [LotInput(serial_from=serial, quantity=1) for serial in given.serials]
    state = selectors.market_state()
    checks.lots(viewer.account, given.unit, given.vintage, inputs, state=state, selling=False)
    known = Lot.objects.filter(unit=given.unit, vintage=given.vintage, serial_from__in=given.serials)
    rows = {lot.serial_from: lot for lot in known}
    _check_neighbours([rows[serial] for serial in given.serials])
    return f"lot:{given.unit}-{given.vintage}-{given.serials[0]}"


def _check_neighbours(lots: Sequence[Lot]) -> None:
    for lot, following in pairwise(lots):
        if following.serial_from != lot.serial_to + 1:
            refuse(Refusal.LOTS_NOT_ADJACENT, serial_from=following.serial_from)
    if len({lot.origin for lot in lots}) > 1:
        refuse(Refusal.LOTS_DIFFER)
