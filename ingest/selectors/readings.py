"""Readings and hours of one meter as pages see them. Every meter here is of the schema on the connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.calendar import HOUR_NS, hour_of_ns, instant_of_hour, instant_text
from ingest.hot.models import Hour
from ingest.intake import Point
from ingest.models import Meter
from ingest.series import Series
from ingest.units import value_text

# A page's width in points; more would be drawn on top of each other.
POINTS_MAX = 1_000
HOURS_MAX = 24 * 62


@dataclass(frozen=True, slots=True)
class Sampled:
    """Readings of a stretch, at most one a step of `step_s`."""

    step_s: int
    points: Sequence[dict[str, Any]]


def sampled(meter: Meter, series: Series, *, begin: datetime, end: datetime, step_s: int | None) -> Sampled:
    """The last reading of each step between two instants; the step is widened to at most 1,000 of them."""
    from_ns, to_ns = (int(instant.timestamp()) * 1_000_000_000 for instant in (begin, end))
    least = max(1, -(-(to_ns - from_ns) // (POINTS_MAX * 1_000_000_000)))
    step = max(step_s or least, least)
    points = series.sampled(meter.index, from_ns=from_ns, to_ns=to_ns, step_ns=step * 1_000_000_000)
    return Sampled(step, [reading(point, meter) for point in points])


def reading(point: Point, meter: Meter) -> dict[str, Any]:
    """One reading as an answer of the API."""
    return {
        "at": instant_text(point.t_ns),
        "value": value_text(point.count, meter.least_count),
        "quality": point.quality.value,
        "signed": point.signed,
    }


def hours(meter: Meter, *, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """The hours between two instants, oldest first, at most two months of them."""
    first, last = (hour_of_ns(int(instant.timestamp()) * 1_000_000_000) for instant in (begin, end))
    rows = Hour.objects.filter(meter_id=meter.index, hour__gte=first, hour__lt=last).order_by("hour")
    return [hour_told(row, meter) for row in rows[:HOURS_MAX]]


def hour_told(row: Hour, meter: Meter) -> dict[str, Any]:
    """One hour as an answer of the API."""
    slots = max(1, HOUR_NS // (meter.interval_s * 1_000_000_000))
    return {
        "hour": instant_of_hour(row.hour).isoformat(),
        "quantity": value_text(row.count, meter.quantity_step),
        "unit": meter.quantity_unit,
        "readings": row.n,
        "signed": row.signed,
        "expected": slots,
        "complete": min(row.slots, slots),
        "estimated": row.estimated,
        "ambiguous": row.ambiguous,
        "version": row.version,
    }
