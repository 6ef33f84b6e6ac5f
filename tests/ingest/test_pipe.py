"""The pipe on real parts: Mosquitto and the workers as processes, killed under load."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from operations.supervisor.process import subscribed

from ingest.calendar import month_days
from ingest.mqtt import Broker, Client, Message
from ingest.patience import ANSWER_S
from ingest.simulation import plant, runs
from ingest.simulation.device import gateway_key
from tests.conftest import _populate
from tests.ingest.conftest import Device
from tests.ingest.pipe import PLANTS, Pipe, month_ago, running, wait_for

pytestmark = [
    pytest.mark.db,
    pytest.mark.usefixtures("mosquitto_program"),
]
needs_foreign_client = pytest.mark.skipif(
    shutil.which("mosquitto_pub") is None,
    reason="mosquitto_pub is not installed: apt-get install mosquitto-clients",
)
SEED = 7
# More than a broker keeps that nobody told to: Mosquitto's own are 20 under way and 1,000 waiting.
QUEUED = 2_500
# The boot whose signed readings are a flood.
FLOODS = 77


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[Pipe]:
    home = tmp_path_factory.mktemp("pipe") / "home"
    with running(home, lambda socket: _populate(socket, django_db_blocker)) as made:
        yield made


@pytest.fixture(scope="module")
def power(pipe: Pipe) -> Broker:
    return pipe.provision("power.toml", "alpha_head")


@pytest.fixture(scope="module")
def cement(pipe: Pipe) -> Broker:
    """Another tenant's gateway."""
    return pipe.provision("cement.toml", "beta_head", gateway="gw-2")


def signed_in(broker: Broker, name: str, **options: Any) -> Client:
    client = Client(broker, client_id=name, **options)
    client.start()
    wait_for(client.connected.is_set)
    return client


def test_a_gateway_writes_below_its_own_name_and_reads_its_own_receipts(pipe: Pipe, power: Broker) -> None:
    password = (pipe.home / "keys" / "mqtt-ingest").read_text().strip()
    seen: list[Message] = []
    heard: list[Message] = []
    ingest = signed_in(
        replace(power, username="ingest", password=password),
        "watch",
        subscribe=["v1/#"],
        on_message=seen.append,
    )
    gateway = signed_in(power, "gw", subscribe=["ack/#", "v1/#"], on_message=heard.append)
    gateway.publish("v1/t_000002.gw-1/jiangbei/grid-in/r", b"foreign")
    gateway.publish(f"ack/{power.username}/jiangbei/grid-in", b"forged receipt")
    time.sleep(0.5)
    wait_for(gateway.connected.is_set)
    gateway.publish(f"v1/{power.username}/jiangbei/grid-in/x", b"own")
    wait_for(lambda: seen)
    ingest.publish("ack/t_000002.gw-1/qingfeng/whr", b"of another")
    ingest.publish(f"ack/{power.username}/jiangbei/grid-in", b"mine")
    wait_for(lambda: heard)
    time.sleep(0.3)
    ingest.acknowledge(seen)
    gateway.acknowledge(heard)
    assert {message.payload for message in seen} == {b"own"}
    assert {message.payload for message in heard} == {b"mine"}
    ingest.stop()
    gateway.stop()


def test_a_wrong_password_and_an_unknown_gateway_are_refused(pipe: Pipe, power: Broker) -> None:
    for wrong in (replace(power, password="wrong"), replace(power, username="t_000001.gw-8")):
        client = Client(wrong, client_id="intruder")
        client.start()
        wait_for(lambda client=client: client.refused)
        assert not client.connected.is_set()
        client.stop()


def test_workers_killed_under_load_lose_nothing_and_count_nothing_twice(pipe: Pipe, power: Broker) -> None:
    pipe.start("ingest.worker")
    pipe.start("ingest.hour_worker")
    spec = plant.load(PLANTS / "power.toml")
    run = runs.prepare(spec, broker=power, folder=pipe.home / "sim", seed=SEED, report=lambda _: None)
    month = month_ago(2)
    done = threading.Event()

    def trouble() -> None:
        kills = 0
        while not done.wait(1.0) and kills < 4:
            for module in ("ingest.worker", "ingest.hour_worker"):
                pipe.kill(module)
                pipe.start(module)
            kills += 1

    killer = threading.Thread(target=trouble)
    killer.start()
    try:
        totals = run.month(month)
    finally:
        done.set()
        killer.join()
    run.device.close()
    first, after = month_days(month)
    assert totals.readings == 20 * (after - first).days * 96
    assert pipe.sql("select count(*) from hot_point") == totals.readings
    assert pipe.sql("select count(*) from hot_quarantine where reason <> 'topic_invalid'") == 0
    wait_for(lambda: pipe.sql("select count(*) from hot_dirtyhour") == 0, within_s=60)
    for slug, sum_ in totals.sums.items():
        where = f"from hot_month join hot_meterindex i on i.id = meter_id where i.meter = '{slug}'"
        assert pipe.sql(f"select count {where}") == sum_["count"], slug
        assert pipe.sql(f"select estimated + ambiguous {where}") == 0, slug


