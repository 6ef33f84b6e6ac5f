"""Dirty hours become hours, days and months: recomputed from readings, never added to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from kit import clock

from ingest.calendar import HOUR_NS, day_of_hour, hour_of_ns, month_of
from ingest.hot.models import Declaration
from ingest.hours import Change, Declared, Hour, Register, consumption
from ingest.intake import MeterFacts
from ingest.rates import integrated
from ingest.selectors.directory import Directory
from ingest.series import Series
from ingest.units import is_rate

# A month of 40 meters is 29,760 hours; the whole of it in a few passes.
PASS_HOURS = 10_000
RATE_HOURS = 24

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


@dataclass(frozen=True, slots=True)
class Dirty:
    """One hour to compute again, as it was marked when it was read."""

    meter: int
    hour: int
    mark: int


def recompute(*, directory: Directory, series: Series) -> int:
    """Computes dirty hours of one pass and all that follows from them; how many there were.

    Marks made meanwhile stay: such an hour is computed again in the next pass.
    """
    dirty = _dirty(PASS_HOURS)
    for meter, marks in groupby(dirty, key=lambda one: one.meter):
        _recompute_meter(directory.by_key(meter), list(marks), series)
    return len(dirty)


def _recompute_meter(meter: MeterFacts, marks: Sequence[Dirty], series: Series) -> None:
    register = register_of(meter)
    with transaction.atomic():
        days = set[date]()
        runs = _runs(sorted(mark.hour for mark in marks), gap=24)
        for run in _cut(runs) if is_rate(meter.unit) else runs:
            days |= _recompute_run(meter, register, run, series)
        now = clock.now()
        _run(_DAYS, [now, meter.key, sorted(days)])
        _run(_EMPTY_DAYS, [meter.key, sorted(days)])
        _run(_MONTHS, [now, meter.key, sorted({month_of(day) for day in days})])
        _forget(meter.key, marks)


def _recompute_run(meter: MeterFacts, register: Register, run: tuple[int, int], series: Series) -> set[date]:
    """Hours of a run and of the readings around it, whose edges they share; the days that they touch."""
    from_hour, to_hour, start, end = _window(meter.key, run, series)
    now = clock.now()
    current = hour_of_ns(int(now.timestamp()) * 10**9)
    if is_rate(meter.unit):
        points = series.range(meter.key, from_ns=start * HOUR_NS, to_ns=end * HOUR_NS)
        hours = integrated(
            points,
            from_hour=from_hour,
            to_hour=to_hour,
            interval_ns=register.interval_ns,
            now_hour=current,
        )
    else:
        spans = series.spans(meter.key, from_hour=start, to_hour=end, register=register)
        hours = consumption(spans, from_hour=from_hour, to_hour=to_hour, register=register)
    _write(meter.key, hours, now, current)
    _run(_IDLE, [meter.key, from_hour, to_hour, [hour.hour for hour in hours]])
    return {day_of_hour(hour) for hour in range(from_hour, to_hour)}


def _window(meter: int, run: tuple[int, int], series: Series) -> tuple[int, int, int, int]:
    """Hours that change (from, to without), and hours whose readings must be known (start, end without)."""
    first, last = run
    before = _hour_before(meter, first, series)
    after = _hour_from(meter, last + 1, series)
    start, end = _hour_before(meter, before, series), _hour_from(meter, after + 1, series)
    return before, after + 1, start, end + 1


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


def _dirty(limit: int) -> list[Dirty]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select meter_id, hour, mark from hot_dirtyhour order by meter_id, hour limit %s", [limit]
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
