"""Closed months: what was submitted stays as it was, and every later change of it becomes an adjustment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import clock, schema

from ingest.calendar import day_of, month_of
from ingest.hot.models import Adjustment, Closing, MeterIndex, Month
from ingest.intake import MeterFacts
from ingest.services.months import sum_month


def close_month(plant: str, month: str) -> None:
    """The month of a plant of the schema on the connection was submitted; again changes nothing.

    What is closed is the sum of its hours, whatever happened to the rows of days since.
    """
    meters = MeterIndex.objects.filter(tenant=_schema(), plant=plant).values_list("pk", flat=True)
    sum_month(list(meters), month)
    Closing.objects.get_or_create(
        tenant=_schema(), plant=plant, month=month, defaults={"closed_at": clock.now()}
    )


def reopen_month(plant: str, month: str) -> None:
    """It was taken back or returned; adjustments that were recorded stay."""
    Closing.objects.filter(tenant=_schema(), plant=plant, month=month).delete()


@dataclass(frozen=True, slots=True)
class Sum:
    """A meter's month: least counts, and how often it was computed anew."""

    count: int
    version: int


# A month without a single reading.
NOTHING = Sum(count=0, version=0)


@dataclass(frozen=True, slots=True)
class Closed:
    """A meter's closed months as they stand before a pass: closing instants and sums by month."""

    meter: int
    closings: Mapping[str, datetime]
    counts: Mapping[str, Sum]


def standing(meter: MeterFacts, months: Sequence[str], *, now: datetime) -> Closed | None:
    """Which of some months are closed, and how they stand; None where none is."""
    running = month_of(day_of(now))
    past = [month for month in months if month < running]
    if not past:
        return None
    closings = dict(
        Closing.objects.filter(tenant=meter.tenant, plant=meter.plant, month__in=past).values_list(
            "month", "closed_at"
        )
    )
    return Closed(meter.key, closings, _counts(meter.key, closings)) if closings else None


def adjust(before: Closed | None, *, now: datetime) -> None:
    """Records what a pass changed in closed months."""
    if before is None:
        return
    after = _counts(before.meter, before.closings)
    changed = [
        month
        for month in before.closings
        if after.get(month, NOTHING).count != before.counts.get(month, NOTHING).count
    ]
    Adjustment.objects.bulk_create(
        Adjustment(
            meter_id=before.meter,
            month=month,
            closed_at=before.closings[month],
            before=before.counts.get(month, NOTHING).count,
            after=after.get(month, NOTHING).count,
            version=after.get(month, NOTHING).version,
            found_at=now,
        )
        for month in sorted(changed)
    )


def _counts(meter: int, months: Mapping[str, datetime]) -> dict[str, Sum]:
    rows = Month.objects.filter(meter_id=meter, month__in=list(months))
    return {
        month: Sum(count, version) for month, count, version in rows.values_list("month", "count", "version")
    }


def _schema() -> str:
    return str(schema.current().schema_name)
