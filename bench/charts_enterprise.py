"""What `bench.charts` measures: a year's chart of a meter, and a month of all meters summed anew."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from kit import clock

from ingest.calendar import day_of_hour, first_hour, month_days
from ingest.hot.models import MeterIndex
from ingest.selectors.consumption import consumption_of
from ingest.services.months import sum_month
from tenants.services.schemas import prepare_database

YEAR_END = datetime(2026, 7, 15, 4, tzinfo=UTC)
MONTH = "2026-06"
CHARTS = 60

_HOURS = """
insert into hot_hour
  (meter_id, hour, day, count, n, slots, signed, estimated, ambiguous, version, computed_at)
select m.id, h, date '1970-01-01' + (h + 8) / 24, (m.id * 31 + h) %% 997, 60, 60, 60, false, false, 1, now()
from hot_meterindex m cross join generate_series(%s, %s) as h
"""
_DAYS = """
insert into hot_day
  (meter_id, day, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, day, sum(count), sum(n), sum(slots), sum(signed), count(*), 0, 0, 1, now()
from hot_hour group by 1, 2
"""


def main() -> None:
    """Fills, measures, prints."""
    prepare_database()
    meters, months = int(sys.argv[1]), int(sys.argv[2])
    keys = _meters(meters)
    first, after = month_days(MONTH)
    start = first_hour(first - timedelta(days=30 * (months - 1)))
    _run(_HOURS, [start, first_hour(after) - 1])
    _run(_DAYS, [])
    for table in ("hot_hour", "hot_day", "hot_month"):
        _run(f"vacuum analyze {table}", [])
    print(
        json.dumps(
            {
                "charts_day_ms": [_chart(key, "day") for key in keys[:CHARTS]],
                "charts_hour_ms": [_chart(key, "hour") for key in keys[:CHARTS]],
                "month_s": [_month(keys) for _ in range(3)],
                "hours": _one("select count(*) from hot_hour"),
                "first_day": str(day_of_hour(start)),
            }
        )
    )


def _meters(count: int) -> list[int]:
    made = MeterIndex.objects.bulk_create(
        MeterIndex(
            tenant="t_bench", account="acc_benchbenchbe", plant=f"plant-{n // 40}", meter=f"m-{n}",
            gateway="gw-1", unit="t", least_count="0.01", digits=9, interval_s=60, valid_from=clock.now(),
            changed_at=clock.now(),
        )
        for n in range(count)
    )  # fmt: skip
    return [row.pk for row in made]


def _chart(key: int, by: str) -> float:
    """Milliseconds for what the page asks: a year by day, or forty days by hour."""
    meter: Any = SimpleNamespace(index=key, quantity_step=Decimal("0.01"))
    begin = YEAR_END - timedelta(days=365 if by == "day" else 40)
    started = time.perf_counter()
    found = consumption_of(meter, begin=begin, end=YEAR_END, by=by)
    json.dumps({"by": found.by, "points": found.points})
    return 1000 * (time.perf_counter() - started)


def _month(keys: list[int]) -> float:
    """Seconds for a month of every meter from its hours; no reading is touched."""
    started = time.perf_counter()
    with transaction.atomic():
        sum_month(keys, MONTH)
    return time.perf_counter() - started


def _run(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def _one(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
