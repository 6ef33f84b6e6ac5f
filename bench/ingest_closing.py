"""Closing a month as submitting it does: `python -m bench.inside bench.ingest_closing`.

Given the plant, the month and how often; the hours are there. Before each round after the first one hour of
every tenth meter changes, as late readings change it. Prints the seconds of each round, what was booked, and
how many statements named the readings' tables or asked the store.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from unittest.mock import patch

from django.db import connection

from ingest.calendar import month_days
from ingest.hot.models import Closing, Hour, MeterIndex, Month
from ingest.series import EmbeddedSeries
from ingest.series.influx import InfluxSeries
from ingest.services.closing import close_month, reopen_month
from tenants.access import within
from tenants.models import Tenant

QUESTIONS = ("range", "spans", "at", "last", "before", "after", "sampled")
_LATE = "update hot_hour set count = count + 1 where meter_id = any(%s) and hour %% 720 = 0 and day >= %s"


@dataclass
class Readings:
    """Counts what touches raw readings: statements with their tables, and questions to the store."""

    touched: int = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        """Django's wrapper of a statement."""
        self.touched += any(table in sql for table in ("hot_point", "hot_signedbatch", "hot_segment"))
        return execute(sql, *more)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Questions to either store count until the block ends."""
        with ExitStack() as stack:
            for store, question in product((EmbeddedSeries, InfluxSeries), QUESTIONS):
                stack.enter_context(patch.object(store, question, self._ask))
            yield

    def _ask(self, *_: Any, **__: Any) -> Any:
        self.touched += 1
        raise RuntimeError("closing a month asked the store")


def main() -> None:
    """Command line: plant, month, rounds."""
    plant, month, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    meters = list(MeterIndex.objects.filter(plant=plant).order_by("pk").values_list("pk", flat=True))
    first, after = month_days(month)
    times, readings = [], Readings()
    with within(Tenant.objects.exclude(organisation=None).get()):
        for number in range(rounds):
            if number:
                reopen_month(plant, month)
                with connection.cursor() as cursor:
                    cursor.execute(_LATE, [meters[::10], first])
            began = time.monotonic()
            with connection.execute_wrapper(readings), readings.asked():
                close_month(plant, month)
            times.append(time.monotonic() - began)
        closed = Closing.objects.filter(plant=plant, month=month).count()
    booked = sum(Month.objects.filter(meter_id__in=meters, month=month).values_list("count", flat=True))
    hours = Hour.objects.filter(meter_id__in=meters, day__gte=first, day__lt=after)
    told = {
        "seconds": times,
        "closed": closed,
        "touching": readings.touched,
        "booked": booked,
        "hours": hours.count(),
    }
    print(json.dumps(told | {"in_hours": sum(hours.values_list("count", flat=True))}))
