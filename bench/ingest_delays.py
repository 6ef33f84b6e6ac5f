"""How soon: a publish can be read, a late reading is in its month, a thousand months are closed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from bench.figures import Figure, percentile
from bench.ingest_pipe import Pipe, wait
from bench.ingest_rates import LATE_METER, METERED_PLANT, beneath, course
from ingest.calendar import month_hours

PROBES, PROBE_S = 60, 0.15
STORED_P95_S = 0.5
LATE_S, CLOSING_S, BACKLOG_S = 5.0, 1.0, 600.0
LOOK_S = 0.005
DAY_MS = 86_400_000
LATE_READINGS, LATE_EACH = 3, 2
LATE_BESIDE, LATE_RATE, LATE_BESIDE_S = 100, 1_000.0, 200
CLOSING_METERS, CLOSING_ROUNDS = 1_000, 3

# 43 million readings of 1,000 meters in a month of minutes are 720,000 hours; the readings are not touched.
_HOURS = """
insert into hot_hour
  (meter_id, hour, day, count, n, slots, signed, estimated, ambiguous, version, computed_at)
select i.id, h, date '1970-01-01' + ((h + 8) / 24), 1 + (i.id * h) % 97, 60, 60, 60, false, false, 1, now()
from (select id from hot_meterindex where plant = '{plant}' order by id limit {meters}) i,
     generate_series({first}, {last}) h
on conflict do nothing
"""
# The least that hours, days and months of a meter come to: all of them must have followed.
_BOOKED = (
    "select least((select coalesce(sum(count), 0) from hot_hour where meter_id = i.id), "
    "(select coalesce(sum(count), 0) from hot_day where meter_id = i.id), "
    "(select coalesce(sum(count), 0) from hot_month where meter_id = i.id)) "
    "from hot_meterindex i where plant = '{plant}' and meter = '{meter}'"
)
_DRAFT = (
    "select coalesce(sum((line->>'quantity')::numeric), 0) from \"{schema}\".accounting_reportingperiod p, "
    "jsonb_array_elements(p.result->'lines') line where p.plant = '{plant}'"
)


def stored(pipe: Pipe, store: str, readable: Callable[[int], bool]) -> Iterator[Figure]:
    """From an outside client's publish until the reading can be read. readable(seq): whether it can."""
    (meter,) = course(pipe, 1).meters
    delays = []
    with outside(pipe, "probe") as client:
        for number in range(PROBES):
            seq, began = 1_000_000 + number, time.time()
            client.publish(_topic(pipe, meter), _text(int(began * 1000), seq), qos=1)
            while not readable(seq) and time.time() - began < 10:
                time.sleep(LOOK_S)
            delays.append(time.time() - began)
            time.sleep(PROBE_S)
    yield Figure(
        name=f"{store}_publish_to_stored_and_readable_p95",
        value=percentile(delays, 0.95),
        unit="s",
        limit=STORED_P95_S,
    )


def late(pipe: Pipe, store: str) -> Iterator[Figure]:
    """A reading of days ago reaches its hour, day and month, and the draft of the statement that is kept,
    while a hundred other meters send a thousand readings of now a second."""
    now_ms = int(time.time() * 1000)
    hours = [(now_ms - (5 - number) * DAY_MS) // 3_600_000 for number in range(LATE_READINGS)]
    schema = pipe.program("bench.ingest_draft", *sorted({_month(hour) for hour in hours}))["schema"]
    pipe.start("tanheng.task_worker")
    booked = _BOOKED.format(plant=METERED_PLANT, meter=LATE_METER)
    draft = _DRAFT.format(schema=schema, plant=METERED_PLANT)
    # The worker learns of a new meter within two seconds, and the task worker is at its rounds.
    time.sleep(5)
    to_month, to_draft, tonnes = [], [], 0
    others = course(pipe, LATE_BESIDE)
    others.at_ms = int(time.time() * 1000)
    step_ms = int(1000 * LATE_BESIDE / LATE_RATE)
    load = others.load(int(LATE_RATE * LATE_BESIDE_S), rate=LATE_RATE, step_ms=step_ms)
    with beneath(pipe, load), outside(pipe, "late") as client:
        for number, hour in enumerate(hours):
            # Each tells of a tonne within its hour, and of what passed since the one before.
            tonnes = 10 * number + 1
            began = time.time()
            for offset in range(LATE_EACH):
                ts_ms, seq = hour * 3_600_000 + 60_000 + 1_740_000 * offset, 2_000_000 + 10 * number + offset
                client.publish(_topic(pipe, LATE_METER), _text(ts_ms, seq), qos=1)
            wait(lambda: pipe.count(booked) == 100 * tonnes)  # noqa: B023 (called before it changes)
            to_month.append(time.time() - began)
            wait(lambda: pipe.count(draft) == tonnes)  # noqa: B023
            to_draft.append(time.time() - began)
    yield Figure(name=f"{store}_late_reading_to_month", value=max(to_month), unit="s", limit=LATE_S)
    yield Figure(name=f"{store}_late_reading_to_draft", value=max(to_draft), unit="s", limit=LATE_S)


def closing(pipe: Pipe) -> Iterator[Figure]:
    """Closing a month of 1,000 meters as its submission does, the first time and after late readings.

    A month's hours have long been settled when it is closed: they are vacuumed and on disk as autovacuum and
    the checkpoints of a month leave them, and what the loads before left to compute is waited for.
    """
    course(pipe, CLOSING_METERS)
    month = f"{(datetime.now(UTC) - timedelta(days=400)):%Y-%m}"
    first, after = month_hours(month)
    pipe.run(_HOURS.format(plant=METERED_PLANT, meters=CLOSING_METERS, first=first, last=after - 1))
    pipe.run("vacuum analyze hot_hour")
    pipe.run("checkpoint")
    # Eleven thousand meters' hours, of which the loads marked many while they were computed.
    wait(lambda: pipe.count("select count(*) from hot_dirtyhour") == 0, within_s=BACKLOG_S)
    told = pipe.program("bench.ingest_closing", METERED_PLANT, month, str(CLOSING_ROUNDS))
    if told["hours"] != CLOSING_METERS * (after - first) or told["booked"] != told["in_hours"]:
        raise RuntimeError(f"closing booked something else than its hours say: {told}")
    yield Figure(name="closing_months_of_1000_meters", value=max(told["seconds"]), unit="s", limit=CLOSING_S)
    yield Figure(
        name="closing_statements_that_touch_readings",
        value=told["touching"],
        unit="",
        limit=0,
        scales=False,
    )


def _month(hour: int) -> str:
    """The month of plants' time in which an hour lies."""
    return f"{datetime.fromtimestamp(hour * 3_600, UTC) + timedelta(hours=8):%Y-%m}"


def _topic(pipe: Pipe, slug: str) -> str:
    return f"v1/{pipe.broker.username}/{METERED_PLANT}/{slug}/r"


def _text(ts_ms: int, seq: int) -> str:
    return json.dumps({"ts": ts_ms, "value": f"{seq}.00", "unit": "t", "seq": seq})


@contextmanager
def outside(pipe: Pipe, name: str) -> Iterator[Any]:
    """A client that is not ours, signed in as the pipe's gateway."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=paho.MQTTv311)
    client.username_pw_set(pipe.broker.username, pipe.broker.password)
    client.connect(pipe.broker.host, pipe.broker.port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()
