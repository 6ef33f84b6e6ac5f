"""The real pipe for tests: Mosquitto, ingest worker and hour worker as processes, on a scratch home."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from operations.embedded_postgres import USER
from tanheng.env import Environment

from ingest.mqtt import Broker
from tests import database

ROOT = Path(__file__).resolve().parents[2]
PLANTS = ROOT / "platform/operations/demo/plants"
READY_S = 30.0

_PROVISION = """
import json, os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "tanheng.settings"
django.setup()
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tenants.access import viewer_of_person, within
from ingest.services import plants
from ingest.simulation.device import gateway_key
from ingest.simulation.plant import load
from ingest.simulation.runs import key_path
from proof.batches import public_key
from tests import world

file, folder, who, gateway = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
spec, viewer = load(file), viewer_of_person(world.person_id(who))
with within(viewer.tenant):
    plants.create_plant(viewer, plant=spec.id, name_zh=spec.name_zh, name_en=spec.name_en)
    key = public_key(gateway_key(key_path(folder, spec.id)))
    made = plants.create_gateway(viewer, gateway=gateway, name=gateway, key=key)
    since = datetime.now(UTC) - timedelta(days=300)
    for meter in spec.meters:
        plants.create_meter(viewer, plants.NewMeter(
            plant=spec.id, slug=meter.slug, name_zh=meter.name_zh, name_en=meter.name_en, medium=meter.medium,
            unit=meter.unit, least_count=meter.least_count, digits=meter.digits, interval_s=meter.interval_s,
            stream=meter.stream, gateway=gateway, valid_from=since))
print(json.dumps({"username": made.username, "password": made.password}))
"""


@dataclass
class Pipe:
    """Processes of one scratch home; `sql` asks its database."""

    home: Path
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        ports = {"TANHENG_MQTT_PORT": str(self.port), "TANHENG_MQTT_TLS_PORT": "0"}
        return environment_of(self.home) | ports

    def start(self, module: str) -> None:
        """Starts `python -m module`; its words go to a file in the home."""
        with (self.home / f"{module}.log").open("ab") as log:
            self.running[module] = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def child_of(self, module: str) -> int:
        """The process that `module` started first, such as the broker's Mosquitto."""
        pid = self.running[module].pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])

    def kill(self, module: str) -> None:
        """kill -9."""
        process = self.running.pop(module)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(timeout=20)

    def provision(self, file: str, who: str, *, gateway: str = "gw-1") -> Broker:
        """A plant of tests.world's person with its meters; the gateway's sign-in."""
        words = [sys.executable, "-c", _PROVISION, str(PLANTS / file), str(self.home / "sim"), who, gateway]
        done = subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        return Broker(host="127.0.0.1", port=self.port, username=told["username"], password=told["password"])

    def sql(self, text: str) -> Any:
        """The first value of the first row."""
        folder = _environment(self.home).postgres_socket
        with contextlib.closing(psycopg2.connect(host=str(folder), dbname="tanheng", user=USER)) as link:
            link.autocommit = True
            cursor = link.cursor()
            cursor.execute(text)
            return cursor.fetchone()[0]


def environment_of(home: Path) -> dict[str, str]:
    """What a process of ours on a scratch home is started with; nothing that this run was told reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TANHENG_", "DJANGO_"))}
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "platform", "fabric"))
    return kept | {"TANHENG_HOME": str(home), "PYTHONPATH": paths}


def month_ago(months: int) -> str:
    """A month that lies that many before this one: readings of a month by its name would grow too old."""
    years, month = divmod(datetime.now(UTC).month - 1 - months, 12)
    return f"{datetime.now(UTC).year + years:04d}-{month + 1:02d}"


@contextmanager
def served_as(home: Path, socket: Path) -> Iterator[None]:
    """A server of the tests as the database of a home."""
    with contextlib.closing(psycopg2.connect(host=str(socket), dbname="postgres", user=USER)) as link:
        link.autocommit = True
        link.cursor().execute(f"create database tanheng template {database.DATABASE}")
    place = _environment(home).postgres_socket
    place.symlink_to(socket)
    try:
        yield
    finally:
        place.unlink()


@contextmanager
def running(home: Path, populate: Callable[[Path], None]) -> Iterator[Pipe]:
    """A pipe with database and broker; workers are started by the test."""
    home.mkdir(parents=True)
    with database.running_copy(populate) as folder, served_as(home, folder):
        pipe = Pipe(home=home, port=_free_port())
        try:
            pipe.start("operations.broker")
            wait_for(lambda: _listens(pipe.port))
            yield pipe
        finally:
            pipe.stop()


def wait_for(true: Callable[[], Any], *, within_s: float = READY_S) -> None:
    """Waits until it is so. Raises AssertionError."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


def _environment(home: Path) -> Environment:
    return Environment.read({"TANHENG_HOME": str(home)})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
