"""`tanheng up` as a child on a home and ports of its own, for demo, benches and drills."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tanheng.env import REPOSITORY

from operations.supervisor import roster
from operations.supervisor.child import dies_with_parent

READY_WITHIN_S = 180.0
STOPPED_WITHIN_S = 60.0
# The ledger takes the orderer's port and those up to +13.
LEDGER_PORTS = 14
# Servers that settings may name and that a scratch site must not touch.
SOMEBODYS = (
    "DATABASE_URL",
    "TANHENG_WEB_DATABASE_URL",
    "TANHENG_WEB_DATABASE_URL_FILE",
    "MQTT_URL",
    "INFLUX_URL",
)


class SiteFailed(Exception):
    """The product did not come up; the text has its last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running product. variables: the environment that commands on it need."""

    home: Path
    url: str
    ready_s: float
    variables: Mapping[str, str]
    process: subprocess.Popen[str]

    def environment(self) -> dict[str, str]:
        """The whole environment for a program on this site."""
        return {**os.environ, **self.variables}

    def entries(self) -> tuple[roster.Entry, ...]:
        """Its supervised processes as they are now."""
        there = roster.read(self.home / "run" / "product.json")
        return there.processes if there else ()

    def command(self, *arguments: str) -> dict[str, object]:
        """Run a command of ours with --json on this site; the object of its last line. Raises SiteFailed."""
        done = subprocess.run(
            [sys.executable, "-m", "operations", *arguments, "--json"],
            cwd=REPOSITORY,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SiteFailed(f"tanheng {' '.join(arguments)}: {done.stderr.strip() or done.stdout[-1500:]}")
        answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return answer


@contextmanager
def running(home: Path, variables: Mapping[str, str]) -> Iterator[Site]:
    """The product on this home until the block ends; stopped in order then.

    variables: the settings of `docs/settings.md` besides TANHENG_HOME. Raises SiteFailed.
    """
    settings = {**variables, "TANHENG_HOME": str(home)}
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = time.monotonic()
    with (home / "up.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            dies_with_parent((sys.executable, "-m", "operations", "up", "--json"), "TERM"),
            cwd=REPOSITORY,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        url = _ready(process, home)
        yield Site(home=home, url=url, ready_s=time.monotonic() - began, variables=settings, process=process)
    finally:
        _stop(process)


def scratch_ports() -> dict[str, str]:
    """Settings with ports that nobody listens on now, for a site beside others.

    What the caller's settings name is not such a site's: it makes a database, a broker and a time series of
    its own, so that nothing is killed or written in somebody's. Who wants to try a named InfluxDB makes a
    bucket of its own there (`operations.influx_bucket`).
    """
    web, influx = _free_ports(2)
    # The ledger's, then the broker's three: without TLS, and by TLS with a certificate or a password.
    ledger = _free_range(LEDGER_PORTS + 3)
    mqtt = ledger + LEDGER_PORTS
    return {
        "TANHENG_PORT": str(web),
        "TANHENG_MQTT_PORT": str(mqtt),
        "TANHENG_MQTT_TLS_PORT": str(mqtt + 1),
        "TANHENG_INFLUX_PORT": str(influx),
        "TANHENG_LEDGER_PORT": str(ledger),
        **dict.fromkeys(SOMEBODYS, ""),
        **_series(),
    }


def _series() -> dict[str, str]:
    """`influx` may mean the server that was named; without it the site takes what it finds, as others do."""
    if os.environ.get("INFLUX_URL") and os.environ.get("TANHENG_SERIES") == "influx":
        return {"TANHENG_SERIES": "auto"}
    return {}


def _ready(process: subprocess.Popen[str], home: Path) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        process.wait()
        raise SiteFailed((home / "up.log").read_text(encoding="utf-8").strip())
    return str(json.loads(line)["url"])


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _free_ports(count: int) -> list[int]:
    with_sockets = [socket.socket() for _ in range(count)]
    try:
        for one in with_sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in with_sockets]
    finally:
        for one in with_sockets:
            one.close()


def _free_range(length: int) -> int:
    """`length` ports in a row that are free; any of them, so that two sites starting at once rarely meet."""
    bases = list(range(21000, 31000, length))
    random.shuffle(bases)
    for base in bases:
        if all(_is_free(base + number) for number in range(length)):
            return base
    raise SiteFailed("there are no free ports for a ledger")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