def test_a_broker_killed_under_load_is_made_good_by_the_gateway(pipe: Pipe, power: Broker) -> None:
    for module in ("ingest.worker", "ingest.hour_worker"):
        if module not in pipe.running:
            pipe.start(module)
    before = pipe.sql("select count(*) from hot_point")
    spec = plant.load(PLANTS / "power.toml")
    run = runs.prepare(spec, broker=power, folder=pipe.home / "sim", seed=SEED, report=lambda _: None)

    def trouble() -> None:
        os.kill(pipe.child_of("operations.broker"), signal.SIGKILL)
        pipe.running.pop("operations.broker").wait()
        pipe.start("operations.broker")

    killer = threading.Timer(0.5, trouble)
    killer.start()
    totals = run.month(month_ago(4))
    killer.join()
    run.device.close()
    assert pipe.sql("select count(*) from hot_point") == before + totals.readings


def stored_one_by_one(
    pipe: Pipe, broker: Broker, client: Client, *, value: str, seq: int, within_s: float
) -> None:
    """Twenty readings of a gateway beside others, each sent when the one before is stored."""
    topic = f"v1/{broker.username}/jiangbei/raw-water/r"
    query = f"select count(*) from hot_point where boot = 0 and count = {value.replace('.', '')}"  # noqa: S608
    for n in range(20):
        reading = {"ts": int(time.time() * 1000), "value": value, "unit": "m3", "seq": seq + n}
        client.publish(topic, json.dumps(reading).encode())
        wait_for(lambda n=n: pipe.sql(query) == n + 1, within_s=within_s)


def test_a_flood_from_one_gateway_is_held_as_a_number_and_another_s_readings_are_stored_meanwhile(
    pipe: Pipe, power: Broker, cement: Broker
) -> None:
    """8,000 torn messages, as fast as the broker takes them, and more until the neighbour is done."""
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    wait_for(lambda: asyncio.run(subscribed(pipe.home / "run" / "ingest.json")()))
    flood, neighbour = signed_in(cement, "flood", window=20_000), signed_in(power, "neighbour")

    done, poured = threading.Event(), itertools.count()

    def pour() -> None:
        while (n := next(poured)) < 8_000 or not done.wait(0.005):
            flood.publish(f"v1/{cement.username}/qingfeng/kiln-coal/r", b'{"torn":%d' % n)

    pouring = threading.Thread(target=pour)
    pouring.start()
    stored_one_by_one(pipe, power, neighbour, value="88.8", seq=500, within_s=10)
    assert pouring.is_alive()
    done.set()
    pouring.join()
    # The number that was taken and not poured, because all was done.
    total = next(poured) - 1
    assert total >= 8_000
    held = "from hot_quarantine where tenant = 't_000002' and reason = 'reading_torn'"
    counted = f"select count(*) + coalesce(sum((facts->>'more')::int - 1), 0) {held}"
    wait_for(lambda: pipe.sql(counted) == total, within_s=60)
    assert pipe.sql(f"select count(*) {held}") < 4_000, "500 rows a minute, the rest a number"
    flood.stop()
    neighbour.stop()


