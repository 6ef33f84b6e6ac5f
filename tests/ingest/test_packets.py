"""MQTT packets: whatever way a stream is cut, the same messages come out of it."""

import random

import pytest

from ingest.message import Arrived
from ingest.packets import PACKET_BYTES_MAX, BadStream, Other, Stream, acknowledgements, message
from ingest.reading import PAYLOAD_BYTES_MAX


def publish(topic: str, payload: bytes, *, mid: int, version: int, properties: bytes = b"") -> bytes:
    body = len(topic).to_bytes(2, "big") + topic.encode() + mid.to_bytes(2, "big")
    body += (bytes([len(properties)]) + properties if version == 5 else b"") + payload
    length, text = len(body), bytearray()
    while True:
        length, low = divmod(length, 128)
        text.append(low | (128 if length else 0))
        if not length:
            return b"\x32" + bytes(text) + body


def fed(stream: bytes, size: int, *, version: int) -> tuple[list[Arrived], list[Other]]:
    """What comes of a stream that arrives in pieces of a size."""
    taker, messages, others = Stream(version=version, connection=3), list[Arrived](), list[Other]()
    for at in range(0, len(stream), size):
        more, rest = taker.feed(stream[at : at + size], 99)
        messages += more
        others += rest
    return messages, others


@pytest.mark.parametrize("version", [4, 5])
def test_a_stream_cut_anywhere_gives_the_same_messages(version: int) -> None:
    chance = random.Random(version)  # noqa: S311
    sent = [(f"v1/a.b/p/m{n}/r", bytes(chance.randrange(256) for _ in range(n * n))) for n in range(40)]
    stream = (
        b"".join(publish(t, p, mid=n + 1, version=version) for n, (t, p) in enumerate(sent)) + b"\xd0\x00"
    )
    for size in (1, 2, 3, 7, 100, 5_000, len(stream)):
        messages, others = fed(stream, size, version=version)
        assert [(one.topic, one.payload) for one in messages] == sent
        assert [one.mid for one in messages] == list(range(1, 41))
        assert {(one.qos, one.connection, one.received_ms) for one in messages} == {(1, 3, 99)}
        assert others == [Other(0xD0, b"")]


def test_properties_of_version_5_are_skipped() -> None:
    packet = publish("a/b", b"x", mid=7, version=5, properties=b"\x01\x01\x26\x00\x01k\x00\x01v")
    (one,), _ = Stream(version=5, connection=0).feed(packet, 0)
    assert (one.topic, one.payload, one.mid) == ("a/b", b"x", 7)


def test_our_own_messages_are_read_back() -> None:
    for version in (4, 5):
        for size in (0, 10, 200, 70_000):
            text = b"r" * size
            (one,), _ = Stream(version=version, connection=0).feed(
                message("ack/a.b/p/m", text, version=version), 5
            )
            assert (one.topic, one.payload, one.qos, one.mid) == ("ack/a.b/p/m", text, 0, 0)


def test_acknowledgements_are_four_bytes_each() -> None:
    assert acknowledgements([1, 258]) == b"\x40\x02\x00\x01\x40\x02\x01\x02"


@pytest.mark.parametrize(
    "stream", [b"\x32\xff\xff\xff\xff\x01", b"\x20\xff\xff\xff\x7f", b"\x32\x04\x00\x09ab"]
)
def test_what_is_no_mqtt_ends_the_connection(stream: bytes) -> None:
    with pytest.raises((BadStream, IndexError)):
        Stream(version=4, connection=0).feed(stream, 0)


@pytest.mark.parametrize("version", [4, 5])
def test_of_a_message_beyond_what_is_kept_comes_the_beginning_and_the_next_ones_come_whole(
    version: int,
) -> None:
    """Somebody else's broker may pass 10 MB on: one message that is too large; the stream goes on."""
    large, between = b"L" * 10_000_000, [("v1/a.b/p/m1/r", b"one"), ("v1/a.b/p/m2/r", b"two")]
    stream = b"".join(
        [
            publish(*between[0], mid=1, version=version),
            publish("v1/a.b/p/big/r", large, mid=2, version=version),
            publish("v1/a.b/p/big/r", large[: 2 * PACKET_BYTES_MAX], mid=3, version=version),
            publish(*between[1], mid=4, version=version),
            b"\xd0\x00",
        ]
    )
    for size in (60_001, 256 * 1024, len(stream)):
        messages, others = fed(stream, size, version=version)
        assert [one.mid for one in messages] == [1, 2, 3, 4], "each can be acknowledged"
        assert [(one.topic, one.payload) for one in (messages[0], messages[3])] == between
        assert {one.topic for one in messages[1:3]} == {"v1/a.b/p/big/r"}
        for one in messages[1:3]:
            assert PAYLOAD_BYTES_MAX < len(one.payload) < PACKET_BYTES_MAX
        assert others == [Other(0xD0, b"")]
