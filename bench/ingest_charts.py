"""A year's chart of any meter as its page gets it: sign-in, web process, aggregates, JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx

from bench.figures import Figure, percentile
from bench.ingest_page import signed_in
from bench.ingest_pipe import PLANT, Pipe
from ingest.simulation.plant import load

CALLS, CHART_MS = 60, 300
YEAR_DAYS = 365

# What a year of minutes leaves of each meter of a plant, where there is nothing yet.
_HOURS = """
insert into hot_hour
  (meter_id, hour, day, count, n, slots, signed, estimated, ambiguous, version, computed_at)
select i.id, h, date '1970-01-01' + (h + 8) / 24, (i.id * 31 + h) % 997, 60, 60, 60, false, false, 1, now()
from hot_meterindex i, generate_series({first}, {last}) h
where i.plant = '{plant}'
on conflict do nothing
"""
_DAYS = """
insert into hot_day
  (meter_id, day, count, n, slots, signed, hours, estimated, ambiguous, version, computed_at)
select meter_id, day, sum(count), sum(n), sum(slots), sum(signed), count(*), 0, 0, 1, now()
from hot_hour where meter_id in (select id from hot_meterindex where plant = '{plant}') group by 1, 2
on conflict do nothing
"""


def run(pipe: Pipe) -> Iterator[Figure]:
    """The 95th percentile over HTTP, by day over a year. Raises RuntimeError where days are missing."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    begin = end - timedelta(days=YEAR_DAYS)
    first, last = (int(at.timestamp()) // 3_600 for at in (begin, end))
    plant = load(PLANT).id
    pipe.run(_HOURS.format(plant=plant, first=first, last=last))
    pipe.run(_DAYS.format(plant=plant))
    pipe.run("vacuum analyze hot_day")
    http = signed_in(pipe).http
    meters = [one["id"] for one in _got(http, f"/api/v1/meters/?plant={plant}")["results"]]
    query = {"from": begin.isoformat(), "to": end.isoformat(), "by": "day"}
    times = []
    for number in range(CALLS):
        began = time.perf_counter()
        chart = _got(http, f"/api/v1/meters/{meters[number % len(meters)]}/consumption/", query)
        times.append(1_000 * (time.perf_counter() - began))
        if len(chart["points"]) < YEAR_DAYS:
            raise RuntimeError(f"a year's chart has {len(chart['points'])} points")
    yield Figure(name="year_chart_over_http_p95", value=percentile(times, 0.95), unit="ms", limit=CHART_MS)


def _got(
    http: httpx.Client, path: str, query: dict[str, str] | None = None
) -> dict[str, list[dict[str, object]]]:
    answer = http.get(path, params=query)
    answer.raise_for_status()
    told: dict[str, list[dict[str, object]]] = answer.json()
    return told
