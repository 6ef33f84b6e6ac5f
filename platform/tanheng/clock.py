"""The session clock: opens, closes and settles market sessions by the calendar, and has days anchored.

One session a trading day. The calendar (weekdays, closed days) stands in `params~market` on the ledger; the
hours are a setting: `day` goes from midnight to midnight, with block agreements all along; `exchange` has the
national exchange's hours without its noon break, because a session is also the measure of T+1, and block
agreements in the afternoon. Where an auction was opened in the session, half an hour belongs to its bids: in
it nothing else is traded. The hours are `market.domain.hours`.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import OperationalError, transaction
from kit import clock, outbox
from kit.outbox import ServiceCall
from lexicon.records import MarketParameters
from lexicon.terms import SessionPhase
from lexicon.transactions import Transaction

from ingest.services import anchors
from market import selectors
from market.domain.hours import SHANGHAI, Hours, phase_at, reveals_until, trading_day
from market.selectors import MarketState
from tanheng.leader import DatabaseThread

log = logging.getLogger(__name__)

# More trades than these are settled in slices; ids are spread evenly, and a slice stays well below the limit.
TRADES_MAX = 5000
SLICES = (16, 256)
FILLING = Fraction(4, 5)
TICK_S = 1.0
ANCHOR_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do to a session."""

    name: Transaction
    session: int
    phase: SessionPhase | None = None


def next_step(
    state: MarketState,
    parameters: MarketParameters | None,
    *,
    now: datetime,
    hours: Hours,
    auctions: bool = False,
) -> Step | None:
    """What the calendar asks for now: open, another phase, close or settle; None when all is as it should be.

    auctions: one of the session is not closed yet; a session that closed with its bidding is settled only
    when the bids had time to be revealed. A session that was opened on an earlier day is closed first, so
    that a clock that slept catches up.
    """
    if parameters is None:
        return None
    day = state.opened_at.astimezone(SHANGHAI).date() if state.opened_at else None
    if state.phase == SessionPhase.CLOSED and state.session:
        waits = auctions and state.auctioned and day is not None and now < reveals_until(day, hours)
        return None if waits else Step(Transaction.SETTLE_SESSION, state.session)
    local = now.astimezone(SHANGHAI)
    bids = auctions and state.running and (state.phase == SessionPhase.AUCTION or not state.auctioned)
    phase = phase_at(now, hours, bids=bids) if trading_day(parameters, local.date()) else None
    if not state.running:
        return Step(Transaction.OPEN_SESSION, state.session + 1, phase) if phase else None
    today = day == local.date()
    if phase is None or not today:
        return Step(Transaction.CLOSE_SESSION, state.session)
    return None if phase == state.phase else Step(Transaction.OPEN_SESSION, state.session, phase)


def queue_step(*, hours: Hours) -> Step | None:
    """Put the next step in the outbox, once; what was queued and is open is not queued again."""
    state = selectors.market_state()
    auctions = selectors.auctions_open(state.session)
    step = next_step(state, selectors.market_parameters(), now=clock.now(), hours=hours, auctions=auctions)
    if step is None:
        return None
    with transaction.atomic():
        for args in _arguments(step):
            # A session goes back to the phase it was in before its auction: the same words, another turn.
            turned = f"from {state.phase}" if state.running and step.phase else ""
            call = ServiceCall(step.name, {"session": step.session, **args}, turned)
            outbox.enqueue(intent=call, organisation="regulator", subject="session")
    return step


def settlements(trades: int) -> list[dict[str, int]]:
    """What the calls that settle a session of so many listed trades say besides its number."""
    if trades <= TRADES_MAX:
        return [{}]
    slices = next((some for some in SLICES if trades <= some * TRADES_MAX * FILLING), SLICES[-1])
    return [*({"slices": slices, "part": part} for part in range(slices)), {"slices": slices}]


def _arguments(step: Step) -> Sequence[Mapping[str, int | str]]:
    if step.name is Transaction.SETTLE_SESSION:
        return settlements(selectors.listed_trades(step.session))
    return [{"phase": str(step.phase)} if step.phase else {}]


class SessionClock:
    """Ticks until cancelled; one process at a time does this."""

    def __init__(self, database: DatabaseThread, *, hours: Hours) -> None:
        self._database = database
        self._hours = hours

    async def run(self) -> None:
        """Look at the calendar every second, at closed days every few."""
        await self._database.lead("clock")
        loop = asyncio.get_running_loop()
        anchored_at = loop.time() - ANCHOR_EVERY_S
        while True:
            await self._database.run(queue_step, hours=self._hours)
            if loop.time() - anchored_at >= ANCHOR_EVERY_S:
                anchored_at = loop.time()
                await self._close_days()
            await asyncio.sleep(TICK_S)

    async def _close_days(self) -> None:
        """A day that cannot be closed must not stop the market's clock; it is tried again."""
        try:
            made = await self._database.run(anchors.close_days)
        except OperationalError:
            raise
        except Exception:
            log.exception("days could not be closed")
        else:
            if made:
                log.info("%s anchors queued", len(made))
