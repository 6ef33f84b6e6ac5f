"""Closing a month as submitting it does: `python -m bench.inside bench.ingest_closing`.

Given the plant, the month and how often; the hours are there. Before each round after the first one hour of
every tenth meter changes, as late readings change it. Prints the seconds of each round and what was booked.
"""

from __future__ import annotations

import json
import sys
import time

from django.db import connection

from ingest.calendar import month_days
from ingest.hot.models import Closing, Hour, MeterIndex, Month
from ingest.services.closing import close_month, reopen_month
from tenants.access import within
from tenants.models import Tenant

_LATE = "update hot_hour set count = count + 1 where meter_id = any(%s) and hour %% 720 = 0 and day >= %s"


def main() -> None:
    """Command line: plant, month, rounds."""
    plant, month, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    meters = list(MeterIndex.objects.filter(plant=plant).order_by("pk").values_list("pk", flat=True))
    first, after = month_days(month)
    times = []
    with within(Tenant.objects.exclude(organisation=None).get()):
        for number in range(rounds):
            if number:
                reopen_month(plant, month)
                with connection.cursor() as cursor:
                    cursor.execute(_LATE, [meters[::10], first])
            began = time.monotonic()
            close_month(plant, month)
            times.append(time.monotonic() - began)
        closed = Closing.objects.filter(plant=plant, month=month).count()
    booked = sum(Month.objects.filter(meter_id__in=meters, month=month).values_list("count", flat=True))
    hours = Hour.objects.filter(meter_id__in=meters, day__gte=first, day__lt=after)
    told = {"seconds": times, "closed": closed, "booked": booked, "hours": hours.count()}
    print(json.dumps(told | {"in_hours": sum(hours.values_list("count", flat=True))}))
