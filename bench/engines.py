"""Both engines of the ledger without the rest of the product: confirmation alone, throughput of fifty."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from network.programs import ProgramsMissing, find
from operations.site import scratch_ports
from operations.supervisor.child import dies_with_parent
from tanheng.env import REPOSITORY

from bench import contest_figures
from bench.figures import Figure, Outcome, Skipped, not_measured, percentile

WITHIN_S = 300.0
# 100,000 reports go up one by one.
GROWTH_WITHIN_S = 7200.0
# A first start in an empty home, from the command to the line that says that the network is ready.
UP_S = 15.0
BATCH_MS = 50.0
# A plain put on the cores that the promises were made for: of 50 clients a second, and ms of one (ADR 0048).
REFERENCE_PER_S = 233.0
REFERENCE_P50_MS, REFERENCE_P95_MS = 72.0, 95.0
# The sweep that chose the defaults: time-out in ms, messages a block.
SWEEP = ((20, 500), (50, 1), (50, 10), (50, 500), (100, 500), (250, 500), (2000, 500))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Limits of one kind of transaction on one engine: ms with one client; transactions a second with 50, or
    as a share of what real Fabric did in the same run. Those of real Fabric are for cores on which a plain
    put does what `REFERENCE_*` say."""

    p50_ms: float
    p95_ms: float
    per_s: float = 0.0
    of_fabric: float = 0.0


# Real Fabric waits for its batch; the embedded orderer cuts at once. Fabric first: it is the other's measure.
PROMISES: Mapping[str, Mapping[str, Promise]] = {
    "fabric": {
        "write": Promise(p50_ms=BATCH_MS + 30, p95_ms=BATCH_MS + 60, per_s=200.0),
        "take": Promise(p50_ms=BATCH_MS + 60, p95_ms=BATCH_MS + 120, per_s=80.0),
    },
    "localnet": {
        "write": Promise(p50_ms=20.0, p95_ms=30.0, of_fabric=1.0),
        "take": Promise(p50_ms=35.0, p95_ms=70.0, of_fabric=0.8),
    },
}


class EngineFailed(RuntimeError):
    """The network did not come up, or the drive failed; the text has its last words."""


def run() -> Iterator[Outcome]:
    """The figures of each engine; those of real Fabric are skipped where its programs are missing.

    The embedded engine's crowd is measured before and after real Fabric's, which it is held against.
    """
    embedded = _tried("localnet", "bench.chain_drive")
    fabric: Mapping[str, Any] | None = None
    try:
        fabric = _tried("fabric", "bench.chain_beside", network="bench.plain_network")
    except ProgramsMissing as missing:
        for figure in _names("fabric"):
            yield Skipped(figure=figure, because=str(missing))
    else:
        yield from _all("fabric", fabric, {})
    again = _tried("localnet", "bench.chain_crowds") if fabric and embedded else None
    if embedded and again:
        rates = {kind: (rate + again["per_s"][kind]) / 2 for kind, rate in embedded["per_s"].items()}
        embedded = {**embedded, "per_s": rates}
    yield from _all("localnet", embedded, fabric["per_s"] if fabric else {})


def _tried(engine: str, program: str, *, network: str = "operations") -> dict[str, Any] | None:
    """What was measured; None, and why on the error stream, where the network or the drive failed."""
    try:
        measured, up_s = _measure(engine, program, network=network)
    except (EngineFailed, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"{error}\n")
        return None
    return {**measured, "up_s": up_s}


def _all(engine: str, measured: Mapping[str, Any] | None, fabric: Mapping[str, float]) -> Iterator[Outcome]:
    if measured is None:
        yield not_measured(f"{engine} measured")
        return
    yield up(engine, measured)
    for kind, promise in PROMISES[engine].items():
        yield from _figures(engine, kind, promise, measured)
        yield throughput(engine, kind, promise, measured, fabric)
    if "put" in measured["per_s"]:
        _tell_plain(engine, measured)
    yield from contest_figures.of(engine, measured)


def _tell_plain(engine: str, measured: Mapping[str, Any]) -> None:
    p50, p95 = (percentile(measured["times_ms"]["put"], share) for share in (0.5, 0.95))
    sys.stderr.write(
        f"{engine}: a plain put of one client {p50:.1f} / {p95:.1f} ms,"
        f" by 50 clients {measured['per_s']['put']:.1f} a second\n"
    )


def up(engine: str, measured: Mapping[str, Any]) -> Figure:
    """How long the network took to be ready; the calibration of the seconds after it counts."""
    return Figure(
        name=f"{engine} network up", value=measured["up_s"], unit="s", limit=UP_S, beside=measured["factor"]
    )


def _names(engine: str) -> Iterator[str]:
    yield f"{engine} network up"
    for kind in PROMISES[engine]:
        for part in ("p50", "p95", "by 50 clients"):
            yield f"{engine} {kind} {part}"
    yield from contest_figures.names(engine)


def _figures(engine: str, kind: str, promise: Promise, measured: Mapping[str, Any]) -> Iterator[Outcome]:
    yield from confirmation(engine, kind, promise, measured)
    failed = sum(measured["failed"][kind].values())
    yield Figure(
        name=f"{engine} {kind} failed", value=float(failed), unit="transactions", limit=0.0, scales=False
    )


