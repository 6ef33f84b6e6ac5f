"""The simulated plant: seeded, rising, near its nameplate; batches signed, chained, resent till receipted."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import public_key, verify, verify_chain

from ingest.calendar import month_hours
from ingest.mqtt import Broker, Message
from ingest.reading import Batch, Reading, decode
from ingest.simulation import device as devices
from ingest.simulation import plant, runs
from ingest.simulation.device import Device, Refused, gateway_key
from ingest.simulation.physics import SLOT_MS, Physics

PLANTS = Path(__file__).resolve().parents[2] / "platform/operations/demo/plants"
SPEC = plant.load(PLANTS / "power.toml")
START_MS = month_hours("2026-10")[0] * 3_600_000
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def month_of(seed: int, step_ms: int = SLOT_MS, days: int = 31) -> list[dict[str, int]]:
    physics = Physics(SPEC, seed)
    return [physics.advance(START_MS + n * step_ms) for n in range(days * 86_400_000 // step_ms + 1)]


def test_the_same_seed_gives_the_same_registers_and_another_gives_others() -> None:
    assert month_of(1, days=2) == month_of(1, days=2)
    assert month_of(1, days=2) != month_of(2, days=2)


@pytest.mark.parametrize("file", ["power.toml", "cement.toml"])
def test_a_month_is_within_a_few_percent_of_the_nameplate_rate(file: str) -> None:
    spec = plant.load(PLANTS / file)
    physics = Physics(spec, 1)
    first = physics.advance(START_MS)
    for n in range(1, 31 * 96 + 1):
        last = physics.advance(START_MS + n * SLOT_MS)
    for meter in spec.meters:
        expected = meter.per_hour * 744 / meter.least_count
        assert abs(last[meter.slug] - first[meter.slug] - expected) < expected / 20 + 2, meter.slug


def test_registers_rise_and_follow_the_hour_of_day() -> None:
    registers = [counts["u1-gen"] for counts in month_of(1, days=3)]
    steps = [b - a for a, b in pairwise(registers)]
    assert min(steps) > 0
    night, evening = sum(steps[8:16]), sum(steps[72:80])
    assert evening > night * 12 // 10


def test_two_plants_of_twenty_meters_give_the_readings_of_the_demo() -> None:
    meters = sum(len(plant.load(PLANTS / file).meters) for file in ("power.toml", "cement.toml"))
    assert meters * 31 * 96 == 119_040
    assert runs.month_before("2026-11", days=31) == "2026-10"
    assert runs.month_before("2026-03", days=31) == "2026-01"


class FakeClient:
    """Stands for the broker and keeps what a gateway publishes."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.connected = __import__("threading").Event()
        self.connected.set()
        self.connections = 0

    def publish(self, topic: str, payload: bytes) -> None:
        self.sent.append((topic, payload))

    def acknowledge(self, messages: Any) -> None:
        pass


@pytest.fixture
def gateway() -> Any:
    made = Device(broker=Broker("127.0.0.1", 1, "t_000001.gw-1", "x"), plant="jiangbei", boot=3, key=KEY)
    made.client = FakeClient()  # type: ignore[assignment]
    return made


def receipt(gateway: Any, meter: str, **told: Any) -> None:
    body = json.dumps({"v": 1, "boot": 3, "to": 0, "hash": ""} | told).encode()
    gateway._receipts.put(Message(f"ack/t_000001.gw-1/jiangbei/{meter}", body, 1, 1, 0))


def test_batches_are_signed_chained_and_numbered(gateway: Any) -> None:
    for n in range(3):
        samples = [devices.Sample(START_MS + m, f"{n}.{m}0") for m in range(2)]
        gateway.send("u1-gen", "MWh", samples)
    batches = [decode(topic, payload) for topic, payload in gateway.client.sent]
    assert all(isinstance(one, Batch) for one in batches)
    assert [(one.boot, one.seq0, one.seq1) for one in batches] == [(3, 1, 2), (3, 3, 4), (3, 5, 6)]
    assert all(isinstance(item, Reading) for one in batches for item in one.items)
    verify_chain([one.signed.body for one in batches])
    for one in batches:
        verify(one.signed, public_key(KEY))


def test_a_batch_is_resent_until_its_receipt_and_forgotten_then(
    gateway: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(devices.time, "monotonic", lambda: clock[0])
    gateway.send("u1-gen", "MWh", [devices.Sample(START_MS, "1.0")])
    gateway.send("u1-gen", "MWh", [devices.Sample(START_MS + 1, "2.0")])
    clock[0] += devices.RESEND_S + 1
    gateway.pump(wait_s=0)
    assert len(gateway.client.sent) == 4
    assert gateway.client.sent[0] == gateway.client.sent[2]
    receipt(gateway, "u1-gen", to=1)
    receipt(gateway, "u1-gen", to=9, boot=2)
    gateway.pump(wait_s=0)
    assert (gateway.waiting, gateway.receipted) == (1, 1)


def test_after_a_lost_connection_it_goes_again_at_once_and_soon_once_more(
    gateway: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker that comes back may have forgotten the worker until that one subscribes again."""
    clock = [100.0]
    monkeypatch.setattr(devices.time, "monotonic", lambda: clock[0])
    gateway.send("u1-gen", "MWh", [devices.Sample(START_MS, "1.0")])
    for _ in range(4):
        clock[0] += devices.RESEND_S_MAX + 1
        gateway.pump(wait_s=0)
    gateway.client.connections += 1
    gateway.pump(wait_s=0)
    assert len(gateway.client.sent) == 6
    clock[0] += devices.RESEND_S + 1
    gateway.pump(wait_s=0)
    assert len(gateway.client.sent) == 7


def test_a_refused_batch_stops_the_plant_with_the_reason(gateway: Any) -> None:
    receipt(gateway, "u1-gen", refused="batch_key_unknown")
    with pytest.raises(Refused, match="batch_key_unknown"):
        gateway.pump(wait_s=0)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "plant.key"
    first, again = gateway_key(path), gateway_key(path)
    assert public_key(first) == public_key(again)
    assert path.stat().st_mode & 0o077 == 0


def test_the_boot_rises_with_each_run_and_registers_go_on(tmp_path: Path) -> None:
    first = runs.State.load(tmp_path / "p.json")
    first.counts = {"u1-gen": 77}
    first.save()
    second = runs.State.load(tmp_path / "p.json")
    assert (first.boot, second.boot, second.counts) == (1, 2, {"u1-gen": 77})


@pytest.mark.parametrize("text", ["", "[plant]", "[plant]\nid = 3", "not toml ="])
def test_a_file_that_describes_no_plant_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plant.toml"
    path.write_text(text)
    with pytest.raises(plant.BadPlant, match=r"plant\.toml"):
        plant.load(path)
