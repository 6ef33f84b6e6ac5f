"""Hours from registers: edges, gaps, rollover, reset, replacement; order and repetition change nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.terms import ReadingQuality

from ingest.calendar import HOUR_NS
from ingest.hours import Change, Declared, Hour, Register, compact, consumption
from ingest.intake import Point

QUARTER_NS = HOUR_NS // 4
REGISTER = Register(capacity=1_000_000, interval_ns=QUARTER_NS)
GOOD, BAD = ReadingQuality.GOOD, ReadingQuality.BAD


def point(
    t_ns: int, count: int, seq: int = 1, quality: ReadingQuality = GOOD, *, signed: bool = True
) -> Point:
    return Point(meter=1, t_ns=t_ns, count=count, boot=1, seq=seq, quality=quality, signed=signed)


def hours_of(points: list[Point], register: Register = REGISTER, hours: int = 6) -> list[Hour]:
    return consumption(compact(points, register), from_hour=0, to_hour=hours, register=register)


def counts(hours: list[Hour]) -> dict[int, int]:
    return {hour.hour: hour.count for hour in hours}


def test_four_quarters_make_a_complete_hour() -> None:
    points = [point(n * QUARTER_NS, 100 + 10 * n, n) for n in range(9)]
    first, second, third = hours_of(points)
    assert (first.count, first.slots, first.estimated, first.ambiguous) == (40, 4, False, False)
    assert (second.count, third.count) == (40, 0)
    assert first.signed == first.n == 4


def test_the_reading_at_an_edge_ends_one_hour_and_begins_the_next() -> None:
    assert counts(hours_of([point(0, 0), point(HOUR_NS, 7), point(2 * HOUR_NS, 9)])) == {0: 7, 1: 2, 2: 0}


def test_a_fresh_reading_before_the_edge_stands_for_it() -> None:
    points = [point(0, 0), point(HOUR_NS - QUARTER_NS, 50), point(HOUR_NS + 2_000_000, 60)]
    assert counts(hours_of(points)) == {0: 50, 1: 10}
    assert not any(hour.estimated for hour in hours_of(points)[:1])


def test_a_gap_is_shared_along_the_line_floored_and_marked() -> None:
    points = [point(0, 0), point(QUARTER_NS, 1), point(4 * HOUR_NS, 12)]
    made = hours_of(points)
    # At 01:00 the reading of 00:15 is still fresh. From 00:15 to 04:00 the register rose by 11:
    # 11 * 7/15 = 5.13 by 02:00 and 11 * 11/15 = 8.07 by 03:00, floored.
    assert counts(made) == {0: 1, 1: 5, 2: 3, 3: 3, 4: 0}
    assert [hour.estimated for hour in made] == [
        False,
        True,
        True,
        True,
        True,
    ]  # the last edge is held, not read


def test_bad_readings_are_not_taken_for_the_register() -> None:
    points = [point(0, 0), point(QUARTER_NS, 999, 2, BAD), point(HOUR_NS, 5, 3)]
    assert counts(hours_of(points)) == {0: 5, 1: 0}


def test_a_rollover_counts_through_the_turn() -> None:
    assert counts(hours_of([point(0, 999_990), point(HOUR_NS, 15)])) == {0: 25, 1: 0}


def test_an_undeclared_drop_counts_nothing_and_waits() -> None:
    made = hours_of([point(0, 991_204), point(QUARTER_NS, 500_000), point(HOUR_NS, 500_037)])
    assert counts(made) == {0: 37, 1: 0}
    assert made[0].ambiguous


def test_a_declared_reset_counts_from_the_new_start() -> None:
    declared = Declared(t_ns=QUARTER_NS, change=Change.RESET, old_end=None, new_start=0)
    register = Register(capacity=1_000_000, interval_ns=QUARTER_NS, declared=(declared,))
    made = hours_of([point(0, 500), point(QUARTER_NS, 3), point(HOUR_NS, 8)], register)
    assert counts(made) == {0: 8, 1: 0}
    assert not made[0].ambiguous


def test_a_replacement_counts_old_end_minus_last_plus_new_minus_start() -> None:
    declared = Declared(t_ns=2 * QUARTER_NS, change=Change.REPLACED, old_end=560, new_start=40)
    register = Register(capacity=1_000_000, interval_ns=QUARTER_NS, declared=(declared,))
    made = hours_of(
        [point(0, 500), point(QUARTER_NS, 550), point(3 * QUARTER_NS, 47), point(HOUR_NS, 50)], register
    )
    assert counts(made) == {0: 50 + 10 + 7 + 3, 1: 0}


def test_a_replacement_whose_new_register_stands_higher_is_no_consumption() -> None:
    declared = Declared(t_ns=2 * QUARTER_NS, change=Change.REPLACED, old_end=510, new_start=9_000)
    register = Register(capacity=1_000_000, interval_ns=QUARTER_NS, declared=(declared,))
    assert counts(hours_of([point(0, 500), point(HOUR_NS, 9_004)], register)) == {0: 14, 1: 0}


def test_a_silent_meter_keeps_its_last_value_and_says_so() -> None:
    made = hours_of([point(0, 0), point(QUARTER_NS, 4)])
    assert made[0].count == 4
    assert made[0].estimated is False or made[0].slots < REGISTER.slots_per_hour


def test_hours_without_readings_and_without_consumption_are_left_out() -> None:
    assert set(counts(hours_of([point(0, 5), point(5 * HOUR_NS, 5)]))) == {0, 5}


def test_nothing_gives_nothing() -> None:
    assert hours_of([]) == []


@pytest.mark.parametrize("interval_s", [1, 60, 900, 3600, 7200])
def test_an_hour_of_any_interval_expects_at_least_one_reading(interval_s: int) -> None:
    register = Register(capacity=10, interval_ns=interval_s * 1_000_000_000)
    assert register.slots_per_hour == max(1, 3600 // interval_s)


rising = st.lists(
    st.tuples(st.integers(0, 12 * HOUR_NS - 1), st.integers(0, 500)),
    min_size=1,
    max_size=60,
    unique_by=lambda p: p[0],
)


def registered(steps: list[tuple[int, int]]) -> list[Point]:
    made, level = [], 0
    for n, (t_ns, step) in enumerate(sorted(steps)):
        level += step
        made.append(point(t_ns, level, n))
    return made


@given(rising, st.randoms(use_true_random=False), st.data())
def test_order_and_repetition_of_readings_change_no_hour(
    steps: list[tuple[int, int]], chance: random.Random, data: st.DataObject
) -> None:
    points = registered(steps)
    stored: dict[int, Point] = {}
    repeated = points + data.draw(st.lists(st.sampled_from(points), max_size=30))
    chance.shuffle(repeated)
    for one in repeated:
        stored[one.t_ns] = one
    assert hours_of(list(stored.values()), hours=13) == hours_of(points, hours=13)


@given(rising)
def test_hours_telescope_to_last_minus_first_and_nothing_is_negative(steps: list[tuple[int, int]]) -> None:
    points = registered(steps)
    made = hours_of(points, hours=13)
    assert sum(hour.count for hour in made) == points[-1].count - points[0].count
    assert all(hour.count >= 0 for hour in made)


@given(rising, st.integers(1, 11))
def test_hours_computed_in_two_windows_equal_those_of_one(steps: list[tuple[int, int]], cut: int) -> None:
    spans = compact(registered(steps), REGISTER)
    whole = consumption(spans, from_hour=0, to_hour=13, register=REGISTER)
    before = [span for span in spans if span.hour < cut]
    after = [span for span in spans if span.hour >= cut]
    left = consumption(before + after[:2], from_hour=0, to_hour=cut, register=REGISTER)
    right = consumption(before[-2:] + after, from_hour=cut, to_hour=13, register=REGISTER)
    assert left + right == whole


@given(st.lists(st.integers(0, 999), min_size=2, max_size=40))
def test_a_register_that_jumps_anyhow_never_books_a_negative_hour(values: list[int]) -> None:
    register = Register(capacity=1_000, interval_ns=QUARTER_NS)
    made = hours_of([point(n * QUARTER_NS, value, n) for n, value in enumerate(values)], register, hours=12)
    assert all(hour.count >= 0 for hour in made)
