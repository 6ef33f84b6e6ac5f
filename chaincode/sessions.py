"""Market sessions as state: opened, closed and settled by the session clock. No order looks at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from lexicon.market_arguments import CloseSession, OpenSession, SettleSession
from lexicon.records import (
    Close,
    MarketParameters,
    SessionState,
    SessionTrade,
    SettledSlice,
    TradedSum,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import SessionPhase

from chaincode.allowances import TRADING
from chaincode.state import Draft, name

# Plants and market report in Asia/Shanghai, which has no summer time: UTC+8 the whole year.
SHANGHAI = timedelta(hours=8)
# Reading more trades than these in one transaction takes a peer seconds: then a session is settled in slices.
TRADES_MAX = 5000
# Slices are the trades whose transaction ids begin with one, or two, hexadecimal digits.
SLICES = (16, 256)


def open_session(draft: Draft, args: OpenSession) -> None:
    """Opens the next session, or another phase of the one that is open; the auction's phase comes once.

    Raises Refused: bad_argument (phase), session_number_wrong, session_phase_wrong, session_not_due.
    """
    if args.phase not in TRADING:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.phase")
    draft.want(name(SessionState), name(MarketParameters))
    session = draft.parameters(SessionState)
    if args.session == session.session and session.phase in TRADING:
        _turn(draft, args, session)
        return
    _require_number(args, session.session + 1)
    _require_phase(session, SessionPhase.SETTLED)
    market = draft.parameters(MarketParameters)
    today = (draft.now + SHANGHAI).date()
    if today.weekday() not in market.weekdays or today.isoformat() in market.closed_days:
        raise Refused(Refusal.SESSION_NOT_DUE)
    opened = replace(session, session=args.session, phase=args.phase)
    draft.put(replace(opened, auctioned=args.phase is SessionPhase.AUCTION))


def close_session(draft: Draft, args: CloseSession) -> None:
    """Closes the session, voids its listings. Raises Refused: session_number_wrong, session_phase_wrong."""
    session = draft.parameters(SessionState)
    _require_number(args, session.session)
    _require_phase(session, *TRADING)
    draft.put(replace(session, phase=SessionPhase.CLOSED))


def settle_session(draft: Draft, args: SettleSession) -> None:
    """Writes each instrument's close: the quantity-weighted mean of the session's trades, HALF_UP to a cent.

    The one range read in a changing transaction: after the close no trade can be written any more. A session
    of more trades than a transaction reads is settled in slices: each leaves its sums, the last adds them.
    Raises Refused: bad_argument (slices), session_number_wrong, session_phase_wrong, too_many_trades,
    slice_missing. Source: exchange rules of 2021-06-22.
    """
    _check_slices(args)
    session = draft.parameters(SessionState)
    _require_number(args, session.session)
    _require_phase(session, SessionPhase.CLOSED)
    if args.part is not None:
        digits = f"{args.part:0{_digits(args.slices)}x}"
        sums = _sums(_trades(draft, args.session, begins=digits))
        draft.put(SettledSlice(sums=_as_sums(sums)), args.session, args.slices, args.part)
        return
    sums = _added(_slices(draft, args)) if args.slices else _sums(_trades(draft, args.session))
    closes = tuple(
        Close(instrument=close.instrument, price_cents=_mean(*sums[close.instrument], close.price_cents))
        for close in session.closes
    )
    draft.put(replace(session, phase=SessionPhase.SETTLED, closes=closes))


def reference_cents(session: SessionState, traded: str) -> int | None:
    """The previous close of an instrument, or None when it is not traded."""
    return next((close.price_cents for close in session.closes if close.instrument == traded), None)


def _turn(draft: Draft, args: OpenSession, session: SessionState) -> None:
    """Another phase of an open session."""
    if session.phase is args.phase or (args.phase is SessionPhase.AUCTION and session.auctioned):
        raise Refused(Refusal.SESSION_PHASE_WRONG, phase=session.phase, needed=args.phase)
    auctioned = session.auctioned or args.phase is SessionPhase.AUCTION
    draft.put(replace(session, phase=args.phase, auctioned=auctioned))


def _check_slices(args: SettleSession) -> None:
    if args.slices not in (0, *SLICES):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.slices")
    if args.part is not None and args.part >= args.slices:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.part")


def _digits(slices: int) -> int:
    """Hexadecimal digits that tell so many slices apart."""
    return SLICES.index(slices) + 1


def _trades(draft: Draft, session: int, begins: str = "") -> list[SessionTrade]:
    trades = draft.scan(SessionTrade, session, begins=begins)
    if len(trades) > TRADES_MAX:
        raise Refused(Refusal.TOO_MANY_TRADES, limit=TRADES_MAX)
    return trades


def _slices(draft: Draft, args: SettleSession) -> list[SettledSlice]:
    """All slices. Raises Refused: slice_missing."""
    draft.want(*(name(SettledSlice, args.session, args.slices, part) for part in range(args.slices)))
    return [
        draft.need(SettledSlice, args.session, args.slices, part, refusal=Refusal.SLICE_MISSING, part=part)
        for part in range(args.slices)
    ]


def _sums(trades: Iterable[SessionTrade]) -> Mapping[str, tuple[int, int]]:
    """(price times quantity, quantity) by instrument; nothing is (0, 0)."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for trade in trades:
        value, quantity = sums[trade.instrument]
        sums[trade.instrument] = (value + trade.price_cents * trade.quantity, quantity + trade.quantity)
    return sums


def _added(slices: Sequence[SettledSlice]) -> Mapping[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in (one for piece in slices for one in piece.sums):
        value, quantity = sums[one.instrument]
        sums[one.instrument] = (value + one.value_cents, quantity + one.quantity)
    return sums


def _as_sums(sums: Mapping[str, tuple[int, int]]) -> tuple[TradedSum, ...]:
    return tuple(
        TradedSum(instrument=traded, value_cents=value, quantity=quantity)
        for traded, (value, quantity) in sorted(sums.items())
    )


def _mean(value: int, quantity: int, before: int) -> int:
    return (2 * value + quantity) // (2 * quantity) if quantity else before


def _require_number(args: OpenSession | CloseSession | SettleSession, expected: int) -> None:
    if args.session != expected:
        raise Refused(Refusal.SESSION_NUMBER_WRONG, expected=expected)


def _require_phase(session: SessionState, *phases: SessionPhase) -> None:
    if session.phase not in phases:
        raise Refused(Refusal.SESSION_PHASE_WRONG, phase=session.phase, needed=phases[0])
