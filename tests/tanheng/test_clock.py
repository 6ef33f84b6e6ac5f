"""The session clock: what the calendar asks for, and that it is asked once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kit import clock
from kit.outbox import OutboxRow
from lexicon.records import Close, MarketParameters
from tanheng.clock import Step, next_step, queue_step, settlements

from market.domain.hours import HOURS, hours_of, timetable
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
        ("2026-07-15T10:00:00", state(0, "settled"), "day", ("open_session", 1, "block")),
        ("2026-07-15T10:00:00", state(4, "settled"), "exchange", ("open_session", 5, "open")),
        ("2026-07-15T09:29:59", state(4, "settled"), "exchange", None),
        ("2026-07-15T10:00:00", state(5, "open"), "exchange", None),
        ("2026-07-15T13:00:00", state(5, "open"), "exchange", ("open_session", 5, "block")),
        ("2026-07-15T14:00:00", state(5, "block"), "exchange", None),
        ("2026-07-15T15:00:00", state(5, "block"), "exchange", ("close_session", 5)),
        ("2026-07-15T15:00:00", state(5, "block"), "day", None),
        ("2026-07-15T15:00:00", state(5, "open"), "day", ("open_session", 5, "block")),
        ("2026-07-15T23:59:59", state(5, "block"), "day", None),
        ("2026-07-16T00:00:00", state(5, "block"), "day", ("close_session", 5)),
        ("2026-07-16T00:00:01", state(5, "closed"), "day", ("settle_session", 5)),
        ("2026-07-16T00:00:02", state(5, "settled"), "day", ("open_session", 6, "block")),
        ("2026-07-16T10:00:00", state(5, "block"), "day", ("close_session", 5)),
        ("2026-07-15T15:00:01", state(5, "closed"), "exchange", ("settle_session", 5)),
        ("2026-07-18T10:00:00", state(5, "settled"), "day", None),
        ("2026-10-01T10:00:00", state(5, "settled"), "day", None),
    ],
)
def test_the_calendar_asks_for_one_step_at_a_time(now, market, hours, expected) -> None:
    step = next_step(market, RULES, now=shanghai(now), hours=HOURS[hours])
    assert step == (None if expected is None else Step(*expected))


@pytest.mark.parametrize(
    ("now", "phase", "auctioned", "hours", "expected"),
    [
        ("2026-07-15T19:59:59", "block", False, HOURS["day"], None),
        ("2026-07-15T20:00:00", "block", False, HOURS["day"], ("open_session", 5, "auction")),
        ("2026-07-15T20:29:59", "auction", True, HOURS["day"], None),
        ("2026-07-15T20:30:00", "auction", True, HOURS["day"], ("open_session", 5, "block")),
        ("2026-07-15T20:10:00", "block", True, HOURS["day"], None),
        ("2026-07-15T15:00:00", "block", False, HOURS["exchange"], ("open_session", 5, "auction")),
        ("2026-07-15T15:30:00", "auction", True, HOURS["exchange"], ("close_session", 5)),
        ("2026-07-15T15:59:59", "closed", True, HOURS["exchange"], None),
        ("2026-07-15T16:00:00", "closed", True, HOURS["exchange"], ("settle_session", 5)),
        ("2026-07-16T09:30:00", "closed", True, HOURS["exchange"], ("settle_session", 5)),
        ("2026-07-16T00:00:00", "closed", True, HOURS["day"], ("settle_session", 5)),
        ("2026-07-16T00:29:59", "closed", True, hours_of("day", "23:30"), None),
        ("2026-07-15T15:59:59", "settled", True, HOURS["exchange"], None),
        ("2026-07-15T11:05:00", "block", False, hours_of("day", "11:00"), ("open_session", 5, "auction")),
    ],
)
def test_bids_have_half_an_hour_once_a_session_where_there_is_an_auction(
    now, phase, auctioned, hours, expected
) -> None:
    market = replace(state(5, phase), auctioned=auctioned)
    step = next_step(market, RULES, now=shanghai(now), hours=hours, auctions=True)
    assert step == (None if expected is None else Step(*expected))


def told(now: str, hours: str = "exchange") -> list[str]:
    """A timetable's instants, as clocks in Shanghai show them."""
    found = timetable(RULES, HOURS[hours], now=shanghai(now))
    assert found is not None
    instants = (found.opens_at, found.blocks_at, found.closes_at, found.bids_at, found.bids_until)
    last = (found.reveals_until, found.next_opens_at)
    return [
        found.day.isoformat(),
        *(f"{one:%H:%M}" for one in instants),
        *(f"{one:%d %H:%M}" for one in last),
    ]


