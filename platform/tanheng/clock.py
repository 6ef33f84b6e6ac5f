"""The session clock: opens, closes and settles market sessions by the calendar, and has days anchored.

One session a trading day. The calendar (weekdays, closed days) stands in `params~market` on the ledger; the
hours are a setting: `day` keeps the session open from midnight to five minutes before the next, `exchange`
has the national exchange's hours without its noon break, because a session is also the measure of T+1.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from fractions import Fraction

from django.db import OperationalError, transaction
from kit import clock, outbox
from kit.outbox import ServiceCall
from lexicon.records import MarketParameters
from lexicon.terms import SessionPhase
from lexicon.transactions import Transaction

from ingest.services import anchors
from market import selectors
from market.selectors import MarketState
from tanheng.leader import DatabaseThread

log = logging.getLogger(__name__)

SHANGHAI = timezone(timedelta(hours=8))
# Source: exchange announcement of 2021-06-22: 9:30-11:30 and 13:00-15:00.
HOURS = {"day": (time(0, 0), time(23, 55)), "exchange": (time(9, 30), time(15, 0))}
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


def next_step(
    state: MarketState, parameters: MarketParameters | None, *, now: datetime, hours: str
) -> Step | None:
    """What the calendar asks for now: open, close or settle; None when all is as it should be.

    A session that was opened on an earlier day is closed first, so that a clock that slept catches up.
    """
    if parameters is None:
        return None
    if state.phase == SessionPhase.CLOSED and state.session:
        return Step(Transaction.SETTLE_SESSION, state.session)
    local = now.astimezone(SHANGHAI)
    due = _trading_day(parameters, local) and _within(local, hours)
    if state.running:
        today = state.opened_at is not None and state.opened_at.astimezone(SHANGHAI).date() == local.date()
        return None if due and today else Step(Transaction.CLOSE_SESSION, state.session)
    return Step(Transaction.OPEN_SESSION, state.session + 1) if due else None


def _trading_day(parameters: MarketParameters, local: datetime) -> bool:
    return local.weekday() in parameters.weekdays and local.date().isoformat() not in parameters.closed_days


def _within(local: datetime, hours: str) -> bool:
    opens, closes = HOURS[hours]
    return opens <= local.time() < closes


def queue_step(*, hours: str) -> Step | None:
    """Put the next step in the outbox, once; what was queued and is open is not queued again."""
    step = next_step(selectors.market_state(), selectors.market_parameters(), now=clock.now(), hours=hours)
    if step is None:
        return None
    with transaction.atomic():
        for args in _arguments(step):
            call = ServiceCall(step.name, {"session": step.session} | args)
            outbox.enqueue(intent=call, organisation="regulator", subject="session")
    return step


def settlements(trades: int) -> list[dict[str, int]]:
    """What the calls that settle a session of so many listed trades say besides its number."""
    if trades <= TRADES_MAX:
        return [{}]
    slices = next((some for some in SLICES if trades <= some * TRADES_MAX * FILLING), SLICES[-1])
    return [*({"slices": slices, "part": part} for part in range(slices)), {"slices": slices}]


def _arguments(step: Step) -> list[dict[str, int]]:
    if step.name is Transaction.SETTLE_SESSION:
        return settlements(selectors.listed_trades(step.session))
    return [{}]


class SessionClock:
    """Ticks until cancelled; one process at a time does this."""

    def __init__(self, database: DatabaseThread, *, hours: str) -> None:
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
