"""Dirty hours become hours, days and months: recomputed from readings, never added to."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from kit import clock
from lexicon.terms import ReadingQuality

from ingest.calendar import HOUR_NS, day_of_hour, hour_of_ns, month_of
from ingest.gaps import Stretch, among, between
from ingest.hot.models import Declaration
from ingest.hours import Change, Declared, Hour, Register, Span, consumption
from ingest.intake import MeterFacts, Point
from ingest.rates import integrated
from ingest.selectors.directory import Directory
from ingest.series import Series
from ingest.services.closing import adjust, standing
from ingest.services.gaps import meters_with_gaps, settle
from ingest.units import is_rate

# A month of 40 meters is 29,760 hours; the whole of it in a few passes.
PASS_HOURS = 10_000
RATE_HOURS = 24
# Beyond every hour of a point's nanoseconds.
HOURS_END = 2**31 - 1

_HOURS = """
insert into hot_hour
  (meter_id, hour, day, count, n, slots, signed, estimated, ambiguous, version, computed_at)
select %s, t.*, 1, %s from unnest(%s::int[], %s::date[], %s::bigint[], %s::int[], %s::int[], %s::int[],
                                  %s::bool[], %s::bool[]) as t
on conflict (meter_id, hour) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_hour.version + 1, computed_at = excluded.computed_at
where (hot_hour.count, hot_hour.n, hot_hour.slots, hot_hour.signed, hot_hour.estimated, hot_hour.ambiguous)
  is distinct from
  (excluded.count, excluded.n, excluded.slots, excluded.signed, excluded.estimated, excluded.ambiguous)
