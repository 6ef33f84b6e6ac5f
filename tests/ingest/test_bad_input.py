"""What no meter should send: each is held or refused with its reason, shown to its plant, harms none."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.refusals import Refusal
from proof.batches import sign

from ingest.floods import ROWS_PER_MINUTE
from ingest.hot.models import DaySequence, GatewayKey, Quarantine, SignedBatch
from ingest.message import Arrived
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device, add_meter

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000
SINGLE: dict[str, Any] = {"ts": NOW_MS, "value": "1.00", "unit": "t", "q": "good", "seq": 1}
BODY = ("v", "meter", "key", "boot", "seq0", "prev", "readings")
WRONG: dict[str, tuple[Any, ...]] = {
    "ts": ("now", None, 1.5, -1, 8_000_000_000_000, True, []),
    "value": (None, True, [], {}, "", "1,5", "0x10", "1e400", "१"),
    "unit": (None, 1, [], True),
    "q": (None, 0, "perfect"),
    "seq": ("1", -1, 1.5, 2**70, []),
}


def counts(store: Any, device: Device) -> list[int]:
    return [point.count for point in store.series.range(device.index, from_ns=0, to_ns=2**62)]


def held(store: Any, device: Device, message: Arrived) -> Quarantine:
    """The row of a bad message that came between two good ones of its neighbour, which are stored."""
    neighbour = add_meter(Device(meter="coal-9", key=device.key))
    good = [neighbour.single(f"{n}", seq=n, ts_ms=NOW_MS + n) for n in (1, 2)]
    stored = store.store([good[0], message, good[1]], now_ms=NOW_MS)
    assert counts(store, neighbour) == [100, 200]
    assert (stored.readings, stored.held) == (2, 1)
    assert counts(store, device) == []
    (row,) = Quarantine.objects.all()
    assert (row.tenant, row.plant, row.meter_name) == ("t_000001", "plant-1", "coal-1"), "the plant sees it"
    return row


def all_held(store: Any, device: Device, cases: list[Arrived], reasons: set[Refusal]) -> None:
    """Each of many bad messages has a row of its own with one of the reasons, and nothing was stored."""
    stored = store.store(cases, now_ms=NOW_MS)
    assert (stored.readings, stored.held) == (0, len(cases))
    found = list(Quarantine.objects.values_list("reason", flat=True))
    assert len(found) == len(cases)
    assert set(found) <= reasons
    assert counts(store, device) == []


def raw(device: Device, fields: dict[str, Any]) -> Arrived:
    return device.raw(json.dumps(fields).encode())


@pytest.mark.parametrize("field", ["ts", "value", "unit"])
def test_a_field_that_is_missing(store: Any, device: Device, field: str) -> None:
    fields = {name: value for name, value in SINGLE.items() if name != field}
    row = held(store, device, raw(device, fields))
    assert row.reason == Refusal.READING_MALFORMED
    assert field in json.dumps(row.facts)


def test_a_field_of_another_kind(store: Any, device: Device) -> None:
    wrong = [{name: value} for name in WRONG for value in WRONG[name]]
    cases = [raw(device, SINGLE | {"seq": 100 + n} | one) for n, one in enumerate(wrong)]
    all_held(store, device, cases, {Refusal.READING_MALFORMED, Refusal.VALUE_NOT_NUMBER})


def test_a_batch_with_a_field_missing_or_of_another_kind(store: Any, device: Device) -> None:
    body: dict[str, Any] = json.loads(device.batch(["1"], ts_ms=START_MS).payload.splitlines()[0])
    bodies = [{name: body[name] for name in body if name != field} for field in BODY]
    bodies += [body | {field: value} for field in BODY for value in (None, [], -1)]
    cases = [device.raw(sign(json.dumps(one).encode(), device.key).payload, "b") for one in bodies]
    all_held(store, device, cases, {Refusal.READING_MALFORMED, Refusal.BATCH_METER_MISMATCH})
    assert SignedBatch.objects.count() == 0


READING = {name: SINGLE[name] for name in ("ts", "value", "unit")}
# Numbers of readings within a batch are the batch's; a `seq` there is not looked at. A value of any kind
# costs that reading alone, and so does an impossible time; a time, unit or quality of another kind, or a
# field missing, is a batch nobody can read.
WITHIN: list[dict[str, Any]] = [
    *(READING | {name: value} for name in WRONG if name != "seq" for value in WRONG[name]),
    *({name: READING[name] for name in READING if name != gone} for gone in READING),
]


@pytest.mark.parametrize("bad", range(len(WITHIN)))
def test_a_reading_within_a_signed_batch_that_cannot_be(store: Any, device: Device, bad: int) -> None:
    good = {"ts": START_MS, "value": "1.00", "unit": "t"}
    readings = [good, WITHIN[bad], good | {"ts": START_MS + 2 * QUARTER_MS}]
    stored = store.store([device.batch(["1"] * 3, ts_ms=0, readings=readings)], now_ms=NOW_MS)
    rows = list(Quarantine.objects.values_list("reason", flat=True))
    assert len(rows) == stored.held == 1, WITHIN[bad]
    assert rows[0] in (Refusal.READING_MALFORMED, Refusal.VALUE_NOT_NUMBER)
    kinds = {"ts": int, "unit": str, "q": str}
    readable = READING.keys() <= WITHIN[bad].keys() and all(
        type(WITHIN[bad][name]) is kind for name, kind in kinds.items() if name in WITHIN[bad]
    )
    assert (counts(store, device), SignedBatch.objects.count()) == (([100, 100], 1) if readable else ([], 0))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", '"nan"', '"inf"'])
def test_what_is_no_finite_number(store: Any, device: Device, text: str) -> None:
    payload = json.dumps(SINGLE).replace('"1.00"', text).encode()
    assert held(store, device, device.raw(payload)).reason == Refusal.VALUE_NOT_FINITE


def test_a_number_beyond_all_registers(store: Any, device: Device) -> None:
    payload = json.dumps(SINGLE).replace('"1.00"', "1e400").encode()
    assert held(store, device, device.raw(payload)).reason == Refusal.VALUE_NOT_NUMBER


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        (Refusal.VALUE_NEGATIVE, {"value": "-0.01"}),
        (Refusal.READING_UNIT_UNKNOWN, {"unit": "furlong"}),
        (Refusal.UNIT_MISMATCH, {"unit": "kWh"}),
        (Refusal.READING_IN_FUTURE, {"ts": NOW_MS + 3 * 365 * 86_400_000}),
        (Refusal.READING_TOO_OLD, {"ts": NOW_MS - 401 * 86_400_000}),
        (Refusal.READING_TOO_OLD, {"ts": 0}),
        (Refusal.READING_BEFORE_VALID_FROM, {"ts": NOW_MS - 301 * 86_400_000}),
    ],
)
def test_a_value_or_time_that_cannot_be(
    store: Any, device: Device, reason: Refusal, change: dict[str, Any]
) -> None:
    assert held(store, device, raw(device, SINGLE | change)).reason == reason


@pytest.mark.parametrize("numbered", [True, False])
def test_a_foreign_tenant_in_the_payload_is_neither_s_reading(
    store: Any, device: Device, numbered: bool
) -> None:
    """A number of its own makes a reading plain, which another way through the worker takes."""
    other = add_meter(Device(tenant="t_000002", key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))))
    single = SINGLE | ({"seq": 7} if numbered else {})
    named = raw(device, single | {"tenant": "t_000002", "plant": "plant-1", "meter": other.stem})
    row = held(store, device, named)
    assert (row.reason, row.facts["body"]) == (Refusal.READING_TENANT_MISMATCH, "t_000002")
    assert (counts(store, device), counts(store, other)) == ([], [])
    own = raw(device, single | {"tenant": "t_000001"})
    assert store.store([own], now_ms=NOW_MS).readings == 1


def test_a_batch_signed_for_one_meter_is_not_another_s(store: Any, device: Device) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    body = other.batch(["9"], ts_ms=START_MS)
    assert held(store, device, device.raw(body.payload, "b")).reason == Refusal.BATCH_METER_MISMATCH
    assert counts(store, other) == []


@pytest.mark.parametrize("cut", [b"", b"\n", b"\n!!!", b"\nAAAA"])
def test_a_signature_that_is_missing_or_none(store: Any, device: Device, cut: bytes) -> None:
    body = device.batch(["1"], ts_ms=START_MS).payload.splitlines()[0]
    row = held(store, device, device.raw(body + cut, "b"))
    assert row.reason in (Refusal.READING_MALFORMED, Refusal.BATCH_SIGNATURE_INVALID)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_key_counts_until_it_is_revoked(store: Any, device: Device, moment: str) -> None:
    revoked_at = NOON + timedelta(seconds=1 if moment == "after" else -1)
    GatewayKey.objects.update(revoked_at=revoked_at)
    if moment == "before":
        assert held(store, device, device.batch(["1"], ts_ms=START_MS)).reason == Refusal.BATCH_KEY_REVOKED
    else:
        assert store.store([device.batch(["1"], ts_ms=START_MS)], now_ms=NOW_MS).readings == 1


def test_the_ledger_s_revocation_of_a_meter_s_key_ends_it_here(store: Any, device: Device) -> None:
    from types import SimpleNamespace

    from lexicon.intents import instant_text
    from proof.batches import public_key

    from ingest.services import ledger

    fingerprint = public_key(device.key).fingerprint
    value = {
        "account": "acc_alphaaaaaaaa",
        "plant": "plant-1",
        "meter": "coal-1",
        "n": 0,
        "gateway_key": {"fingerprint": fingerprint},
        "revoked_at": instant_text(NOON - timedelta(hours=1)),
    }
    event: Any = SimpleNamespace(
        tx_id="tx",
        at=NOON,
        written=lambda kind: [SimpleNamespace(value=value)] if kind == "meter" else [],
    )
    ledger.apply(event)
    assert held(store, device, device.batch(["1"], ts_ms=START_MS)).reason == Refusal.BATCH_KEY_REVOKED


def test_a_replayed_batch_is_a_repeat_however_often_and_late(
    new_store: Callable[[], Any], device: Device
) -> None:
    first = device.batch(["1", "2"], ts_ms=START_MS)
    second = device.batch(["3"], ts_ms=START_MS + 4 * QUARTER_MS)
    store = new_store()
    store.store([first, second], now_ms=NOW_MS)
    for _ in range(3):
        stored = new_store().store([first], now_ms=NOW_MS + 30 * 86_400_000)
        assert (stored.readings, stored.repeats, stored.held) == (0, 2, 0)
    assert counts(store, device) == [100, 200, 300]


def test_a_fork_is_kept_as_evidence_and_the_first_counts(store: Any, device: Device) -> None:
    twin = replace(device)
    store.store([device.batch(["1"], ts_ms=START_MS)], now_ms=NOW_MS)
    store.store([twin.batch(["7"], ts_ms=START_MS)], now_ms=NOW_MS)
    assert counts(store, device) == [100]
    row = Quarantine.objects.get()
    assert (row.reason, row.state) == (Refusal.SEQUENCE_FORK, "evidence")


def test_a_broken_chain_is_evidence_and_costs_the_grade_alone(store: Any, device: Device) -> None:
    store.store([device.batch(["1"], ts_ms=START_MS)], now_ms=NOW_MS)
    device.previous = "f" * 64
    store.store([device.batch(["2"], ts_ms=START_MS + QUARTER_MS)], now_ms=NOW_MS)
    points = store.series.range(device.index, from_ns=0, to_ns=2**62)
    assert [(point.count, point.signed) for point in points] == [(100, True), (200, False)]
    assert Quarantine.objects.get().reason == Refusal.BATCH_CHAIN_BROKEN


@pytest.mark.parametrize("kind", ["r", "b"])
def test_ten_megabytes(store: Any, device: Device, kind: str) -> None:
    """The broker refuses them first (test_broker); what came in by another one is not decoded."""
    row = held(store, device, device.raw(b'{"ts":1,"value":"' + b"1" * 10_000_000, kind))
    assert row.reason == Refusal.MESSAGE_TOO_LARGE
    assert len(row.payload) < 10_000, "a flood of them does not fill the disk"


def test_a_message_that_the_broker_did_not_take_for_its_size_is_told_to_each_plant_of_the_gateway(
    device: Device,
) -> None:
    from ingest.services.sightings import note

    add_meter(Device(meter="coal-2", key=device.key))
    add_meter(Device(plant="plant-2", key=device.key))
    add_meter(Device(tenant="t_000002", key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))))
    for minute in (0, 5, 70):
        note({}, {}, {"t_000001.gw-1": NOON + timedelta(minutes=minute), "t_000001.gw-9": NOON}, {})
    rows = Quarantine.objects.values_list("tenant", "plant", "topic", "reason")
    assert sorted(rows) == [
        ("t_000001", "", "v1/t_000001.gw-9/#", "message_too_large"),
        *[("t_000001", "plant-1", "v1/t_000001.gw-1/#", "message_too_large")] * 2,
        *[("t_000001", "plant-2", "v1/t_000001.gw-1/#", "message_too_large")] * 2,
    ]


@pytest.mark.parametrize("payload", [b"\xff\xfe\x00", b'{"ts":1,"unit":"\xff","value":"1"}', b"\0" * 50, b""])
def test_bytes_that_are_no_text(store: Any, device: Device, payload: bytes) -> None:
    row = held(store, device, device.raw(payload))
    assert row.reason == Refusal.READING_TORN
    assert bytes(row.payload) == payload


def test_a_will_that_says_offline_is_held_and_shown(store: Any, device: Device) -> None:
    assert held(store, device, device.raw(b"offline")).reason == Refusal.READING_TORN


def test_a_retained_reading_that_comes_again_counts_once(
    new_store: Callable[[], Any], device: Device
) -> None:
    with_number, without = device.single("1.00", seq=1), device.single("2.00", ts_ms=NOW_MS + 5)
    store = new_store()
    told = [store.store([with_number, without], now_ms=NOW_MS)]
    told += [new_store().store([without, with_number], now_ms=NOW_MS + 86_400_000) for _ in range(2)]
    assert [(one.readings, one.repeats, one.held) for one in told] == [(2, 0, 0), (0, 2, 0), (0, 2, 0)]
    assert counts(store, device) == [100, 200]
    assert not Quarantine.objects.exists()


def test_a_flood_from_one_device_is_a_number_and_harms_no_other(store: Any, device: Device) -> None:
    neighbour = add_meter(
        Device(tenant="t_000002", key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32)))
    )
    messages = [device.raw(b'{"torn":%d' % n) for n in range(3_000)]
    for n in range(30):
        messages.insert(n * 97, neighbour.single(f"{n}.00", seq=n + 1, ts_ms=NOW_MS + n))
    readings = held_ = 0
    for at in range(0, len(messages), 1_000):
        stored = store.store(messages[at : at + 1_000], now_ms=NOW_MS)
        readings, held_ = readings + stored.readings, held_ + stored.held
    assert (readings, held_) == (30, 3_000)
    assert counts(store, neighbour) == [n * 100 for n in range(30)]
    rows = Quarantine.objects.filter(tenant="t_000001")
    assert rows.count() == ROWS_PER_MINUTE + 1
    more = [int(row.facts["more"]) for row in rows if "more" in row.facts]
    assert ROWS_PER_MINUTE + sum(more) == 3_000


def test_a_flood_of_numbered_readings_is_still_in_the_day_s_equation(store: Any, device: Device) -> None:
    messages = [device.single("1.00", seq=n, unit="kg", ts_ms=NOW_MS + n) for n in range(700)]
    store.store(messages, now_ms=NOW_MS)
    assert len(DaySequence.objects.get().quarantined) == 700
    assert Quarantine.objects.count() == ROWS_PER_MINUTE + 1


def test_evidence_is_never_only_a_number(store: Any, device: Device) -> None:
    count = ROWS_PER_MINUTE + 20
    store.store([device.single("1.00", seq=n, ts_ms=NOW_MS + n) for n in range(count)], now_ms=NOW_MS)
    store.store([device.single("2.00", seq=n, ts_ms=NOW_MS + n) for n in range(count)], now_ms=NOW_MS)
    assert Quarantine.objects.filter(reason=Refusal.SEQUENCE_FORK).count() == count


def test_a_flood_that_comes_again_is_no_tampering(store: Any, device: Device) -> None:
    """A worker that died before it acknowledged is sent all of it once more."""
    messages = [device.single("1.00", seq=n, unit="kg", ts_ms=NOW_MS + n) for n in range(700)]
    for _ in range(2):
        store.store(messages, now_ms=NOW_MS)
    assert not Quarantine.objects.filter(reason=Refusal.SEQUENCE_FORK).exists()
    assert Quarantine.objects.count() == ROWS_PER_MINUTE + 1


def test_each_reading_of_a_fast_clock_has_a_row_that_can_be_released(store: Any, device: Device) -> None:
    count, ahead_ms = ROWS_PER_MINUTE + 50, NOW_MS + 6 * 60_000
    store.store([device.single("1.00", seq=n, ts_ms=ahead_ms + n) for n in range(count)], now_ms=NOW_MS)
    assert Quarantine.objects.filter(reason=Refusal.READING_IN_FUTURE).count() == count


def test_a_batch_with_nul_in_a_name(store: Any, device: Device) -> None:
    bad = held(store, device, device.batch(["1"], ts_ms=START_MS, prev="\0"))
    assert bad.reason == Refusal.READING_MALFORMED
