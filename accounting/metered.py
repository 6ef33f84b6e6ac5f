"""What accounting reads of `ingest`: plants, meters, months, days, anchors. The only file here that knows it.

Everything is of the schema on the connection, and of its tenant in the shared tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from accounting.domain.quality import Metered
from ingest.calendar import month_days
from ingest.hot.models import Anchor, Day, MeterIndex, Month, SignedBatch
from ingest.models import Meter, Plant


@dataclass(frozen=True, slots=True)
class AnchorRef:
    """An anchor the ledger has: the day, its number on that day, the Merkle root (hex)."""

    day: date
    n: int
    root: str


def plant(plant_id: str) -> Plant | None:
    """A plant of the tenant, or None."""
    return Plant.objects.filter(pk=plant_id).first()


def plants() -> list[Plant]:
    """All plants of the tenant."""
    return list(Plant.objects.order_by("id"))


def meters(plant_id: str) -> list[Meter]:
    """The meters of a plant."""
    return list(Meter.objects.filter(plant_id=plant_id).order_by("slug"))


def months(plant_id: str, month: str) -> list[Metered]:
    """The month of each meter that has one: exact quantity in the meter's unit, and how well it is known."""
    calibrated = {meter.slug: meter.calibrated_until for meter in meters(plant_id)}
    rows = Month.objects.filter(meter__tenant=_schema(), meter__plant=plant_id, month=month).select_related(
        "meter"
    )
    return [
        Metered(
            meter=row.meter.meter,
            quantity=row.count * row.meter.least_count,
            unit=row.meter.unit,
            hours=row.hours,
            estimated=row.estimated,
            ambiguous=row.ambiguous,
            readings=row.n,
            signed=row.signed,
            calibrated_until=calibrated.get(row.meter.meter),
            version=row.version,
        )
        for row in rows.order_by("meter__meter")
    ]


def days(plant_id: str, month: str) -> list[tuple[str, date, Decimal, str]]:
    """Meter, day, exact quantity and unit of every day of a month, in a fixed order."""
    first, after = month_days(month)
    rows = Day.objects.filter(
        meter__tenant=_schema(), meter__plant=plant_id, day__gte=first, day__lt=after
    ).select_related("meter")
    return [
        (row.meter.meter, row.day, row.count * row.meter.least_count, row.meter.unit)
        for row in rows.order_by("meter__meter", "day")
    ]


def anchors(plant_id: str, month: str) -> tuple[list[AnchorRef], list[date]]:
    """Anchors of a month that the ledger has, and days with signed readings that it does not have yet."""
    first, after = month_days(month)
    found = Anchor.objects.filter(tenant=_schema(), plant=plant_id, day__gte=first, day__lt=after).order_by(
        "day", "n"
    )
    on_ledger = [AnchorRef(row.day, row.n, row.root) for row in found if row.tx_id]
    waiting = {row.day for row in found if not row.tx_id} | set(_unanchored(plant_id, first, after))
    return on_ledger, sorted(waiting)


def _unanchored(plant_id: str, first: date, after: date) -> Iterator[date]:
    ids = MeterIndex.objects.filter(tenant=_schema(), plant=plant_id).values_list("pk", flat=True)
    rows = SignedBatch.objects.filter(
        meter__in=list(ids), day__gte=first, day__lte=after - timedelta(days=1), anchor=None
    )
    yield from rows.values_list("day", flat=True).distinct()


def _schema() -> str:
    """The schema on the connection: the tenant that every read here is of."""
    name: str = connection.schema_name  # type: ignore[attr-defined]
    return name
