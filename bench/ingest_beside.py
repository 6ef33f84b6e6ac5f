"""The same loads on a real InfluxDB, ours and Telegraf's in one run; processor time a message counts."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from influxdb_client.client.influxdb_client import InfluxDBClient
from operations import influx
from operations.programs import used
from tanheng.env import Environment

from bench import ingest_delays as delays
from bench.figures import Figure, Outcome, Skipped
from bench.ingest_costs import SINGLES, by_meters, costs
from bench.ingest_pipe import Pipe, running, wait
from bench.ingest_rates import Cost, course, drained, go, publisher
from ingest.influx_home import BUCKET, ORGANISATION, place, token_path

OF_TELEGRAF = 0.75
# Telegraf's own figure is a baseline, not a promise of ours: 27 to 34 us on a quiet machine.
BASELINE_US = 1_000.0
# Four whole numbers a point; the log that is not packed yet is most of it soon after a load.
INFLUX_MB = 200.0
COUNTED_EVERY_S = 0.25
WITHIN_S = 180.0

# Its own recommendation for rates like these; with its defaults it would be ten times slower.
_TELEGRAF = """
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
  urls = ["http://127.0.0.1:{influx_port}"]
  token = "{token}"
  organization = "{organisation}"
  bucket = "{bucket}"
"""


class TelegrafEnded(RuntimeError):
    """It did not start with what it was told; the text has its last words."""


def run(folder: Path) -> Iterator[Outcome]:
    """Figures on InfluxDB where there is one, and of Telegraf where there is one, too."""
    server = influx.program(Environment.read())
    if server is None:
        yield Skipped(figure="influx", because="there is no influxd (INFLUXD_BIN, PATH)")
        return
    yield used(server)
    ours: list[Cost] = []
    with running(folder / "influx", series="influx") as pipe:
        loads = course(pipe)
        ours += [drained(pipe, loads.load(SINGLES)) for _ in range(2)]
        yield from _counted(pipe, "reading", 2 * SINGLES)
    with running(folder / "influx-figures", series="influx") as pipe:
        yield from delays.late(pipe, "influx")
        yield from costs(pipe, "influx")
        yield from by_meters(pipe, "influx")
        yield _disk(pipe)
    program = shutil.which("telegraf") or os.environ.get("TELEGRAF_BIN", "")
    if not program:
        yield Skipped(figure="of_telegraf", because="there is no telegraf (TELEGRAF_BIN, PATH)")
        return
    yield used(program)
    try:
        with running(folder / "telegraf", series="influx", works=False) as pipe:
            theirs = [_telegraf(pipe, program)]
    except TelegrafEnded as ended:
        yield Skipped(figure="of_telegraf", because=str(ended))
        return
    own, other = min(one.cpu_us for one in ours), min(one.cpu_us for one in theirs)
    yield Figure(name="telegraf_single_cpu", value=other, unit="us", limit=BASELINE_US, scales=False)
    yield Figure(
        name="single_cpu_of_telegraf", value=own / other, unit="times", limit=OF_TELEGRAF, scales=False
    )
    yield Figure(
        name="single_drain_of_telegraf",
        value=max(one.per_s for one in ours) / max(one.per_s for one in theirs),
        unit="times",
        limit=1.0,
        at_most=False,
        scales=False,
    )


def _telegraf(pipe: Pipe, program: str) -> Cost:
    """Telegraf on the same broker, store and messages, from its waking to the last point that can be read.

    Raises TelegrafEnded: such as a build without the inputs that the configuration names.
    """
    loads = course(pipe)
    load = loads.load(SINGLES)
    environment = pipe.environment()
    path = pipe.home / "telegraf.conf"
    path.write_text(
        _TELEGRAF.format(
            port=pipe.broker.port,
            password=(pipe.home / "keys" / "mqtt-ingest").read_text(encoding="utf-8").strip(),
            influx_port=environment.influx_port,
            token=token_path(pipe.home).read_text(encoding="utf-8"),
            organisation=ORGANISATION,
            bucket=BUCKET,
        ),
        encoding="utf-8",
    )
    with (pipe.home / "telegraf.log").open("wb") as log:
        pipe.running["telegraf"] = subprocess.Popen([program, "--config", str(path)], stdout=log, stderr=log)
    time.sleep(3)
    process = pipe.running["telegraf"]
    if process.poll() is not None:
        said = (pipe.home / "telegraf.log").read_text(encoding="utf-8", errors="replace").strip()
        raise TelegrafEnded(f"{program} ended at once: {said[-200:] or process.returncode}")
    cpu_s = pipe.cpu_s("telegraf")
    process.send_signal(signal.SIGSTOP)
    with publisher(pipe, load) as sender:
        go(sender)
    began = time.monotonic()
    process.send_signal(signal.SIGCONT)
    wait(lambda: _points(pipe, "telegraf") >= load.count, within_s=WITHIN_S)
    seconds = time.monotonic() - began
    used = pipe.cpu_s("telegraf") - cpu_s
    return Cost(load.count, used / load.count * 1e6, load.count / seconds)


def _counted(pipe: Pipe, measurement: str, expected: int) -> Iterator[Figure]:
    lost = expected - _points(pipe, measurement)
    yield Figure(name="influx_readings_lost", value=abs(lost), unit="", limit=0, scales=False)


def _points(pipe: Pipe, measurement: str) -> int:
    """Points of a measurement, counted by the store."""
    time.sleep(COUNTED_EVERY_S)
    flux = (
        f'from(bucket: "{BUCKET}") |> range(start: 0) |> filter(fn: (r) => r._measurement == "{measurement}" '
        'and r._field == "seq") |> group() |> count()'
    )
    with contextlib.closing(_client(pipe)) as client:
        tables = client.query_api().query(flux)
    return sum(int(record["_value"]) for table in tables for record in table.records)


def _client(pipe: Pipe) -> InfluxDBClient:
    return InfluxDBClient(
        url=f"http://127.0.0.1:{pipe.environment().influx_port}",
        token=token_path(pipe.home).read_text(encoding="utf-8"),
        org=ORGANISATION,
        timeout=60_000,
    )


def _disk(pipe: Pipe) -> Figure:
    """What a million points take, with the log that is not packed yet."""
    engine = place(pipe.home) / "engine"
    size = sum(path.stat().st_size for path in engine.rglob("*") if path.is_file())
    return Figure(
        name="influx_disk_per_million",
        value=size / max(1, _points(pipe, "reading")),
        unit="MB",
        limit=INFLUX_MB,
        scales=False,
    )
