"""A meter's consumption over any stretch from hours, days or months: what charts draw, without a reading."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.calendar import day_of, first_hour, hour_of_ns, instant_of_hour, month_days, month_of
from ingest.hot.models import Day, Hour, Month
from ingest.models import Meter
from ingest.units import value_text

# As many as a page is wide; a longer stretch is told by the next coarser kind.
POINTS_MAX = 1_000
KINDS = ("hour", "day", "month")


@dataclass(frozen=True, slots=True)
class Consumption:
    """Quantities by hour, day or month, oldest first, each with the instant it begins at."""

    by: str
    points: list[dict[str, Any]]


def consumption_of(meter: Meter, *, begin: datetime, end: datetime, by: str) -> Consumption:
    """What a meter counted between two instants. by: the kind wanted; too fine a one is made coarser."""
    kind = by
    while kind != KINDS[-1] and _count(kind, begin, end) > POINTS_MAX:
        kind = KINDS[KINDS.index(kind) + 1]
    return Consumption(kind, list(_READ[kind](meter, begin, end)))


def _count(kind: str, begin: datetime, end: datetime) -> int:
    hours = int((end - begin).total_seconds()) // 3600
    return hours if kind == "hour" else hours // 24


def _hours(meter: Meter, begin: datetime, end: datetime) -> Iterable[dict[str, Any]]:
    first, last = (hour_of_ns(int(instant.timestamp()) * 10**9) for instant in (begin, end))
    rows = Hour.objects.filter(meter_id=meter.index, hour__gte=first, hour__lt=max(last, first + 1))
    values = rows.order_by("hour").values_list("hour", "count", "estimated", "ambiguous")
    return (_point(meter, hour, count, est, ambiguous) for hour, count, est, ambiguous in values)


def _days(meter: Meter, begin: datetime, end: datetime) -> Iterable[dict[str, Any]]:
    rows = Day.objects.filter(meter_id=meter.index, day__gte=day_of(begin), day__lte=day_of(end))
    values = rows.order_by("day").values_list("day", "count", "estimated", "ambiguous")
    return (_point(meter, first_hour(day), count, est, ambiguous) for day, count, est, ambiguous in values)


def _months(meter: Meter, begin: datetime, end: datetime) -> Iterable[dict[str, Any]]:
    first, last = month_of(day_of(begin)), month_of(day_of(end))
    rows = Month.objects.filter(meter_id=meter.index, month__gte=first, month__lte=last)
    values = rows.order_by("month").values_list("month", "count", "estimated", "ambiguous")
    return (
        _point(meter, first_hour(_first(month)), count, est, ambiguous)
        for month, count, est, ambiguous in values
    )


def _first(month: str) -> date:
    return month_days(month)[0]


def _point(meter: Meter, hour: int, count: int, estimated: int, ambiguous: int) -> dict[str, Any]:
    return {
        "at": instant_of_hour(hour).isoformat(),
        "quantity": value_text(count, meter.quantity_step),
        "estimated": bool(estimated),
        "ambiguous": bool(ambiguous),
    }


_READ: dict[str, Callable[[Meter, datetime, datetime], Iterable[dict[str, Any]]]] = {
    "hour": _hours,
    "day": _days,
    "month": _months,
}
