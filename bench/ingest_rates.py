"""What a reading costs: processor time of the worker and readings a second, drained and live."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from tanheng.env import REPOSITORY

from bench.ingest_pipe import Pipe, wait
from bench.ingest_publisher import Load

WORKER = "ingest.worker"
METERS = 1_000
STORED_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of `readings`: worker's processor time for each in us, and how many a second from first to last."""

    readings: int
    cpu_us: float
    per_s: float


@dataclass
class Course:
    """Loads one after the other on one pipe: each goes on in time and sequence where the last one ended."""

    pipe: Pipe
    meters: list[str]
    at_ms: int = 0
    seq: int = 1
    boot: int = 1
    sent: int = field(default=0)

    def load(self, count: int, *, per_message: int = 1, rate: float = 0.0, step_ms: int = 1_000) -> Load:
        """The next load of so many readings."""
        turns = count // len(self.meters)
        made = Load(
            port=self.pipe.broker.port,
            username=self.pipe.broker.username,
            password=self.pipe.broker.password,
            plant=METERED_PLANT,
            meters=self.meters,
            count=count,
            start_ms=self.at_ms,
            step_ms=step_ms,
            per_message=per_message,
            boot=self.boot,
            seq0=self.seq if per_message == 1 else 1,
            key=str(self.pipe.home / "simulated" / "jiangbei.key"),
            rate=rate,
        )
        self.at_ms += (turns + 2) * step_ms
        if per_message == 1:
            self.seq += turns + 1
        else:
            self.boot += 1
        return made


METERED_PLANT = "bench-plant"
# The only meter of that plant that the enterprise knows, too: a statement draws from it.
LATE_METER = "late"

_METERS = """
insert into hot_meterindex
  (tenant, account, plant, meter, gateway, unit, least_count, digits, interval_s, valid_from, changed_at)
select i.tenant, i.account, '{plant}', 'm-' || n, i.gateway, 't', 0.01, 12, 60, i.valid_from, now()
from (select * from hot_meterindex order by id limit 1) i, generate_series({first}, {last}) n
on conflict do nothing
"""


def course(pipe: Pipe, meters: int = METERS) -> Course:
    """A course over so many new meters; it begins a day ago."""
    first, pipe.meters = pipe.meters + 1, pipe.meters + meters
    pipe.run(_METERS.format(plant=METERED_PLANT, first=first, last=pipe.meters))
    # The worker sees new meters within two seconds, or at the first message of one that it does not know.
    time.sleep(2.5)
    return Course(
        pipe,
        [f"m-{n}" for n in range(first, pipe.meters + 1)],
        at_ms=int(time.time() * 1000) - 24 * 3_600_000,
    )


@contextmanager
def publisher(pipe: Pipe, load: Load) -> Iterator[subprocess.Popen[str]]:
    """A publisher that is ready to send."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.ingest_publisher"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None  # noqa: S101 (both are pipes)
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(json.dumps(asdict(load)) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the publisher could not sign in")
        yield process


def go(process: subprocess.Popen[str]) -> dict[str, float]:
    """Lets a publisher send; what it says in the end. Raises RuntimeError where not all was confirmed."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    process.stdin.write("go\n")
    process.stdin.flush()
    told: dict[str, float] = json.loads(process.stdout.readline())
    if told["confirmed"] != told["of"]:
        raise RuntimeError(f"the broker confirmed {told}")
    return told


@contextmanager
def beneath(pipe: Pipe, load: Load) -> Iterator[None]:
    """A load goes on while something else is measured, and ends with it. load: with a rate of its own."""
    with publisher(pipe, load) as process:
        assert process.stdin is not None  # noqa: S101
        process.stdin.write("go\n")
        process.stdin.flush()
        try:
            yield
            if process.poll() is not None:
                raise RuntimeError("the load ended before what was measured beside it")
        finally:
            process.terminate()


def drained(pipe: Pipe, load: Load) -> Cost:
    """All is queued at the broker first; from the worker's waking to its last durable write."""
    worker = pipe.running[WORKER]
    before, cpu_s = pipe.told()["readings"], pipe.cpu_s(WORKER)
    worker.send_signal(signal.SIGSTOP)
    try:
        with publisher(pipe, load) as process:
            go(process)
    finally:
        began_at = time.time()
        worker.send_signal(signal.SIGCONT)
    return _cost(pipe, load, before, cpu_s, began_at)


def live(pipe: Pipe, load: Load) -> Cost:
    """Publisher, broker, store and worker at once; from the first publish to the last durable write."""
    before, cpu_s = pipe.told()["readings"], pipe.cpu_s(WORKER)
    with publisher(pipe, load) as process:
        told = go(process)
    return _cost(pipe, load, before, cpu_s, told["began_at"])


def _cost(pipe: Pipe, load: Load, before: int, cpu_s: float, began_at: float) -> Cost:
    wait(lambda: pipe.told()["readings"] - before >= load.count, within_s=STORED_WITHIN_S)
    seconds = pipe.told()["at"] - began_at
    used = pipe.cpu_s(WORKER) - cpu_s
    return Cost(load.count, used / load.count * 1e6, load.count / seconds)
