"""Golden data sets through a store and the hour worker: what they come to, as the files say it."""

from datetime import UTC, datetime
from typing import Any

from ingest.hot.models import Day, Declaration, Hour, MeterIndex, Month
from ingest.intake import Point
from ingest.services.hours import recompute
from ingest.services.storing import mark_dirty
from ingest.units import quantity_step, quantity_unit
from tests.ingest.golden_sets import Golden, check_days_are_hours, hour_name, told


def add(golden: Golden) -> int:
    row = MeterIndex.objects.create(
        tenant="t_000001",
        account="acc_alphaaaaaaaa",
        plant="plant-1",
        meter=golden.name[:30].replace("_", "-"),
        gateway="gw-1",
        valid_from=datetime(2025, 10, 1, tzinfo=UTC),
        changed_at=datetime(2025, 10, 1, tzinfo=UTC),
        **golden.plate,
    )
    Declaration.objects.bulk_create(Declaration(meter=row, **one) for one in golden.declarations())
    return int(row.pk)


def arrive(store: Any, points: list[Point]) -> None:
    store.series.write(points)
    mark_dirty((point.meter, point.t_ns // 3_600_000_000_000) for point in points)
    while recompute(directory=store.directory, series=store.series):
        pass


def sums(golden: Golden, meter: int) -> dict[str, Any]:
    step = quantity_step(golden.content["unit"], golden.least_count)
    hours = list(Hour.objects.filter(meter_id=meter).order_by("hour"))
    days = dict(Day.objects.filter(meter_id=meter).order_by("day").values_list("day", "count"))
    months = dict(Month.objects.filter(meter_id=meter).order_by("month").values_list("month", "count"))
    check_days_are_hours({row.hour: row.count for row in hours}, days, months)
    return {
        "unit": quantity_unit(golden.content["unit"]),
        "hours": told([(hour_name(row.hour), row.count) for row in hours], step),
        "days": told([(day.isoformat(), count) for day, count in days.items()], step),
        "months": told(list(months.items()), step),
        "ambiguous": [hour_name(row.hour) for row in hours if row.ambiguous],
        # The hour after the last reading is held, not read; the files name those that one would ask about.
        "estimated": [hour_name(row.hour) for row in hours if row.estimated and row.count],
    }


def expected(golden: Golden) -> dict[str, Any]:
    """What the file says; hours that came to nothing have no say about being estimated."""
    counted = {line.split()[0] for line in golden.expected["hours"]}
    named = [hour for hour in golden.expected.get("estimated", []) if hour in counted]
    return {"ambiguous": [], **golden.expected, "estimated": named}
