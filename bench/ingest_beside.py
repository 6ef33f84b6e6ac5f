"""The same loads on a real InfluxDB; then, where there is Telegraf, ours and Telegraf's beside each other."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from operations import influx, influx_bucket
from operations.influx_bucket import SERVER, NoBucket
from operations.programs import Used, used
from tanheng.env import Environment

from bench import ingest_delays as delays
from bench import ingest_page as pages
from bench import ingest_screen as screen
from bench import ingest_telegraf as telegraf
from bench.figures import Figure, Outcome, Skipped
from bench.ingest_costs import SINGLES, by_meters, costs
from bench.ingest_influx import client_of, is_readable, points
from bench.ingest_pipe import Pipe, running
from bench.ingest_rates import course, drained
from ingest.influx_home import place

# Three whole numbers a point; the log that is not packed yet is most of it soon after a load.
INFLUX_MB = 200.0


def run(folder: Path) -> Iterator[Outcome]:
    """Figures on InfluxDB where there is one, and of Telegraf where there is one, too."""
    try:
        told = _store()
    except NoBucket as error:
        yield Skipped(figure="influx", because=str(error))
        return
    if told is None:
        yield Skipped(figure="influx", because="there is no influxd (INFLUXD_BIN, PATH, INFLUX_URL)")
        return
    yield told
    with running(folder / "influx", series="influx") as pipe:
        loads = course(pipe)
        for _ in range(2):
            drained(pipe, loads.load(SINGLES))
        yield from _counted(pipe, "reading", 2 * SINGLES)
    with running(folder / "influx-figures", series="influx") as pipe:
        yield from delays.late(pipe, "influx")
        bucket = pipe.store().bucket
        with contextlib.closing(client_of(pipe)) as client:
            yield from delays.stored(pipe, "influx", lambda seq: is_readable(client, bucket, seq))
        yield from pages.soon(pipe, "influx")
        yield screen.soon(pipe, "influx")
        yield from costs(pipe, "influx")
        yield from by_meters(pipe, "influx")
        yield _disk(pipe)
    program = _telegraf()
    if not program:
        yield Skipped(figure="of_telegraf", because="there is no telegraf (TELEGRAF_BIN, PATH)")
        return
    yield used(program)
    yield from telegraf.run(folder, program)


def slowness(folder: Path) -> float:
    """How much slower than promised for this machine is, by Telegraf's own work before anything of ours is
    measured; 1 where it is not slower. Without Telegraf or InfluxDB it is 1: calibration alone counts."""
    program = _telegraf()
    try:
        if not program or _store() is None:
            return 1.0
        return telegraf.slowness(folder, program)
    except (NoBucket, telegraf.TelegrafEnded) as error:
        sys.stderr.write(f"Telegraf's own work was not measured: {error}\n")
        return 1.0


def _telegraf() -> str:
    return shutil.which("telegraf") or os.environ.get("TELEGRAF_BIN", "")


def _store() -> Used | None:
    """The InfluxDB that is used, a given one before a program; None without either. Raises NoBucket."""
    environment = Environment.read()
    with influx_bucket.given(environment) as bucket:
        if bucket is not None:
            return bucket.used()
    server = influx.program(environment)
    return used(server) if server else None


def _counted(pipe: Pipe, measurement: str, expected: int) -> Iterator[Figure]:
    lost = expected - points(pipe, measurement)
    yield Figure(name="influx_readings_lost", value=abs(lost), unit="", limit=0, scales=False)


def _disk(pipe: Pipe) -> Outcome:
    """What a million points take, with the log that is not packed yet."""
    if pipe.is_given:
        return Skipped(figure="influx_disk_per_million", because=f"the {SERVER} does not show its disk")
    engine = place(pipe.home) / "engine"
    size = sum(path.stat().st_size for path in engine.rglob("*") if path.is_file())
    return Figure(
        name="influx_disk_per_million",
        value=size / max(1, points(pipe, "reading")),
        unit="MB",
        limit=INFLUX_MB,
        scales=False,
    )
