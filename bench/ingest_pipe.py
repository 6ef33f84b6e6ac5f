"""The pipe of ingest on a scratch home, for benches: database, broker, worker and, where wanted, InfluxDB."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from operations import influx, influx_bucket
from operations.embedded_postgres import USER
from operations.site import scratch_ports
from operations.supervisor.child import dies_with_parent
from tanheng.env import REPOSITORY, Environment

from ingest.figures import read
from ingest.influx_home import Address, series_url
from ingest.mqtt import Broker

PLANT = REPOSITORY / "platform/operations/demo/plants/power.toml"
READY_S = 180.0


@dataclass
class Pipe:
    """Processes of a scratch home, by the module of each. is_given: its InfluxDB is somebody's server.

    session: of the enterprise's head, once somebody has signed in.
    """

    home: Path
    variables: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    meters: int = 0
    broker: Broker = field(init=False)
    tenant: str = ""
    is_given: bool = False
    head: Mapping[str, str] = field(default_factory=dict)
    session: object = None

    def start(self, module: str, *words: str) -> None:
        """Starts `python -m module`; its words go to a file in the home."""
        with (self.home / f"{module}.log").open("ab") as log:
            self.running[module] = subprocess.Popen(
                dies_with_parent((sys.executable, "-m", module, *words), "TERM"),
                cwd=REPOSITORY,
                env={**os.environ, **self.variables},
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """Ends all, the last started first."""
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait()

    def cpu_s(self, module: str) -> float:
        """Processor time that a process has used, its threads together."""
        times = psutil.Process(self.running[module].pid).cpu_times()
        return float(times.user + times.system)

    def environment(self) -> Environment:
        """The settings of its processes."""
        return Environment.read({**self.variables, "INFLUXD_BIN": os.environ.get("INFLUXD_BIN", "")})

    def store(self) -> Address:
        """The InfluxDB that holds its readings."""
        told = self.environment()
        return Address.parse(
            series_url(
                home=self.home, series="influx", influx_url=told.influx_url, influx_port=told.influx_port
            )
        )

    def link(self) -> Any:
        """A connection to the database, each statement on its own."""
        folder = Environment.read({"TANHENG_HOME": str(self.home)}).postgres_socket
        made = psycopg2.connect(host=str(folder), dbname="tanheng", user=USER)
        made.autocommit = True
        return made

    def told(self) -> dict[str, Any]:
        """The worker's figures; empty before it has written any."""
        return read(self.home / "run" / "ingest.json") or {}

    def run(self, text: str) -> None:
        """A statement that gives nothing."""
        with contextlib.closing(self.link()) as link:
            link.cursor().execute(text)

    def text(self, question: str) -> str:
        """The first value of the first row, as text."""
        with contextlib.closing(self.link()) as link:
            cursor = link.cursor()
            cursor.execute(question)
            return str(cursor.fetchone()[0])

    def count(self, question: str) -> int:
        """The same as a whole number."""
        return int(self.text(question))

    def program(self, module: str, *words: str) -> dict[str, Any]:
        """What `python -m bench.inside module` says in its last line. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.inside", module, *words],
            cwd=REPOSITORY,
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


@contextmanager
def running(home: Path, *, series: str = "embedded", works: bool = True) -> Iterator[Pipe]:
    """A pipe whose worker has subscribed. series: the store, embedded or influx. works: with our workers.

    On the InfluxDB that INFLUX_URL names it has a bucket of its own, which is removed. Raises NoBucket.
    """
    home.mkdir(parents=True)
    pipe = Pipe(home, {**scratch_ports(), "TANHENG_HOME": str(home), "TANHENG_SERIES": series})
    with ExitStack() as stack:
        if series == "influx" and (bucket := stack.enter_context(influx_bucket.given(Environment.read()))):
            pipe.variables["INFLUX_URL"], pipe.is_given = bucket.url, True
        stack.callback(pipe.stop)
        pipe.start("operations.embedded_postgres")
        if series == "influx" and not pipe.is_given:
            pipe.start("operations.influx")
            wait(lambda: influx.is_ready(pipe.environment()))
        wait(lambda: pipe.link().close() or True)
        told = pipe.program("bench.ingest_enterprise", str(PLANT), str(home / "simulated"))
        port = int(pipe.variables["TANHENG_MQTT_PORT"])
        pipe.broker = Broker("127.0.0.1", port, told["username"], told["password"])
        pipe.tenant, pipe.head = told["tenant"], told["head"]
        pipe.start("operations.broker")
        wait((home / "keys" / "mqtt-ingest").exists)
        if not works:
            wait(lambda: _listens(port))
            yield pipe
            return
        pipe.start("ingest.worker")
        pipe.start("ingest.hour_worker")
        # Before ingest has subscribed for the first time there is nobody the broker could keep a message for.
        wait(lambda: pipe.told().get("connected"))
        yield pipe


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(true: Callable[[], Any], *, within_s: float = READY_S) -> None:
    """Waits until it is so. Raises RuntimeError."""
    end = time.monotonic() + within_s
    while True:
        try:
            if true():
                return
        except (psycopg2.Error, ConnectionError):
            pass
        if time.monotonic() > end:
            raise RuntimeError("it did not come to be")
        time.sleep(0.05)
