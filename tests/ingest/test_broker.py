"""Mosquitto as we configure it: who may come in by which way, what is denied, and how somebody is put out."""

import io
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from operations import broker as brokers
from operations.broker import Admission, Login, Tls, program, write_admission, write_files
from operations.broker_sightings import Sightings
from operations.broker_takeover import put_out
from paho.mqtt.enums import CallbackAPIVersion

from ingest.authority import Pair, issue_gateway, make_authority
from ingest.passwords import hash_password

pytestmark = pytest.mark.usefixtures("mosquitto_program")
OWN, OTHER = "t_000001.gw-1", "t_000002.gw-2"
TOPIC = f"v1/{OWN}/plant-1/coal-1/r"
VERSIONS = (paho.MQTTv311, paho.MQTTv5)


@dataclass
class Guest:
    """A client of the tests: what it was answered and what it received."""

    client: paho.Client
    answers: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    received: list[tuple[str, bytes]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes = b"x", **options: Any) -> None:
        count = len(self.published)
        self.client.publish(topic, payload, qos=1, **options)
        wait(lambda: len(self.published) > count)


@dataclass
class Running:
    folder: Path
    port: int
    tls: Tls
    authority: Pair
    process: subprocess.Popen[bytes]
    guests: list[Guest] = field(default_factory=list)

    def guest(
        self,
        name: str,
        *,
        password: str = "",
        pair: Pair | None = None,
        secure: bool = False,
        version: int = paho.MQTTv5,
    ) -> Guest:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"{name}-{len(self.guests)}", protocol=version
        )
        guest = Guest(client)
        client.on_connect = lambda _c, _d, _f, reason, _p: guest.answers.append(str(reason))
        client.on_publish = lambda _c, _d, _m, reason, _p: guest.published.append(str(reason))
        client.on_message = lambda _c, _d, one: guest.received.append((one.topic, one.payload))
        client.on_disconnect = lambda _c, _d, _f, reason, _p: guest.gone.append(str(reason))
        port = self.port
        if pair is not None or secure:
            context = ssl.create_default_context(cafile=str(self.folder / "authority.pem"))
            if pair is not None:
                path = self.folder / f"{len(self.guests)}.pem"
                path.write_bytes(pair.certificate_pem + pair.key_pem)
                context.load_cert_chain(path)
            client.tls_set_context(context)
            port = self.tls.port + (1 if password else 0)
        if password:
            client.username_pw_set(name, password)
        self.guests.append(guest)
        client.reconnect_delay_set(1, 1)
        client.connect_async("127.0.0.1", port, keepalive=30)
        client.loop_start()
        return guest

    def admit(self, admission: Admission) -> None:
        write_admission(self.folder, admission, self.tls)
        self.process.send_signal(brokers.signal.SIGHUP)
        time.sleep(0.5)


def logins(*names: str) -> tuple[Login, ...]:
    return tuple(Login(name, hash_password(f"pw-{name}")) for name in names)


def free_ports() -> tuple[int, int]:
    """One, and the first of two neighbours."""
    for base in range(23_000, 29_000, 3):
        with socket.socket() as a, socket.socket() as b, socket.socket() as c:
            try:
                for one, port in ((a, base), (b, base + 1), (c, base + 2)):
                    one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return base, base + 1
    raise AssertionError("no free ports")


