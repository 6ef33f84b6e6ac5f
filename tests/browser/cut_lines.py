"""A plant whose lines can be cut: two gateways without memory; what cannot be sent is noted."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PLANT, EVERY_S, BEGAN_HOURS_AGO = "north-works", 10, 3
# A broker on a busy machine knows a new sign-in some seconds after the page has told it.
KNOWN_WITHIN_S = 30.0
# Gateway -> meter, its names, medium, unit, least counts that its register rises by in a round.
GATEWAYS: dict[str, tuple[tuple[str, str, str, str, str, int], ...]] = {
    "gw-boiler": (
        ("coal-belt", "给煤皮带秤", "Coal belt scale", "coal", "t", 31),
        ("gas-main", "天然气总表", "Gas main", "gas", "Nm3", 205),
    ),
    "gw-power": (
        ("grid-in", "外购电总表", "Grid intake", "electricity", "kWh", 1_417),
        ("own-use", "厂用电表", "Own use", "electricity", "kWh", 388),
    ),
}


class Line:
    """The plant's way to the broker as a forwarder of bytes; cut, it takes nobody and carries nothing."""

    def __init__(self, port: int) -> None:
        self._to, self._open = port, list[socket.socket]()
        self._listens: socket.socket | None = None
        self.port = 0
        self.join()

    def join(self) -> None:
        """Takes connections, on the same port as before."""
        listens = socket.create_server(("127.0.0.1", self.port))
        self.port = int(listens.getsockname()[1])
        self._listens = listens
        threading.Thread(target=self._take, args=(listens,), daemon=True).start()

    def cut(self) -> None:
        """Ends all connections; new ones are refused."""
        ends, self._open, listens, self._listens = self._open, [], self._listens, None
        for one in [*ends, *([listens] if listens else [])]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _take(self, listens: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                mine, _ = listens.accept()
                theirs = socket.create_connection(("127.0.0.1", self._to))
                self._open += [mine, theirs]
                for pair in ((mine, theirs), (theirs, mine)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    @staticmethod
    def _carry(of: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := of.recv(65_536):
                to.sendall(data)
        for one in (of, to):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Gateway:
    """One that numbers its readings and keeps none; notebook: what it could not send, as somebody noted it.

    first, counts: each register in whole least counts, at its first reading and now.
    """

    name: str
    username: str
    password: str
    line: Line
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    sequence: int = 0
    notebook: list[dict[str, Any]] = field(default_factory=list)
    # A second connection of one identity would end the first.
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def round(self, ts_ms: int) -> list[dict[str, Any]]:
        """A reading of each meter at an instant."""
        self.sequence += 1
        told = []
        for meter, _, _, _, unit, step in GATEWAYS[self.name]:
            self.counts[meter] = self.counts.get(meter, 100_000) + step + self.sequence % 7
            self.first.setdefault(meter, self.counts[meter])
            reading = {"ts": ts_ms, "value": _text(self.counts[meter]), "unit": unit, "seq": self.sequence}
            told.append(
                {
                    "topic": f"v1/{self.username}/{PLANT}/{meter}/r",
                    "payload": json.dumps(reading),
                    "qos": 1,
                }
            )
        return told

    def send(self, readings: list[dict[str, Any]]) -> None:
        """All of them, each acknowledged by the broker. Raises OSError where there is no way to it."""
        if not readings:
            return
        from paho.mqtt import MQTTException, publish
        from paho.mqtt.client import MQTTv5

        who: Any = {"username": self.username, "password": self.password}
        end = time.monotonic() + KNOWN_WITHIN_S
        with self._one_at_a_time:
            while True:
                try:
                    publish.multiple(
                        readings,  # type: ignore[arg-type]
                        "127.0.0.1",
                        self.line.port,
                        client_id=self.username,
                        auth=who,
                        protocol=MQTTv5,
                    )
                except MQTTException:
                    if time.monotonic() > end:
                        raise
                    time.sleep(1)
                else:
                    return

    def refill(self) -> int:
        """Sends what was noted, as it was read; how many readings."""
        noted, self.notebook = self.notebook, []
        self.send(noted)
        return len(noted)


@dataclass(slots=True)
class Feed:
    """Both gateways at work every ten seconds until the block ends."""

    gateways: list[Gateway]
    _told: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def history(self) -> None:
        """The hours before now, and what became due while they were sent."""
        self._told = int(time.time()) // EVERY_S * EVERY_S - BEGAN_HOURS_AGO * 3600
        while self._told + 2 * EVERY_S <= time.time():
            self._catch_up()

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Reading and sending."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S - time.time() % EVERY_S):
            self._catch_up()

    def _catch_up(self) -> None:
        """A reading of each meter for every ten seconds that passed."""
        due = range(self._told + EVERY_S, int(time.time()) + 1, EVERY_S)
        for gateway in self.gateways:
            told = [reading for at in due for reading in gateway.round(at * 1000)]
            try:
                gateway.send(told)
            except OSError:
                gateway.notebook += told
        self._told = due[-1] if due else self._told


def equipped(head: Any, line: Line) -> Feed:
    """Plant, gateways and meters, as their owner's program makes them."""
    named = {"name_zh": "北岸热电厂", "name_en": "North bank works"}
    head.post("/plants/", {"id": PLANT, "sector": "power", "region": "华北", **named})
    made = []
    since = datetime.fromtimestamp(time.time() - 30 * 86_400, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, meters in GATEWAYS.items():
        told = head.post(
            "/gateways/", {"id": name, "name": {"gw-boiler": "锅炉间网关"}.get(name, "配电室网关")}
        )
        made.append(Gateway(name, str(told["username"]), str(told["password"]), line))
        for slug, zh, en, medium, unit, _ in meters:
            plate = {"slug": slug, "name_zh": zh, "name_en": en, "medium": medium, "unit": unit}
            rest = {
                "least_count": "0.01",
                "digits": 8,
                "interval_s": EVERY_S,
                "stream": slug,
                "gateway": name,
            }
            head.post("/meters/", {"plant": PLANT, **plate, **rest, "valid_from": since})
    return Feed(made)


@contextlib.contextmanager
def away(up: Any, name: str) -> Iterator[None]:
    """A process of the site killed; its supervisor is held and starts nothing until the block ends."""
    from operations.supervisor.roster import signal_group

    entry = next(one for one in up.entries() if one.name == name)
    os.kill(up.process.pid, signal.SIGSTOP)
    try:
        signal_group(entry.pid, signal.SIGKILL)
        yield
    finally:
        os.kill(up.process.pid, signal.SIGCONT)


def _text(count: int) -> str:
    return f"{count // 100}.{count % 100:02d}"
