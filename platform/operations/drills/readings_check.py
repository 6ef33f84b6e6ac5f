"""`python -m operations.drills.readings_check TRUTH...`: what the store holds against the devices' own truth.

A program of its own, because Django is set up once a process. Its last line is one JSON object: for each file
what differs, and how many readings stand at meters that no file names.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from operations.django_project import start

if TYPE_CHECKING:
    from ingest.hot.models import MeterIndex
    from ingest.intake import Point
    from ingest.series import Series

HOURS_WITHIN_S = 180.0
NAMES = ("lost", "doubled", "invented", "missing", "quarantined", "refused", "hours_off", "months_off")
Reading = list[int]


def main() -> None:
    """Compares each reading, each sequence, each hour, day and month of each meter."""
    start()
    from ingest.hot.models import DirtyHour, MeterIndex
    from ingest.series import chosen

    end = time.monotonic() + HOURS_WITHIN_S
    while DirtyHour.objects.exists() and time.monotonic() < end:
        time.sleep(0.5)
    series, told, named = chosen(), list[dict[str, int]](), set[int]()
    for path in sys.argv[1:]:
        truth = json.loads(Path(path).read_text(encoding="utf-8"))
        found = dict.fromkeys(NAMES, 0)
        for slug, readings in truth["meters"].items():
            meter = MeterIndex.objects.get(tenant=truth["tenant"], plant=truth["plant"], meter=slug)
            named.add(meter.pk)
            for name, count in _of_meter(meter, readings, boot=truth["boot"], series=series).items():
                found[name] += count
        told.append(found)
    others = MeterIndex.objects.exclude(pk__in=named).values_list("pk", flat=True)
    elsewhere = sum(len(series.range(key, from_ns=0, to_ns=2**62)) for key in others)
    print(json.dumps({"files": told, "elsewhere": elsewhere, "dirty": DirtyHour.objects.count()}))


def _of_meter(
    meter: MeterIndex, readings: Sequence[Reading], *, boot: int, series: Series
) -> Mapping[str, int]:
    from ingest.hot.models import DaySequence
    from ingest.intake import point_time_ns
    from ingest.sequences import SequenceSet

    expected = {(point_time_ns(ts, seq), count, boot, seq) for ts, count, seq in readings}
    points = series.range(meter.pk, from_ns=0, to_ns=2**62)
    stored = {(one.t_ns, one.count, one.boot, one.seq) for one in points}
    seen, kept = SequenceSet(), {"quarantined": 0, "refused": 0}
    for row in DaySequence.objects.filter(meter_id=meter.pk):
        kept["quarantined"] += len(row.quarantined)
        kept["refused"] += len(row.refused)
        for first, last in row.stored.ranges():
            seen.add_range(first, last)
    return {
        "lost": len(expected - stored),
        "invented": len(stored - expected),
        "doubled": len(points) - len({(one.boot, one.seq) for one in points}),
        "missing": sum(b - a + 1 for a, b in seen.gaps(1, len(readings))),
        **kept,
        **_booked(meter, readings, boot=boot),
    }


def _booked(meter: MeterIndex, readings: Sequence[Reading], *, boot: int) -> Mapping[str, int]:
    """Hours, days and months that are not what the truth alone comes to, without anything that was stored."""
    from django.db.models import Sum

    from ingest.calendar import day_of_hour
    from ingest.hot.models import Day, Hour, Month
    from ingest.hours import compact, consumption
    from ingest.selectors.directory import facts_of
    from ingest.services.hours import register_of

    register = register_of(facts_of(meter))
    spans = compact(_points(meter.pk, readings, boot), register)
    hours = {
        one.hour: (one.count, one.n, one.signed)
        for one in consumption(spans, from_hour=spans[0].hour, to_hour=spans[-1].hour + 1, register=register)
    }
    days: dict[Any, int] = {}
    for hour, (count, _, _) in hours.items():
        days[day_of_hour(hour)] = days.get(day_of_hour(hour), 0) + count
    rows = Hour.objects.filter(meter_id=meter.pk).values_list("hour", "count", "n", "signed")
    booked = {hour: tuple(rest) for hour, *rest in rows}
    booked_days = dict(Day.objects.filter(meter_id=meter.pk).values_list("day", "count"))
    month = Month.objects.filter(meter_id=meter.pk).aggregate(sum=Sum("count"))["sum"] or 0
    in_time = sorted(readings)
    return {
        "hours_off": _differing(hours, booked) + _differing(days, booked_days),
        "months_off": abs(month - (in_time[-1][1] - in_time[0][1])),
    }


def _differing(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> int:
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


def _points(meter: int, readings: Sequence[Reading], boot: int) -> list[Point]:
    from lexicon.terms import ReadingQuality

    from ingest.intake import Point, point_time_ns

    return [
        Point(meter, point_time_ns(ts, seq), count, boot, seq, ReadingQuality.GOOD, boot > 0)
        for ts, count, seq in readings
    ]


if __name__ == "__main__":
    main()
