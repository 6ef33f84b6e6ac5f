"""How soon: a publish can be read, a late reading is in its month, a thousand months are closed."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from bench.figures import Figure, percentile
from bench.ingest_pipe import Pipe, wait
from bench.ingest_rates import METERED_PLANT, course

PROBES, PROBE_S = 60, 0.15
STORED_P95_S = 0.5
LATE_S, CLOSING_S = 5.0, 1.0
LOOK_S = 0.005
DAY_MS = 86_400_000
CLOSING_METERS, CLOSING_DAYS = 1_000, 30

# 43 million readings of 1,000 meters in a month of minutes are 720,000 hours; the readings are not touched.
_HOURS = """
insert into hot_hour
  (meter_id, hour, day, count, n, slots, signed, estimated, ambiguous, version, computed_at)
select i.id, h, date '1970-01-01' + ((h + 8) / 24), 1 + (i.id * h) % 97, 60, 60, 60, false, false, 1, now()
from (select id from hot_meterindex where plant = '{plant}' order by id limit {meters}) i,
     generate_series({first}, {last}) h
on conflict do nothing
"""
_VERSIONS = "select coalesce(sum(version), 0) from hot_month"
_CLOSING = """
select count(*), sum(count), sum(n) from (
  select meter_id, sum(count) as count, sum(n) as n from hot_hour where day between '{first}' and '{last}'
  group by meter_id) m
"""


def stored(pipe: Pipe, readable: Callable[[int], bool]) -> Iterator[Figure]:
    """From an outside client's publish until the reading can be read. readable(seq): whether it can."""
    (meter,) = course(pipe, 1).meters
    client = _client(pipe)
    delays = []
    for number in range(PROBES):
        seq, began = 1_000_000 + number, time.time()
        client.publish(_topic(pipe, meter), _text(int(began * 1000), seq), qos=1)
        while not readable(seq) and time.time() - began < 10:
            time.sleep(LOOK_S)
        delays.append(time.time() - began)
        time.sleep(PROBE_S)
    _leave(client)
    yield Figure(
        name="publish_to_stored_and_readable_p95",
        value=percentile(delays, 0.95),
        unit="s",
        limit=STORED_P95_S,
    )


def late(pipe: Pipe, store: str) -> Iterator[Figure]:
    """A reading of days ago reaches its hour, day and month, which the draft statement reads as asked."""
    client = _client(pipe)
    (meter,) = course(pipe, 1).meters
    now_ms = int(time.time() * 1000)
    delays = []
    for number in range(3):
        before = pipe.count(_VERSIONS)
        hour = (now_ms - (5 - number) * DAY_MS) // 3_600_000
        began = time.time()
        for offset in (60_000, 1_800_000):
            seq = 2_000_000 + 10 * number + offset // 1_800_000
            client.publish(_topic(pipe, meter), _text(hour * 3_600_000 + offset, seq), qos=1)
        wait(partial(_is_booked, pipe, hour, before))
        delays.append(time.time() - began)
    _leave(client)
    yield Figure(name=f"{store}_late_reading_to_month", value=max(delays), unit="s", limit=LATE_S)


def closing(pipe: Pipe) -> Iterator[Figure]:
    """Months of 1,000 meters from their hours, as closing sums them."""
    course(pipe, CLOSING_METERS)
    first = int(time.time()) // 3600 - 400 * 24
    first -= (first + 8) % 24
    last = first + CLOSING_DAYS * 24 - 1
    pipe.run(_HOURS.format(plant=METERED_PLANT, meters=CLOSING_METERS, first=first, last=last))
    pipe.run("analyze hot_hour")
    days = [pipe.text(f"select date '1970-01-01' + (({hour} + 8) / 24)") for hour in (first, last)]
    times = []
    with contextlib.closing(pipe.link()) as link:
        for _ in range(3):
            began = time.monotonic()
            cursor = link.cursor()
            cursor.execute(_CLOSING.format(first=days[0], last=days[1]))
            meters, _, readings = cursor.fetchone()
            times.append(time.monotonic() - began)
    if (meters, readings) != (CLOSING_METERS, CLOSING_METERS * CLOSING_DAYS * 24 * 60):
        raise RuntimeError(f"closing summed {meters} meters with {readings} readings")
    yield Figure(name="closing_months_of_1000_meters", value=min(times), unit="s", limit=CLOSING_S)


def _is_booked(pipe: Pipe, hour: int, versions: int) -> bool:
    """Whether the hour is there and some month has changed since."""
    there = pipe.count(f"select count(*) from hot_hour where hour = {hour:d}")  # noqa: S608 (a number)
    return there > 0 and pipe.count(_VERSIONS) > versions


def _topic(pipe: Pipe, slug: str) -> str:
    return f"v1/{pipe.broker.username}/{METERED_PLANT}/{slug}/r"


def _text(ts_ms: int, seq: int) -> str:
    return json.dumps({"ts": ts_ms, "value": f"{seq}.00", "unit": "t", "seq": seq})


def _client(pipe: Pipe) -> Any:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="probe", protocol=paho.MQTTv311)
    client.username_pw_set(pipe.broker.username, pipe.broker.password)
    client.connect(pipe.broker.host, pipe.broker.port)
    client.loop_start()
    return client


def _leave(client: Any) -> None:
    client.disconnect()
    client.loop_stop()