def wait(true: Any, within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def running(tmp_path_factory: Any) -> Iterator[Running]:
    yield from _running(tmp_path_factory.mktemp("broker") / "mqtt")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A broker that keeps no more than a few messages for a session that is away."""
    monkeypatch.setattr(brokers, "QUEUED_BYTES", 10_000)
    yield from _running(tmp_path / "mqtt")


def _running(folder: Path) -> Iterator[Running]:
    keys = folder.parent / "keys"
    keys.mkdir()
    authority = make_authority()
    (keys / "mqtt-authority.pem").write_bytes(authority.certificate_pem)
    (keys / "mqtt-authority.key").write_bytes(authority.key_pem)
    port, tls_port = free_ports()
    tls = Tls(tls_port, ("127.0.0.1", "localhost"), keys)
    path = write_files(folder=folder, port=port, logins=logins(OWN, OTHER, "ingest"), tls=tls)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(program()), "-c", str(path)], stderr=log)
    wait(lambda: socket.socket().connect_ex(("127.0.0.1", tls_port)) == 0)
    made = Running(folder, port, tls, authority, process)
    yield made
    for guest in made.guests:
        guest.client.disconnect()
        guest.client.loop_stop()
    process.terminate()
    process.wait()


@pytest.fixture
def watch(running: Running) -> Guest:
    """Ingest's own sign-in, which hears all data."""
    guest = running.guest("ingest", password="pw-ingest")
    wait(lambda: guest.answers)
    guest.client.subscribe("v1/#", qos=1)
    time.sleep(0.2)
    return guest


@pytest.mark.parametrize("version", VERSIONS)
def test_a_gateway_publishes_below_its_own_name(running: Running, watch: Guest, version: int) -> None:
    gateway = running.guest(OWN, password=f"pw-{OWN}", version=version)
    gateway.publish(TOPIC, b"own")
    wait(lambda: (TOPIC, b"own") in watch.received)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_foreign_topic_is_denied_and_by_version_5_told(
    running: Running, watch: Guest, version: int
) -> None:
    """MQTT 3.1.1 has no word for it: the message is confirmed and dropped; so our agent speaks 5."""
    gateway = running.guest(OWN, password=f"pw-{OWN}", version=version)
    gateway.publish(f"v1/{OTHER}/plant-1/coal-1/r", b"foreign")
    told = gateway.published[-1]
    assert told == ("Not authorized" if version == paho.MQTTv5 else "Success")
    gateway.publish(TOPIC, b"after")
    wait(lambda: (TOPIC, b"after") in watch.received)
    assert all(payload != b"foreign" for _, payload in watch.received)


def test_a_gateway_hears_no_other_s_readings_nor_receipts(running: Running, watch: Guest) -> None:
    spy = running.guest(OWN, password=f"pw-{OWN}")
    wait(lambda: spy.answers)
    for topic in ("v1/#", "ack/#", "cmd/#", "#"):
        spy.client.subscribe(topic, qos=1)
    time.sleep(0.2)
    watch.publish(f"ack/{OTHER}/plant-1/coal-1", b"not yours")
    watch.publish(f"ack/{OWN}/plant-1/coal-1", b"yours")
    wait(lambda: spy.received)
    running.guest(OTHER, password=f"pw-{OTHER}").publish(f"v1/{OTHER}/p-1/m-1/r", b"of another")
    time.sleep(0.3)
    assert {payload for _, payload in spy.received} == {b"yours"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_password_and_none_at_all_are_refused(running: Running, version: int) -> None:
    wrong = running.guest(OWN, password="wrong", version=version)
    nobody = running.guest("t_000001.gw-9", password="pw", version=version)
    wait(lambda: wrong.answers and nobody.answers)
    assert all("ot authori" in answer for answer in wrong.answers + nobody.answers)


def test_a_certificate_is_a_sign_in_and_its_name_the_rule(running: Running, watch: Guest) -> None:
    gateway = running.guest(OWN, pair=issue_gateway(running.authority, OWN))
    gateway.publish(TOPIC, b"by certificate")
    wait(lambda: (TOPIC, b"by certificate") in watch.received)
    gateway.publish(f"v1/{OTHER}/plant-1/coal-1/r", b"foreign by certificate")
    assert gateway.published[-1] == "Not authorized"


def test_a_password_goes_by_tls_too(running: Running, watch: Guest) -> None:
    gateway = running.guest(OWN, password=f"pw-{OWN}", secure=True)
    gateway.publish(TOPIC, b"by tls")
    wait(lambda: (TOPIC, b"by tls") in watch.received)


def handshakes_failed(running: Running) -> int:
    """How many the broker has told of: silence alone would also be a slow machine's."""
    return (running.folder / "log").read_bytes().count(b"OpenSSL Error[")


def test_without_a_certificate_or_with_a_strange_one_nobody_comes_in(running: Running) -> None:
    stranger = issue_gateway(make_authority(), OWN)
    for way in ({"secure": True}, {"pair": stranger}):
        before = handshakes_failed(running)
        guest = running.guest(OWN, **way)
        wait(lambda before=before: handshakes_failed(running) > before)
        time.sleep(0.2)
        assert guest.answers == []
        guest.client.loop_stop()


def test_a_revoked_certificate_is_refused_and_the_others_go_on(running: Running, watch: Guest) -> None:
    lost, kept = issue_gateway(running.authority, OWN), issue_gateway(running.authority, OWN)
    everybody = logins(OWN, OTHER, "ingest")
    running.admit(Admission(everybody, ended=((lost.certificate.serial_number, OWN),)))
    late = running.guest(OWN, pair=lost)
    running.guest(OWN, pair=kept).publish(TOPIC, b"kept")
    wait(lambda: (TOPIC, b"kept") in watch.received)
    time.sleep(0.5)
    assert late.answers == []
    running.admit(Admission(everybody))


def test_a_new_gateway_comes_in_and_a_revoked_one_goes_without_a_restart(
    running: Running, watch: Guest
) -> None:
    new = "t_000003.gw-3"
    pid = running.process.pid
    running.admit(Admission(logins(OWN, OTHER, "ingest", new)))
    gateway = running.guest(new, password=f"pw-{new}")
    by_certificate = running.guest(new, pair=issue_gateway(running.authority, new))
    gateway.publish(f"v1/{new}/p-1/m-1/r", b"new")
    by_certificate.publish(f"v1/{new}/p-1/m-1/r", b"new too")
    wait(lambda: {b"new", b"new too"} <= {payload for _, payload in watch.received})
    running.admit(Admission(logins(OWN, OTHER, "ingest"), gone=(new,)))
    wait(lambda: gateway.gone)
    by_certificate.publish(f"v1/{new}/p-1/m-1/r", b"after its end")
    assert by_certificate.published[-1] == "Not authorized"
    time.sleep(0.3)
    assert b"after its end" not in {payload for _, payload in watch.received}
    assert running.process.poll() is None
    assert running.process.pid == pid


def test_a_queue_without_room_confirms_and_drops_and_says_so_where_it_is_read(small: Running) -> None:
    """The device cannot know; so the plant's alarm does (`test_alarms`), and agents await receipts."""
    ingest = paho.Client(
        CallbackAPIVersion.VERSION2, client_id="ingest-abc", clean_session=False, protocol=paho.MQTTv311
    )
    ingest.username_pw_set("ingest", "pw-ingest")
    subscribed: list[Any] = []
    ingest.on_connect = lambda client, *_: client.subscribe("v1/#", qos=1)
    ingest.on_subscribe = lambda *_: subscribed.append(1)
    ingest.connect("127.0.0.1", small.port)
    ingest.loop_start()
    wait(lambda: subscribed)
    ingest.disconnect()
    ingest.loop_stop()
    gateway = small.guest(OWN, password=f"pw-{OWN}")
    for n in range(40):
        gateway.publish(TOPIC, b"%03d" % n + b" " * 500)
    assert set(gateway.published) == {"Success"}
    arrived: list[bytes] = []
    ingest.on_message = lambda _c, _d, one: arrived.append(one.payload[:3])
    ingest.connect("127.0.0.1", small.port)
    ingest.loop_start()
    wait(lambda: len(arrived) >= 10)
    time.sleep(0.5)
    ingest.disconnect()
    ingest.loop_stop()
    assert len(arrived) < 40, "the rest was confirmed and is gone"
    assert arrived == [b"%03d" % n for n in range(len(arrived))], "the oldest are kept"
    told: list[tuple[dict[str, Any], ...]] = []
    sightings = Sightings(io.BytesIO(), own="ingest", session="ingest-abc")
    for line in (small.folder / "log").read_bytes().splitlines(keepends=True):
        sightings.see(line)
    sightings.keep(lambda *what: told.append(what))
    assert list(told[0][3]) == ["ingest"]


def test_ten_megabytes_are_refused_and_the_stream_of_others_goes_on(running: Running, watch: Guest) -> None:
    flood = running.guest(OTHER, password=f"pw-{OTHER}")
    wait(lambda: flood.answers)
    flood.client.publish(f"v1/{OTHER}/p-1/m-1/r", b"x" * 10_000_000, qos=1)
    wait(lambda: flood.gone)
    told: list[tuple[dict[str, Any], ...]] = []
    sightings = Sightings(io.BytesIO(), own="ingest")
    for line in (running.folder / "log").read_bytes().splitlines(keepends=True):
        sightings.see(line)
    sightings.keep(lambda *what: told.append(what))
    assert list(told[0][2]) == [OTHER], "the plant is told whose message was too large"
    running.guest(OWN, password=f"pw-{OWN}").publish(TOPIC, b"unharmed")
    wait(lambda: (TOPIC, b"unharmed") in watch.received)
    assert max(len(payload) for _, payload in watch.received) < 10_000_000
    flood.client.loop_stop()


def test_retained_and_will_messages_come_once_as_any_other(running: Running, watch: Guest) -> None:
    """What is retained or left as a will is judged by what it says, not by how it came."""
    gateway = running.guest(OWN, password=f"pw-{OWN}")
    gateway.publish(TOPIC, b"retained", retain=True)
    wait(lambda: (TOPIC, b"retained") in watch.received)
    dying = paho.Client(CallbackAPIVersion.VERSION2, client_id="dying", protocol=paho.MQTTv311)
    dying.username_pw_set(OWN, f"pw-{OWN}")
    dying.will_set(TOPIC, b"offline", qos=1)
    dying.connect("127.0.0.1", running.port)
    dying.loop_start()
    wait(dying.is_connected)
    # The socket goes without a word, as when the power does.
    dying.socket().shutdown(socket.SHUT_RDWR)
    dying.loop_stop()
    wait(lambda: (TOPIC, b"offline") in watch.received)
    # Messages of one subscriber come in order: behind this one nothing of the two is on its way any more.
    gateway.publish(TOPIC, b"after them")
    wait(lambda: (TOPIC, b"after them") in watch.received)
    mine = [payload for _, payload in watch.received if payload in (b"retained", b"offline")]
    assert mine == [b"retained", b"offline"], "each once, in the order they were sent"


def test_who_is_connected_by_a_revoked_certificate_is_put_out(running: Running, watch: Guest) -> None:
    """Mosquitto reads the list at a handshake only; so the connection that stands is taken from it."""
    lost = issue_gateway(running.authority, OWN)
    gateway = running.guest(OWN, pair=lost)
    other = running.guest(OTHER, password=f"pw-{OTHER}")
    wait(lambda: gateway.answers and other.answers)
    everybody = logins(OWN, OTHER, "ingest")
    running.admit(Admission(everybody, ended=((lost.certificate.serial_number, OWN),)))
    client = gateway.client._client_id
    assert put_out(running.port, client, username="ingest", password="pw-ingest")
    wait(lambda: gateway.gone)
    time.sleep(1.5)
    assert len(gateway.answers) == 1, "it does not come in again"
    other.publish(f"v1/{OTHER}/p-1/m-1/r", b"others go on")
    wait(lambda: b"others go on" in {payload for _, payload in watch.received})
    assert not put_out(running.port, client, username="ingest", password="wrong")
    running.admit(Admission(everybody))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_certificates_are_such_as_others_accept(tmp_path: Path) -> None:
    authority = make_authority()
    (tmp_path / "a.pem").write_bytes(authority.certificate_pem)
    (tmp_path / "g.pem").write_bytes(issue_gateway(authority, OWN).certificate_pem)
    done = subprocess.run(
        ["openssl", "verify", "-CAfile", "a.pem", "-purpose", "sslclient", "g.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "g.pem: OK", done.stderr
