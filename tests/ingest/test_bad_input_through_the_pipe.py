"""Each kind of bad input through a real Mosquitto and the worker to what the plant reads; others' go on."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import paho.mqtt.client as paho
import pytest
from operations.drills.readings_plant import plant_text
from operations.supervisor.process import subscribed
from paho.mqtt.enums import CallbackAPIVersion
from proof.batches import public_key

from ingest.mqtt import Broker, Client
from ingest.simulation import runs
from ingest.simulation.device import gateway_key
from tests.conftest import _populate
from tests.ingest.bad_words import REVOKED, words
from tests.ingest.conftest import Device
from tests.ingest.pipe import Pipe, running, wait_for
from tests.ingest.test_pipe import signed_in

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("mosquitto_program")]
NOW_MS = int(time.time() * 1000)
WORDS = words(NOW_MS)
METERS = len(WORDS) + 4


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[Pipe]:
    home = tmp_path_factory.mktemp("pipe") / "home"
    with running(home, lambda place: _populate(place, django_db_blocker)) as made:
        made.start("ingest.worker")
        yield made


@pytest.fixture(scope="module")
def broker(pipe: Pipe) -> Broker:
    file = pipe.home / "crowd.toml"
    file.write_text(plant_text(METERS), encoding="utf-8")
    made = pipe.provision(str(file), "alpha_head")
    key = public_key(REVOKED)
    pipe.sql(
        "insert into hot_gatewaykey (tenant, gateway, fingerprint, algorithm, spki, valid_from, revoked_at) "  # noqa: S608
        f"values ('t_000001', 'gw-1', '{key.fingerprint}', '{key.algorithm}', '\\x{key.spki.hex()}', "
        "now() - interval '9 days', now() - interval '1 day') returning id"
    )
    wait_for(lambda: asyncio.run(subscribed(pipe.home / "run" / "ingest.json")()))
    return made


@pytest.fixture(scope="module")
def device(pipe: Pipe, broker: Broker) -> Device:
    return Device(plant="crowd", meter="meter-1", key=gateway_key(runs.key_path(pipe.home / "sim", "crowd")))


def stored(pipe: Pipe, meter: str) -> int:
    return int(
        pipe.sql(
            "select count(*) from hot_point p join hot_meterindex i on i.id = p.meter "  # noqa: S608
            f"where i.plant = 'crowd' and i.meter = '{meter}'"
        )
    )


def set_aside(pipe: Pipe) -> dict[str, list[str]]:
    """The reasons by meter."""
    found = pipe.sql(
        "select json_object_agg(meter_name, reasons) from ("
        "select meter_name, json_agg(distinct reason) as reasons from hot_quarantine "
        "where plant = 'crowd' and meter_name <> '' group by meter_name) held"
    )
    return found or {}


def test_each_is_set_aside_with_its_reason_and_the_stream_of_others_goes_on(
    pipe: Pipe, broker: Broker, device: Device
) -> None:
    """The neighbour is another meter of the same gateway; each of its readings goes out after a bad one."""
    gateway = signed_in(broker, "bad")
    neighbour = f"meter-{METERS}"
    for number, (made, _) in enumerate(WORDS.values()):
        for one in made(replace(device, meter=f"meter-{number + 1}")):
            gateway.publish(one.topic, one.payload)
        good = {"ts": NOW_MS + number, "value": f"{number}.00", "unit": "t", "seq": number + 1}
        gateway.publish(f"v1/{broker.username}/crowd/{neighbour}/r", json.dumps(good).encode())
    wait_for(lambda: stored(pipe, neighbour) == len(WORDS))
    wait_for(lambda: len(set_aside(pipe)) == len(WORDS))
    assert set_aside(pipe) == {f"meter-{n}": [one] for n, (_, one) in enumerate(WORDS.values(), start=1)}
    gateway.stop()


def test_a_replayed_batch_is_counted_as_a_repeat_and_nothing_twice(
    pipe: Pipe, broker: Broker, device: Device
) -> None:
    gateway, meter = signed_in(broker, "replaying"), f"meter-{METERS - 1}"
    batch = replace(device, meter=meter).batch(["1", "2", "3"], ts_ms=NOW_MS, step_ms=1)
    for _ in range(3):
        gateway.publish(batch.topic, batch.payload)
    repeats = (
        "select coalesce(sum(r.count), 0) from hot_repeat r join hot_meterindex i on i.id = r.meter_id "  # noqa: S608
        f"where i.plant = 'crowd' and i.meter = '{meter}'"
    )
    wait_for(lambda: pipe.sql(repeats) == 6)
    assert stored(pipe, meter) == 3
    gateway.stop()


def test_what_the_broker_keeps_or_says_for_a_device_is_judged_by_its_words(
    pipe: Pipe, broker: Broker, device: Device
) -> None:
    """A retained reading counts once; a will that says "offline" is set aside and shown."""
    meter = f"meter-{METERS - 2}"
    topic = f"v1/{broker.username}/crowd/{meter}/r"
    dying = paho.Client(CallbackAPIVersion.VERSION2, client_id="dying", protocol=paho.MQTTv311)
    dying.username_pw_set(broker.username, broker.password)
    dying.will_set(topic, b"offline", qos=1)
    dying.connect("127.0.0.1", pipe.port)
    dying.loop_start()
    wait_for(dying.is_connected)
    reading = json.dumps({"ts": NOW_MS, "value": "7.00", "unit": "t", "seq": 1}).encode()
    dying.publish(topic, reading, qos=1, retain=True)
    wait_for(lambda: stored(pipe, meter) == 1)
    # The socket goes without a word, as when the power does.
    connection = dying.socket()
    assert connection is not None
    connection.shutdown(socket.SHUT_RDWR)
    dying.loop_stop()
    held = f"select count(*) from hot_quarantine where meter_name = '{meter}' and reason = 'reading_torn'"  # noqa: S608
    wait_for(lambda: pipe.sql(held) == 1)
    pipe.kill("ingest.worker")
    pipe.start("ingest.worker")
    wait_for(lambda: asyncio.run(subscribed(pipe.home / "run" / "ingest.json")()))
    time.sleep(1.0)
    assert (stored(pipe, meter), pipe.sql(held)) == (1, 1), "what is retained came again and counts once"


def test_ten_megabytes_are_not_taken_and_the_plant_is_told(pipe: Pipe, broker: Broker) -> None:
    flood = Client(broker, client_id="too-much")
    flood.start()
    wait_for(flood.connected.is_set)
    flood.publish(f"v1/{broker.username}/crowd/meter-1/r", b"1" * 10_000_000)
    told = "select count(*) from hot_quarantine where plant = 'crowd' and reason = 'message_too_large'"
    wait_for(lambda: pipe.sql(told) == 1)
    flood.stop()
    honest, meter = signed_in(broker, "honest"), f"meter-{METERS - 3}"
    reading = {"ts": NOW_MS, "value": "7.00", "unit": "t", "seq": 1}
    honest.publish(f"v1/{broker.username}/crowd/{meter}/r", json.dumps(reading).encode())
    wait_for(lambda: stored(pipe, meter) == 1)
    honest.stop()
