"""Neighbouring lots merged into one: what splitting took apart. Serials stay."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from lexicon.market_arguments import LotUse, MergeLots
from lexicon.records import Lot, SessionState
from lexicon.refusals import Refusal, Refused

from chaincode import allowances
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named_to_merge(args: MergeLots, _: str) -> Iterator[Name]:
    """The session and the lots."""
    yield name(SessionState)
    yield from (
        allowances.lot_name(args.unit, args.vintage, serial)
        for serial in args.serials[: allowances.INPUTS_MAX]
    )


def merge_lots(draft: Draft, args: MergeLots, caller: Caller) -> None:
    """Several neighbouring lots into one; it can be sold when the last of them can.

    Raises Refused: bad_argument (fewer than two), too_many_inputs, input_twice, lot_unknown, lot_not_yours,
    lot_held, lot_not_free, lots_not_adjacent, lots_differ.
    """
    if len(args.serials) < 2:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.serials")
    if len(args.serials) > allowances.INPUTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=allowances.INPUTS_MAX)
    if len(set(args.serials)) != len(args.serials):
        raise Refused(Refusal.INPUT_TWICE)
    draft.want(*named_to_merge(args, caller.account))
    session = draft.parameters(SessionState)
    lots = [_usable(draft, args, serial, caller.account, session) for serial in args.serials]
    for lot, following in pairwise(lots):
        if following.serial_from != lot.serial_to + 1:
            raise Refused(Refusal.LOTS_NOT_ADJACENT, serial_from=following.serial_from)
    if len({lot.origin for lot in lots}) > 1:
        raise Refused(Refusal.LOTS_DIFFER)
    for lot in lots[1:]:
        draft.delete(Lot, lot.unit, lot.vintage, lot.serial_from)
    merged = replace(
        allowances.freed(lots[0]),
        serial_to=lots[-1].serial_to,
        tradable_from_session=max(lot.tradable_from_session for lot in lots),
        merged=args.serials[1:],
    )
    allowances.put(draft, merged)


def _usable(draft: Draft, args: MergeLots, serial: int, owner: str, session: SessionState) -> Lot:
    """A lot that its owner may use now, whole."""
    named = LotUse(unit=args.unit, vintage=args.vintage, serial_from=serial, quantity=1)
    return allowances.usable(draft, named, owner, session)
