"""The book's levels, the band, and candles of the tape."""

from datetime import UTC, datetime, timedelta

import pytest

from market.domain.book import Level, Offer, band, levels
from market.domain.candles import STEPS, Candle, Print, candles, start_of


def test_levels_sum_clips_best_first_and_mark_the_viewers_own() -> None:
    offers = [Offer("sell", 7050, 10, "a"), Offer("sell", 7000, 5, "b"), Offer("sell", 7050, 20, "b")]
    offers += [Offer("buy", 6900, 3, "a"), Offer("buy", 6990, 4, "c"), Offer("buy", 6990, 0, "c")]
    assert levels(offers, "sell", viewer="b") == [Level(7000, 5, 1, 5), Level(7050, 30, 2, 20)]
    assert levels(offers, "buy") == [Level(6990, 4, 1, 0), Level(6900, 3, 1, 0)]


@pytest.mark.parametrize(
    ("close", "low", "high"), [(7000, 6300, 7700), (7023, 6321, 7725), (1, 1, 1), (105, 95, 115)]
)
def test_the_band_is_rounded_inwards(close: int, low: int, high: int) -> None:
    assert band(close, 1000) == (low, high)


def test_candles_take_trades_in_ledger_order() -> None:
    start = datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
    prints = [
        Print(start, 7000, 10),
        Print(start + timedelta(seconds=20), 7100, 1),
        Print(start + timedelta(seconds=59), 6900, 2),
        Print(start + timedelta(seconds=61), 7050, 5),
    ]
    assert candles(prints, STEPS["1m"]) == [
        Candle(start, 7000, 7100, 6900, 6900, 13, 70_000 + 7100 + 13_800),
        Candle(start + timedelta(minutes=1), 7050, 7050, 7050, 7050, 5, 35_250),
    ]


def test_a_day_is_cut_at_midnight_in_china() -> None:
    before, after = datetime(2026, 6, 1, 15, 59, tzinfo=UTC), datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
    assert start_of(before, STEPS["1d"]) == datetime(2026, 5, 31, 16, tzinfo=UTC)
    assert start_of(after, STEPS["1d"]) == after
