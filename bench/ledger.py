"""Confirmation from a service's call to the read model with all up; then each engine of the ledger alone."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from operations.site import Site, running, scratch_ports
from tanheng.env import REPOSITORY

from bench import engines
from bench.figures import Figure, Outcome, not_measured, percentile

# A first step (issue 3); later ones tighten it.
P50_MS, P95_MS = 100.0, 200.0
TRADES, MINTS = 60, 24
WITHIN_S = 300
# Both engines together; the sweep and the table of `run_full` have no limit.
WHOLE_S = 480.0
TOLD = {"take": "trade", "list": "listing", "mint": "report mint"}


def run() -> Iterator[Outcome]:
    """p50 and p95 of trades, listings and mints on the product, then the figures of `bench.engines`; at last
    how long all of it took."""
    began = time.monotonic()
    yield from _product()
    yield from engines.run()
    yield Figure(name="ledger bench", value=time.monotonic() - began, unit="s", limit=WHOLE_S)


def run_full() -> Iterator[Outcome]:
    """What `run` gives, with the table of costs by the size of the state."""
    yield from _product()
    yield from engines.run_full()


def _product() -> Iterator[Outcome]:
    try:
        with (
            tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder,
            running(Path(folder) / "home", scratch_ports()) as site,
        ):
            measured = _drive(site)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"{error}\n")
        yield not_measured("product confirmation measured")
        return
    for kind, times in measured.items():
        yield Figure(name=f"{TOLD[kind]} p50", value=statistics.median(times), unit="ms", limit=P50_MS)
        yield Figure(name=f"{TOLD[kind]} p95", value=percentile(times, 0.95), unit="ms", limit=P95_MS)


def _drive(site: Site) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.confirmation", "--trades", str(TRADES), "--mints", str(MINTS)],
        cwd=REPOSITORY,
        env=site.environment(),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-600:])
    measured: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])["times_ms"]
    return measured


if __name__ == "__main__":
    from bench.harness import main

    main("ledger")
