"""A plant's day hour by hour, and its main meters against the meters below them."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from lexicon.units import Unit, convert

from ingest.calendar import HOUR_NS, first_hour, instant_of_hour
from ingest.hot.models import Day, DirtyHour, Hour
from ingest.models import Meter
from ingest.units import value_text

# Two per cent: beyond it a main meter and those below it contradict each other (design, month-end list).
BALANCE_PERCENT_MAX = Decimal(2)


def hours_of_day(plant: str, day: date) -> dict[str, Any]:
    """24 hours of each meter, with what is known of each; hours still to be computed; the balances."""
    meters = list(Meter.objects.filter(plant_id=plant).order_by("slug"))
    keys = [meter.index for meter in meters]
    start = first_hour(day)
    rows = {
        (row.meter_id, row.hour): row
        for row in Hour.objects.filter(meter_id__in=keys, hour__gte=start, hour__lt=start + 24)
    }
    return {
        "plant": plant,
        "day": day.isoformat(),
        "begins": instant_of_hour(start).isoformat(),
        "waiting": DirtyHour.objects.filter(meter_id__in=keys, hour__gte=start, hour__lt=start + 24).count(),
        "meters": [_meter(meter, start, rows) for meter in meters],
        "balances": balances(meters, day),
    }


def balances(meters: list[Meter], day: date) -> list[dict[str, Any]]:
    """Each main meter's day against the sum of the meters below it, exact, in the main meter's unit."""
    counts = dict(
        Day.objects.filter(meter_id__in=[meter.index for meter in meters], day=day).values_list(
            "meter_id", "count"
        )
    )
    made = []
    for main in meters:
        below = [meter for meter in meters if meter.main_id == main.pk]
        if below and main.index in counts:
            made.append(_balance(main, below, counts))
    return made


def _balance(main: Meter, below: list[Meter], counts: Mapping[int, int]) -> dict[str, Any]:
    whole = Fraction(counts[main.index] * main.quantity_step)
    parts = sum((_quantity(meter, main, counts) for meter in below), Fraction(0))
    percent = Fraction(100) * (parts - whole) / whole if whole else None
    return {
        "meter": str(main.pk),
        "below": [str(meter.pk) for meter in below],
        "unit": main.quantity_unit,
        "main": _text(whole),
        "sum": _text(parts),
        "difference": _text(parts - whole),
        "percent": None if percent is None else _text(percent, places=2),
        "within": percent is not None and abs(percent) <= BALANCE_PERCENT_MAX,
    }


def _quantity(meter: Meter, main: Meter, counts: Mapping[int, int]) -> Fraction:
    """A lower meter's day in the unit of its main meter; both measure one thing (checked when it is set)."""
    value = Fraction(counts.get(meter.index, 0) * meter.quantity_step)
    return convert(value, Unit(meter.quantity_unit), Unit(main.quantity_unit))


def _text(value: Fraction, places: int = 4) -> str:
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"


def _meter(meter: Meter, start: int, rows: Mapping[tuple[int, int], Hour]) -> dict[str, Any]:
    slots = max(1, HOUR_NS // (meter.interval_s * 1_000_000_000))
    return {
        "id": str(meter.pk),
        "slug": meter.slug,
        "name_zh": meter.name_zh,
        "name_en": meter.name_en,
        "unit": meter.quantity_unit,
        "main": str(meter.main_id) if meter.main_id else None,
        "hours": [_hour(rows.get((meter.index, start + n)), meter, slots) for n in range(24)],
    }


def _hour(row: Hour | None, meter: Meter, slots: int) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "quantity": value_text(row.count, meter.quantity_step),
        "complete": min(row.slots, slots),
        "expected": slots,
        "estimated": row.estimated,
        "ambiguous": row.ambiguous,
        "version": row.version,
    }
