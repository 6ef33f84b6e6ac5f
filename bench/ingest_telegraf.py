"""Our worker and Telegraf beside each other: the same messages, broker and store, clocked in the same way.

Each has a home with a broker and an InfluxDB of its own (a bucket, where INFLUX_URL names a server) and is
stopped while messages queue; woken, it is done when its store counts every point. Turns alternate; what is
held against what was measured in one turn. Ours does more for a message (sequences, repeats, forks, receipts,
dirty hours in PostgreSQL), Telegraf less.
"""

from __future__ import annotations

import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.figures import Figure, Outcome, Skipped
from bench.ingest_costs import SINGLES
from bench.ingest_influx import points
from bench.ingest_pipe import Pipe, running, wait
from bench.ingest_publisher import Load
from bench.ingest_rates import WORKER, Cost, Course, course, go, publisher

TELEGRAF = "telegraf"
TURNS, WARM_UP = 3, 5_000
OF_TELEGRAF = 0.75
# Telegraf's own figure is a baseline, not a promise of ours.
BASELINE_US = 1_000.0
# What it cost on the machine that the promises were made for: 27 to 34 us (ADR 0058).
REFERENCE_US = 34.0
STARTS_S, WITHIN_S = 3.0, 180.0
# What each still does when all can be read (acknowledgements, receipts) belongs to its cost.
SETTLES_S = 1.0

# Its own recommendation for rates like these; with its defaults it would be ten times slower.
_CONFIGURATION = """
[agent]
  interval = "1s"
  flush_interval = "500ms"
  metric_batch_size = 5000
  metric_buffer_limit = 200000
  omit_hostname = true
  quiet = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = ["v1/+/+/+/r"]
  username = "ingest"
  password = "{password}"
  client_id = "telegraf"
  qos = 1
  persistent_session = true
  max_undelivered_messages = 20000
  topic_tag = ""
  data_format = "json_v2"
  [[inputs.mqtt_consumer.topic_parsing]]
    topic = "v1/+/+/+/r"
    tags = "_/gateway/plant/meter/_"
  [[inputs.mqtt_consumer.json_v2]]
    measurement_name = "telegraf"
    timestamp_path = "ts"
    timestamp_format = "unix_ms"
    [[inputs.mqtt_consumer.json_v2.field]]
      path = "value"
      type = "float"
    [[inputs.mqtt_consumer.json_v2.field]]
      path = "seq"
      type = "int"
    [[inputs.mqtt_consumer.json_v2.field]]
      path = "q"
      type = "string"
    [[inputs.mqtt_consumer.json_v2.tag]]
      path = "unit"
[[outputs.influxdb_v2]]
  urls = ["{server}"]
  token = "{token}"
  organization = "{organisation}"
  bucket = "{bucket}"
"""


class TelegrafEnded(RuntimeError):
    """It did not start with what it was told; the text has its last words."""


@dataclass(slots=True)
class Runner:
    """One of the two: the process that is measured and the measurement that it writes."""

    pipe: Pipe
    program: str
    measurement: str
    course: Course

    def stored(self) -> int:
        """Points that arrived in its store."""
        return points(self.pipe, self.measurement)

    def warm_up(self) -> None:
        """A first load, so that it has signed in, subscribed and met every meter before anything counts."""
        load, before = self.course.load(WARM_UP), self.stored()
        self._send(load)
        self._until_stored(before, load)

    def drained(self) -> Cost:
        """All is queued at the broker while it is stopped; from its waking until every point can be read.

        Raises RuntimeError where it stored something while stopped, or other points than were sent.
        """
        load, before = self.course.load(SINGLES), self.stored()
        cpu_s = self.pipe.cpu_s(self.program)
        process = self.pipe.running[self.program]
        process.send_signal(signal.SIGSTOP)
        try:
            wait(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED)
            self._send(load)
            if self.stored() != before:
                raise RuntimeError(f"{self.program} stored points while it was stopped")
            began = time.monotonic()
        finally:
            process.send_signal(signal.SIGCONT)
        seconds = self._until_stored(before, load) - began
        time.sleep(SETTLES_S)
        used = self.pipe.cpu_s(self.program) - cpu_s
        if self.stored() != before + load.count:
            raise RuntimeError(f"{self.program} stored {self.stored() - before} points of {load.count}")
        return Cost(load.count, used / load.count * 1e6, load.count / seconds)

    def _send(self, load: Load) -> None:
        with publisher(self.pipe, load) as sender:
            go(sender)

    def _until_stored(self, before: int, load: Load) -> float:
        """The clock when the store counts so many more."""
        wait(lambda: self.stored() - before >= load.count, within_s=WITHIN_S)
        return time.monotonic()


