"""The broker in Python: the same passwords and the same rules as Mosquitto's files."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from amqtt.broker import Broker as Amqtt
from operations.broker import RULES
from operations.fallback_broker import Identities, allowed, configuration
from operations.fallback_limits import MARK, limits
from paho.mqtt.enums import CallbackAPIVersion

from ingest.mqtt import Broker, Client, Message
from ingest.packets import PACKET_BYTES_MAX
from ingest.passwords import hash_password, password_fits
from ingest.reading import PAYLOAD_BYTES_MAX
from ingest.simulation.device import Device

GATEWAY = "t_000001.gw-1"


@pytest.mark.parametrize(
    ("username", "topic", "writes", "may"),
    [
        (GATEWAY, f"v1/{GATEWAY}/p/m/b", True, True),
        (GATEWAY, f"v1/{GATEWAY}0/p/m/b", True, False),
        (GATEWAY, "v1/t_000002.gw-1/p/m/b", True, False),
        (GATEWAY, f"ack/{GATEWAY}/p/m", True, False),
        (GATEWAY, f"ack/{GATEWAY}/#", False, True),
        (GATEWAY, f"cmd/{GATEWAY}/#", False, True),
        (GATEWAY, "ack/#", False, False),
        (GATEWAY, "#", False, False),
        (GATEWAY, f"v1/{GATEWAY}/#", False, False),
        ("ingest", "v1/#", False, True),
        ("ingest", "ack/x.y/p/m", True, True),
        ("ingest", "v1/x.y/p/m/r", True, False),
        ("ingest", "ack/#", False, False),
    ],
)
def test_a_user_may_what_mosquitto_s_rules_let_it(username: str, topic: str, writes: bool, may: bool) -> None:
    assert allowed(username, topic, writes=writes) is may
    assert RULES.count("pattern") == 3


def test_passwords_are_those_of_mosquitto_s_file() -> None:
    hashed = hash_password("secret")
    assert password_fits("secret", hashed)
    assert not password_fits("Secret", hashed)
    for none in ("", "$7$x$y$z", "$6$10$aa$bb", "$7$10$*$*"):
        assert not password_fits("", none)


@pytest.fixture
def port() -> Iterator[int]:
    """amqtt with one gateway, in a thread of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    Identities.known = {GATEWAY: hash_password("secret"), "ingest": hash_password("own")}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    broker = asyncio.run_coroutine_threadsafe(_started(number), loop).result(10)
    yield number
    asyncio.run_coroutine_threadsafe(broker.shutdown(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _started(port: int) -> Amqtt:
    broker = Amqtt(configuration(port))
    await broker.start()
    return broker


def test_on_amqtt_a_gateway_writes_below_its_own_name_only(port: int) -> None:
    seen: list[Message] = []
    place = {"host": "127.0.0.1", "port": port}
    ingest = _signed_in(
        Broker(username="ingest", password="own", **place), subscribe=["v1/#"], on_message=seen.append
    )
    gateway = _signed_in(Broker(username=GATEWAY, password="secret", **place))
    gateway.publish("v1/t_000002.gw-1/p/m/r", b"foreign")
    gateway.publish(f"v1/{GATEWAY}/p/m/r", b"own")
    end = time.monotonic() + 10
    while not seen and time.monotonic() < end:
        time.sleep(0.05)
    assert [message.payload for message in seen] == [b"own"]
    wrong = Client(Broker(username=GATEWAY, password="wrong", **place), client_id="w", version=4)
    wrong.start()
    assert not wrong.connected.wait(1.5)
    for client in (ingest, gateway, wrong):
        client.stop()


def test_on_amqtt_ten_megabytes_throw_nobody_out_and_another_s_messages_arrive(port: int) -> None:
    """It has no limit of its own: what comes is shortened, and refused as too large by ingest."""
    seen: list[Message] = []
    place = {"host": "127.0.0.1", "port": port}
    ingest = _signed_in(
        Broker(username="ingest", password="own", **place), subscribe=["v1/#"], on_message=seen.append
    )
    gateway = _signed_in(Broker(username=GATEWAY, password="secret", **place))
    gateway.publish(f"v1/{GATEWAY}/p/big/r", b"L" * 10_000_000)
    for n in range(20):
        gateway.publish(f"v1/{GATEWAY}/p/m/r", b"%d" % n)
    end = time.monotonic() + 30
    while len(seen) < 21 and time.monotonic() < end:
        time.sleep(0.05)
    assert sorted(one.payload for one in seen if one.topic.endswith("/m/r")) == sorted(
        b"%d" % n for n in range(20)
    )
    (large,) = [one for one in seen if one.topic.endswith("/big/r")]
    assert PAYLOAD_BYTES_MAX < len(large.payload) < PACKET_BYTES_MAX
    assert ingest.connections == 0
    for client in (ingest, gateway):
        client.stop()


def test_on_amqtt_what_is_retained_comes_again_unchanged_and_a_will_comes_once(port: int) -> None:
    """The same bytes again are a repeat to ingest (`test_bad_input`): nothing of them may be changed here."""
    place = {"host": "127.0.0.1", "port": port}
    topic, reading = f"v1/{GATEWAY}/p/m/r", b'{"ts":1,"value":"1","unit":"t","seq":1}'
    dying = paho.Client(CallbackAPIVersion.VERSION2, client_id=GATEWAY)
    dying.username_pw_set(GATEWAY, "secret")
    dying.will_set(f"v1/{GATEWAY}/p/m/e", b"offline", qos=1)
    dying.connect("127.0.0.1", port)
    dying.loop_start()
    dying.publish(topic, reading, qos=1, retain=True).wait_for_publish(10)
    time.sleep(0.5)
    for round_ in range(2):
        seen: list[Message] = []
        ingest = _signed_in(
            Broker(username="ingest", password="own", **place), subscribe=["v1/#"], on_message=seen.append
        )
        _until(lambda seen=seen: seen)
        ingest.acknowledge(seen)
        assert {(one.topic, one.payload) for one in seen} == {(topic, reading)}
        if round_:
            # No word of farewell: the socket ends as a device's does when its power fails.
            dying.loop_stop()
            dying.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
            _until(lambda seen=seen: seen[-1].payload == b"offline")
            ingest.acknowledge(seen)
            assert [one.payload for one in seen if one.payload != reading] == [b"offline"]
        ingest.stop()


def _until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.05)


def test_a_simulated_gateway_finds_the_version_that_amqtt_speaks(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.simulation.device.VERSION_S", 1.5)
    key: Any = None
    device = Device(broker=Broker("127.0.0.1", port, GATEWAY, "secret"), plant="plant-1", boot=1, key=key)
    device.connect(timeout_s=15)
    assert device.client.connected.is_set()
    device.close()


def _signed_in(broker: Broker, **options: Any) -> Client:
    client = Client(broker, client_id=broker.username, version=4, **options)
    client.start()
    assert client.connected.wait(10)
    time.sleep(0.3)
    return client


def test_its_limits_are_told_while_it_serves(tmp_path: Path) -> None:
    assert limits(tmp_path) == ""
    (tmp_path / "mqtt").mkdir()
    (tmp_path / "mqtt" / MARK).touch()
    assert "3,800 messages a second" in limits(tmp_path)
    assert "install mosquitto" in limits(tmp_path)
