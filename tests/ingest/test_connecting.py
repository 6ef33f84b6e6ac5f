"""Ready lines: each is run as a person would run it, and what it publishes is stored."""

import json
import os
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.connecting import Way, lines, mosquitto_pub, node_red, telegraf
from ingest.message import Arrived
from ingest.passwords import hash_password
from tests.ingest.conftest import Device
from tests.must_run import not_run

TOPIC = "v1/t_000001.gw-1/plant-1/coal-1/r"
PASSWORD = "s3cret-_with$igns"
NODE = shutil.which("node")


def way(**changed: Any) -> Way:
    fields: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 18830,
        "tls": False,
        "username": "t_000001.gw-1",
        "password": PASSWORD,
        "topic": TOPIC,
        "unit": "t",
    }
    return Way(**fields | changed)


@pytest.fixture
def broker(tmp_path: Path, mosquitto_program: str) -> Iterator[int]:
    """A real Mosquitto with our configuration and one gateway; its port."""
    from operations.broker import Login, write_files

    if shutil.which("mosquitto_pub") is None:
        not_run("mosquitto", "mosquitto_pub is not installed: apt-get install mosquitto-clients")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    logins = [Login("t_000001.gw-1", hash_password(PASSWORD)), Login("ingest", hash_password("own"))]
    configuration = write_files(folder=tmp_path / "mqtt", port=port, logins=logins)
    with subprocess.Popen(
        [mosquitto_program, "-c", str(configuration)], stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the broker did not come up")


def heard(port: int, line: str, environment: dict[str, str]) -> tuple[str, bytes, int]:
    """Topic and payload that ingest's own sign-in hears while the line runs, and the line's exit status."""
    listen = [
        "mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-u", "ingest", "-P", "own", "-t", "v1/#",
        "-C", "1", "-W", "5", "-F", "%t %p",
    ]  # fmt: skip
    with subprocess.Popen(listen, stdout=subprocess.PIPE) as ear:
        time.sleep(0.3)
        done = subprocess.run(
            ["bash", "-c", line], check=False, capture_output=True, env=os.environ | environment
        )
        said, _ = ear.communicate(timeout=10)
    topic, _, payload = said.partition(b" ")
    return topic.decode(), payload.strip(), done.returncode


@pytest.mark.db
def test_the_shell_line_publishes_a_reading_that_is_stored(broker: int, store: Any, device: Device) -> None:
    topic, payload, status = heard(broker, mosquitto_pub(way(port=broker)), {})
    assert (topic, status) == (TOPIC, 0)
    now_ms = int(time.time() * 1000)
    assert (
        store.store([Arrived(topic=topic, payload=payload, received_ms=now_ms)], now_ms=now_ms).readings == 1
    )


def test_the_shell_line_without_a_password_takes_it_from_the_environment(broker: int) -> None:
    line = mosquitto_pub(way(port=broker, password=None))
    assert PASSWORD not in line
    topic, _, status = heard(broker, line, {"MQTT_PASSWORD": PASSWORD})
    assert (topic, status) == (TOPIC, 0)


def test_the_shell_line_says_so_when_the_broker_refuses(broker: int) -> None:
    _, payload, status = heard(broker, mosquitto_pub(way(port=broker, password="wrong")), {})
    assert payload == b""
    assert status != 0


@pytest.mark.db
@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_flow_s_function_makes_a_reading_that_is_stored(store: Any, device: Device) -> None:
    flow = json.loads(node_red(way()))
    function = next(node["func"] for node in flow if node["type"] == "function")
    program = (
        f"const f = new Function('msg', {json.dumps(function)}); console.log(f({{payload: 12.5}}).payload)"
    )
    said = subprocess.run([str(NODE), "-e", program], capture_output=True, check=True).stdout.strip()
    now_ms = int(time.time() * 1000)
    assert store.store([Arrived(topic=TOPIC, payload=said, received_ms=now_ms)], now_ms=now_ms).readings == 1
    names = {node["id"] for node in flow}
    assert all(target in names for node in flow for wire in node.get("wires", []) for target in wire)
    out = next(node for node in flow if node["type"] == "mqtt out")
    assert (out["topic"], out["broker"], out["qos"]) == (TOPIC, "tanheng-broker", "1")


def test_telegraf_s_part_is_toml_with_the_topic_and_an_exact_shape() -> None:
    (output,) = tomllib.loads(telegraf(way()))["outputs"]["mqtt"]
    assert (output["topic"], output["qos"], output["layout"]) == (TOPIC, 1, "non-batch")
    assert output["servers"] == ["tcp://127.0.0.1:18830"]
    assert output["namepass"] == ["coal-1"]
    assert '"unit": "t"' in output["json_transformation"]
    assert tomllib.loads(telegraf(way(tls=True)))["outputs"]["mqtt"][0]["servers"] == [
        "ssl://127.0.0.1:18830"
    ]


def test_no_line_shows_a_password_that_is_not_there_any_more() -> None:
    made = lines(way(password=None))
    assert set(made) == {"mosquitto_pub", "telegraf", "node_red", "agent"}
    assert "${MQTT_PASSWORD}" in made["telegraf"]
    assert json.loads(made["node_red"])[-1]["credentials"]["password"] == ""
    assert "--tls-use-os-certs" in lines(way(tls=True))["mosquitto_pub"]
