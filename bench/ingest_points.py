"""Points a second into the store that the settings name, new and repeated; `bytes` of a million."""

from __future__ import annotations

import json
import time

from django.db import connection
from lexicon.terms import ReadingQuality

from ingest.hot.models import MeterIndex
from ingest.intake import Point, point_time_ns
from ingest.series import chosen

POINTS, FLUSH, METERS = 200_000, 5_000, 1_000


def main() -> None:
    """Writes flush after flush as the worker does, then all once more."""
    series = chosen()
    keys = list(MeterIndex.objects.order_by("-pk").values_list("pk", flat=True)[:METERS])
    first_ms = int(time.time() * 1000) - 300 * 86_400_000
    points = [
        Point(
            keys[n % len(keys)],
            point_time_ns(first_ms + n // len(keys) * 1_000, n // len(keys) + 1),
            10_000 + n,
            7,
            n // len(keys) + 1,
            ReadingQuality.GOOD,
            True,
        )
        for n in range(POINTS)
    ]
    told = {}
    for name in ("new", "repeated"):
        began = time.monotonic()
        for at in range(0, len(points), FLUSH):
            series.write(points[at : at + FLUSH])
        told[f"{name}_per_s"] = len(points) / (time.monotonic() - began)
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(pg_total_relation_size(inhrelid)), 0), (select count(*) from hot_point) "
            "from pg_inherits where inhparent = 'hot_point'::regclass"
        )
        size, count = cursor.fetchone()
    told["bytes"] = float(size) / count * 1e6 if series.transactional else 0.0
    print(json.dumps(told))
