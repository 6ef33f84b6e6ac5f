"""The session at the broker: read and acknowledged in bulk, by hand, held back; paho's private names hold.

The broker is a socket that says what the test says, so each byte on the wire is seen.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from lexicon.refusals import Refusal

from ingest.mqtt import Broker, Client, Message
from ingest.packets import acknowledgements
from ingest.reading import Undecodable, decode
from tests.ingest.pipe import wait_for
from tests.ingest.test_packets import publish

CONNACK = {4: b"\x20\x02\x00\x00", 5: b"\x20\x03\x00\x00\x00"}
SUBACK = {4: b"\x90\x03%s\x01", 5: b"\x90\x04%s\x00\x01"}


@dataclass
class Wire:
    """A broker's end: takes each connection's sign-in and subscription; then `link` is the test's."""

    version: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    link: socket.socket | None = None
    connections: int = 0

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            packet(link)
            link.sendall(CONNACK[self.version])
            _, body = packet(link)
            link.sendall(SUBACK[self.version] % body[:2])
            self.link, self.connections = link, self.connections + 1

    def heard(self, size: int, *, within_s: float = 10.0) -> bytes:
        """The next `size` bytes of the client, or what came of them in that time."""
        assert self.link is not None
        self.link.settimeout(within_s)
        got = b""
        try:
            while len(got) < size and (more := self.link.recv(size - len(got))):
                got += more
        except TimeoutError:
            pass
        return got


def packet(link: socket.socket) -> tuple[int, bytes]:
    """One packet: its first byte and its body."""
    head, length, shift = link.recv(1)[0], 0, 0
    while True:
        byte = link.recv(1)[0]
        length, shift = length | (byte & 127) << shift, shift + 7
        if not byte & 128:
            break
    body = b""
    while len(body) < length:
        body += link.recv(length - len(body))
    return head, body


@pytest.fixture(params=[4, 5])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    made = Wire(request.param)
    threading.Thread(target=made.serve, daemon=True).start()
    yield made
    made.listener.close()
    if made.link is not None:
        made.link.close()


@pytest.fixture
def client_of(wire: Wire) -> Iterator[Callable[..., Client]]:
    """client_of(): a session as the worker's, signed in and subscribed."""
    made: list[Client] = []

    def make(**options: Any) -> Client:
        broker = Broker("127.0.0.1", wire.port, "ingest", "own")
        client = Client(broker, client_id="ingest-0", subscribe=["v1/#"], version=wire.version, **options)
        made.append(client)
        client.start()
        wait_for(client.connected.is_set)
        wait_for(lambda: wire.connections == 1)
        return client

    yield make
    for client in made:
        client.stop()


def stream(wire: Wire, first: int, count: int, size: int = 20) -> bytes:
    payloads = ((n, b"%06d" % n + b"x" * size) for n in range(first, first + count))
    return b"".join(publish("v1/a.b/p/m/r", payload, mid=n, version=wire.version) for n, payload in payloads)


def until_blocked(link: socket.socket, content: bytes) -> int:
    """How many bytes went before nothing more went for a second."""
    link.settimeout(1.0)
    sent = 0
    try:
        while sent < len(content):
            sent += link.send(content[sent : sent + 65_536])
    except TimeoutError:
        pass
    return sent


def test_many_messages_come_with_a_read_none_is_acknowledged_by_itself_and_all_go_in_one_piece(
    wire: Wire, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[list[Message]] = []
    client = client_of(on_messages=reads.append)
    assert wire.link is not None
    wire.link.sendall(stream(wire, 1, 2_000))
    wait_for(lambda: sum(map(len, reads)) == 2_000)
    assert len(reads) < 200, "a read brings more than one"
    assert wire.heard(1, within_s=0.5) == b"", "durable first, then acknowledged"
    pieces: list[bytes] = []
    send = client._paho.send_raw
    monkeypatch.setattr(client._paho, "send_raw", lambda packets: (pieces.append(packets), send(packets)))
    messages = [one for read in reads for one in read]
    client.acknowledge(messages)
    expected = acknowledgements(list(range(1, 2_001)))
    assert wire.heard(len(expected)) == expected
    assert pieces == [expected]
    client.tell([("ack/a.b/p/m", b"{}")])
    client.acknowledge(messages[:1])
    head, body = packet(wire.link)
    assert (head, body[2:13]) == (0x30, b"ack/a.b/p/m")
    assert wire.heard(4) == acknowledgements([1]), "a receipt leaves before what is acknowledged after it"


def test_a_message_of_ten_megabytes_costs_neither_the_connection_nor_the_messages_around_it(
    wire: Wire, client_of: Callable[..., Client]
) -> None:
    """A broker without a limit passes it on; it comes shortened, to be refused and acknowledged."""
    seen: list[Message] = []
    client = client_of(on_messages=seen.extend)
    assert wire.link is not None
    large = publish("v1/t_000001.gw-1/plant-1/big/r", b"L" * 10_000_000, mid=2, version=wire.version)
    wire.link.sendall(stream(wire, 1, 1) + large + stream(wire, 3, 20))
    wait_for(lambda: len(seen) == 22)
    assert [one.mid for one in seen] == list(range(1, 23))
    with pytest.raises(Undecodable) as refused:
        decode(seen[1].topic, seen[1].payload)
    assert refused.value.reason is Refusal.MESSAGE_TOO_LARGE
    client.acknowledge(seen)
    expected = acknowledgements(list(range(1, 23)))
    assert wire.heard(len(expected)) == expected
    assert (wire.connections, client.connected.is_set()) == (1, True)


def test_what_came_by_an_earlier_connection_is_not_acknowledged_on_the_next(
    wire: Wire, client_of: Callable[..., Client]
) -> None:
    seen: list[Message] = []
    client = client_of(on_messages=seen.extend)
    assert wire.link is not None
    wire.link.sendall(stream(wire, 1, 5) + stream(wire, 6, 1)[:9])
    wait_for(lambda: len(seen) == 5)
    wire.link.close()
    wait_for(lambda: wire.connections == 2 and client.connected.is_set())
    wire.link.sendall(stream(wire, 3, 1))
    wait_for(lambda: len(seen) == 6)
    client.acknowledge(seen[:5])
    assert wire.heard(1, within_s=0.5) == b"", "its number may be another message's by now"
    client.acknowledge(seen)
    assert wire.heard(4) == acknowledgements([3])


def test_while_the_reader_is_held_the_broker_cannot_send_and_after_it_nothing_is_missing(
    wire: Wire, client_of: Callable[..., Client]
) -> None:
    held, seen = threading.Event(), list[Message]()
    client_of(on_messages=seen.extend, hold=held.is_set)
    held.set()
    # A read may be under way.
    time.sleep(0.2)
    count = 1_000
    text = stream(wire, 1, count, size=60_000)
    assert wire.link is not None
    sent = until_blocked(wire.link, text)
    assert sent < len(text)
    assert seen == []
    held.clear()
    wire.link.settimeout(20)
    wire.link.sendall(text[sent:])
    wait_for(lambda: len(seen) == count)
    assert [one.mid for one in seen] == list(range(1, count + 1))