def test_the_timetable_is_of_today_until_its_last_bid_is_revealed_then_of_the_next_trading_day() -> None:
    day = ["09:30", "13:00", "15:00", "15:00", "15:30"]
    assert told("2026-07-15T08:00:00") == ["2026-07-15", *day, "15 16:00", "15 09:30"]
    assert told("2026-07-15T15:59:59") == ["2026-07-15", *day, "15 16:00", "16 09:30"]
    assert told("2026-07-15T16:00:00") == ["2026-07-16", *day, "16 16:00", "16 09:30"]
    assert told("2026-07-17T20:00:00") == ["2026-07-20", *day, "20 16:00", "20 09:30"]
    assert told("2026-09-30T20:00:00")[0] == "2026-10-02"
    assert told("2026-07-15T08:00:00", "day")[3] == "23:59"


def test_a_calendar_without_trading_days_has_no_timetable() -> None:
    rules = replace(RULES, weekdays=())
    assert timetable(rules, HOURS["day"], now=shanghai("2026-07-15T08:00:00")) is None


def test_before_the_ledger_has_rules_nothing_is_due() -> None:
    assert (
        next_step(state(0, "settled"), None, now=shanghai("2026-07-15T10:00:00"), hours=HOURS["day"]) is None
    )


@pytest.mark.db
def test_a_day_opens_closes_and_settles_through_the_ledger(ledger) -> None:
    assert queue_step(hours=HOURS["exchange"]) == Step("open_session", 1, "open")
    assert queue_step(hours=HOURS["exchange"]) == Step("open_session", 1, "open")
    assert OutboxRow.objects.filter(name="open_session").count() == 1
    ledger.settle()
    assert market_state().open
    assert queue_step(hours=HOURS["exchange"]) is None
    clock.tick(timedelta(hours=4))
    for expected in ("close_session", "settle_session"):
        assert queue_step(hours=HOURS["exchange"]).name == expected
        ledger.settle()
    assert market_state().phase == "settled"
    assert queue_step(hours=HOURS["exchange"]) is None
    clock.tick(timedelta(hours=20))
    assert queue_step(hours=HOURS["exchange"]) == Step("open_session", 2, "open")


@pytest.mark.db
def test_a_session_goes_on_after_its_auction_in_the_phase_it_was_in_before(ledger, monkeypatch) -> None:
    monkeypatch.setattr("market.selectors.auctions_open", lambda _session: True)
    begins = (clock.now() + timedelta(hours=8, minutes=20)).strftime("%H:%M")
    hours = hours_of("day", begins)
    for wait, phase in ((0, "block"), (25, "auction"), (30, "block")):
        clock.tick(timedelta(minutes=wait))
        assert queue_step(hours=hours) == Step("open_session", 1, phase)
        assert queue_step(hours=hours) == Step("open_session", 1, phase)
        ledger.settle()
        assert (market_state().phase, queue_step(hours=hours)) == (phase, None)
    assert OutboxRow.objects.filter(name="open_session").count() == 3


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
    queue_step(hours=HOURS["day"])
    OutboxRow.objects.filter(name="open_session").update(state="refused", refusal="session_not_due")
    queue_step(hours=HOURS["day"])
    ledger.settle()
    assert market_state().open
