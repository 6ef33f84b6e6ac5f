"""InfluxDB under the contract of all stores: INFLUX_URL names one, INFLUXD_BIN or PATH a server to start."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from ingest.intake import MeterFacts
from ingest.series import SeriesUnavailable
from ingest.series.influx import InfluxSeries
from tests.ingest.series.contract import SeriesContract, point

PROGRAM = os.environ.get("INFLUXD_BIN") or shutil.which("influxd")
GIVEN = os.environ.get("INFLUX_URL", "")
TOKEN = "contract-token"


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


@pytest.fixture(scope="module")
def url(tmp_path_factory: Any) -> Iterator[str]:
    if GIVEN:
        yield GIVEN
        return
    folder = tmp_path_factory.mktemp("influx")
    port = _free_port()
    process = subprocess.Popen(
        [
            str(PROGRAM), "--http-bind-address", f"127.0.0.1:{port}", "--bolt-path", str(folder / "bolt"),
            "--engine-path", str(folder / "engine"), "--sqlite-path", str(folder / "sqlite"),
            "--reporting-disabled",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": str(folder)},
    )  # fmt: skip
    try:
        _set_up(port)
        yield f"http://contract:{TOKEN}@127.0.0.1:{port}/readings"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.influx
@pytest.mark.skipif(not (GIVEN or PROGRAM), reason="no InfluxDB: neither INFLUX_URL nor influxd")
class TestInfluxSeries(SeriesContract):
    @pytest.fixture
    def series(self, url: str) -> InfluxSeries:
        tenant = f"t_{uuid.uuid4().hex[:12]}"
        return InfluxSeries(url, lambda key: facts(tenant, key))


def test_a_store_that_is_away_is_named_so() -> None:
    series = InfluxSeries(f"http://org:token@127.0.0.1:{_free_port()}/bucket", lambda key: facts("t_1", key))
    with pytest.raises(SeriesUnavailable):
        series.write([point(1, 1)])
    with pytest.raises(SeriesUnavailable):
        series.last([1])


@pytest.mark.parametrize("url", ["", "http://host", "http://org:token@host", "http://host/bucket"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="INFLUX_URL"):
        InfluxSeries(url, lambda key: facts("t_1", key))


def test_a_line_holds_whole_numbers_only() -> None:
    series = InfluxSeries("http://org:token@127.0.0.1:1/bucket", lambda key: facts("t_1", key))
    (line,) = series._lines([point(3, 10**17 + 1)])
    assert line.startswith(
        "reading,tenant=t_1,plant=plant-1,meter=meter-1 count=100000000000000001i,seq=3i,boot=2i,q=16i "
    )
    assert line.endswith(str(point(3, 0).t_ns))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_up(port: int) -> None:
    body = {
        "username": "u",
        "password": "contract-password",
        "org": "contract",
        "bucket": "readings",
        "token": TOKEN,
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/setup",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    for _ in range(100):
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 (our own server)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("influxd did not come up")
