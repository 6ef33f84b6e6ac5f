"""The session clock: what the calendar asks for, and that it is asked once."""

from datetime import UTC, datetime, timedelta

import pytest
from kit import clock
from kit.outbox import OutboxRow
from lexicon.records import Close, MarketParameters
from tanheng.clock import Step, next_step, queue_step, settlements

from market.selectors import MarketState, market_state

RULES = MarketParameters(
    tick_cents=1,
    lot_t=1,
    order_max_t=100_000,
    band=1000,
    weekdays=(0, 1, 2, 3, 4),
    closed_days=("2026-10-01",),
    references=(Close(instrument="CEA-2026", price_cents=7000),),
)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)


def state(session: int, phase: str, opened: str = "2026-07-15T09:30:00") -> MarketState:
    return MarketState(session, phase, shanghai(opened), {})


@pytest.mark.parametrize(
    ("now", "market", "hours", "expected"),
    [
        ("2026-07-15T10:00:00", state(0, "settled"), "day", ("open_session", 1)),
        ("2026-07-15T10:00:00", state(4, "settled"), "exchange", ("open_session", 5)),
        ("2026-07-15T09:29:59", state(4, "settled"), "exchange", None),
        ("2026-07-15T10:00:00", state(5, "open"), "exchange", None),
        ("2026-07-15T15:00:00", state(5, "open"), "exchange", ("close_session", 5)),
        ("2026-07-15T15:00:00", state(5, "open"), "day", None),
        ("2026-07-15T23:55:00", state(5, "open"), "day", ("close_session", 5)),
        ("2026-07-16T10:00:00", state(5, "open"), "day", ("close_session", 5)),
        ("2026-07-15T15:00:01", state(5, "closed"), "exchange", ("settle_session", 5)),
        ("2026-07-18T10:00:00", state(5, "settled"), "day", None),
        ("2026-10-01T10:00:00", state(5, "settled"), "day", None),
    ],
)
def test_the_calendar_asks_for_one_step_at_a_time(now, market, hours, expected) -> None:
    step = next_step(market, RULES, now=shanghai(now), hours=hours)
    assert step == (None if expected is None else Step(*expected))


def test_before_the_ledger_has_rules_nothing_is_due() -> None:
    assert next_step(state(0, "settled"), None, now=shanghai("2026-07-15T10:00:00"), hours="day") is None


@pytest.mark.db
def test_a_day_opens_closes_and_settles_through_the_ledger(ledger) -> None:
    assert queue_step(hours="exchange") == Step("open_session", 1)
    assert queue_step(hours="exchange") == Step("open_session", 1)
    assert OutboxRow.objects.filter(name="open_session").count() == 1
    ledger.settle()
    assert market_state().open
    assert queue_step(hours="exchange") is None
    clock.tick(timedelta(hours=4))
    for expected in ("close_session", "settle_session"):
        assert queue_step(hours="exchange").name == expected
        ledger.settle()
    assert market_state().phase == "settled"
    assert queue_step(hours="exchange") is None
    clock.tick(timedelta(hours=20))
    assert queue_step(hours="exchange") == Step("open_session", 2)


@pytest.mark.parametrize(("trades", "slices"), [(5000, 0), (5001, 16), (64_000, 16), (64_001, 256)])
def test_a_session_of_many_trades_is_settled_in_slices_and_then_added_up(trades, slices) -> None:
    asked = settlements(trades)
    if not slices:
        assert asked == [{}]
        return
    assert asked[:-1] == [{"slices": slices, "part": part} for part in range(slices)]
    assert asked[-1] == {"slices": slices}


@pytest.mark.db
def test_a_step_that_the_ledger_refused_is_asked_for_again(ledger) -> None:
    queue_step(hours="day")
    OutboxRow.objects.filter(name="open_session").update(state="refused", refusal="session_not_due")
    queue_step(hours="day")
    ledger.settle()
    assert market_state().open
