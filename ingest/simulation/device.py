"""The simulated gateway: signs batches, chains them, publishes, and forgets a batch only at its receipt."""

import json
import logging
import queue
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.topics import Kind, MeterPath, build
from proof.batches import FIRST_PREVIOUS, public_key, sign

from ingest.mqtt import Broker, Client, Message

log = logging.getLogger(__name__)
# Batches without receipt before the gateway waits: a spool of that size, and no more, is kept in memory.
PENDING_MAX = 400
# A killed broker has forgotten what it had acknowledged, so a lost connection is reason to send again
# at once; without one, a late receipt means that the platform is busy.
RESEND_S = 10.0
# Each try waits twice as long: a platform that is busy must not be buried under repeats.
RESEND_S_MAX = 120.0
# How long a broker has to answer one version of the protocol before the other is tried, and to learn of a
# gateway that was registered a moment ago before its refusal is final.
VERSION_S = 6.0


class Refused(RuntimeError):
    """The platform does not accept a batch; the text is its reason."""


@dataclass(slots=True)
class Chain:
    """Where the next batch of one meter goes on."""

    path: MeterPath
    seq: int = 1
    previous: str = FIRST_PREVIOUS


@dataclass(slots=True)
class Pending:
    """One published batch without receipt."""

    topic: str
    payload: bytes
    readings: int
    sent_at: float
    wait_s: float = RESEND_S


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading to send: instant in ms and value as text."""

    ts_ms: int
    value: str


def gateway_key(path: Path) -> Ed25519PrivateKey:
    """The gateway's own key, made at first use and kept in `path` (PEM, for its owner alone)."""
    if path.exists():
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise ValueError(f"{path} holds no Ed25519 key")
        return loaded
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return key


@dataclass(slots=True)
class Device:
    """A gateway with its meters' chains. boot: raised by the caller at each start.

    sent: told each topic and payload as it is published first, for whoever wants to send it again.
    """

    broker: Broker
    plant: str
    boot: int
    key: Ed25519PrivateKey
    client: Client = field(init=False)
    receipted: int = 0
    resent: int = 0
    sent: Callable[[str, bytes], None] = field(default=lambda _topic, _payload: None)
    _chains: dict[str, Chain] = field(default_factory=dict)
    _pending: OrderedDict[tuple[str, int], Pending] = field(default_factory=OrderedDict)
    _receipts: queue.Queue[Message] = field(default_factory=queue.Queue)
    _look_at: float = 0.0
    _connections: int = 0

    def __post_init__(self) -> None:
        self.client = self._client(version=5)

    def connect(self, *, timeout_s: float) -> None:
        """Signs in, by MQTT 3.1.1 if the broker does not answer version 5. Raises Refused, TimeoutError."""
        deadline = time.monotonic() + timeout_s
        for version in cycle((5, 4)):
            self.client = self._client(version=version)
            self.client.start()
            end = min(deadline, time.monotonic() + VERSION_S)
            while time.monotonic() < end:
                if self.client.connected.wait(0.1):
                    return
            self.client.stop()
            if self.client.refused:
                raise Refused(self.client.refused)
            if time.monotonic() >= deadline:
                raise TimeoutError(f"no broker at {self.broker.host}:{self.broker.port}")

    def send(self, meter: str, unit: str, samples: Sequence[Sample]) -> None:
        """Signs and publishes the next batch of a meter; waits while too many have no receipt."""
        while len(self._pending) >= PENDING_MAX:
            self.pump(wait_s=0.05)
        chain = self._chain(meter)
        signed = sign(self._body(chain, unit, samples), self.key)
        last = chain.seq + len(samples) - 1
        topic = build(chain.path, Kind.BATCH)
        self._pending[meter, last] = Pending(topic, signed.payload, len(samples), time.monotonic())
        self.client.publish(topic, signed.payload)
        self.sent(topic, signed.payload)
        chain.seq, chain.previous = last + 1, sha256(signed.body).hexdigest()
        self.pump(wait_s=0)

    def pump(self, *, wait_s: float) -> None:
        """Takes the receipts that are there and resends what has waited too long. Raises Refused."""
        try:
            message = self._receipts.get(timeout=wait_s) if wait_s else self._receipts.get_nowait()
            while True:
                self._receipt(message)
                message = self._receipts.get_nowait()
        except queue.Empty:
            pass
        self._resend()

    def flush(self, *, timeout_s: float, progress: Callable[[], None] | None = None) -> None:
        """Waits until every batch has its receipt. Raises Refused, TimeoutError after so long without any."""
        done, since = self.receipted, time.monotonic()
        while self._pending:
            if self.receipted > done:
                done, since = self.receipted, time.monotonic()
            if time.monotonic() - since > timeout_s:
                raise TimeoutError(f"{len(self._pending)} batches have no receipt")
            self.pump(wait_s=0.1)
            if progress:
                progress()

    def close(self) -> None:
        """Leaves the broker."""
        self.client.stop()

    @property
    def waiting(self) -> int:
        """Batches without receipt."""
        return len(self._pending)

    def _client(self, *, version: int) -> Client:
        return Client(
            self.broker,
            client_id=f"{self.broker.username}-gateway",
            subscribe=[f"ack/{self.broker.username}/#"],
            on_message=self._receipts.put,
            version=version,
        )

    def _chain(self, meter: str) -> Chain:
        if meter not in self._chains:
            tenant, _, gateway = self.broker.username.partition(".")
            self._chains[meter] = Chain(
                MeterPath(tenant=tenant, gateway=gateway, plant=self.plant, meter=meter)
            )
        return self._chains[meter]

    def _body(self, chain: Chain, unit: str, samples: Sequence[Sample]) -> bytes:
        body = {
            "v": 1,
            "meter": chain.path.prefix,
            "key": public_key(self.key).fingerprint,
            "boot": self.boot,
            "seq0": chain.seq,
            "prev": chain.previous,
            "readings": [{"ts": one.ts_ms, "value": one.value, "unit": unit} for one in samples],
        }
        return json.dumps(body, separators=(",", ":")).encode()

    def _receipt(self, message: Message) -> None:
        self.client.acknowledge([message])
        meter = message.topic.rsplit("/", 1)[-1]
        told = json.loads(message.payload)
        if told.get("refused"):
            raise Refused(f"{meter}: {told['refused']}")
        if told["boot"] != self.boot:
            return
        for name in [name for name in self._pending if name[0] == meter and name[1] <= told["to"]]:
            self.receipted += self._pending.pop(name).readings

    def _resend(self) -> None:
        now = time.monotonic()
        if not self.client.connected.is_set():
            return
        if self.client.connections != self._connections:
            self._connections = self.client.connections
            for pending in self._pending.values():
                # What goes now may meet a worker that has not subscribed again yet: the next try is not far.
                pending.sent_at, pending.wait_s = float("-inf"), RESEND_S / 2
            self._look_at = now
        if now < self._look_at:
            return
        self._look_at = now + 1.0
        for pending in self._pending.values():
            if now - pending.sent_at < pending.wait_s:
                continue
            pending.sent_at, pending.wait_s = now, min(2 * pending.wait_s, RESEND_S_MAX)
            self.resent += 1
            self.client.publish(pending.topic, pending.payload)
