"""A scratch site stands alone: ports of its own, and nobody's database, broker or time series."""

import os
from pathlib import Path

import pytest
from operations.site import scratch_ports
from tanheng.env import Environment


def test_a_scratch_site_uses_no_server_that_the_callers_settings_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@production/tanheng")
    monkeypatch.setenv("MQTT_URL", "mqtt://u:p@production:1883")
    monkeypatch.setenv("INFLUX_URL", "http://org:token@production:8086/readings")
    monkeypatch.setenv("TANHENG_SERIES", "influx")
    monkeypatch.setenv("TANHENG_WEB_DATABASE_URL", "postgresql://web:p@production/tanheng")
    environment = Environment.read({**os.environ, **scratch_ports(), "TANHENG_HOME": str(tmp_path)})
    assert environment.database_url == environment.web_database_url == environment.mqtt_url == ""
    assert (environment.influx_url, environment.series) == ("", "auto")
    ports = {environment.port, environment.mqtt_port, environment.ledger_port, environment.influx_port}
    assert len(ports) == 4
