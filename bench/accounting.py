"""Accounting: closing months, years, printing, tenants' schemas, and that cost grows linearly with lines."""

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

from bench.figures import Figure, Outcome, not_measured, percentile
from bench.ingest_pipe import Pipe, wait

# A year's six hundred lines are no report of the promise's kind; a printer has sixty seconds for anything.
YEAR_PDF_S = 10.0
# No promise either: a row for each line, reported beside verified, and forty sampled readings.
VERIFICATION_PDF_S = 10.0
CLOSE_P95_MS, YEAR_S, PDF_S, SCHEMA_S = 300.0, 2.0, 3.0, 0.3
# A thousand tenants' month in five minutes.
TENANTS, CLOSED_S = 1_000, 300.0
TENANTS_SHORT = 100
# Time a line at 2,000 lines against 125: what is linear stays near 1, what is quadratic comes to 16.
LINEAR_MAX = 1.5


def run() -> Iterator[Outcome]:
    """All figures, the worker's with a hundred tenants instead of a thousand: in a tenth of the time."""
    yield from _measured(TENANTS_SHORT)


def run_full() -> Iterator[Outcome]:
    """All figures with a thousand tenants."""
    yield from _measured(TENANTS)


def _measured(tenants: int) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder:
        told = _told(Path(folder) / "home", tenants)
    if told is None:
        yield not_measured("accounting measured")
        return
    for name in ("close_month_100_meters", "close_month_100_meters_by_rule"):
        yield Figure(name=f"{name}_p95", value=percentile(told[name], 0.95), unit="ms", limit=CLOSE_P95_MS)
    yield Figure(name="year_report_600_lines", value=max(told["year"]), unit="s", limit=YEAR_S)
    yield Figure(
        name="cost_of_a_line_at_2000_lines_by_that_at_125", value=told["linear"], unit="", limit=LINEAR_MAX,
        scales=False,
    )  # fmt: skip
    yield Figure(name="report_pdf", value=max(told["pdf"]), unit="s", limit=PDF_S)
    yield Figure(
        name="year_report_pdf_600_lines", value=max(told["pdf_of_a_year"]), unit="s", limit=YEAR_PDF_S
    )
    yield Figure(
        name="year_verification_pdf_600_lines", value=max(told["verification_of_a_year"]), unit="s",
        limit=VERIFICATION_PDF_S,
    )  # fmt: skip
    yield Figure(
        name="new_tenant_schema_p95", value=percentile(told["schema"], 0.95), unit="s", limit=SCHEMA_S
    )
    limit = CLOSED_S * tenants / TENANTS
    yield Figure(name=f"month_of_{tenants}_tenants_closed", value=told["closed"], unit="s", limit=limit)


def _told(home: Path, tenants: int) -> dict[str, Any] | None:
    """What the program measured on a scratch database; None after showing why it could not."""
    home.mkdir(parents=True)
    pipe = Pipe(home, {**scratch_ports(), "TANHENG_HOME": str(home)})
    with contextlib.ExitStack() as stack:
        stack.callback(pipe.stop)
        pipe.start("operations.embedded_postgres")
        wait(lambda: pipe.link().close() or True)
        done = subprocess.run(
            [sys.executable, "-m", "bench.inside", "bench.accounting_enterprise", str(tenants)],
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

    main("accounting")
