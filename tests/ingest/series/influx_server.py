"""A real influxd for the tests, where one is found, and an adapter on it whose meters nobody else writes."""

import os
import signal
import socket
import subprocess
import time
import uuid
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from operations import influx
from tanheng.env import Environment

from ingest.influx_home import BUCKET, ORGANISATION
from ingest.intake import MeterFacts
from ingest.series.influx import InfluxSeries

PROGRAM = influx.program(Environment.read({"INFLUXD_BIN": os.environ.get("INFLUXD_BIN", "")}))
GIVEN = os.environ.get("INFLUX_URL", "")
TOKEN = "contract-token"
NONE = "no InfluxDB (INFLUX_URL, INFLUXD_BIN, PATH): its adapter met only a double"
NOT_OURS = "the InfluxDB at INFLUX_URL is not ours to kill (INFLUXD_BIN or PATH would give one that is)"
needs_influx = pytest.mark.skipif(not (GIVEN or PROGRAM), reason=NONE)
needs_program = pytest.mark.skipif(not PROGRAM, reason=NOT_OURS if GIVEN else NONE)


def facts(tenant: str, key: int) -> MeterFacts:
    return MeterFacts(
        key=key,
        tenant=tenant,
        gateway="gw-1",
        plant="plant-1",
        meter=f"meter-{key}",
        unit="t",
        least_count=Decimal(1),
        digits=18,
        interval_s=900,
        valid_from_ms=0,
    )


class Server:
    """A real influxd on a folder of its own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{ORGANISATION}:{TOKEN}@127.0.0.1:{self.port}/{BUCKET}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            influx.command(str(PROGRAM), folder=self.folder, port=self.port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(self.folder)},
        )
        influx.set_up(self.port, TOKEN)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        """SIGSTOP, until it has come: on a busy machine a write may still be answered before."""
        self.signal(signal.SIGSTOP)
        assert self.process is not None
        while psutil.Process(self.process.pid).status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()


def new_series(url: str) -> InfluxSeries:
    """A series whose meters nobody else writes."""
    tenant = f"t_{uuid.uuid4().hex[:12]}"
    return InfluxSeries(url, lambda key: facts(tenant, key))


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