"""
_IDLE = "delete from hot_hour where meter_id = %s and hour >= %s and hour < %s and not (hour = any(%s))"
_DAYS = """
insert into hot_day
  (meter_id, day, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, day, sum(count), sum(n), sum(slots), sum(signed), count(*) filter (where n > 0),
       count(*) filter (where estimated), count(*) filter (where ambiguous), 1, %s
from hot_hour where meter_id = %s and day = any(%s) group by meter_id, day
on conflict (meter_id, day) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_day.version + 1, computed_at = excluded.computed_at
where (hot_day.count, hot_day.n, hot_day.slots, hot_day.signed, hot_day.estimated, hot_day.ambiguous)
  is distinct from
  (excluded.count, excluded.n, excluded.slots, excluded.signed, excluded.estimated, excluded.ambiguous)
"""
_EMPTY_DAYS = """
delete from hot_day d where meter_id = %s and day = any(%s)
  and not exists (select 1 from hot_hour h where h.meter_id = d.meter_id and h.day = d.day)
"""
_MONTHS = """
insert into hot_month
  (meter_id, month, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, to_char(day, 'YYYY-MM'), sum(count), sum(n), sum(slots), sum(signed), sum(hours),
       sum(estimated), sum(ambiguous), 1, %s
from hot_day where meter_id = %s and to_char(day, 'YYYY-MM') = any(%s) group by 1, 2
on conflict (meter_id, month) do update set
  count = excluded.count, n = excluded.n, slots = excluded.slots, signed = excluded.signed,
  hours = excluded.hours, estimated = excluded.estimated, ambiguous = excluded.ambiguous,
  version = hot_month.version + 1, computed_at = excluded.computed_at
where (hot_month.count, hot_month.n, hot_month.slots, hot_month.signed,
       hot_month.estimated, hot_month.ambiguous) is distinct from
  (excluded.count, excluded.n, excluded.slots, excluded.signed, excluded.estimated, excluded.ambiguous)
"""
# Hours that have good readings, two before a run and two after it. What is not computed yet is marked, and
# its own run will reach back to here; so the time series need not be asked what lies around.
_AROUND = """
select b.hour, c.hour, d.hour, e.hour
from (select max(hour) as hour from hot_hour where meter_id = %(meter)s and hour < %(first)s and n > 0) b,
  lateral (select max(hour) as hour from hot_hour where meter_id = %(meter)s and hour < b.hour and n > 0) c,
  (select min(hour) as hour from hot_hour where meter_id = %(meter)s and hour > %(last)s and n > 0) d,
  lateral (select min(hour) as hour from hot_hour where meter_id = %(meter)s and hour > d.hour and n > 0) e
"""


# Of the last two hours: who looks every few minutes misses none.
_SILENT = """
insert into hot_dirtyhour (meter_id, hour, mark)
select h.meter_id, h.hour, 1 from hot_hour h
where h.hour >= %(current)s - 2 and h.hour < %(current)s and h.n > 0 and not h.estimated
  and not exists (select 1 from hot_hour later where later.meter_id = h.meter_id and later.hour > h.hour)
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Dirty:
    """One hour to compute again, as it was marked when it was read."""

    meter: int
    hour: int
    mark: int


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that change (from, to without), and hours whose readings must be known (start, end without).

    told: hours that had good readings when they were computed last.
    """

    from_hour: int
    to_hour: int
    start: int
    end: int
    told: frozenset[int] = frozenset()


def recompute(*, directory: Directory, series: Series, before: int | None = None) -> int:
    """Computes dirty hours of one pass and all that follows from them; how many there were.

    before: only hours ahead of this one. Marks made meanwhile stay: such an hour is computed again in the
    next pass.
    """
    dirty = _dirty(PASS_HOURS, to_hour=HOURS_END if before is None else before)
    for _ in _recomputed(dirty, directory, series):
        pass
    return len(dirty)


def recompute_from(
    hour: int, *, directory: Directory, series: Series, after: int, budget_s: float
) -> int | None:
    """Computes dirty hours from `hour` on, meter after meter, for so long; the last meter that was computed.

    after: the meter where it stopped last, 0 to begin. None when there is no meter left behind it: a round is
    over. Every meter comes to its turn, and who waits for something else waits no longer than the budget.
    """
    began = time.monotonic()
    dirty = _dirty(PASS_HOURS, from_hour=hour, after=after)
    for meter in _recomputed(dirty, directory, series):
        if time.monotonic() - began >= budget_s:
            return meter
    return None if len(dirty) < PASS_HOURS else dirty[-1].meter


def mark_silent(current: int) -> int:
    """Marks hours that are over and whose meters have told nothing since; how many.

    While an hour ran, its end was not known, which is no estimate. It is one when the hour is over without a
    reading near its end, and none comes to have it computed again. current: the running hour.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, {"current": current})
        return int(cursor.rowcount)


def _recomputed(dirty: Sequence[Dirty], directory: Directory, series: Series) -> Iterator[int]:
    """Each meter when its marked hours are computed."""
    gapped = meters_with_gaps({one.meter for one in dirty})
    for meter, marks in groupby(dirty, key=lambda one: one.meter):
        facts = directory.by_key(meter)
        one = Meter(facts, register_of(facts), series, has_gaps=meter in gapped)
        _recompute_meter(one, list(marks))
        yield meter


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter of a pass. has_gaps: whether open gaps of it are known."""

    facts: MeterFacts
    register: Register
    series: Series
    has_gaps: bool


def _recompute_meter(meter: Meter, marked: Sequence[Dirty]) -> None:
    key = meter.facts.key
    with transaction.atomic():
        # A pass over many meters takes minutes: readings that came since it began are in what is read now.
        marks = _marks(key, [one.hour for one in marked])
        if not marks:
            return
        days = set[date]()
        runs = _runs(sorted(mark.hour for mark in marks), gap=24)
        for run in _cut(runs) if is_rate(meter.facts.unit) else runs:
            days |= _recompute_run(meter, run)
        now, months = clock.now(), sorted({month_of(day) for day in days})
        closed = standing(meter.facts, months, now=now)
        _run(_DAYS, [now, key, sorted(days)])
        _run(_EMPTY_DAYS, [key, sorted(days)])
        _run(_MONTHS, [now, key, months])
        adjust(closed, now=now)
        _forget(key, marks)


def _recompute_run(meter: Meter, run: tuple[int, int]) -> set[date]:
    """Hours of a run and of the readings around it, whose edges they share; the days that they touch."""
    key, now = meter.facts.key, clock.now()
    current = hour_of_ns(int(now.timestamp()) * 10**9)
    window = _computed_window(key, run)
    made = _made(meter, window, current)
    if not window.told <= made.seen:
        # Hours are kept longer than readings: what can be computed again ends where the readings begin.
        window = _window(key, run, meter.series)
        made = _made(meter, window, current)
    _write(key, made.hours, now, current)
    _run(_IDLE, [key, window.from_hour, window.to_hour, [hour.hour for hour in made.hours]])
    if made.gaps or meter.has_gaps:
        settle(key, made.gaps, window=made.known, now=now)
    return {day_of_hour(hour) for hour in range(window.from_hour, window.to_hour)}


@dataclass(frozen=True, slots=True)
class Made:
    """What one run came to. known: from the first to the last good reading that was looked at.

    seen: all hours that have such readings, those around the run, too.
    """

    hours: Sequence[Hour]
    gaps: Sequence[Stretch]
    known: Stretch
    seen: frozenset[int]


def _made(meter: Meter, window: Window, current: int) -> Made:
    return _rated(meter, window, current) if is_rate(meter.facts.unit) else _registered(meter, window)


def _registered(meter: Meter, window: Window) -> Made:
    """A register's hours: differences of spans, most of which the store has compacted."""
    key, register, series = meter.facts.key, meter.register, meter.series
    spans = series.spans(key, from_hour=window.start, to_hour=window.end, register=register)
    hours = consumption(spans, from_hour=window.from_hour, to_hour=window.to_hour, register=register)

    def inside(span: Span) -> list[int]:
        return _times(series.range(key, from_ns=span.first_ns, to_ns=span.last_ns + 1))

    gaps = among(spans, register.interval_ns, inside)
    known = (spans[0].first_ns, spans[-1].last_ns) if spans else (0, 0)
    return Made(hours, gaps, known, frozenset(span.hour for span in spans))


def _rated(meter: Meter, window: Window, current: int) -> Made:
    """A rate's hours: areas between readings, all of which are looked at."""
    interval_ns = meter.register.interval_ns
    points = meter.series.range(meter.facts.key, from_ns=window.start * HOUR_NS, to_ns=window.end * HOUR_NS)
    hours = integrated(
        points,
        from_hour=window.from_hour,
        to_hour=window.to_hour,
        interval_ns=interval_ns,
        now_hour=current,
    )
    times = _times(points)
    known = (times[0], times[-1]) if times else (0, 0)
    return Made(hours, between(times, interval_ns), known, frozenset(map(hour_of_ns, times)))


def _times(points: Iterable[Point]) -> list[int]:
    return sorted(point.t_ns for point in points if point.quality is ReadingQuality.GOOD)


def _computed_window(meter: int, run: tuple[int, int]) -> Window:
    """The hours around a run by what was computed of its meter."""
    first, last = run
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"meter": meter, "first": first, "last": last})
        before, start, after, end = cursor.fetchone()
    told = frozenset(hour for hour in (before, start, after, end) if hour is not None)
    before = first if before is None else before
    after = last if after is None else after
    return Window(
        from_hour=before,
        to_hour=after + 1,
        start=before if start is None else start,
        end=(after if end is None else end) + 1,
        told=told,
    )


