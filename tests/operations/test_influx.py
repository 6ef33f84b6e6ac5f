"""Whether a home keeps its readings in an InfluxDB of its own: chosen when it begins, then kept."""

from pathlib import Path

import pytest
from operations import influx
from tanheng.env import Environment, EnvironmentError_

from ingest.influx_home import series_url, token_path


def environment(home: Path, **settings: str) -> Environment:
    return Environment.read({"TANHENG_HOME": str(home), **settings})


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PATH", "/nowhere")
    path = tmp_path / "influxd"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_new_home_takes_influx_where_there_is_one(tmp_path: Path, server: str) -> None:
    assert influx.wanted(environment(tmp_path / "home", INFLUXD_BIN=server))
    assert not influx.wanted(environment(tmp_path / "home"))
    assert not influx.wanted(environment(tmp_path / "home", INFLUXD_BIN=server, TANHENG_SERIES="embedded"))
    assert not influx.wanted(environment(tmp_path / "home", INFLUXD_BIN=server, INFLUX_URL="http://o:t@h/b"))


def test_the_setting_may_name_the_folder_of_the_program(tmp_path: Path, server: str) -> None:
    assert influx.program(environment(tmp_path / "home", INFLUXD_BIN=str(Path(server).parent))) == server
    assert influx.program(environment(tmp_path / "home", INFLUXD_BIN="/nowhere/at/all")) is None


def test_a_home_with_readings_stays_where_they_are(tmp_path: Path, server: str) -> None:
    (tmp_path / "home" / "pg").mkdir(parents=True)
    assert not influx.wanted(environment(tmp_path / "home", INFLUXD_BIN=server))
    token = token_path(tmp_path / "home")
    token.parent.mkdir(exist_ok=True)
    token.write_text("secret")
    assert influx.wanted(environment(tmp_path / "home", INFLUXD_BIN=server))
    with pytest.raises(EnvironmentError_, match="set INFLUXD_BIN"):
        influx.wanted(environment(tmp_path / "home"))


def test_one_that_is_asked_for_and_not_there_is_said(tmp_path: Path, server: str) -> None:
    with pytest.raises(EnvironmentError_, match="there is no influxd"):
        influx.wanted(environment(tmp_path / "home", TANHENG_SERIES="influx"))


def test_the_address_follows_the_choice(tmp_path: Path) -> None:
    def url(series: str = "auto", influx_url: str = "") -> str:
        return series_url(home=tmp_path, series=series, influx_url=influx_url, influx_port=18086)

    assert url() == ""
    assert url(influx_url="http://o:t@h/b") == "http://o:t@h/b"
    assert url(series="embedded", influx_url="http://o:t@h/b") == ""
    token_path(tmp_path).parent.mkdir()
    token_path(tmp_path).write_text("secret")
    assert url() == "http://tanheng:secret@127.0.0.1:18086/readings"
    assert url(series="embedded") == ""
