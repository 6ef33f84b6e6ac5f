"""Gaps, alarms and adjustments of an enterprise as its pages see them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from kit import schema

from ingest.calendar import first_hour, instant_text
from ingest.hot.models import Adjustment, Alarm, Gap
from ingest.models import Meter
from ingest.units import value_text

HOUR_NS = 3_600_000_000_000


def gaps(*, plant: str = "", day: date | None = None, only_open: bool = False) -> QuerySet[Gap]:
    """Gaps of the schema on the connection; day: those that touch it."""
    rows = Gap.objects.filter(meter__tenant=_schema()).select_related("meter")
    if plant:
        rows = rows.filter(meter__plant=plant)
    if only_open:
        rows = rows.filter(closed_at=None)
    if day is not None:
        start = first_hour(day) * HOUR_NS
        rows = rows.filter(found_from_ns__lt=start + 24 * HOUR_NS, found_to_ns__gt=start)
    return rows


def alarms(*, plant: str = "", only_open: bool = False) -> QuerySet[Alarm]:
    """Alarms of the schema on the connection."""
    rows = Alarm.objects.filter(tenant=_schema()).select_related("meter")
    if plant:
        rows = rows.filter(plant=plant)
    return rows.filter(ended_at=None) if only_open else rows


def adjustments(*, plant: str = "", month: str = "") -> QuerySet[Adjustment]:
    """Changes of closed months of the schema on the connection."""
    rows = Adjustment.objects.filter(meter__tenant=_schema()).select_related("meter")
    wanted = Q()
    if plant:
        wanted &= Q(meter__plant=plant)
    if month:
        wanted &= Q(month=month)
    return rows.filter(wanted)


def meters_of(indexes: Iterable[int | None]) -> dict[int, Meter]:
    """Meters of the schema on the connection by their number in the hot tables."""
    wanted: Collection[int] = {index for index in indexes if index is not None}
    return {row.index: row for row in Meter.objects.filter(index__in=wanted)}


def told_gap(row: Gap, meter: Meter | None, names: dict[str, str]) -> dict[str, Any]:
    """A gap as an answer of the API; names: of persons by id."""
    return {
        "id": row.pk,
        "plant": row.meter.plant,
        "meter": _meter(row.meter.meter, meter),
        "from": instant_text(row.from_ns),
        "to": instant_text(row.to_ns),
        "found_from": instant_text(row.found_from_ns),
        "found_to": instant_text(row.found_to_ns),
        "found_at": row.found_at.isoformat(),
        "expected": max(0, (row.to_ns - row.from_ns) // (row.meter.interval_s * 1_000_000_000) - 1),
        "owner": row.owner,
        "owner_name": names.get(row.owner, ""),
        "due_on": row.due_on,
        "closed_at": row.closed_at,
        "how": row.how,
        "person_name": names.get(row.person, ""),
        "note": row.note,
    }


def told_alarm(row: Alarm, meter: Meter | None, names: dict[str, str]) -> dict[str, Any]:
    """An alarm as an answer of the API."""
    return {
        "id": row.pk,
        "plant": row.plant,
        "gateway": row.gateway,
        "meter": _meter(row.meter.meter, meter) if row.meter else None,
        "kind": row.kind,
        "since": row.since,
        "raised_at": row.raised_at,
        "ended_at": row.ended_at,
        "facts": row.facts,
        "handled_at": row.handled_at,
        "person_name": names.get(row.person, ""),
        "note": row.note,
    }


def told_adjustment(row: Adjustment, meter: Meter | None) -> dict[str, Any]:
    """An adjustment as an answer of the API, in the unit of the meter's months."""
    step = meter.quantity_step if meter else row.meter.least_count
    return {
        "id": row.pk,
        "plant": row.meter.plant,
        "meter": _meter(row.meter.meter, meter),
        "month": row.month,
        "unit": meter.quantity_unit if meter else row.meter.unit,
        "before": value_text(row.before, step),
        "after": value_text(row.after, step),
        "change": value_text(row.after - row.before, step),
        "version": row.version,
        "closed_at": row.closed_at,
        "found_at": row.found_at,
    }


def _meter(slug: str, meter: Meter | None) -> dict[str, str]:
    return {
        "id": str(meter.pk) if meter else "",
        "slug": slug,
        "name_zh": meter.name_zh if meter else slug,
        "name_en": meter.name_en if meter else slug,
    }


def _schema() -> str:
    return str(schema.current().schema_name)
