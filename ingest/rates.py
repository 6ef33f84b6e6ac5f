"""Consumption of an hour as the area under a rate (kW, t/h, Nm3/h). Pure; exact up to one rounding an hour.

Between two good readings that are near enough the rate runs along the straight line (trapezoid). A longer
silence is a gap: the higher of its two neighbours stands for the whole of it, so that losing readings never
lowers a figure, and its hours are estimates. Nothing is known after the last reading, so nothing is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from lexicon.terms import ReadingQuality

from ingest.calendar import HOUR_NS
from ingest.hours import FRESH_INTERVALS, MS_NS, Hour
from ingest.intake import Point
from ingest.units import STEPS

HOUR_MS = HOUR_NS // MS_NS


def integrated(
    points: Iterable[Point], *, from_hour: int, to_hour: int, interval_ns: int, now_hour: int
) -> list[Hour]:
    """Hours from `from_hour` up to but without `to_hour` in steps of 1/1000 least count x hour.

    points: good or not, in any order, with one good reading before and one after the hours where there are
    such. now_hour: the running hour, whose end nobody can know yet.
    """
    good = sorted((p for p in points if p.quality is ReadingQuality.GOOD), key=lambda p: p.t_ns)
    areas = _areas(good, FRESH_INTERVALS * interval_ns // MS_NS)
    by_hour = {hour: list(group) for hour, group in groupby(good, key=lambda p: p.t_ns // HOUR_NS)}
    scene = _Scene(interval_ns, now_hour, good[-1].t_ns if good else None)
    made = (
        _hour(hour, areas.get(hour, (0, False)), by_hour.get(hour, []), scene)
        for hour in range(from_hour, to_hour)
    )
    return [hour for hour in made if hour.n or hour.count]


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all hours of one call share."""

    interval_ns: int
    now_hour: int
    last_ns: int | None

    def is_open(self, hour: int) -> bool:
        """Whether the rate at the end of an hour was never read; in the running hour that is no fault."""
        end_ns = (hour + 1) * HOUR_NS - FRESH_INTERVALS * self.interval_ns
        return self.last_ns is not None and self.last_ns < end_ns and hour < self.now_hour


def _areas(good: Sequence[Point], near_ms: int) -> dict[int, tuple[int | Fraction, bool]]:
    """By hour: twice the area in least counts x ms, and whether any of it lies in a gap."""
    areas: dict[int, tuple[int | Fraction, bool]] = {}
    for a, b in pairwise(good):
        start, end = a.t_ns // MS_NS, b.t_ns // MS_NS
        is_gap = end - start > near_ms
        low, high = (max(a.count, b.count),) * 2 if is_gap else (a.count, b.count)
        for hour, doubled in _split(start, end, low, high):
            area, filled = areas.get(hour, (0, False))
            areas[hour] = (area + doubled, filled or is_gap)
    return areas


def _split(start: int, end: int, low: int, high: int) -> Iterable[tuple[int, int | Fraction]]:
    """Twice the area of one piece of the line, cut at the edges of hours."""
    if (end - 1) // HOUR_MS == start // HOUR_MS:
        # Nearly every piece lies within one hour; whole numbers are ten times faster than fractions.
        yield start // HOUR_MS, (low + high) * (end - start)
        return
    at = start
    while at < end:
        cut = min(end, (at // HOUR_MS + 1) * HOUR_MS)
        # Twice the mean of the line between the two instants, times the time between them.
        slope = Fraction(high - low, end - start)
        yield at // HOUR_MS, (2 * low + slope * (at + cut - 2 * start)) * (cut - at)
        at = cut


def _hour(hour: int, area: tuple[int | Fraction, bool], inside: Sequence[Point], scene: _Scene) -> Hour:
    doubled, filled = area
    return Hour(
        hour=hour,
        # Halves to even: over a month the roundings of hours cancel instead of adding up.
        count=round(Fraction(doubled * STEPS) / (2 * HOUR_MS)),
        n=len(inside),
        slots=len({point.t_ns // scene.interval_ns for point in inside}),
        signed=sum(point.signed for point in inside),
        estimated=filled or scene.is_open(hour),
        ambiguous=False,
    )
