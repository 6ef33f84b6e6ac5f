"""Market sessions as state: opened, closed and settled by the session clock. No order looks at a time."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from lexicon.market_arguments import Session
from lexicon.records import Close, MarketParameters, SessionState, SessionTrade
from lexicon.refusals import Refusal, Refused
from lexicon.terms import SessionPhase

from chaincode.state import Draft, name

# Plants and market report in Asia/Shanghai, which has no summer time: UTC+8 the whole year.
SHANGHAI = timedelta(hours=8)


def open_session(draft: Draft, args: Session) -> None:
    """Opens the next session. Raises Refused: session_number_wrong, session_phase_wrong, session_not_due."""
    draft.want(name(SessionState), name(MarketParameters))
    session = draft.parameters(SessionState)
    _require_number(args, session.session + 1)
    _require_phase(session, SessionPhase.SETTLED)
    market = draft.parameters(MarketParameters)
    today = (draft.now + SHANGHAI).date()
    if today.weekday() not in market.weekdays or today.isoformat() in market.closed_days:
        raise Refused(Refusal.SESSION_NOT_DUE)
    draft.put(replace(session, session=args.session, phase=SessionPhase.OPEN))


def close_session(draft: Draft, args: Session) -> None:
    """Closes the session, voids its listings. Raises Refused: session_number_wrong, session_phase_wrong."""
    session = draft.parameters(SessionState)
    _require_number(args, session.session)
    _require_phase(session, SessionPhase.OPEN)
    draft.put(replace(session, phase=SessionPhase.CLOSED))


def settle_session(draft: Draft, args: Session) -> None:
    """Writes each instrument's close: the quantity-weighted mean of the session's trades, HALF_UP to a cent.

    The one range read in a changing transaction: after the close no trade can be written any more.
    Raises Refused: session_number_wrong, session_phase_wrong. Source: exchange rules of 2021-06-22.
    """
    session = draft.parameters(SessionState)
    _require_number(args, session.session)
    _require_phase(session, SessionPhase.CLOSED)
    value: dict[str, int] = defaultdict(int)
    quantity: dict[str, int] = defaultdict(int)
    for trade in draft.scan(SessionTrade, args.session):
        value[trade.instrument] += trade.price_cents * trade.quantity
        quantity[trade.instrument] += trade.quantity
    closes = tuple(
        Close(
            instrument=close.instrument,
            price_cents=_mean(value[close.instrument], quantity[close.instrument], close.price_cents),
        )
        for close in session.closes
    )
    draft.put(replace(session, phase=SessionPhase.SETTLED, closes=closes))


def reference_cents(session: SessionState, traded: str) -> int | None:
    """The previous close of an instrument, or None when it is not traded."""
    return next((close.price_cents for close in session.closes if close.instrument == traded), None)


def _mean(value: int, quantity: int, before: int) -> int:
    return (2 * value + quantity) // (2 * quantity) if quantity else before


def _require_number(args: Session, expected: int) -> None:
    if args.session != expected:
        raise Refused(Refusal.SESSION_NUMBER_WRONG, expected=expected)


def _require_phase(session: SessionState, phase: SessionPhase) -> None:
    if session.phase is not phase:
        raise Refused(Refusal.SESSION_PHASE_WRONG, phase=session.phase, needed=phase)
