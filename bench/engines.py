"""Both engines of the ledger without the rest of the product: confirmation alone, throughput of fifty."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
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
BATCH_MS = 50.0
# One-key puts of 50 plain clients a second on the cores that the promise was made for (ADR 0045).
REFERENCE_PER_S = 233.0
# The sweep that chose the defaults: time-out in ms, messages a block.
SWEEP = ((20, 500), (50, 1), (50, 10), (50, 500), (100, 500), (250, 500), (2000, 500))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Limits of one kind of transaction on one engine: ms with one client; transactions a second with 50, on
    cores that carry `REFERENCE_PER_S` plain puts, or as a share of what real Fabric did in the same run."""

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
    """The figures of each engine; those of real Fabric are skipped where its programs are missing."""
    fabric: Mapping[str, float] = {}
    for engine, promises in PROMISES.items():
        try:
            measured = _beside_plain() if engine == "fabric" else _measure(engine)
        except ProgramsMissing as missing:
            for figure in _names(engine):
                yield Skipped(figure=figure, because=str(missing))
            continue
        except (EngineFailed, OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"{error}\n")
            yield not_measured(f"{engine} measured")
            continue
        if engine == "fabric":
            fabric = measured["per_s"]
        for kind, promise in promises.items():
            yield from _figures(engine, kind, promise, measured)
            yield throughput(engine, kind, promise, measured, fabric)
        if "plain_per_s" in measured:
            sys.stderr.write(f"{engine}: a plain put by 50 clients {measured['plain_per_s']:.1f} a second\n")
        yield from contest_figures.of(engine, measured)


def _names(engine: str) -> Iterator[str]:
    for kind in PROMISES[engine]:
        for part in ("p50", "p95", "by 50 clients"):
            yield f"{engine} {kind} {part}"
    yield from contest_figures.names(engine)


def _figures(engine: str, kind: str, promise: Promise, measured: Mapping[str, Any]) -> Iterator[Outcome]:
    times = measured["times_ms"][kind]
    name = f"{engine} {kind}"
    yield Figure(name=f"{name} p50", value=statistics.median(times), unit="ms", limit=promise.p50_ms)
    yield Figure(name=f"{name} p95", value=percentile(times, 0.95), unit="ms", limit=promise.p95_ms)
    failed = sum(measured["failed"][kind].values())
    yield Figure(name=f"{name} failed", value=float(failed), unit="transactions", limit=0.0, scales=False)


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
        limit = promise.per_s * min(1.0, measured["plain_per_s"] / REFERENCE_PER_S)
    return Figure(name=name, value=done, unit="1/s", limit=limit, at_most=False, scales=False)


def run_full() -> Iterator[Outcome]:
    """What `run` gives, then the sweep over batches and the table of costs by the size of the state, for each
    engine that can run."""
    yield from run()
    for engine in PROMISES:
        yield from _sweep(engine)
    for engine in PROMISES:
        try:
            rows = _measure(engine, "bench.chain_growth", within_s=GROWTH_WITHIN_S)
        except ProgramsMissing as missing:
            yield Skipped(figure=f"{engine} cost by size", because=str(missing))
            continue
        yield from contest_figures.by_size(engine, rows)


def _sweep(engine: str) -> Iterator[Outcome]:
    """The table, on the error stream, and one figure: the default is at most a tenth behind the quickest cell
    of those that carry at least four fifths of what the best cell carries."""
    rows = {}
    for timeout_ms, messages in SWEEP:
        batch = {"TANHENG_LEDGER_BATCH_MS": str(timeout_ms), "TANHENG_LEDGER_BATCH_MESSAGES": str(messages)}
        try:
            rows[timeout_ms, messages] = _measure(engine, "bench.chain_sweep", settings=batch)
        except ProgramsMissing as missing:
            yield Skipped(figure=f"{engine} sweep over batches", because=str(missing))
            return
    for (timeout_ms, messages), row in rows.items():
        told = "  ".join(f"{name} {value:8.1f}" for name, value in row.items())
        sys.stderr.write(f"{engine} {timeout_ms:5d} ms {messages:4d} messages  {told}\n")
    carried = max(row["crowd_per_s"] for row in rows.values())
    strong = [row["one_p50_ms"] for row in rows.values() if row["crowd_per_s"] >= 0.8 * carried]
    chosen = rows[int(BATCH_MS), 500]["one_p50_ms"]
    yield Figure(
        name=f"{engine} write p50 with the default batch", value=chosen, unit="ms", limit=1.1 * min(strong),
        scales=False,
    )  # fmt: skip


def _beside_plain() -> dict[str, Any]:
    """What real Fabric did, and the mean of a plain put just before and just after it."""

    def plain() -> float:
        found = _measure("fabric", "bench.plain_drive", network="bench.plain_network")
        return float(found["put_per_s"])

    before = plain()
    measured = _measure("fabric")
    return {**measured, "plain_per_s": (before + plain()) / 2}


def _measure(
    engine: str,
    program: str = "bench.chain_drive",
    *,
    within_s: float = WITHIN_S,
    settings: Mapping[str, str] = MappingProxyType({}),
    network: str = "operations",
) -> dict[str, Any]:
    if engine == "fabric":
        find()
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder,
        _network(Path(folder), engine, settings, network) as variables,
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
    return measured


@contextmanager
def _network(
    home: Path, engine: str, more: Mapping[str, str], program: str = "operations"
) -> Iterator[dict[str, str]]:
    settings = {**scratch_ports(), "TANHENG_HOME": str(home), "TANHENG_LEDGER_ENGINE": engine, **more}
    command = (sys.executable, "-m", program, "network", "up", "--json")
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
        yield settings
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        if process.stdout:
            process.stdout.close()


if __name__ == "__main__":
    from bench.harness import main

    main("engines")
