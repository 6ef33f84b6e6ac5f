"""Hours of rate meters: areas, gaps, one rounding an hour; order and repetition change nothing."""

import random
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lexicon.terms import ReadingQuality

from ingest.calendar import HOUR_NS
from ingest.hours import Hour
from ingest.intake import Point
from ingest.rates import STEPS, integrated

MINUTE_NS = HOUR_NS // 60
GOOD, BAD = ReadingQuality.GOOD, ReadingQuality.BAD


def point(t_ns: int, count: int, quality: ReadingQuality = GOOD) -> Point:
    return Point(meter=1, t_ns=t_ns, count=count, boot=1, seq=1, quality=quality, signed=False)


def hours_of(
    points: list[Point], *, interval_min: int = 10, hours: int = 6, now_hour: int = 99
) -> list[Hour]:
    return integrated(
        points, from_hour=0, to_hour=hours, interval_ns=interval_min * MINUTE_NS, now_hour=now_hour
    )


def test_a_steady_rate_for_an_hour_is_that_rate_times_an_hour() -> None:
    (first, last) = hours_of([point(n * 10 * MINUTE_NS, 50) for n in range(7)])
    assert (first.count, first.estimated, first.n, first.slots) == (50 * STEPS, False, 6, 6)
    assert (last.count, last.n) == (0, 1)


def test_a_line_that_crosses_an_edge_is_cut_there() -> None:
    made = hours_of([point(55 * MINUTE_NS, 12), point(65 * MINUTE_NS, 18)])
    # (12 + 15)/2 x 5/60 and (15 + 18)/2 x 5/60.
    assert [hour.count for hour in made] == [1125, 1375]


def test_a_gap_takes_its_higher_neighbour_and_is_an_estimate() -> None:
    made = hours_of([point(0, 6), point(90 * MINUTE_NS, 10)])
    assert [(hour.count, hour.estimated) for hour in made] == [(10 * STEPS, True), (5 * STEPS, True)]


def test_bad_readings_and_the_unknown_after_the_last_one_count_nothing() -> None:
    made = hours_of([point(0, 6), point(5 * MINUTE_NS, 999, BAD), point(10 * MINUTE_NS, 6)])
    assert [(hour.count, hour.n, hour.estimated) for hour in made] == [(STEPS, 2, True)]
    assert not hours_of([point(0, 6), point(10 * MINUTE_NS, 6)], now_hour=0)[0].estimated


def test_nothing_gives_nothing_and_one_reading_is_no_area() -> None:
    assert hours_of([]) == []
    assert [(hour.count, hour.n) for hour in hours_of([point(0, 7)])] == [(0, 1)]


rates = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 10_000)), min_size=1, max_size=40, unique_by=lambda p: p[0]
)


@given(rates, st.randoms(use_true_random=False))
def test_order_changes_no_hour(steps: list[tuple[int, int]], chance: random.Random) -> None:
    points = [point(minute * MINUTE_NS, rate) for minute, rate in steps]
    shuffled = chance.sample(points, len(points))
    assert hours_of(shuffled) == hours_of(sorted(points, key=lambda p: p.t_ns))


@given(rates, st.integers(1, 5))
def test_hours_computed_apart_equal_those_computed_together(steps: list[tuple[int, int]], cut: int) -> None:
    points = sorted((point(m * MINUTE_NS, rate) for m, rate in steps), key=lambda p: p.t_ns)
    whole = hours_of(points)
    before = [one for one in points if one.t_ns < cut * HOUR_NS]
    after = [one for one in points if one.t_ns >= cut * HOUR_NS]
    left = integrated(before + after[:1], from_hour=0, to_hour=cut, interval_ns=10 * MINUTE_NS, now_hour=99)
    right = integrated(before[-1:] + after, from_hour=cut, to_hour=6, interval_ns=10 * MINUTE_NS, now_hour=99)
    assert left + right == whole


@given(rates)
def test_the_sum_of_hours_is_the_exact_area_within_half_a_step_an_hour(steps: list[tuple[int, int]]) -> None:
    points = sorted((point(m * MINUTE_NS, rate) for m, rate in steps), key=lambda p: p.t_ns)
    area = Fraction(0)
    for a, b in pairwise(points):
        minutes = (b.t_ns - a.t_ns) // MINUTE_NS
        mean = max(a.count, b.count) if minutes > 30 else Fraction(a.count + b.count, 2)
        area += mean * minutes / 60
    made = hours_of(points)
    assert abs(sum(hour.count for hour in made) - area * STEPS) <= Fraction(len(made), 2)
    assert all(hour.count >= 0 for hour in made)