def _window(meter: int, run: tuple[int, int], series: Series) -> Window:
    """The same by the readings that are there."""
    first, last = run
    before = _hour_before(meter, first, series)
    after = _hour_from(meter, last + 1, series)
    start, end = _hour_before(meter, before, series), _hour_from(meter, after + 1, series)
    return Window(from_hour=before, to_hour=after + 1, start=start, end=end + 1)


def _hour_before(meter: int, hour: int, series: Series) -> int:
    point = series.before(meter, hour * HOUR_NS)
    return hour_of_ns(point.t_ns) if point else hour


def _hour_from(meter: int, hour: int, series: Series) -> int:
    point = series.after(meter, hour * HOUR_NS)
    return hour_of_ns(point.t_ns) if point else hour - 1


def register_of(meter: MeterFacts) -> Register:
    """How a meter's register counts, with what people declared about it."""
    rows = Declaration.objects.filter(meter_id=meter.key).order_by("t_ns")
    declared = tuple(
        Declared(t_ns=row.t_ns, change=Change(row.change), old_end=row.old_end, new_start=row.new_start)
        for row in rows
    )
    return Register(capacity=meter.capacity, interval_ns=meter.interval_s * 1_000_000_000, declared=declared)


def _write(meter: int, hours: Sequence[Hour], now: datetime, current: int) -> None:
    if not hours:
        return
    _run(
        _HOURS,
        [
            meter,
            now,
            [hour.hour for hour in hours],
            [day_of_hour(hour.hour) for hour in hours],
            [hour.count for hour in hours],
            [hour.n for hour in hours],
            [hour.slots for hour in hours],
            [hour.signed for hour in hours],
            # The running hour's end is not known yet; that is no estimate.
            [hour.estimated and hour.hour < current for hour in hours],
            [hour.ambiguous for hour in hours],
        ],
    )


def _dirty(limit: int, *, from_hour: int = 0, to_hour: int = HOURS_END, after: int = 0) -> list[Dirty]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select meter_id, hour, mark from hot_dirtyhour where hour >= %s and hour < %s and meter_id > %s "
            "order by meter_id, hour limit %s",
            [from_hour, to_hour, after, limit],
        )
        return [Dirty(*row) for row in cursor.fetchall()]


def _marks(meter: int, hours: list[int]) -> list[Dirty]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select meter_id, hour, mark from hot_dirtyhour where meter_id = %s and hour = any(%s)",
            [meter, hours],
        )
        return [Dirty(*row) for row in cursor.fetchall()]


def _forget(meter: int, marks: Sequence[Dirty]) -> None:
    _run(
        "delete from hot_dirtyhour d using unnest(%s::int[], %s::int[]) as t(h, k) "
        "where d.meter_id = %s and d.hour = t.h and d.mark = t.k",
        [[mark.hour for mark in marks], [mark.mark for mark in marks], meter],
    )


def _runs(hours: Iterable[int], *, gap: int) -> list[tuple[int, int]]:
    """Neighbouring hours as (first, last); a small gap is cheaper computed than asked around."""
    ordered = list(hours)
    cuts = [n for n, (a, b) in enumerate(pairwise(ordered), start=1) if b - a > gap]
    bounds = [0, *cuts, len(ordered)]
    return [(ordered[a], ordered[b - 1]) for a, b in pairwise(bounds)]


def _cut(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of a day at most: a rate needs all its readings in memory, a register only few of an hour."""
    return [
        (start, min(start + RATE_HOURS - 1, last))
        for first, last in runs
        for start in range(first, last + 1, RATE_HOURS)
    ]


def _run(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
