"""Consumption of an hour as a difference of register readings at its edges. Pure, in whole least counts.

Every hour is P(end) - P(start) of one function P over hour edges, so hours, days and months telescope
exactly. P rises by what the register rose between consecutive good readings; an edge between two readings
takes the last one if it is fresh, else the straight line between its neighbours, floored to the least count.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from lexicon.terms import ReadingQuality

from ingest.calendar import HOUR_NS
from ingest.intake import Point

# A point's time is its reading's millisecond plus ns that keep it unique; the reading's is the millisecond.
MS_NS = 1_000_000
# A reading stands for its edge for three expected intervals; later the line between neighbours is closer.
FRESH_INTERVALS = 3


class Change(StrEnum):
    """What a person declared about a register."""

    RESET = "reset"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declared reset or replacement: the old register's end (None: nobody read it), the new one's start."""

    t_ns: int
    change: Change
    old_end: int | None
    new_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """How a register counts: it turns over at `capacity`; a reading is expected every `interval_ns`."""

    capacity: int
    interval_ns: int
    declared: tuple[Declared, ...] = ()

    @property
    def slots_per_hour(self) -> int:
        """Readings that make an hour complete."""
        return max(1, HOUR_NS // self.interval_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One hour's good readings, compacted: first, last, and what the register rose between them."""

    hour: int
    n: int
    slots: int
    signed: int
    first_ns: int
    first_count: int
    last_ns: int
    last_count: int
    inner: int
    ambiguous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour's consumption in least counts and how much of it was measured; `hour` counts from 1970 UTC."""

    hour: int
    count: int
    n: int
    slots: int
    signed: int
    estimated: bool
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class _Edge:
    position: int
    estimated: bool
    ambiguous: bool


def rise(
    before: Point | tuple[int, int], after: Point | tuple[int, int], register: Register
) -> tuple[int, bool]:
    """Counts a register rose between two (t_ns, count) readings, and whether that waits for a person.

    A drop that is neither declared nor a plain rollover counts nothing: nothing negative is ever booked.
    """
    (t0, c0), (t1, c1) = _pair(before), _pair(after)
    declared = [change for change in register.declared if t0 < change.t_ns <= t1]
    if declared:
        return _rise_across(c0, declared, c1)
    if c1 >= c0:
        return c1 - c0, False
    if c0 * 10 > register.capacity * 9 and c1 * 10 < register.capacity:
        return register.capacity - c0 + c1, False
    return 0, True


def compact(points: Iterable[Point], register: Register) -> list[Span]:
    """The spans of a meter's points: good ones only, by hour, in time order whatever order they came in."""
    good = sorted(
        (point for point in points if point.quality is ReadingQuality.GOOD), key=lambda point: point.t_ns
    )
    return [
        _span(hour, list(group), register) for hour, group in groupby(good, key=lambda p: p.t_ns // HOUR_NS)
    ]


def consumption(spans: Sequence[Span], *, from_hour: int, to_hour: int, register: Register) -> list[Hour]:
    """Hours from `from_hour` up to but without `to_hour`; idle hours without readings are left out.

    spans: sorted, with two spans before and two after the hours where there are so many.
    """
    frame = _Frame(spans, register)
    edges = [frame.edge(hour) for hour in range(from_hour, to_hour + 1)]
    made = (frame.hour(from_hour + n, start, end) for n, (start, end) in enumerate(pairwise(edges)))
    return [hour for hour in made if hour.n or hour.count or hour.ambiguous]


class _Frame:
    """Positions of edges along the spans: P of the module's docstring."""

    def __init__(self, spans: Sequence[Span], register: Register) -> None:
        self._spans = spans
        self._register = register
        self._hours = [span.hour for span in spans]
        self._rises = [rise(_last(a), _first(b), register) for a, b in pairwise(spans)]
        self._at_last = self._positions()

    def edge(self, hour: int) -> _Edge:
        """P at the start of the hour."""
        after = bisect_left(self._hours, hour)
        if after == 0:
            return _Edge(position=0, estimated=False, ambiguous=False)
        last = self._spans[after - 1]
        is_fresh = hour * HOUR_NS - last.last_ns <= FRESH_INTERVALS * self._register.interval_ns
        if after == len(self._spans):
            return _Edge(position=self._at_last[after - 1], estimated=not is_fresh, ambiguous=False)
        risen, ambiguous = self._rises[after - 1]
        offset, estimated = self._offset(last, self._spans[after], hour * HOUR_NS, risen, is_fresh=is_fresh)
        return _Edge(self._at_last[after - 1] + offset, estimated=estimated, ambiguous=ambiguous)

    def hour(self, hour: int, start: _Edge, end: _Edge) -> Hour:
        place = bisect_left(self._hours, hour)
        span = self._spans[place] if place < len(self._spans) and self._hours[place] == hour else None
        return Hour(
            hour=hour,
            count=end.position - start.position,
            n=span.n if span else 0,
            slots=span.slots if span else 0,
            signed=span.signed if span else 0,
            estimated=start.estimated or end.estimated,
            ambiguous=start.ambiguous or end.ambiguous or bool(span and span.ambiguous),
        )

    def _positions(self) -> list[int]:
        positions, total = [], 0
        for n, span in enumerate(self._spans):
            total += span.inner + (self._rises[n - 1][0] if n else 0)
            positions.append(total)
        return positions

    def _offset(
        self, last: Span, following: Span, edge_ns: int, risen: int, *, is_fresh: bool
    ) -> tuple[int, bool]:
        """How much of the rise between two spans lies before the edge, and whether that is an estimate."""
        edge, before, after = (t // MS_NS for t in (edge_ns, last.last_ns, following.first_ns))
        if after == edge:
            return risen, False
        if is_fresh:
            return 0, False
        return risen * (edge - before) // (after - before), True


def _span(hour: int, points: Sequence[Point], register: Register) -> Span:
    rises = [rise(a, b, register) for a, b in pairwise(points)]
    return Span(
        hour=hour,
        n=len(points),
        slots=len({point.t_ns // register.interval_ns for point in points}),
        signed=sum(point.signed for point in points),
        first_ns=points[0].t_ns,
        first_count=points[0].count,
        last_ns=points[-1].t_ns,
        last_count=points[-1].count,
        inner=sum(risen for risen, _ in rises),
        ambiguous=any(ambiguous for _, ambiguous in rises),
    )


def _rise_across(before: int, declared: Sequence[Declared], after: int) -> tuple[int, bool]:
    """Old end - last, each register in between, new value - new start; an unread end counts nothing."""
    total, level = 0, before
    for change in declared:
        total += max(0, change.old_end - level) if change.old_end is not None else 0
        level = change.new_start
    return (total + after - level, False) if after >= level else (total, True)


def _pair(reading: Point | tuple[int, int]) -> tuple[int, int]:
    return (reading.t_ns, reading.count) if isinstance(reading, Point) else reading


def _first(span: Span) -> tuple[int, int]:
    return span.first_ns, span.first_count


def _last(span: Span) -> tuple[int, int]:
    return span.last_ns, span.last_count
