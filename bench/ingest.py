"""Readings: a month as fast as the pipe takes it, nothing lost or counted twice, how soon a page is told."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import psycopg2
from operations import broker as brokers
from operations.embedded_postgres import USER
from operations.site import scratch_ports
from operations.supervisor.child import dies_with_parent
from paho.mqtt.enums import CallbackAPIVersion
from tanheng.env import REPOSITORY, Environment

from bench.figures import Figure, Outcome, Skipped, percentile
from ingest.mqtt import Broker
from ingest.simulation.plant import load
from ingest.simulation.runs import month_before, prepare

PLANT = REPOSITORY / "platform/operations/demo/plants/power.toml"
# The demo's 119,040 readings within 25 s.
READINGS_PER_S = 119_040 / 25
RATE, LIVE_S, LIVE_P95_S = 100, 20, 1.0
READY_S = 60.0
SEED = 1


def run() -> Iterator[Outcome]:
    """Throughput, loss, and the delay from an outside client's publish to the frame that the hub hears of."""
    if brokers.program() is None:
        yield Skipped(figure="readings", because="Mosquitto is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder, _pipe(Path(folder) / "home") as pipe:
        yield from _month(pipe)
        yield Figure(
            name="live_frame_p95_at_100_readings_per_s",
            value=percentile(_delays(pipe), 0.95),
            unit="s",
            limit=LIVE_P95_S,
        )


@dataclass
class Pipe:
    """Database, broker and workers of a scratch home."""

    home: Path
    variables: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    broker: Broker = field(init=False)

    def start(self, module: str) -> None:
        with (self.home / f"{module}.log").open("wb") as log:
            self.running.append(
                subprocess.Popen(
                    dies_with_parent((sys.executable, "-m", module), "TERM"),
                    cwd=REPOSITORY,
                    env={**os.environ, **self.variables},
                    stdout=log,
                    stderr=log,
                )
            )

    def link(self) -> Any:
        """A connection to the database, each statement on its own."""
        folder = Environment.read({"TANHENG_HOME": str(self.home)}).postgres_socket
        made = psycopg2.connect(host=str(folder), dbname="tanheng", user=USER)
        made.autocommit = True
        return made

    def count(self, text: str) -> int:
        with contextlib.closing(self.link()) as link:
            cursor = link.cursor()
            cursor.execute(text)
            return int(cursor.fetchone()[0])


@contextmanager
def _pipe(home: Path) -> Iterator[Pipe]:
    home.mkdir(parents=True)
    pipe = Pipe(home, {**scratch_ports(), "TANHENG_HOME": str(home)})
    try:
        pipe.start("operations.embedded_postgres")
        _wait(lambda: pipe.link().close() or True)
        told = _provision(pipe)
        port = int(pipe.variables["TANHENG_MQTT_PORT"])
        pipe.broker = Broker("127.0.0.1", port, told["username"], told["password"])
        pipe.start("operations.broker")
        _wait((home / "keys" / "mqtt-ingest").exists)
        pipe.start("ingest.worker")
        pipe.start("ingest.hour_worker")
        # Before ingest has subscribed for the first time there is nobody the broker could keep a message for.
        _wait(lambda: _subscribed(home))
        yield pipe
    finally:
        for process in reversed(pipe.running):
            process.terminate()
            process.wait()


def _subscribed(home: Path) -> bool:
    path = home / "run" / "ingest.json"
    return path.exists() and bool(json.loads(path.read_text(encoding="utf-8"))["connected"])


def _provision(pipe: Pipe) -> dict[str, str]:
    words = [sys.executable, "-m", "bench.ingest_plant", str(PLANT), str(pipe.home / "simulated")]
    done = subprocess.run(
        words,
        cwd=REPOSITORY,
        env={**os.environ, **pipe.variables},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


def _month(pipe: Pipe) -> Iterator[Figure]:
    spec = load(PLANT)
    run = prepare(spec, broker=pipe.broker, folder=pipe.home / "simulated", seed=SEED, report=lambda _: None)
    totals = run.month(month_before(f"{datetime.now(UTC):%Y-%m}", days=31))
    run.device.close()
    stored = pipe.count("select count(*) from hot_point")
    _wait(lambda: pipe.count("select count(*) from hot_dirtyhour") == 0)
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
            cursor = link.cursor()
            cursor.execute("select data from kit_liveframe where topic = %s and seq = %s", [topic, seq])
            for slug, shown in cursor.fetchone()[0]["meters"].items():
                at_ms = round(datetime.fromisoformat(shown["at"]).timestamp() * 1000)
                delays += [heard - ts / 1000 for ts in waiting[slug] if ts <= at_ms]
                waiting[slug] = [ts for ts in waiting[slug] if ts > at_ms]


def _wait(true: Any) -> None:
    end = time.monotonic() + READY_S
    while True:
        try:
            if true():
                return
        except psycopg2.Error:
            pass
        if time.monotonic() > end:
            raise RuntimeError("the pipe did not come up")
        time.sleep(0.1)


if __name__ == "__main__":
    from bench.harness import main

    main("ingest")
