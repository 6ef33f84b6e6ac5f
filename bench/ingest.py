"""Readings: what one costs and how fast they go, nothing lost or counted twice, how soon each is told."""

from __future__ import annotations

import contextlib
import json
import select
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from operations import broker as brokers
from operations.programs import used
from paho.mqtt.enums import CallbackAPIVersion

from bench import ingest_beside as beside
from bench import ingest_delays as delays
from bench.figures import Figure, Outcome, Skipped, percentile
from bench.ingest_costs import by_meters, costs
from bench.ingest_pipe import PLANT, Pipe, running, wait
from ingest.simulation.plant import load
from ingest.simulation.runs import month_before, prepare

# The demo's 119,040 readings within 25 s.
READINGS_PER_S = 119_040 / 25
RATE, LIVE_S, LIVE_P95_S = 100, 20, 1.0
SEED = 1
STORE_PER_S = 30_000
# A row of 44 bytes with its header, and the index over (meter, t): twice that after a month of updates.
EMBEDDED_MB = 250.0


def run() -> Iterator[Outcome]:
    """A month of a plant, then costs, rates and delays: embedded store, InfluxDB, and Telegraf beside it."""
    broker = brokers.program()
    if broker is None:
        yield Skipped(figure="readings", because="Mosquitto is not installed")
        return
    yield used(broker)
    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder:
        with running(Path(folder) / "embedded") as pipe:
            yield from _month(pipe)
            yield _live_frames(pipe)
            yield from delays.late(pipe, "embedded")
            yield from delays.stored(pipe, lambda seq: _is_stored(pipe, seq))
            yield from costs(pipe, "embedded")
            yield from by_meters(pipe, "embedded")
            yield from _store(pipe)
            yield from delays.closing(pipe)
        yield from beside.run(Path(folder))


def _live_frames(pipe: Pipe) -> Figure:
    value = percentile(_delays(pipe), 0.95)
    return Figure(name="live_frame_p95_at_100_readings_per_s", value=value, unit="s", limit=LIVE_P95_S)


def _is_stored(pipe: Pipe, seq: int) -> bool:
    return pipe.count(f"select count(*) from hot_point where seq = {seq:d} and boot = 0") == 1  # noqa: S608


def _store(pipe: Pipe) -> Iterator[Figure]:
    told = pipe.program("bench.ingest_points")
    for name in ("new", "repeated"):
        yield Figure(
            name=f"embedded_store_{name}",
            value=told[f"{name}_per_s"],
            unit="1/s",
            limit=STORE_PER_S,
            at_most=False,
        )
    yield Figure(
        name="embedded_disk_per_million",
        value=told["bytes"] / 1e6,
        unit="MB",
        limit=EMBEDDED_MB,
        scales=False,
    )


def _month(pipe: Pipe) -> Iterator[Figure]:
    spec = load(PLANT)
    run = prepare(spec, broker=pipe.broker, folder=pipe.home / "simulated", seed=SEED, report=lambda _: None)
    totals = run.month(month_before(f"{datetime.now(UTC):%Y-%m}", days=31))
    run.device.close()
    stored = pipe.count("select count(*) from hot_point")
    wait(lambda: pipe.count("select count(*) from hot_dirtyhour") == 0)
    booked = pipe.count("select sum(count) from hot_month")
    published = sum(int(one["count"]) for one in totals.sums.values())
    rate = totals.readings / totals.seconds
    yield Figure(name="readings_per_s", value=rate, unit="1/s", limit=READINGS_PER_S, at_most=False)
    yield Figure(name="readings_lost", value=totals.readings - stored, unit="", limit=0, scales=False)
    yield Figure(
        name="least_counts_off_in_months", value=abs(booked - published), unit="", limit=0, scales=False
    )


def _delays(pipe: Pipe) -> list[float]:
    """Seconds from each publish to the first frame that shows that reading or a newer one of its meter."""
    spec = load(PLANT)
    meters = [(meter.slug, meter.unit.value) for meter in spec.meters]
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="outside", protocol=paho.MQTTv311)
    client.username_pw_set(pipe.broker.username, pipe.broker.password)
    client.connect(pipe.broker.host, pipe.broker.port)
    client.loop_start()
    waiting: dict[str, list[int]] = {slug: [] for slug, _ in meters}
    delays: list[float] = []
    with contextlib.closing(pipe.link()) as link:
        link.cursor().execute("listen live")
        began = time.time()
        for number in range(RATE * LIVE_S):
            slug, unit = meters[number % len(meters)]
            ts_ms = int(time.time() * 1000)
            reading = {
                "ts": ts_ms,
                "value": str(900_000 + number // 10),
                "unit": unit,
                "seq": int(began) * 10_000 + number,
            }
            topic = f"v1/{pipe.broker.username}/{spec.id}/{slug}/r"
            client.publish(topic, json.dumps(reading), qos=1)
            waiting[slug].append(ts_ms)
            _hear(link, waiting, delays, until=began + (number + 1) / RATE)
        _hear(link, waiting, delays, until=time.time() + 3)
    client.disconnect()
    client.loop_stop()
    never = sum(len(times) for times in waiting.values())
    return delays + [float("inf")] * never


def _hear(link: Any, waiting: dict[str, list[int]], delays: list[float], *, until: float) -> None:
    """Takes frames until then; at least once, so that a late publisher does not stop listening."""
    while select.select([link], [], [], max(0.0, until - time.time()))[0]:
        link.poll()
        heard = time.time()
        while link.notifies:
            topic, _, seq = json.loads(link.notifies.pop(0).payload)
            if not topic.startswith("plant."):
                continue
            cursor = link.cursor()
            cursor.execute("select data from kit_liveframe where topic = %s and seq = %s", [topic, seq])
            for slug, shown in cursor.fetchone()[0]["meters"].items():
                at_ms = round(datetime.fromisoformat(shown["at"]).timestamp() * 1000)
                delays += [heard - ts / 1000 for ts in waiting[slug] if ts <= at_ms]
                waiting[slug] = [ts for ts in waiting[slug] if ts > at_ms]


if __name__ == "__main__":
    from bench.harness import main

    main("ingest")
