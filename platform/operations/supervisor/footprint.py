"""Memory of the running product, process groups included, from the rosters and the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from . import roster

ROSTERS = ("product.json", "network.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One supervised process with what it started.

    rss_mb counts a shared page in every process that maps it, pss_mb each page once.
    """

    name: str
    state: str
    pid: int
    started_at: float
    restarts: int
    rss_mb: float
    pss_mb: float

    def as_json(self) -> dict[str, object]:
        """The row without its name, for `--json`."""
        return {
            "state": self.state,
            "pid": self.pid,
            "rss_mb": self.rss_mb,
            "pss_mb": self.pss_mb,
            "restarts": self.restarts,
        }


def rows_of(run_folder: Path) -> list[Row]:
    """A row for every living process of the product and the network, supervisors first."""
    rows = []
    for name in ROSTERS:
        there = roster.read(run_folder / name)
        if there is not None and there.is_up():
            rows += [_row(entry) for entry in (there.supervisor, *there.processes) if entry.is_alive()]
    return rows


def _row(entry: roster.Entry) -> Row:
    process = psutil.Process(entry.pid)
    # The supervisor's children are rows of their own.
    family = [process, *([] if entry.name == "supervisor" else process.children(recursive=True))]
    sizes = [_memory_mb(member) for member in family]
    return Row(
        name=entry.name,
        state=entry.state,
        pid=entry.pid,
        started_at=entry.started_at,
        restarts=entry.restarts,
        rss_mb=round(sum(rss for rss, _ in sizes), 1),
        pss_mb=round(sum(pss for _, pss in sizes), 1),
    )


def _memory_mb(process: psutil.Process) -> tuple[float, float]:
    """Resident and proportional set size; the second only where the kernel tells it, else the first again."""
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0.0, 0.0
    return full.rss / 1e6, getattr(full, "pss", full.rss) / 1e6
