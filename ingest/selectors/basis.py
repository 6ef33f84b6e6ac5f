"""What a figure of a month rests on: a meter's days with their anchors, then the hours of a day.

The reading at the edge of an hour is told by `ingest.services.proofs`. Every meter here is of the schema on
the connection.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from kit import schema
from lexicon.refusals import Refusal, refuse

from ingest.calendar import first_hour, month_days
from ingest.hot.models import Anchor, Day, Hour, Month
from ingest.models import Meter
from ingest.selectors.readings import hour_told
from ingest.units import value_text

HOURS_A_DAY = 24
Told = dict[str, Any]


def meter_named(plant: str, slug: str) -> Meter:
    """A meter by its plant and name. Raises Refused not_found."""
    found = Meter.objects.filter(plant_id=plant, slug=slug).first()
    if found is None:
        refuse(Refusal.NOT_FOUND)
    return found


def meters_behind(plant: str, month: str) -> list[Told]:
    """A plant's meters with what each counted in a month. Raises Refused not_found, field_invalid."""
    _month(month)
    meters = list(Meter.objects.filter(plant_id=plant).order_by("slug"))
    if not meters:
        refuse(Refusal.NOT_FOUND)
    sums = {
        row.meter_id: row for row in Month.objects.filter(meter_id__in=[m.index for m in meters], month=month)
    }
    return [_meter(row, sums.get(row.index)) for row in meters]


def month_behind(plant: str, slug: str, month: str) -> Told:
    """A meter's month (2026-06) as the days that make it; quantities are decimal text in `unit`.

    Each day carries the anchors over its signed readings that the ledger has, with their transactions.
    Raises Refused not_found, field_invalid for a text that is no month.
    """
    first, after = _month(month)
    meter = meter_named(plant, slug)
    anchors = _anchors(plant, first, after)
    rows = Day.objects.filter(meter_id=meter.index, day__gte=first, day__lt=after).order_by("day")
    days = [_day(row, meter, anchors[row.day]) for row in rows]
    total = sum(row.count for row in rows)
    return {
        "plant": plant,
        "meter": slug,
        "name_zh": meter.name_zh,
        "name_en": meter.name_en,
        "unit": meter.quantity_unit,
        "month": month,
        "quantity": value_text(total, meter.quantity_step),
        "days": days,
    }


def day_behind(plant: str, slug: str, day: date) -> list[Told]:
    """The hours of a meter's day (Shanghai), oldest first. Raises Refused not_found."""
    meter = meter_named(plant, slug)
    begin = first_hour(day)
    rows = Hour.objects.filter(meter_id=meter.index, hour__gte=begin, hour__lt=begin + HOURS_A_DAY)
    return [hour_told(row, meter) for row in rows.order_by("hour")]


def _month(text: str) -> tuple[date, date]:
    try:
        return month_days(text)
    except ValueError:
        refuse(Refusal.FIELD_INVALID, field="month", reason="2026-06")


def _meter(meter: Meter, counted: Month | None) -> Told:
    return {
        "meter": meter.slug,
        "name_zh": meter.name_zh,
        "name_en": meter.name_en,
        "unit": meter.quantity_unit,
        "quantity": value_text(counted.count, meter.quantity_step) if counted else None,
        "readings": counted.n if counted else 0,
        "signed": counted.signed if counted else 0,
    }


def _anchors(plant: str, first: date, after: date) -> dict[date, list[Told]]:
    found: dict[date, list[Told]] = defaultdict(list)
    known = Anchor.objects.filter(
        tenant=str(schema.current().schema_name), plant=plant, day__gte=first, day__lt=after
    )
    for row in known.exclude(tx_id="").order_by("day", "n"):
        found[row.day].append({"n": row.n, "root": row.root, "tx_id": row.tx_id})
    return found


def _day(row: Day, meter: Meter, anchors: list[Told]) -> Told:
    return {
        "day": row.day.isoformat(),
        "quantity": value_text(row.count, meter.quantity_step),
        "hours": row.hours,
        "readings": row.n,
        "signed": row.signed,
        "estimated": row.estimated,
        "ambiguous": row.ambiguous,
        "anchors": anchors,
    }