def run(folder: Path, program: str) -> Iterator[Outcome]:
    """Processor time for a message and readings a second, ours over Telegraf's: the median of the turns."""
    try:
        turns = _turns(folder, program)
    except TelegrafEnded as ended:
        yield Skipped(figure="of_telegraf", because=str(ended))
        return
    yield from figures(turns)


def figures(turns: list[tuple[Cost, Cost]]) -> Iterator[Figure]:
    """turns: (ours, Telegraf's)."""
    yield Figure(
        name="telegraf_single_cpu",
        value=statistics.median(theirs.cpu_us for _, theirs in turns),
        unit="us",
        limit=BASELINE_US,
        scales=False,
    )
    yield Figure(
        name="single_cpu_of_telegraf",
        value=statistics.median(ours.cpu_us / theirs.cpu_us for ours, theirs in turns),
        unit="times",
        limit=OF_TELEGRAF,
        scales=False,
    )
    yield Figure(
        name="single_drain_of_telegraf",
        value=statistics.median(ours.per_s / theirs.per_s for ours, theirs in turns),
        unit="times",
        limit=1.0,
        at_most=False,
        scales=False,
    )


def slowness(folder: Path, program: str) -> float:
    """How much slower this machine is than the one of the promises, by what a message costs Telegraf; 1 where
    it is not slower. Raises TelegrafEnded."""
    with running(folder / "telegraf-first", series="influx", works=False) as pipe:
        _start(pipe, program)
        alone = Runner(pipe, TELEGRAF, TELEGRAF, course(pipe))
        alone.warm_up()
        costs = [alone.drained().cpu_us for _ in range(TURNS)]
    return max(1.0, statistics.median(costs) / REFERENCE_US)


def _turns(folder: Path, program: str) -> list[tuple[Cost, Cost]]:
    with ExitStack() as stack:
        own = stack.enter_context(running(folder / "ours", series="influx"))
        ours = Runner(own, WORKER, "reading", course(own))
        other = stack.enter_context(running(folder / TELEGRAF, series="influx", works=False))
        _start(other, program)
        theirs = Runner(other, TELEGRAF, TELEGRAF, course(other))
        for one in (ours, theirs):
            one.warm_up()
        return [_turn(ours, theirs, ours_first=number % 2 == 0) for number in range(TURNS)]


def _turn(ours: Runner, theirs: Runner, *, ours_first: bool) -> tuple[Cost, Cost]:
    if ours_first:
        return ours.drained(), theirs.drained()
    later = theirs.drained()
    return ours.drained(), later


def _start(pipe: Pipe, program: str) -> None:
    """Telegraf on the pipe's broker and store. Raises TelegrafEnded: such as a build without the inputs that
    the configuration names."""
    path, store = pipe.home / "telegraf.conf", pipe.store()
    path.write_text(
        _CONFIGURATION.format(
            port=pipe.broker.port,
            password=(pipe.home / "keys" / "mqtt-ingest").read_text(encoding="utf-8").strip(),
            server=store.server,
            token=store.token,
            organisation=store.organisation,
            bucket=store.bucket,
        ),
        encoding="utf-8",
    )
    with (pipe.home / "telegraf.log").open("wb") as log:
        pipe.running[TELEGRAF] = subprocess.Popen([program, "--config", str(path)], stdout=log, stderr=log)
    time.sleep(STARTS_S)
    process = pipe.running[TELEGRAF]
    if process.poll() is not None:
        said = (pipe.home / "telegraf.log").read_text(encoding="utf-8", errors="replace").strip()
        raise TelegrafEnded(f"{program} ended at once: {said[-200:] or process.returncode}")