def confirmation(engine: str, kind: str, promise: Promise, measured: Mapping[str, Any]) -> Iterator[Outcome]:
    """What one client waits. Where a plain put, called in turn with it, waited longer than on the reference,
    the limit is as much longer; without one the calibration of the same seconds counts."""
    times, plain = measured["times_ms"][kind], measured["times_ms"].get("put")
    for part, share, limit_ms, reference_ms in (
        ("p50", 0.5, promise.p50_ms, REFERENCE_P50_MS),
        ("p95", 0.95, promise.p95_ms, REFERENCE_P95_MS),
    ):
        slower = max(1.0, percentile(plain, share) / reference_ms) if plain else measured["factor"]
        yield Figure(
            name=f"{engine} {kind} {part}", value=percentile(times, share), unit="ms", limit=limit_ms,
            beside=slower,
        )  # fmt: skip


def throughput(
    engine: str, kind: str, promise: Promise, measured: Mapping[str, Any], fabric: Mapping[str, float]
) -> Outcome:
    """How many a second fifty clients got, against real Fabric or against a plain put of the same run."""
    name, done = f"{engine} {kind} by 50 clients", measured["per_s"][kind]
    if promise.of_fabric and kind not in fabric:
        told = f"it is held against real Fabric in the same run, which was not there; {done:.0f} a second"
        return Skipped(figure=name, because=told)
    # Against a figure of the same run the machine's noise is in both.
    if promise.of_fabric:
        limit = promise.of_fabric * fabric[kind]
    else:
        limit = promise.per_s * min(1.0, measured["per_s"]["put"] / REFERENCE_PER_S)
    return Figure(name=name, value=done, unit="1/s", limit=limit, at_most=False, scales=False)


def run_full() -> Iterator[Outcome]:
    """What `run` gives, then the sweep over batches and the table of costs by the size of the state, for each
    engine that can run."""
    yield from run()
    for engine in PROMISES:
        yield from _sweep(engine)
    for engine in PROMISES:
        try:
            rows, _ = _measure(engine, "bench.chain_growth", within_s=GROWTH_WITHIN_S)
        except ProgramsMissing as missing:
            yield Skipped(figure=f"{engine} cost by size", because=str(missing))
            continue
        yield from contest_figures.by_size(engine, rows)


def _sweep(engine: str) -> Iterator[Outcome]:
    """The table, on the error stream, and one figure: the default is at most a tenth behind the quickest cell
    of those that carry at least four fifths of what the best cell carries.

    There and back: each cell is measured twice and its better pass counts, so that a machine that changes
    within the minutes of the sweep favours none.
    """
    rows: dict[tuple[int, int], dict[str, float]] = {}
    for timeout_ms, messages in (*SWEEP, *reversed(SWEEP)):
        batch = {"TANHENG_LEDGER_BATCH_MS": str(timeout_ms), "TANHENG_LEDGER_BATCH_MESSAGES": str(messages)}
        try:
            told, _ = _measure(engine, "bench.chain_sweep", settings=batch)
        except ProgramsMissing as missing:
            yield Skipped(figure=f"{engine} sweep over batches", because=str(missing))
            return
        rows[timeout_ms, messages] = better(rows.get((timeout_ms, messages), told), told)
    for (timeout_ms, messages), row in rows.items():
        told_of = "  ".join(f"{name} {value:8.1f}" for name, value in row.items())
        sys.stderr.write(f"{engine} {timeout_ms:5d} ms {messages:4d} messages  {told_of}\n")
    yield default_batch(engine, rows)


def better(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Of two passes over a cell the higher rate, the shorter times; but all failures."""
    best = {name: max(one[name], other[name]) for name in ("crowd_per_s", "crowd_failed")}
    return {**{name: min(one[name], other[name]) for name in one}, **best}


def default_batch(engine: str, rows: Mapping[tuple[int, int], Mapping[str, float]]) -> Figure:
    """The default's wait of one client against the cells that carry enough."""
    carried = max(row["crowd_per_s"] for row in rows.values())
    strong = [row["one_p50_ms"] for row in rows.values() if row["crowd_per_s"] >= 0.8 * carried]
    chosen = rows[int(BATCH_MS), 500]["one_p50_ms"]
    return Figure(
        name=f"{engine} write p50 with the default batch", value=chosen, unit="ms", limit=1.1 * min(strong),
        scales=False,
    )  # fmt: skip


def _measure(
    engine: str,
    program: str,
    *,
    within_s: float = WITHIN_S,
    settings: Mapping[str, str] = MappingProxyType({}),
    network: str = "operations",
) -> tuple[dict[str, Any], float]:
    """What a program measured on a network of its own, and the seconds of that network's start."""
    if engine == "fabric":
        find()
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder,
        _network(Path(folder), engine, settings, network) as (variables, up_s),
    ):
        done = subprocess.run(
            [sys.executable, "-m", program, "--home", folder],
            cwd=REPOSITORY,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
    if done.returncode:
        raise EngineFailed(f"{engine}: {done.stderr.strip()[-600:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured, up_s


@contextmanager
def _network(
    home: Path, engine: str, more: Mapping[str, str], program: str = "operations"
) -> Iterator[tuple[dict[str, str], float]]:
    """A network of its own in an empty home: the environment of its clients, and the seconds to its start."""
    settings = {**scratch_ports(), "TANHENG_HOME": str(home), "TANHENG_LEDGER_ENGINE": engine, **more}
    command = (sys.executable, "-m", program, "network", "up", "--json")
    began = time.monotonic()
    with (home / "up.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            dies_with_parent(command, "TERM"),
            cwd=REPOSITORY,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        if not (process.stdout and process.stdout.readline()):
            process.wait()
            raise EngineFailed((home / "up.log").read_text(encoding="utf-8").strip())
        yield settings, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        if process.stdout:
            process.stdout.close()


if __name__ == "__main__":
    from bench.harness import main

    main("engines")
