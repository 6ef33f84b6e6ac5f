"""`python -m operations.drills.readings_check TRUTH`: what the store holds against the gateway's own truth.

A program of its own, because Django is set up once a process. Its last line is one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from operations.django_project import start

HOURS_WITHIN_S = 180.0


def main() -> None:
    """Compares each reading, each sequence and each meter's months."""
    start()
    from django.db.models import Sum

    from ingest.hot.models import DaySequence, DirtyHour, MeterIndex, Month
    from ingest.intake import point_time_ns
    from ingest.sequences import SequenceSet
    from ingest.series import chosen

    truth = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    end = time.monotonic() + HOURS_WITHIN_S
    while DirtyHour.objects.exists() and time.monotonic() < end:
        time.sleep(0.5)
    series, boot = chosen(), truth["boot"]
    found: dict[str, Any] = dict.fromkeys(
        ("lost", "doubled", "invented", "missing", "quarantined", "refused", "months_off"), 0
    )
    for slug, readings in truth["meters"].items():
        key = MeterIndex.objects.get(tenant=truth["tenant"], plant=truth["plant"], meter=slug).pk
        expected = {(point_time_ns(ts, seq), count, boot, seq) for ts, count, seq in readings}
        points = series.range(key, from_ns=0, to_ns=2**62)
        stored = {(one.t_ns, one.count, one.boot, one.seq) for one in points}
        found["lost"] += len(expected - stored)
        found["invented"] += len(stored - expected)
        found["doubled"] += len(points) - len({(one.boot, one.seq) for one in points})
        seen = SequenceSet()
        for row in DaySequence.objects.filter(meter_id=key):
            found["quarantined"] += len(row.quarantined)
            found["refused"] += len(row.refused)
            for first, last in row.stored.ranges():
                seen.add_range(first, last)
        found["missing"] += sum(b - a + 1 for a, b in seen.gaps(1, len(readings)))
        in_time = sorted(readings)
        booked = Month.objects.filter(meter_id=key).aggregate(sum=Sum("count"))["sum"] or 0
        found["months_off"] += abs(booked - (in_time[-1][1] - in_time[0][1]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
