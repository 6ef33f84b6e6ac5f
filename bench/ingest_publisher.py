"""`python -m bench.ingest_publisher`: a gateway that sends as fast as the broker takes it, a process alone.

Reads a JSON object (`Load`) from its first line, makes all packets, says `ready`, waits for another line and
sends: MQTT 3.1.1, quality of service 1, many unanswered. Its last line says how many the broker confirmed and
how long it took. A client library would be slower than what is measured.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proof.batches import FIRST_PREVIOUS, public_key, sign

from ingest.simulation.device import gateway_key

WINDOW = 10_000
CHUNK = 64
END_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send: `count` readings, round after round over the meters, each meter `step_ms` apart.

    per_message: readings in a signed batch, or 1 for unsigned single ones. key: the gateway's file. rate:
    messages a second, or 0 for as fast as it goes.
    """

    port: int
    username: str
    password: str
    plant: str
    meters: list[str]
    count: int
    start_ms: int
    step_ms: int
    per_message: int = 1
    boot: int = 1
    seq0: int = 1
    key: str = ""
    rate: float = 0.0


def packets(load: Load) -> list[bytes]:
    """All PUBLISH packets of a load, in the order they are sent."""
    bodies = _singles(load) if load.per_message == 1 else _batches(load)
    return [_publish(topic, payload, mid % 65_535 + 1) for mid, (topic, payload) in enumerate(bodies)]


def _singles(load: Load) -> Iterator[tuple[str, bytes]]:
    topics = [f"v1/{load.username}/{load.plant}/{meter}/r" for meter in load.meters]
    for number in range(load.count):
        turn, meter = divmod(number, len(topics))
        ts, seq = load.start_ms + turn * load.step_ms, load.seq0 + turn
        text = f'{{"ts":{ts},"value":"{seq // 100}.{seq % 100:02d}","unit":"t","q":"good","seq":{seq}}}'
        yield topics[meter], text.encode()


def _batches(load: Load) -> Iterator[tuple[str, bytes]]:
    key = gateway_key(Path(load.key))
    fingerprint, previous = public_key(key).fingerprint, dict.fromkeys(load.meters, FIRST_PREVIOUS)
    for number in range(load.count // load.per_message):
        turn, place = divmod(number, len(load.meters))
        meter, seq0 = load.meters[place], load.seq0 + turn * load.per_message
        readings = [
            {
                "ts": load.start_ms + seq * load.step_ms,
                "value": f"{seq // 100}.{seq % 100:02d}",
                "unit": "t",
                "q": "good",
            }
            for seq in range(seq0, seq0 + load.per_message)
        ]
        body = {
            "v": 1,
            "meter": f"v1/{load.username}/{load.plant}/{meter}",
            "key": fingerprint,
            "boot": load.boot,
            "seq0": seq0,
            "prev": previous[meter],
            "readings": readings,
        }
        signed = sign(json.dumps(body, separators=(",", ":")).encode(), key)
        previous[meter] = signed.digest
        yield f"v1/{load.username}/{load.plant}/{meter}/b", signed.payload


def _publish(topic: str, payload: bytes, mid: int) -> bytes:
    return _packet(0x32, _text(topic) + mid.to_bytes(2, "big") + payload)


def _packet(head: int, body: bytes) -> bytes:
    length, made = len(body), bytearray([head])
    while True:
        length, low = divmod(length, 128)
        made.append(low | (128 if length else 0))
        if not length:
            return bytes(made) + body


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def _connected(load: Load) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", load.port), timeout=10)
    head = _text("MQTT") + bytes([4, 0xC2, 0, 0])
    link.sendall(_packet(0x10, head + _text("bench-publisher") + _text(load.username) + _text(load.password)))
    answer = link.recv(4)
    if answer != b"\x20\x02\x00\x00":
        raise SystemExit(f"the broker refuses the sign-in: {answer.hex()}")
    return link


def _send(link: socket.socket, made: list[bytes], rate: float) -> int:
    """Sends all packets; how many were confirmed."""
    link.setblocking(False)
    sent = confirmed = 0
    rest, began = b"", time.monotonic()
    while confirmed < len(made) and time.monotonic() - began < END_S:
        allowed = len(made) if not rate else min(len(made), int((time.monotonic() - began) * rate) + 1)
        if not rest and sent < allowed and sent - confirmed < WINDOW:
            chunk = made[sent : min(sent + CHUNK, allowed)]
            rest, sent = b"".join(chunk), sent + len(chunk)
        readable, writable, _ = select.select([link], [link] if rest else [], [], 0.005 if rate else 1.0)
        if writable:
            rest = rest[link.send(rest) :]
        if readable:
            # A confirmation is four bytes; a read may end within one, which the next completes.
            confirmed += _confirmed(link)
    return confirmed


_torn = 0


def _confirmed(link: socket.socket) -> int:
    global _torn
    data = link.recv(65_536)
    if not data:
        raise SystemExit("the broker closed the connection")
    whole, _torn = divmod(len(data) + _torn, 4)
    return whole


def main() -> None:
    """One load from standard input."""
    load = Load(**json.loads(sys.stdin.readline()))
    made = packets(load)
    link = _connected(load)
    print("ready", flush=True)
    sys.stdin.readline()
    began_at, began = time.time(), time.monotonic()
    confirmed = _send(link, made, load.rate)
    seconds = time.monotonic() - began
    link.setblocking(True)
    link.sendall(b"\xe0\x00")
    link.close()
    print(json.dumps({"confirmed": confirmed, "of": len(made), "began_at": began_at, "seconds": seconds}))


if __name__ == "__main__":
    main()
