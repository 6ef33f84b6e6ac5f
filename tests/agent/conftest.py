"""A gateway's folder, spool and intake; a Mosquitto of its own; what the agent told."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lexicon.topics import MeterPath
from operations import broker as brokers

from agent.clock import ClockCheck
from agent.intake import Intake
from agent.settings import BrokerSettings, MeterSettings
from agent.spool import Spool
from agent.spool_file import Limits
from agent.words import Notice, text_of
from tests.agent.made import IDENTITY, KEY, MEBI


def meter_of(meter: str) -> MeterSettings:
    path = MeterPath(tenant="t_000001", gateway="gw-1", plant="plant-1", meter=meter)
    return MeterSettings(path=path, unit="kWh", least_count=Decimal("0.01"), digits=6)


@dataclass
class Told:
    """Stands where the agent's words go."""

    notices: list[tuple[Notice, str]] = field(default_factory=list)

    def tell(self, notice: Notice, subject: str, **facts: object) -> None:
        text_of(notice, **facts)
        self.notices.append((notice, subject))

    def names(self) -> set[Notice]:
        return {notice for notice, _ in self.notices}


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def new_spool(tmp_path: Path) -> Iterator[Callable[..., Spool]]:
    """new_spool(): the spool of one folder, as after a start; limits by name."""
    made: list[Spool] = []

    def make(folder: str = "spool", *, bytes_max: int = 64 * MEBI, disk_free: int = MEBI) -> Spool:
        limits = Limits(bytes_max=bytes_max, disk_free=disk_free)
        made.append(Spool(tmp_path / folder, key=KEY, limits=limits))
        return made[-1]

    yield make
    for spool in made:
        spool.close()


@pytest.fixture
def spool(new_spool: Callable[..., Spool]) -> Spool:
    return new_spool()


@pytest.fixture
def intake(spool: Spool, told: Told) -> Intake:
    meters = {name: meter_of(name) for name in ("energy-a", "energy-b")}
    return Intake(spool=spool, meters=meters, key=KEY, clock=ClockCheck(limit_ms=60_000), tell=told.tell)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(true: Callable[[], Any], *, within_s: float = 20.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


@dataclass
class Mosquitto:
    """A broker as the platform configures one, with our gateway and ingest signed up."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        program = brokers.program()
        assert program is not None
        log = (self.folder / "mosquitto.log").open("ab")
        self.process = subprocess.Popen([program, "-c", str(self.folder / "mosquitto.conf")], stderr=log)
        wait_for(self._listens)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def settings(
        self,
        username: str = IDENTITY,
        password: str = "gateway",  # noqa: S107
        **files: Path,
    ) -> BrokerSettings:
        secret = self.folder / f"password-{password}"
        secret.write_text(password)
        names = ("ca_file", "certificate_file", "certificate_key_file")
        return BrokerSettings(
            host="127.0.0.1",
            port=self.port,
            tls="ca_file" in files,
            username=username,
            password_file=secret,
            **{name: files.get(name) for name in names},  # type: ignore[arg-type]
        )

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextlib.contextmanager
def mosquitto(folder: Path, more: str = "") -> Iterator[Mosquitto]:
    """more: lines of configuration after the platform's own, such as TLS of its listener."""
    from ingest.passwords import hash_password

    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    users = {IDENTITY: "gateway", "ingest": "ingest"}
    lines = [f"{user}:{hash_password(password)}\n" for user, password in users.items()]
    text = brokers.CONFIGURATION.format(
        port=port,
        host="127.0.0.1",
        folder=folder,
        queued_bytes=MEBI,
        user="user root\n" if os.geteuid() == 0 else "",
    )
    files = {"passwords": "".join(lines), "rules": brokers.RULES, "mosquitto.conf": text + more}
    for name, content in files.items():
        (folder / name).write_text(content)
        (folder / name).chmod(0o600)
    (folder / "data").mkdir(exist_ok=True)
    made = Mosquitto(folder, port)
    made.start()
    try:
        yield made
    finally:
        made.kill()


@pytest.fixture
def broker(tmp_path: Path, mosquitto_program: str) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "mqtt") as made:
        yield made


@pytest.fixture(scope="session")
def opcua_server() -> Iterator[Any]:
    """One for all tests: it builds its standard address space for ten seconds."""
    from tests.agent.plants import opcua_plant

    with opcua_plant() as made:
        yield made
