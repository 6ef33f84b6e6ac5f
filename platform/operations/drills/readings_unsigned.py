"""A device under fire that signs nothing: one numbered reading a message, sent again until its receipt.

It is the gateway of the load under a second session, with four meters of its own and their integer truth.
"""

from __future__ import annotations

import json
import queue
import random
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from lexicon.topics import Kind, MeterPath, build

from ingest.mqtt import Broker, Client, Message
from operations.drills.readings_truth import Truth

METERS = 4
PER_ROUND, STEP_MS = 50, 20_000
# A killed broker has forgotten what it confirmed: what has no receipt by then goes again.
RESEND_S = 15.0
FLUSH_S = 240.0
WINDOW = 20_000


def slugs() -> list[str]:
    """The names of its meters."""
    return [f"loose-{number}" for number in range(1, METERS + 1)]


@dataclass
class Loose:
    """Readings of some meters from `start_ms` on; `truth` remembers them."""

    broker: Broker
    plant: str
    chance: random.Random
    start_ms: int
    truth: Truth = field(default_factory=Truth)
    sent: int = 0
    resent: int = 0
    _client: Client = field(init=False)
    _receipts: queue.SimpleQueue[Message] = field(default_factory=queue.SimpleQueue)
    _waiting: dict[str, OrderedDict[int, tuple[bytes, float]]] = field(
        default_factory=lambda: {slug: OrderedDict() for slug in slugs()}
    )

    def connect(self, *, timeout_s: float) -> None:
        """Signs in and has a first round stored in peace: a device is known from where it is first heard.

        Raises TimeoutError.
        """
        self._client = Client(
            self.broker,
            client_id=f"{self.broker.username}-loose",
            subscribe=[f"ack/{self.broker.username}/#"],
            window=WINDOW,
            on_message=self._receipts.put,
        )
        self._client.start()
        if not self._client.connected.wait(timeout_s):
            raise TimeoutError(f"no broker at {self.broker.host}:{self.broker.port}")
        self.round()
        self.flush()

    def round(self) -> None:
        """The next readings of each meter, each a message."""
        times = [self.start_ms + n * STEP_MS for n in range(PER_ROUND)]
        for slug in slugs():
            seq0 = len(self.truth.readings.get(slug, ())) + 1
            samples = self.truth.block(slug, times, self.chance, seq0)
            for seq, one in enumerate(samples, start=seq0):
                reading = {"ts": one.ts_ms, "value": one.value, "unit": "t", "seq": seq}
                payload = json.dumps(reading).encode()
                self._waiting[slug][seq] = (payload, time.monotonic())
                self._client.publish(self._topic(slug), payload)
            self.sent += len(samples)
        self.start_ms += PER_ROUND * STEP_MS
        self.pump()

    def pump(self) -> None:
        """Takes the receipts that are there and sends again what waits for too long."""
        while not self._receipts.empty():
            message = self._receipts.get_nowait()
            receipt, slug = json.loads(message.payload), message.topic.rpartition("/")[2]
            waiting = self._waiting.get(slug)
            if waiting is None or receipt["boot"]:
                continue
            for seq in [seq for seq in waiting if receipt["from"] <= seq <= receipt["to"]]:
                del waiting[seq]
        now = time.monotonic()
        for slug, waiting in self._waiting.items():
            for seq, (payload, at) in waiting.items():
                if now - at > RESEND_S:
                    waiting[seq] = (payload, now)
                    self._client.publish(self._topic(slug), payload)
                    self.resent += 1

    def flush(self) -> None:
        """Waits until each reading has its receipt. Raises TimeoutError."""
        end = time.monotonic() + FLUSH_S
        while left := sum(map(len, self._waiting.values())):
            if time.monotonic() > end:
                raise TimeoutError(f"{left} unsigned readings have no receipt")
            self.pump()
            time.sleep(0.05)

    def close(self) -> None:
        """Leaves the broker."""
        self._client.stop()

    def _topic(self, slug: str) -> str:
        tenant, _, gateway = self.broker.username.partition(".")
        return build(MeterPath(tenant=tenant, gateway=gateway, plant=self.plant, meter=slug), Kind.READING)
