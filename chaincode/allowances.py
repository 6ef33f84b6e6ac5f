"""Allowances as ranges of serials: taking the front of a lot and what must hold. Serials stay."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import LotInput, LotUse
from lexicon.records import Lot, SessionState
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AllowanceUnit, LotState, SessionPhase

from chaincode.state import Draft, Name, name

# A transaction reads and writes each input; 200 keep it under 100 kB and a few milliseconds.
INPUTS_MAX = 200
# Phases of a session that is open: in these its listings can be taken back, in some also taken.
TRADING = (SessionPhase.OPEN, SessionPhase.BLOCK, SessionPhase.AUCTION)


def lot_name(unit: str, vintage: int, serial_from: int) -> Name:
    """The name of the lot that starts at a serial."""
    return name(Lot, unit, vintage, serial_from)


def named_lots(lots: Sequence[LotUse]) -> Iterator[Name]:
    """Lots as far as a transaction may name them."""
    yield from (lot_name(lot.unit, lot.vintage, lot.serial_from) for lot in lots[:INPUTS_MAX])


def want_lots(draft: Draft, lots: Sequence[LotUse]) -> None:
    """Fetches lots at once. Raises Refused: too_many_inputs, input_twice."""
    check_named(lots)
    draft.want(*named_lots(lots))


def check_named(lots: Sequence[LotUse]) -> None:
    """Raises Refused: too_many_inputs, input_twice."""
    if len(lots) > INPUTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=INPUTS_MAX)
    names = [lot_name(lot.unit, lot.vintage, lot.serial_from) for lot in lots]
    if len(set(names)) != len(names):
        raise Refused(Refusal.INPUT_TWICE)


def usable(draft: Draft, used: LotUse, owner: str, session: SessionState) -> Lot:
    """The lot, if its owner may use `used.quantity` of it now; one listed in a session that is over is free.

    Raises Refused: lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small.
    """
    lot = draft.need(
        Lot,
        used.unit,
        used.vintage,
        used.serial_from,
        refusal=Refusal.LOT_UNKNOWN,
        serial_from=used.serial_from,
    )
    if lot.owner != owner:
        raise Refused(Refusal.LOT_NOT_YOURS, serial_from=used.serial_from)
    require_unheld(lot)
    if not is_free(lot, session):
        raise Refused(Refusal.LOT_NOT_FREE, state=lot.state)
    if lot.quantity < used.quantity:
        raise Refused(Refusal.LOT_TOO_SMALL, available=lot.quantity)
    return lot


def require_unheld(lot: Lot) -> None:
    """Raises Refused (lot_held) for a lot that a court or the regulator holds."""
    if lot.hold is not None:
        raise Refused(Refusal.LOT_HELD, hold=lot.hold)


def require_tradable(lot: Lot, session: SessionState) -> None:
    """Raises Refused (not_tradable_yet) for a lot bought in this session: T+1."""
    if lot.tradable_from_session > session.session:
        raise Refused(Refusal.NOT_TRADABLE_YET, session=lot.tradable_from_session)


def take_front(draft: Draft, lot: Lot, quantity: int) -> Lot:
    """The first `quantity` t of a lot as a lot of its own; the rest stays as it is and is written."""
    if quantity == lot.quantity:
        return lot
    rest = replace(lot, serial_from=lot.serial_from + quantity, parent=lot.serial_from, merged=())
    draft.put_fresh(rest, rest.unit, rest.vintage, rest.serial_from)
    return replace(lot, serial_to=lot.serial_from + quantity - 1)


def freed(lot: Lot) -> Lot:
    """The lot without a listing."""
    return replace(lot, state=LotState.FREE, listing=None, listing_session=None)


def lock(
    draft: Draft, used: LotUse, owner: str, session: SessionState, *, listing: str, until: int | None
) -> None:
    """Locks the front of a lot that its owner may sell now: until a session ends, or (None) until freed.

    Raises Refused as `usable`, then not_tradable_yet.
    """
    lot = usable(draft, used, owner, session)
    require_tradable(lot, session)
    front = take_front(draft, freed(lot), used.quantity)
    put(draft, replace(front, state=LotState.LISTED, listing=listing, listing_session=until))


def locked_lot(draft: Draft, unit: AllowanceUnit, vintage: int, serial: int) -> Lot:
    """A lot that another object of the state names. Raises Refused: lot_unknown."""
    return draft.need(Lot, unit, vintage, serial, refusal=Refusal.LOT_UNKNOWN, serial_from=serial)


def release(draft: Draft, unit: AllowanceUnit, vintage: int, lots: Sequence[LotInput]) -> None:
    """Frees locked lots; what holds them otherwise goes on."""
    for part in lots:
        put(draft, freed(locked_lot(draft, unit, vintage, part.serial_from)))


def deliver(draft: Draft, used: LotUse, owner: str, session: SessionState) -> None:
    """The front of a lot to its new owner, who may sell it from the next session on (T+1).

    Raises Refused: lot_held.
    """
    lot = locked_lot(draft, used.unit, used.vintage, used.serial_from)
    require_unheld(lot)
    front = freed(take_front(draft, lot, used.quantity))
    put(draft, replace(front, owner=owner, tradable_from_session=session.session + 1))


def split(lots: Sequence[LotInput], quantity: int) -> tuple[tuple[LotInput, ...], tuple[LotInput, ...]]:
    """The first `quantity` t of lots, and the rest; a lot on the edge is cut."""
    front: list[LotInput] = []
    for place, lot in enumerate(lots):
        if quantity < lot.quantity:
            rest = LotInput(serial_from=lot.serial_from + quantity, quantity=lot.quantity - quantity)
            if quantity:
                front.append(LotInput(serial_from=lot.serial_from, quantity=quantity))
            return tuple(front), (rest, *lots[place + 1 :])
        front.append(lot)
        quantity -= lot.quantity
    return tuple(front), ()


def set_aside(draft: Draft, lots: Sequence[LotUse], owner: str, state: LotState) -> None:
    """Fronts of usable lots wait in a state, out of their owner's hands.

    Raises Refused: too_many_inputs, input_twice, then as `usable`.
    """
    want_lots(draft, lots)
    session = draft.parameters(SessionState)
    for used in lots:
        front = use_front(draft, used, owner, session)
        put(draft, replace(front, state=state))


def move(draft: Draft, lots: Sequence[LotUse], state: LotState) -> None:
    """Lots that were set aside go into a state; held ones only back. Raises Refused: lot_held."""
    draft.want(*named_lots(lots))
    for used in lots:
        lot = locked_lot(draft, used.unit, used.vintage, used.serial_from)
        if state is not LotState.FREE:
            require_unheld(lot)
        put(draft, replace(lot, state=state))


def use_front(draft: Draft, used: LotUse, owner: str, session: SessionState) -> Lot:
    """The front of a usable lot, free; its rest is written free. Raises Refused as `usable`."""
    return take_front(draft, freed(usable(draft, used, owner, session)), used.quantity)


def put(draft: Draft, lot: Lot) -> None:
    """Writes a lot under its key."""
    draft.put(lot, lot.unit, lot.vintage, lot.serial_from)


def as_uses(unit: AllowanceUnit, vintage: int, lots: Sequence[LotInput]) -> tuple[LotUse, ...]:
    """Lots of one instrument, each naming it."""
    return tuple(
        LotUse(unit=unit, vintage=vintage, serial_from=lot.serial_from, quantity=lot.quantity) for lot in lots
    )


def live(session: SessionState, listing_session: int | None) -> bool:
    """Whether a lock counts now: a listing's for its session only, an auction's (None) until it is closed."""
    if listing_session is None:
        return True
    return session.phase in TRADING and session.session == listing_session


def is_free(lot: Lot, session: SessionState) -> bool:
    """Whether nothing but a hold keeps the lot from being used."""
    if lot.state is LotState.LISTED:
        return not live(session, lot.listing_session)
    return lot.state is LotState.FREE
