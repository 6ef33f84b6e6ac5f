"""What two regulators stop: single lots, an account's orders, or all trading.

A held lot keeps its owner and its state; nothing can be done with it. What waits for the province has a state
of its own. Source: national registry's states COURT_FROZEN and PROVINCE_HELD; order 775 art. 22, 24.
"""

from dataclasses import replace

from lexicon.act_arguments import Freeze, Halt, Resume, Unfreeze
from lexicon.market_arguments import LotUse
from lexicon.records import Account, Frozen, Lot, SessionState
from lexicon.refusals import Refusal, Refused
from lexicon.terms import HoldKind, LotState

from chaincode import allowances
from chaincode.callers import Caller
from chaincode.state import Draft, name

# States in which an owner, or a listing of hers, could still use a lot.
_IN_USE = (
    LotState.FREE,
    LotState.LISTED,
    LotState.PENDING_SURRENDER,
    LotState.PENDING_CANCELLATION,
)


def check_freeze(draft: Draft, args: Freeze, _: Caller | None = None) -> list[Lot]:
    """The lots to hold.

    Raises Refused: account_unknown, bad_argument (nothing named), too_many_inputs, input_twice,
    orders_frozen, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small.
    """
    _fetch(draft, args)
    if args.orders and draft.find(Frozen, args.account) is not None:
        raise Refused(Refusal.ORDERS_FROZEN)
    return [_holdable(draft, used, args) for used in args.lots]


def freeze(draft: Draft, args: Freeze) -> None:
    """Holds the fronts of lots, and keeps the account from trading. Raises Refused as `check_freeze`."""
    lots = check_freeze(draft, args)
    for lot, used in zip(lots, args.lots, strict=True):
        front = allowances.take_front(draft, lot, used.quantity)
        if args.hold is HoldKind.PROVINCE:
            allowances.put(draft, replace(allowances.freed(front), state=LotState.PROVINCE_HELD))
        else:
            allowances.put(draft, replace(front, hold=args.hold))
    if args.orders:
        draft.put(Frozen(account=args.account, reason_digest=args.reason_digest), args.account)


def check_unfreeze(draft: Draft, args: Unfreeze, _: Caller | None = None) -> list[Lot]:
    """The lots to give back.

    Raises Refused: account_unknown, bad_argument (nothing named), too_many_inputs, input_twice,
    orders_not_frozen, lot_unknown, lot_not_yours, lot_not_held, lot_not_free, lot_too_small.
    """
    _fetch(draft, args)
    if args.orders and draft.find(Frozen, args.account) is None:
        raise Refused(Refusal.ORDERS_NOT_FROZEN)
    return [_held(draft, used, args.account) for used in args.lots]


def unfreeze(draft: Draft, args: Unfreeze) -> None:
    """The lots' owner has them again, in the state they were in. Raises Refused as `check_unfreeze`."""
    lots = check_unfreeze(draft, args)
    for lot, used in zip(lots, args.lots, strict=True):
        front = allowances.take_front(draft, lot, used.quantity)
        if front.state is LotState.PROVINCE_HELD:
            allowances.put(draft, replace(front, state=LotState.FREE))
        else:
            allowances.put(draft, replace(front, hold=None))
    if args.orders:
        draft.delete(Frozen, args.account)


def check_halt(draft: Draft, args: Halt, _: Caller | None = None) -> SessionState:
    """The session that is stopped. Raises Refused: market_halted."""
    session = draft.parameters(SessionState)
    if session.halted is not None:
        raise Refused(Refusal.MARKET_HALTED)
    return session


def halt(draft: Draft, args: Halt) -> None:
    """Nothing is listed, taken, bid or agreed any more; taking back is. Raises Refused as `check_halt`."""
    draft.put(replace(check_halt(draft, args), halted=args.reason_digest))


def check_resume(draft: Draft, _: Resume, __: Caller | None = None) -> SessionState:
    """The session that was stopped. Raises Refused: market_not_halted."""
    session = draft.parameters(SessionState)
    if session.halted is None:
        raise Refused(Refusal.MARKET_NOT_HALTED)
    return session


def resume(draft: Draft, args: Resume) -> None:
    """Trading goes on in the phase the session is in. Raises Refused as `check_resume`."""
    draft.put(replace(check_resume(draft, args), halted=None))


def _fetch(draft: Draft, args: Freeze | Unfreeze) -> None:
    """Raises Refused: account_unknown, bad_argument, too_many_inputs, input_twice."""
    draft.want(
        name(Account, args.account),
        name(Frozen, args.account),
        name(SessionState),
        *allowances.named_lots(args.lots),
    )
    draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    if not args.lots and not args.orders:
        raise Refused(Refusal.BAD_ARGUMENT, field="act_args.lots")
    allowances.check_named(args.lots)


def _holdable(draft: Draft, used: LotUse, args: Freeze) -> Lot:
    """A lot whose front can be held: of one that an order or a surrender names, only the whole."""
    lot = _owned(draft, used, args.account)
    allowances.require_unheld(lot)
    free = allowances.is_free(lot, draft.parameters(SessionState))
    if lot.state not in _IN_USE or (not free and args.hold is HoldKind.PROVINCE):
        raise Refused(Refusal.LOT_NOT_FREE, state=lot.state)
    _check_front(lot, used, free=free)
    return lot


def _held(draft: Draft, used: LotUse, account: str) -> Lot:
    lot = _owned(draft, used, account)
    province = lot.state is LotState.PROVINCE_HELD
    if lot.hold is None and not province:
        raise Refused(Refusal.LOT_NOT_HELD, serial_from=used.serial_from)
    _check_front(lot, used, free=province or lot.state is LotState.FREE)
    return lot


def _owned(draft: Draft, used: LotUse, account: str) -> Lot:
    lot = allowances.locked_lot(draft, used.unit, used.vintage, used.serial_from)
    if lot.owner != account:
        raise Refused(Refusal.LOT_NOT_YOURS, serial_from=used.serial_from)
    return lot


def _check_front(lot: Lot, used: LotUse, *, free: bool) -> None:
    """A lot that something else names by its serials is not cut."""
    if not free and lot.quantity != used.quantity:
        raise Refused(Refusal.LOT_NOT_FREE, state=lot.state)
    if lot.quantity < used.quantity:
        raise Refused(Refusal.LOT_TOO_SMALL, available=lot.quantity)