def test_a_flood_of_good_readings_is_stored_whole_and_another_s_are_stored_meanwhile(
    pipe: Pipe, power: Broker, cement: Broker
) -> None:
    """10,000 signed ones, as fast as the broker takes them, and unsigned ones until the other is done."""
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    wait_for(lambda: asyncio.run(subscribed(pipe.home / "run" / "ingest.json")()))
    flood, neighbour = signed_in(cement, "good-flood", window=50_000), signed_in(power, "next-door")
    done, sent, start_ms = threading.Event(), itertools.count(10_000), int(time.time() * 1000) - 3_600_000
    flooded = """select count(*) from hot_point p join hot_meterindex i on i.id = p.meter
                 where i.tenant = 't_000002' and i.meter = 'kiln-coal' and p.boot = """
    stem = f"v1/{cement.username}/qingfeng/kiln-coal"
    key = gateway_key(runs.key_path(pipe.home / "sim", "qingfeng"))
    device = Device("t_000002", "gw-2", "qingfeng", "kiln-coal", boot=FLOODS, key=key)
    signed = [device.batch([f"{n}.00"], ts_ms=start_ms + n).payload for n in range(10_000)]

    def pour() -> None:
        for payload in signed:
            flood.publish(f"{stem}/b", payload)
        while not done.wait(0.005):
            n = next(sent)
            reading = {"ts": start_ms + n, "value": f"{n}.00", "unit": "t", "seq": 5_000_000 + n}
            flood.publish(f"{stem}/r", json.dumps(reading).encode())

    pouring = threading.Thread(target=pour)
    pouring.start()
    stored_one_by_one(pipe, power, neighbour, value="44.4", seq=40_000, within_s=30)
    assert pouring.is_alive()
    done.set()
    pouring.join()
    wait_for(lambda: pipe.sql(f"{flooded} {FLOODS}") == len(signed), within_s=60)
    unsigned = next(sent) - 10_000
    wait_for(lambda: pipe.sql(f"{flooded} 0 and p.seq >= 5000000") == unsigned, within_s=60)
    flood.stop()
    neighbour.stop()


def mosquitto_pub(pipe: Pipe, broker: Broker, reading: str) -> None:
    """One unsigned reading from a program that is not ours, confirmed by the broker."""
    subprocess.run(
        [
            "mosquitto_pub", "-h", "127.0.0.1", "-p", str(pipe.port), "-q", "1",
            "-u", broker.username, "-P", broker.password,
            "-t", f"v1/{broker.username}/jiangbei/raw-water/r", "-m", reading,
        ],
        check=True,
    )  # fmt: skip


@needs_foreign_client
def test_a_reading_from_a_client_that_is_not_ours_is_stored(pipe: Pipe, power: Broker) -> None:
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    wait_for(lambda: asyncio.run(subscribed(pipe.home / "run" / "ingest.json")()))
    reading = json.dumps({"ts": int(time.time() * 1000), "value": "99999.9", "unit": "m3", "seq": 1})
    mosquitto_pub(pipe, power, reading)
    query = "select count(*) from hot_point where boot = 0 and count = 999999 and q = 0"
    wait_for(lambda: pipe.sql(query) == 1)


def test_a_second_worker_stands_by_and_goes_on_when_the_first_is_dead(pipe: Pipe, power: Broker) -> None:
    """Both know one session (ADR 0016); who holds the database's lock is the one that takes it."""
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    figures = pipe.home / "run" / "ingest.json"
    wait_for(lambda: asyncio.run(subscribed(figures)()))
    first = pipe.running.pop("ingest.worker")
    pipe.start("ingest.worker")
    waiting = (
        "select count(*) from pg_stat_activity "
        "where query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()"
    )
    wait_for(lambda: pipe.sql(waiting) >= 1)
    time.sleep(1.5)
    told = json.loads(figures.read_text())
    assert (told["pid"], told["connected"]) == (first.pid, True)
    gateway = signed_in(power, "all-the-while", window=QUEUED)
    topic, told_until = f"v1/{power.username}/jiangbei/raw-water/r", threading.Event()
    sent: list[Any] = []

    def tell() -> None:
        while not told_until.wait(0.01):
            reading = {"ts": int(time.time() * 1000), "value": "66.6", "unit": "m3", "seq": 900 + len(sent)}
            sent.append(gateway.publish(topic, json.dumps(reading).encode()))

    telling = threading.Thread(target=tell)
    telling.start()
    stored = "select count(*) from hot_point where boot = 0 and count = 666"
    try:
        wait_for(lambda: pipe.sql(stored) >= 20)
        first.kill()
        first.wait()
        at_death = pipe.sql(stored)
        wait_for(lambda: pipe.sql(stored) > at_death + 20, within_s=15)
    finally:
        told_until.set()
        telling.join()
    second = pipe.running["ingest.worker"].pid
    assert json.loads(figures.read_text())["pid"] == second
    wait_for(lambda: pipe.sql(stored) == len(sent))
    gateway.stop()


