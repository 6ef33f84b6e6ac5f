"""MQTT messages out of a stream of bytes, and answers to many of them in one piece. Pure; knows no socket.

A client library reads three times and asks the kernel once for every message; here 256 KiB are read at a time
and taken apart in one loop. Layout of the packets: MQTT 3.1.1, clauses 2.2 and 3.3; MQTT 5.0, the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.message import Arrived

PUBLISH, PUBACK = 3, 4
# What is kept of a packet. Our broker refuses longer ones (max_packet_size), others may let them pass: of
# those the beginning is the message, which is too large for a reading anyway, and the rest is passed over.
PACKET_BYTES_MAX = 1024 * 1024
_LENGTH_BYTES_MAX = 4
# What a named tuple does by a call in Python; every message becomes one.
_tuple = tuple.__new__


class BadStream(ValueError):
    """The bytes are no MQTT; the connection is of no use any more."""


@dataclass(frozen=True, slots=True)
class Other:
    """A packet that carries no message: its first byte and what follows its length."""

    head: int
    body: bytes


@dataclass(slots=True)
class Stream:
    """Bytes of one connection. version: 5 where packets have properties."""

    version: int
    connection: int
    _rest: bytes = field(default=b"", init=False)
    _beyond: int = field(default=0, init=False)

    def feed(self, data: bytes, received_ms: int) -> tuple[list[Arrived], list[Other]]:
        """The messages and other packets that are complete now; of one beyond PACKET_BYTES_MAX its beginning.

        Raises BadStream.
        """
        if self._beyond:
            passed = min(self._beyond, len(data))
            self._beyond -= passed
            data = data[passed:]
        data = self._rest + data if self._rest else data
        messages: list[Arrived] = []
        others: list[Other] = []
        place, size = 0, len(data)
        while place + 2 <= size:
            head, length, start = data[place], data[place + 1], place + 2
            if length > 127:
                length, start = _length(data, place + 1)
                if not start:
                    break
            end = start + length
            if length > PACKET_BYTES_MAX:
                if head >> 4 != PUBLISH:
                    raise BadStream(f"a packet of {length} bytes")
                kept = start + PACKET_BYTES_MAX
                if kept > size:
                    break
                messages.append(self._message(data, head, start, kept, received_ms))
                self._beyond, place = max(0, end - size), min(end, size)
                continue
            if end > size:
                break
            if head >> 4 == PUBLISH:
                messages.append(self._message(data, head, start, end, received_ms))
            else:
                others.append(Other(head, data[start:end]))
            place = end
        self._rest = data[place:]
        return messages, others

    def _message(self, data: bytes, head: int, start: int, end: int, received_ms: int) -> Arrived:
        at = start + 2
        place = at + (data[start] << 8 | data[start + 1])
        topic = data[at:place]
        mid = 0
        if head & 6:
            mid = data[place] << 8 | data[place + 1]
            place += 2
        if self.version == 5:
            extra = data[place]
            place += 1
            if extra:
                extra, place = _length(data, place - 1)
                place += extra
        if place > end:
            raise BadStream("a message is shorter than what it holds")
        # Brokers let no broken text pass as a topic; if one did, the topic is refused by its name.
        text = topic.decode(errors="replace")
        return _tuple(Arrived, (text, data[place:end], received_ms, mid, head >> 1 & 3, self.connection))


def _length(data: bytes, place: int) -> tuple[int, int]:
    """A length of up to four bytes and where it ends; (0, 0) where it is not complete. Raises BadStream."""
    value = 0
    for number in range(_LENGTH_BYTES_MAX):
        if place + number >= len(data):
            return 0, 0
        byte = data[place + number]
        value |= (byte & 127) << (7 * number)
        if byte < 128:
            return value, place + number + 1
    raise BadStream("a length of more than four bytes")


def acknowledgements(mids: Iterable[int]) -> bytes:
    """PUBACK packets for these messages in one piece (both versions: reason and properties are left out)."""
    return b"".join([b"\x40\x02" + mid.to_bytes(2, "big") for mid in mids])


def message(topic: str, payload: bytes, *, version: int) -> bytes:
    """One PUBLISH packet without acknowledgement (quality of service 0)."""
    name = topic.encode()
    body = b"%c%c%b%b%b" % (*divmod(len(name), 256), name, b"\0" if version == 5 else b"", payload)
    return b"\x30%b%b" % (_length_text(len(body)), body)


@lru_cache(maxsize=1_000)
def _length_text(length: int) -> bytes:
    made = bytearray()
    while True:
        length, low = divmod(length, 128)
        made.append(low | (128 if length else 0))
        if not length:
            return bytes(made)
