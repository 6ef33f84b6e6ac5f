"""A meter, a gateway with its key, and the store that ingest writes through."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import FIRST_PREVIOUS, public_key, sign

from ingest.message import Arrived

NOON = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
NOW_MS = int(NOON.timestamp() * 1000)
QUARTER_MS = 900_000


@dataclass
class Device:
    """A gateway of the tests with one meter: what it would publish."""

    tenant: str = "t_000001"
    gateway: str = "gw-1"
    plant: str = "plant-1"
    meter: str = "coal-1"
    boot: int = 1
    seq: int = 1
    previous: str = FIRST_PREVIOUS
    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(32)))
    index: int = 0

    @property
    def stem(self) -> str:
        return f"v1/{self.tenant}.{self.gateway}/{self.plant}/{self.meter}"

    def single(self, value: object = "1.00", *, ts_ms: int = NOW_MS, **fields: object) -> Arrived:
        """One unsigned reading."""
        payload = json.dumps({"ts": ts_ms, "value": value, "unit": "t"} | fields).encode()
        return Arrived(topic=f"{self.stem}/r", payload=payload, received_ms=NOW_MS)

    def raw(self, payload: bytes, kind: str = "r") -> Arrived:
        return Arrived(topic=f"{self.stem}/{kind}", payload=payload, received_ms=NOW_MS)

    def batch(
        self, values: Sequence[object], *, ts_ms: int, step_ms: int = QUARTER_MS, **head: object
    ) -> Arrived:
        """The next signed batch; `head` overrides fields of the body before it is signed."""
        readings = [
            {"ts": ts_ms + n * step_ms, "value": value, "unit": "t"} for n, value in enumerate(values)
        ]
        fields: dict[str, Any] = {
            "v": 1,
            "meter": self.stem,
            "key": public_key(self.key).fingerprint,
            "boot": self.boot,
            "seq0": self.seq,
            "prev": self.previous,
            "readings": readings,
        }
        signed = sign(json.dumps(fields | head).encode(), self.key)
        self.previous = sha256(signed.body).hexdigest()
        self.seq += len(values)
        return Arrived(topic=f"{self.stem}/b", payload=signed.payload, received_ms=NOW_MS)


def add_meter(device: Device) -> Device:
    """Writes the device's meter and key to the hot tables."""
    from ingest.hot.models import GatewayKey, MeterIndex

    row = MeterIndex.objects.create(
        tenant=device.tenant,
        account="acc_alphaaaaaaaa",
        plant=device.plant,
        meter=device.meter,
        gateway=device.gateway,
        unit="t",
        least_count="0.01",
        digits=8,
        interval_s=900,
        valid_from=NOON - timedelta(days=300),
        changed_at=NOON,
    )
    key = public_key(device.key)
    GatewayKey.objects.get_or_create(
        tenant=device.tenant,
        gateway=device.gateway,
        fingerprint=key.fingerprint,
        defaults={"algorithm": key.algorithm, "spki": key.spki, "valid_from": NOON - timedelta(days=300)},
    )
    device.index = row.pk
    return device


@pytest.fixture
def device(db: None) -> Device:
    return add_meter(Device())


@pytest.fixture
def new_store(db: None, tmp_path: Path) -> Callable[[], Any]:
    """new_store(): a writer with an empty memory, as after a restart."""
    from ingest.segments import Segments
    from ingest.selectors.directory import Directory
    from ingest.series import EmbeddedSeries
    from ingest.services.storing import Store, known_end

    def make() -> Store:
        return Store(
            directory=Directory(),
            series=EmbeddedSeries(),
            segments=Segments(home=tmp_path / "segments", known_end=known_end),
        )

    return make


@pytest.fixture
def store(new_store: Callable[[], Any]) -> Any:
    return new_store()
