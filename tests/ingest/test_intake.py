"""Judging a reading against its meter and the clock."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.refusals import Refusal
from lexicon.terms import ReadingQuality

from ingest.intake import AGE_MS_MAX, AHEAD_MS_MAX, MeterFacts, judge, point_time_ns, whole_counts
from ingest.reading import Flawed, Reading

NOW_MS = 1_790_000_000_000
METER = MeterFacts(
    key=1,
    tenant="ent_a",
    gateway="gw-1",
    plant="plant-1",
    meter="coal-1",
    unit="t",
    least_count=Decimal("0.05"),
    digits=6,
    interval_s=900,
    valid_from_ms=NOW_MS - 300 * 24 * 3600 * 1000,
)
READING = Reading(ts_ms=NOW_MS, value=Decimal("123.45"), unit="t", quality=ReadingQuality.GOOD, seq=4)


def reason_of(reading: Reading, meter: MeterFacts = METER) -> Refusal:
    judged = judge(reading, meter, now_ms=NOW_MS)
    assert isinstance(judged, Flawed)
    assert (judged.seq, judged.ts_ms) == (reading.seq, reading.ts_ms)
    return judged.reason


def test_a_good_reading_is_a_whole_number_of_least_counts() -> None:
    assert judge(READING, METER, now_ms=NOW_MS) == 2469


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": Decimal("-0.05")}, Refusal.VALUE_NEGATIVE),
        ({"unit": "furlong"}, Refusal.READING_UNIT_UNKNOWN),
        ({"unit": "kg"}, Refusal.UNIT_MISMATCH),
        ({"unit": "t/h"}, Refusal.UNIT_MISMATCH),
        ({"value": Decimal("0.01")}, Refusal.VALUE_FINER_THAN_LEAST_COUNT),
        ({"value": Decimal("0.075")}, Refusal.VALUE_FINER_THAN_LEAST_COUNT),
        ({"value": Decimal("50000")}, Refusal.VALUE_ABOVE_REGISTER),
        ({"ts_ms": NOW_MS + AHEAD_MS_MAX + 1}, Refusal.READING_IN_FUTURE),
        ({"ts_ms": NOW_MS - AGE_MS_MAX - 1}, Refusal.READING_TOO_OLD),
        ({"ts_ms": METER.valid_from_ms - 1}, Refusal.READING_BEFORE_VALID_FROM),
        ({"value": Decimal(-1), "unit": "kg", "ts_ms": 0}, Refusal.VALUE_NEGATIVE),
        ({"value": Decimal("0.01"), "unit": "kg", "ts_ms": 0}, Refusal.UNIT_MISMATCH),
        ({"value": Decimal("0.01"), "ts_ms": 0}, Refusal.VALUE_FINER_THAN_LEAST_COUNT),
        ({"ts_ms": 0}, Refusal.READING_TOO_OLD),
    ],
)
def test_the_first_reason_that_applies_is_the_answer(change: dict[str, object], reason: Refusal) -> None:
    assert reason_of(replace(READING, **change)) is reason


@pytest.mark.parametrize(
    "change",
    [{"ts_ms": NOW_MS + AHEAD_MS_MAX}, {"ts_ms": METER.valid_from_ms}, {"value": Decimal("49999.95")}],
)
def test_the_limits_themselves_are_still_good(change: dict[str, object]) -> None:
    assert isinstance(judge(replace(READING, **change), METER, now_ms=NOW_MS), int)


@given(st.integers(0, 10**18 - 1), st.sampled_from(["0.001", "0.05", "0.5", "1", "10", "2.5"]))
def test_counts_times_the_least_count_give_the_value_back(count: int, least: str) -> None:
    assert whole_counts(Decimal(count) * Decimal(least), Decimal(least)) == count


def test_readings_of_one_millisecond_stay_two_and_a_redelivery_is_one() -> None:
    assert point_time_ns(NOW_MS, 1) != point_time_ns(NOW_MS, 2)
    assert point_time_ns(NOW_MS, 1) == point_time_ns(NOW_MS, 1) == NOW_MS * 1_000_000 + 1
    assert point_time_ns(NOW_MS, 1_000_001) < point_time_ns(NOW_MS + 1, 0)