def test_the_broker_keeps_readings_for_a_worker_that_is_dead(pipe: Pipe, power: Broker) -> None:
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    figures = pipe.home / "run" / "ingest.json"
    wait_for(lambda: asyncio.run(subscribed(figures)()))
    pipe.kill("ingest.worker")
    assert not asyncio.run(subscribed(figures)())
    gateway = signed_in(power, "meanwhile", window=QUEUED)
    now, topic, sent = int(time.time() * 1000), f"v1/{power.username}/jiangbei/raw-water/r", []
    for n in range(QUEUED):
        reading = {"ts": now + n, "value": "77.7", "unit": "m3", "seq": 10_000 + n}
        sent.append(gateway.publish(topic, json.dumps(reading).encode()))
    wait_for(lambda: all(one.is_published() for one in sent))
    gateway.stop()
    pipe.start("ingest.worker")
    wait_for(lambda: pipe.sql("select count(*) from hot_point where boot = 0 and count = 777") == QUEUED)


def test_a_database_that_hangs_holds_the_worker_for_a_bounded_time_and_loses_nothing(
    pipe: Pipe, power: Broker
) -> None:
    """SIGSTOP: the sockets stay, and nothing answers. The same worker spools, goes on, and drains after."""
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    figures = pipe.home / "run" / "ingest.json"
    wait_for(lambda: asyncio.run(subscribed(figures)()))
    before = json.loads(figures.read_text())
    query = "select pid from pg_stat_activity where backend_type = 'checkpointer'"
    database = psutil.Process(pipe.sql(query)).parent()
    assert database is not None
    gateway = signed_in(power, "through-the-stop")
    topic, now = f"v1/{power.username}/jiangbei/raw-water/r", int(time.time() * 1000)
    stopped = [database, *database.children(recursive=True)]
    for one in stopped:
        one.suspend()
    try:
        began = time.monotonic()
        for n in range(4):
            reading = {"ts": now + n, "value": "55.5", "unit": "m3", "seq": 20_000 + n}
            gateway.publish(topic, json.dumps(reading).encode())
            # The first is held by the silence; what comes after finds a worker that goes on.
            wait_for(
                lambda n=n: json.loads(figures.read_text())["spooled"] > before["spooled"] + n,
                within_s=ANSWER_S + 20,
            )
        assert json.loads(figures.read_text())["away"]
        assert time.monotonic() - began < ANSWER_S + 40
    finally:
        for one in stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.resume()
    stored = "select count(*) from hot_point where boot = 0 and count = 555"
    wait_for(lambda: pipe.sql(stored) == 4, within_s=60)
    wait_for(lambda: not json.loads(figures.read_text())["away"])
    assert json.loads(figures.read_text())["pid"] == before["pid"], "it went on, nobody started it anew"
    gateway.stop()


def test_a_gateway_that_comes_under_another_session_s_name_ends_neither_ingest_s_nor_loses_a_reading(
    pipe: Pipe, power: Broker, cement: Broker
) -> None:
    """Whoever knows a session's name may take it over; ingest's is a secret of the installation."""
    if "ingest.worker" not in pipe.running:
        pipe.start("ingest.worker")
    figures = pipe.home / "run" / "ingest.json"
    wait_for(lambda: asyncio.run(subscribed(figures)()))
    words = (pipe.home / "ingest.worker.log").read_text()
    gateway = signed_in(power, "honest", window=QUEUED)
    for name in ("ingest-0", "ingest", "ingest-"):
        signed_in(cement, name).stop()
    topic, now = f"v1/{power.username}/jiangbei/raw-water/r", int(time.time() * 1000)
    for n in range(50):
        reading = {"ts": now + n, "value": "33.3", "unit": "m3", "seq": 30_000 + n}
        gateway.publish(topic, json.dumps(reading).encode())
    wait_for(lambda: pipe.sql("select count(*) from hot_point where boot = 0 and count = 333") == 50)
    said = (pipe.home / "ingest.worker.log").read_text().removeprefix(words)
    assert "disconnected" not in said
    gateway.stop()


def test_a_revoked_gateway_is_thrown_out(pipe: Pipe, cement: Broker) -> None:
    client = Client(cement, client_id="revoked")
    client.start()
    wait_for(client.connected.is_set)
    pipe.sql(
        "update hot_brokerlogin set revoked_at = now() where username = 't_000002.gw-2' returning username"
    )
    wait_for(lambda: client.refused)
    client.stop()


def test_the_password_file_holds_no_password(pipe: Pipe, power: Broker, tmp_path: Path) -> None:
    file = pipe.home / "mqtt" / "passwords"
    # The broker's keeper writes it within a moment of the gateway's provision.
    wait_for(lambda: power.username in file.read_text())
    assert power.password not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
