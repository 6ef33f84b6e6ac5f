"""Readings: what one costs and how fast they go, nothing lost or counted twice, how soon each is told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from operations import broker as brokers
from operations.programs import used

from bench import ingest_beside as beside
from bench import ingest_charts as charts
from bench import ingest_delays as delays
from bench import ingest_page as pages
from bench import ingest_screen as screen
from bench.figures import Figure, Outcome, Skipped, Table
from bench.ingest_costs import by_meters, costs
from bench.ingest_pipe import PLANT, Pipe, running, wait
from bench.ingest_takeover import take_over
from ingest.simulation.plant import load
from ingest.simulation.runs import month_before, prepare

# The demo's 119,040 readings within 25 s.
READINGS_PER_S = 119_040 / 25
SEED = 1
STORE_PER_S = 30_000
# A row of 44 bytes with its header, and the index over (meter, t): twice that after a month of updates.
EMBEDDED_MB = 250.0


def run() -> Iterator[Outcome]:
    """A month of a plant, then costs, rates and delays: embedded store, InfluxDB, and Telegraf beside it.

    Times and rates are held against what Telegraf's own work shows the machine to be (ADR 0058).
    """
    broker = brokers.program()
    if broker is None:
        yield Skipped(figure="readings", because="Mosquitto is not installed")
        return
    yield used(broker)
    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder:
        slower = beside.slowness(Path(folder))
        for outcome in _all(Path(folder)):
            yield replace(outcome, slower=slower) if isinstance(outcome, Figure) else outcome
    yield Table(name="slower_by_telegraf", head=("times",), rows=((slower,),))


def _all(folder: Path) -> Iterator[Outcome]:
    with running(folder / "embedded") as pipe:
        yield from _month(pipe)
        yield from pages.soon(pipe, "embedded")
        yield screen.soon(pipe, "embedded")
        yield from delays.late(pipe, "embedded")
        yield from delays.stored(pipe, "embedded", lambda seq: _is_stored(pipe, seq))
        yield from costs(pipe, "embedded")
        yield from by_meters(pipe, "embedded")
        yield from _store(pipe)
        yield from delays.closing(pipe)
        yield from take_over(pipe)
        yield from charts.run(pipe)
    yield from beside.run(folder)


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


if __name__ == "__main__":
    from bench.harness import main

    main("ingest")
