"""What accounting reads of `ingest`: plants, meters, months, days, anchors. The only file that knows it."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Max, Sum

from accounting.domain.adjustments import MeterDay
from accounting.domain.quality import Metered
from ingest import selectors
from ingest.calendar import first_hour
from ingest.hot.models import Day, Hour, Month
from ingest.models import Meter, Plant
from ingest.selectors import AnchorRef

# By its own module: a module of the name `days` beside it takes the name in the package once it is loaded.
from ingest.selectors.months import days as days_of
from ingest.services import closing
from ingest.services.proofs import DayProof
from ingest.services.proofs import day_proof as proof_of_day

__all__ = [
    "AnchorRef",
    "DayProof",
    "anchors",
    "day_proof",
    "days",
    "hours_between",
    "keep_closing",
    "meters",
    "months",
    "plant",
    "plants",
    "register_days",
    "register_hours",
    "stamp",
    "whole_days",
]
HOURS_A_DAY = 24


def plant(plant_id: str) -> Plant | None:
    """A plant of the tenant, or None."""
    return Plant.objects.filter(pk=plant_id).first()


def plants() -> list[Plant]:
    """The plants of the tenant, by id."""
    return list(Plant.objects.order_by("id"))


def meters(plant_id: str) -> list[Meter]:
    """The meters of a plant."""
    return list(Meter.objects.filter(plant_id=plant_id).order_by("slug"))


def months(plant_id: str, month: str) -> list[Metered]:
    """The month of each meter that has one: exact quantity in the meter's unit, and how well it is known."""
    return [
        Metered(
            meter=row.meter,
            quantity=row.quantity,
            unit=row.unit,
            integrated=row.integrated,
            hours=row.hours,
            estimated=row.estimated,
            ambiguous=row.ambiguous,
            readings=row.readings,
            signed=row.signed,
            calibrated_until=row.calibrated_until,
            version=row.version,
        )
        for row in selectors.months(plant_id, month)
    ]


def stamp(plant_id: str, period: str) -> tuple[object, ...]:
    """What changes whenever a meter's month does, of a month or of a year's months; one cheap query."""
    meters = Meter.objects.filter(plant_id=plant_id).values("index")
    rows = Month.objects.filter(meter_id__in=meters, month__startswith=period)
    return tuple(rows.aggregate(Count("month"), Max("computed_at"), Sum("version"), Sum("count")).values())


def days(plant_id: str, month: str, slugs: set[str]) -> list[tuple[str, date, Decimal]]:
    """Meter, day and exact quantity of every day of some meters' month, in a fixed order."""
    known = {meter.slug for meter in meters(plant_id)}
    return [
        (slug, day, quantity)
        for slug in sorted(slugs & known)
        for day, quantity in days_of(plant_id, slug, month)
    ]


def register_days(
    plant_id: str, slugs: Collection[str], *, first: date, last: date
) -> dict[str, tuple[MeterDay, ...]]:
    """Days of some meters between two days, both included, with the hours known of each; in order of time.

    An hour without a reading is known where the register spoke before and after it.
    """
    rows = {row.index: row for row in Meter.objects.filter(plant_id=plant_id, slug__in=list(slugs))}
    days = Day.objects.filter(meter_id__in=list(rows), day__gte=first, day__lte=last)
    counts = {(index, day): count for index, day, count in days.values_list("meter_id", "day", "count")}
    found: dict[str, list[MeterDay]] = {row.slug: [] for row in rows.values()}
    for (index, day), hours in selectors.covered(list(rows), first=first, last=last).items():
        found[rows[index].slug].append(MeterDay(day=day, count=counts.get((index, day), 0), hours=hours))
    return {slug: tuple(listed) for slug, listed in found.items()}


def keep_closing(plant_id: str, month: str, *, is_open: bool) -> None:
    """Tells ingest whether a month is submitted: then late readings become adjustments of it."""
    (closing.reopen_month if is_open else closing.close_month)(plant_id, month)


def anchors(plant_id: str, month: str) -> tuple[list[AnchorRef], list[date]]:
    """Anchors of a month that the ledger has, and days with signed readings that it does not have yet."""
    return selectors.anchors(plant_id, month)


def day_proof(plant_id: str, slug: str, day: date) -> DayProof | None:
    """A meter's day with its signed batches verified again; None where there is no such day."""
    row = Meter.objects.filter(plant_id=plant_id, slug=slug).first()
    return proof_of_day(row, day) if row else None


def whole_days(
    plant_id: str, slugs: Collection[str], *, first: date, last: date
) -> dict[str, dict[date, Fraction]]:
    """Days of some meters of which every hour is known; a day with a gap is left out."""
    rows = {row.index: row for row in Meter.objects.filter(plant_id=plant_id, slug__in=list(slugs))}
    days = Day.objects.filter(meter_id__in=list(rows), day__gte=first, day__lte=last, hours=HOURS_A_DAY)
    found: dict[str, dict[date, Fraction]] = {row.slug: {} for row in rows.values()}
    for index, day, count in days.values_list("meter_id", "day", "count"):
        meter = rows[index]
        found[meter.slug][day] = Fraction(count * meter.quantity_step)
    return found


def register_hours(
    plant_id: str, slugs: Collection[str], *, first: date, last: date
) -> dict[str, dict[int, Fraction]]:
    """Hours of some meters between two days, both included, by their number since 1970; estimated ones
    left out."""
    rows = {row.index: row for row in Meter.objects.filter(plant_id=plant_id, slug__in=list(slugs))}
    hours = Hour.objects.filter(meter_id__in=list(rows), day__gte=first, day__lte=last, estimated=False)
    found: dict[str, dict[int, Fraction]] = {row.slug: {} for row in rows.values()}
    for index, hour, count in hours.values_list("meter_id", "hour", "count"):
        meter = rows[index]
        found[meter.slug][hour] = Fraction(count * meter.quantity_step)
    return found


def hours_between(first: date, last: date) -> tuple[int, int]:
    """Numbers of the first hour of a day and of the first hour after another day."""
    return first_hour(first), first_hour(last + timedelta(days=1))
