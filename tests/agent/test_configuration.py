"""One file, and every mistake in it told at its line with what to do."""

from pathlib import Path

import pytest

from agent.configuration import load
from agent.settings import CsvSource, ModbusSource, MqttSource, OpcUaSource
from agent.words import AgentError, Notice

GOOD = """\
[gateway]
identity = "t_000001.gw-1"
plant = "jiangbei"
[broker]
url = "mqtts://broker.example:8883"
[meters.grid-in]
unit = "kWh"
least_count = "0.01"
digits = 8
[[sources]]
kind = "csv"
path = "meter.csv"
columns = { grid-in = "kWh" }
"""
ALL = (
    GOOD
    + """
[[sources]]
kind = "modbus"
host = "192.168.1.10"
[[sources.registers]]
meter = "grid-in"
address = 0
type = "uint32"
scale = "0.1"
[[sources]]
kind = "opcua"
url = "opc.tcp://192.168.1.11:4840"
[[sources.nodes]]
meter = "grid-in"
node = "ns=2;s=Energy"
[[sources]]
kind = "mqtt"
url = "mqtt://192.168.1.12"
username = "reader"
[[sources.topics]]
meter = "grid-in"
topic = "hall/energy"
value = "fields.kwh"
time = "timestamp"
time_format = "epoch_s"
"""
)


def loaded(tmp_path: Path, text: str):
    path = tmp_path / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def told(tmp_path: Path, text: str) -> str:
    with pytest.raises(AgentError) as caught:
        loaded(tmp_path, text)
    assert caught.value.notice is Notice.CONFIGURATION_INVALID
    return str(caught.value)


def test_a_file_with_every_kind_of_source_is_read(tmp_path: Path) -> None:
    settings = loaded(tmp_path, ALL)
    assert [type(one) for one in settings.sources] == [CsvSource, ModbusSource, OpcUaSource, MqttSource]
    assert settings.broker.tls
    assert settings.broker.port == 8883
    assert settings.meters["grid-in"].path.prefix == "v1/t_000001.gw-1/jiangbei/grid-in"
    assert settings.key_file == tmp_path / "gateway.key"


def test_the_sample_configuration_is_read() -> None:
    sample = Path(__file__).resolve().parents[2] / "docs" / "agent.sample.toml"
    settings = load(sample)
    assert {type(one) for one in settings.sources} == {CsvSource, ModbusSource, OpcUaSource, MqttSource}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('identity = "t_000001.gw-1"', 'identity = "gw-1"', 6, "tenant"),
        ('url = "mqtts://broker.example:8883"', 'url = "http://x"', 5, "mqtts://HOST:PORT"),
        ('url = "mqtts://broker.example:8883"', 'url = "mqtt://a:b@x"', 5, "password_file"),
        ('url = "mqtts://broker.example:8883"', 'urll = "mqtt://x"', 5, "did you mean"),
        ('unit = "kWh"', 'unit = "kwh"', 7, "'kWh'"),
        ('least_count = "0.01"', 'least_count = "-1"', 8, "above 0"),
        ('least_count = "0.01"', "least_count = 0.01", 8, "wrong type"),
        ("digits = 8", "digits = 80", 9, "1 .. 18"),
        ("digits = 8", "digits = true", 9, "wrong type"),
        ("digits = 8", "", 6, "missing"),
        ('kind = "csv"', 'kind = "cvs"', 11, "'csv'"),
        ('columns = { grid-in = "kWh" }', 'columns = { grid-out = "kWh" }', 13, "[meters.grid-out]"),
        ('columns = { grid-in = "kWh" }', "", 10, "meter_column"),
        ('path = "meter.csv"', 'path = "meter.csv"\ntime_format = "unix"', 13, "epoch_ms"),
        ('path = "meter.csv"', 'path = "meter.csv"\ntime_zone = "Asia/Shangai"', 13, "no time zone"),
        ("[broker]", '[broker]\npassword_file = "nowhere"', 5, "there is no file"),
        ("[broker]", "[broker", 4, "TOML"),
    ],
)
def test_each_mistake_is_told_with_file_line_key_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD
    text = told(tmp_path, GOOD.replace(old, new))
    assert words in text
    assert f"agent.toml:{line} " in text or f"at line {line}" in text, text


def test_a_mistake_in_a_nested_table_is_told_at_its_own_line(tmp_path: Path) -> None:
    text = told(tmp_path, ALL.replace('type = "uint32"', 'type = "uint33"'))
    line = ALL.splitlines().index('type = "uint32"') + 1
    assert f"agent.toml:{line} sources.2.registers.1.type" in text


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = told(tmp_path, GOOD.replace('"kWh"\nleast', '"kX"\nleast').replace("digits = 8", "digits = 0"))
    assert text.count("agent.toml:") == 2


def test_two_sources_of_one_name_are_refused_because_their_places_would_mix(tmp_path: Path) -> None:
    more = '[[sources]]\nkind = "csv"\npath = "other.csv"\ncolumns = { grid-in = "kWh" }\n'
    assert "two are named" in told(tmp_path, GOOD + more)


def test_no_file_no_text_and_no_sources_are_told(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="no such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "agent.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AgentError, match="UTF-8"):
        load(tmp_path / "agent.toml")
    assert "no source" in told(tmp_path, GOOD.split("[[sources]]", maxsplit=1)[0])
