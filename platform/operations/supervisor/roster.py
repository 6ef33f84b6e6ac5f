"""The file of what runs: pids with start times, so that a later start can sweep what an earlier one left."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

# A pid is the same process when its start time agrees; the kernel's clock ticks are a hundredth of a second.
SAME_START_S = 0.5
# How long the kernel may take to end a large process that was killed: it has its ports until then.
ENDED_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One process as last seen by its supervisor."""

    name: str
    pid: int
    started_at: float
    state: str  # starting, ready, waiting (for its restart), stopped
    restarts: int = 0

    def is_alive(self) -> bool:
        """True when this very process, not another with its number, is there and not a zombie."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_at) < SAME_START_S
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


@dataclass(frozen=True, slots=True)
class Roster:
    """Supervisor and its processes, as in the file."""

    supervisor: Entry
    processes: tuple[Entry, ...]

    def is_up(self) -> bool:
        """True while the supervisor lives."""
        return self.supervisor.is_alive()


def entry_of(name: str, pid: int, *, state: str, restarts: int = 0) -> Entry:
    """An entry for a process that has just started."""
    try:
        started_at = psutil.Process(pid).create_time()
    except psutil.Error:
        started_at = time.time()
    return Entry(name=name, pid=pid, started_at=started_at, state=state, restarts=restarts)


def write(path: Path, roster: Roster) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    body = {
        "supervisor": asdict(roster.supervisor),
        "processes": [asdict(entry) for entry in roster.processes],
    }
    draft.write_text(json.dumps(body, indent=1), encoding="utf-8")
    draft.replace(path)


def read(path: Path) -> Roster | None:
    """The roster in the file; None when there is none or it is torn."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return Roster(Entry(**body["supervisor"]), tuple(Entry(**entry) for entry in body["processes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sweep(path: Path) -> list[str]:
    """Kill what a dead supervisor left behind, whole groups, and wait until it is gone; gives the names.
    Nothing while it is alive."""
    roster = read(path)
    if roster is None or roster.is_up():
        return []
    left = [entry for entry in roster.processes if entry.is_alive()]
    for entry in left:
        signal_group(entry.pid, signal.SIGKILL)
    end = time.monotonic() + ENDED_WITHIN_S
    while any(entry.is_alive() for entry in left) and time.monotonic() < end:
        time.sleep(0.01)
    path.unlink(missing_ok=True)
    return [entry.name for entry in left]


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and all it started; a group that is gone is no error."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
