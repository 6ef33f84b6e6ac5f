"""Charts from what is summed already: a year of a meter, 1,000 meters' month without touching a reading."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from operations.site import scratch_ports
from tanheng.env import REPOSITORY

from bench.figures import Figure, Outcome, Skipped
from bench.ingest_pipe import Pipe, wait

METERS, MONTHS = 1_000, 2
# 12 months of a thousand meters are 8.8 million hours; one meter's rows are found by their key either way.
METERS_YEAR, MONTHS_YEAR = 100, 13
CHART_MS = 300
MONTH_S = 1.0


def run() -> Iterator[Outcome]:
    """Chart times at the 95th percentile, and the seconds that a month of 1,000 meters takes."""
    year, month = _told(METERS_YEAR, MONTHS_YEAR), _told(METERS, MONTHS)
    if year is None or month is None:
        yield Skipped(figure="charts", because="the scratch database did not come up")
        return
    for name in ("day", "hour"):
        times = sorted(year[f"charts_{name}_ms"])
        p95 = times[int(0.95 * (len(times) - 1))]
        label = "year_chart_by_day_p95" if name == "day" else "40_days_chart_by_hour_p95"
        yield Figure(name=label, value=p95, unit="ms", limit=CHART_MS)
    yield Figure(
        name=f"month_of_{METERS}_meters_from_hours", value=min(month["month_s"]), unit="s", limit=MONTH_S
    )


def _told(meters: int, months: int) -> dict[str, Any] | None:
    """What the program measured on a scratch database; None after showing why it could not."""
    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder, contextlib.ExitStack() as stack:
        home = Path(folder) / "home"
        home.mkdir()
        pipe = Pipe(home, {**scratch_ports(), "TANHENG_HOME": str(home)})
        stack.callback(pipe.stop)
        pipe.start("operations.embedded_postgres")
        wait(lambda: pipe.link().close() or True)
        done = subprocess.run(
            [sys.executable, "-m", "bench.inside", "bench.charts_enterprise", str(meters), str(months)],
            cwd=REPOSITORY,
            env={**os.environ, **pipe.variables},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        print(done.stderr[-4000:], file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    from bench.harness import main

    main("charts")
