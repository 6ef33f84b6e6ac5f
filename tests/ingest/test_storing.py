"""Storing: nothing lost, nothing counted twice, nothing invented, every refusal kept with its reason."""

import random
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import OperationalError
from lexicon.refusals import Refusal

from ingest.hot.models import DaySequence, DirtyHour, Quarantine, SignedBatch
from ingest.message import Arrived
from ingest.services.deciding import unsigned_receipt
from ingest.services.storing import store_each
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device, add_meter

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000


def counts(store: Any, device: Device) -> list[int]:
    points = store.series.range(device.index, from_ns=0, to_ns=2 * NOW_MS * 1_000_000)
    return [point.count for point in points]


def reasons() -> list[str]:
    return list(Quarantine.objects.order_by("id").values_list("reason", flat=True))


def only_reason(store: Any, message: Arrived) -> Quarantine:
    stored = store.store([message], now_ms=NOW_MS)
    assert (stored.readings, stored.held) == (0, 1)
    return Quarantine.objects.get()


def test_a_signed_batch_is_stored_kept_and_receipted(store: Any, device: Device) -> None:
    message = device.batch(["1.00", "1.25", "2"], ts_ms=START_MS)
    stored = store.store([message], now_ms=NOW_MS)
    assert (stored.readings, stored.repeats, stored.held) == (3, 0, 0)
    assert counts(store, device) == [100, 125, 200]
    (receipt,) = stored.receipts
    assert (receipt.topic, receipt.boot, receipt.to) == ("ack/t_000001.gw-1/plant-1/coal-1", 1, 3)
    row = SignedBatch.objects.get()
    assert receipt.digest == row.digest == device.previous
    from ingest.segments import Place

    place = Place(row.segment, row.position, row.length)
    assert store.segments.read(place) == message.payload
    assert DirtyHour.objects.count() == 1


def test_unsigned_readings_are_grade_b_and_need_no_sequence(store: Any, device: Device) -> None:
    first, second = device.single("1.00"), device.single("1.02", ts_ms=NOW_MS + 1000)
    store.store([first, second], now_ms=NOW_MS)
    store.store([first, second, first], now_ms=NOW_MS)
    points = store.series.range(device.index, from_ns=0, to_ns=2 * NOW_MS * 1_000_000)
    assert [(point.count, point.signed) for point in points] == [(100, False), (102, False)]


def test_any_order_and_any_repetition_over_restarts_store_the_same(new_store: Any, device: Device) -> None:
    messages = [
        device.batch([f"{n}.{m:02d}" for m in range(4)], ts_ms=START_MS + n * 4 * QUARTER_MS)
        for n in range(12)
    ]
    chance = random.Random(5)  # noqa: S311
    for _ in range(4):
        chance.shuffle(messages)
        new_store().store(messages + chance.sample(messages, 5), now_ms=NOW_MS)
    store = new_store()
    assert counts(store, device) == [n * 100 + m for n in range(12) for m in range(4)]
    assert SignedBatch.objects.count() == 12
    assert Quarantine.objects.count() == 0


def test_a_gap_is_told_by_the_receipt_and_closed_by_the_resend(store: Any, device: Device) -> None:
    first, second, third = (device.batch([str(n)], ts_ms=START_MS + n * QUARTER_MS) for n in range(3))
    assert store.store([first, third], now_ms=NOW_MS).receipts[0].to == 1
    assert store.store([second], now_ms=NOW_MS).receipts[0].to == 3


def test_the_same_sequence_with_another_value_is_a_fork_and_the_first_counts(
    new_store: Any, device: Device
) -> None:
    store = new_store()
    store.store([device.batch(["1", "2"], ts_ms=START_MS)], now_ms=NOW_MS)
    clone = replace(device, seq=2, previous="f" * 64)
    forged = clone.batch(["9"], ts_ms=START_MS + QUARTER_MS)
    stored = store.store([forged], now_ms=NOW_MS)
    assert (stored.readings, stored.held) == (0, 1)
    assert counts(store, device) == [100, 200]
    row = Quarantine.objects.get()
    assert (row.reason, row.state, row.seq) == (Refusal.SEQUENCE_FORK, "evidence", 2)
    new_store().store([forged], now_ms=NOW_MS)
    assert Quarantine.objects.count() == 1


def test_a_fork_within_one_flush_is_found_too(store: Any, device: Device) -> None:
    one, other = device.single("1.00", seq=5), device.single("1.01", seq=5)
    store.store([one, other, one], now_ms=NOW_MS)
    assert counts(store, device) == [100]
    assert reasons() == [Refusal.SEQUENCE_FORK]


def test_a_fork_at_another_time_is_found(store: Any, device: Device) -> None:
    store.store([device.single("1.00", seq=5)], now_ms=NOW_MS)
    store.store([device.single("1.00", seq=5, ts_ms=NOW_MS - 60_000)], now_ms=NOW_MS)
    assert counts(store, device) == [100]
    assert reasons() == [Refusal.SEQUENCE_FORK]


def test_an_unsigned_reading_that_comes_twice_is_kept_once(store: Any, device: Device) -> None:
    value = device.single("7.00", seq=3)
    store.store([value, value], now_ms=NOW_MS)
    assert counts(store, device) == [700]


BAD: list[tuple[str, Callable[[Device], Arrived]]] = [
    ("reading_torn", lambda d: d.raw(b'{"ts":1,"value":"1')),
    ("reading_malformed", lambda d: d.raw(b'{"value":"1","unit":"t"}')),
    ("value_not_number", lambda d: d.single("abc", seq=1)),
    ("value_not_finite", lambda d: d.single("NaN", seq=1)),
    ("value_not_finite", lambda d: d.raw(b'{"ts":1,"value":NaN,"unit":"t"}')),
    ("value_negative", lambda d: d.single("-1", seq=1)),
    ("reading_unit_unknown", lambda d: d.single(unit="furlong", seq=1)),
    ("unit_mismatch", lambda d: d.single(unit="kg", seq=1)),
    ("value_finer_than_least_count", lambda d: d.single("1.001", seq=1)),
    ("value_above_register", lambda d: d.single("1000000", seq=1)),
    ("reading_in_future", lambda d: d.single(ts_ms=NOW_MS + 301_000, seq=1)),
    ("meter_event_undeclared", lambda d: d.raw(b"{}", "e")),
    ("unknown_tenant", lambda d: replace(d, tenant="t_999999").single()),
    ("unknown_meter", lambda d: replace(d, meter="coal-9").single()),
    ("unknown_meter", lambda d: replace(d, tenant="t_000002").single()),
    ("meter_not_of_gateway", lambda d: replace(d, gateway="gw-2").single()),
    ("topic_invalid", lambda d: Arrived(topic="v1/x/y", payload=b"{}", received_ms=NOW_MS)),
    (
        "batch_meter_mismatch",
        lambda d: d.batch(["1"], ts_ms=START_MS, meter="v1/t_000002.gw-1/plant-1/coal-1"),
    ),
    ("batch_key_unknown", lambda d: d.batch(["1"], ts_ms=START_MS, key="0" * 64)),
    (
        "batch_signature_invalid",
        lambda d: d.batch(["1"], ts_ms=START_MS)._replace(
            payload=_one_digit_changed(d.batch(["1"], ts_ms=START_MS))
        ),
    ),
]


def _one_digit_changed(message: Arrived) -> bytes:
    return message.payload.replace(b'"value": "1"', b'"value": "2"')


@pytest.mark.parametrize(("reason", "bad"), BAD)
def test_bad_input_is_quarantined_with_its_reason_and_its_text(
    store: Any, device: Device, reason: str, bad: Callable[[Device], Arrived]
) -> None:
    message = bad(device)
    row = only_reason(store, message)
    assert (row.reason, row.state) == (reason, "held")
    assert bytes(row.payload)
    assert row.topic == message.topic
    assert counts(store, device) == []
    store.store([message], now_ms=NOW_MS)
    assert Quarantine.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "age_days"), [("reading_too_old", 401), ("reading_before_valid_from", 301)]
)
def test_a_reading_that_can_never_count_is_refused(
    store: Any, device: Device, reason: str, age_days: int
) -> None:
    row = only_reason(store, device.single(ts_ms=NOW_MS - age_days * 86_400_000, seq=1))
    assert (row.reason, row.state) == (reason, "refused")
    assert len(DaySequence.objects.get().refused) == 1


def test_one_bad_reading_in_a_batch_takes_no_neighbour_with_it(store: Any, device: Device) -> None:
    stored = store.store([device.batch(["1", "NaN", "3"], ts_ms=START_MS)], now_ms=NOW_MS)
    assert (stored.readings, stored.held) == (2, 1)
    assert stored.receipts[0].to == 3
    assert counts(store, device) == [100, 300]


def test_a_batch_that_is_not_accepted_takes_no_sequence_and_says_why(store: Any, device: Device) -> None:
    forger = replace(device, key=Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
    forged = forger.batch(["5"], ts_ms=START_MS)
    (receipt,) = store.store([forged], now_ms=NOW_MS).receipts
    assert (receipt.refused, receipt.to) == ("batch_key_unknown", 0)
    assert store.store([device.batch(["1"], ts_ms=START_MS)], now_ms=NOW_MS).readings == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"{", "reading_malformed"), (b"{}\nab", "reading_malformed"), (b"7" * 300_000, "message_too_large")],
)
def test_a_batch_that_cannot_be_read_is_refused_by_its_digest(
    store: Any, device: Device, body: bytes, reason: str
) -> None:
    (told,) = store.store([device.raw(body, "b")], now_ms=NOW_MS).receipts
    assert (told.topic, told.refused) == (f"ack/{device.stem.removeprefix('v1/')}", reason)
    assert told.digest == sha256(body.partition(b"\n")[0]).hexdigest()
    assert store.store([device.raw(body, "r")], now_ms=NOW_MS).receipts == []


def test_a_revoked_key_signs_no_more(new_store: Any, device: Device) -> None:
    from ingest.hot.models import GatewayKey
    from tests.ingest.conftest import NOON

    GatewayKey.objects.update(revoked_at=NOON)
    row = only_reason(new_store(), device.batch(["1"], ts_ms=START_MS))
    assert (row.reason, row.facts["revoked"]) == ("batch_key_revoked", "2026-07-15 12:00")


def test_two_readings_of_one_instant_and_one_place_are_not_merged(store: Any, device: Device) -> None:
    store.store([device.single("1.00", seq=1), device.single("2.00", seq=1_000_001)], now_ms=NOW_MS)
    assert counts(store, device) == [100]
    assert reasons() == [Refusal.READING_TIME_TAKEN]


def test_a_failed_write_decides_nothing_and_can_be_repeated(
    store: Any, device: Device, tmp_path: Any
) -> None:
    message = device.batch(["1", "2"], ts_ms=START_MS)
    (tmp_path / "segments").write_text("a file where the folder should be")
    with pytest.raises(NotADirectoryError):
        store.store([message], now_ms=NOW_MS)
    assert counts(store, device) == []
    (tmp_path / "segments").unlink()
    assert store.store([message], now_ms=NOW_MS).readings == 2
    assert counts(store, device) == [100, 200]


def test_meters_of_two_enterprises_do_not_meet(store: Any, device: Device) -> None:
    other = add_meter(Device(tenant="t_000002", key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))))
    store.store([device.single("1.00", seq=1), other.single("2.00", seq=1)], now_ms=NOW_MS)
    assert (counts(store, device), counts(store, other)) == ([100], [200])
    stolen = replace(other, key=device.key).batch(["9"], ts_ms=START_MS)
    assert store.store([stolen], now_ms=NOW_MS).receipts[0].refused == "batch_key_unknown"


def test_a_database_that_is_away_raises_so_that_the_worker_can_spool(store: Any, device: Device) -> None:
    from django.db import connection

    def away(*_: Any) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        store.store([device.single()], now_ms=NOW_MS)
    assert store.store([device.single()], now_ms=NOW_MS).readings == 1


def test_a_message_that_is_all_brackets_is_held_and_its_neighbours_are_stored(
    store: Any, device: Device
) -> None:
    good = device.single("1.00", seq=1)
    nested = b'{"ts":1,"unit":"t","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    bad = good._replace(payload=nested)
    done = list(store_each(store, [good, bad, device.single("2.00", seq=2)], now_ms=NOW_MS))
    assert (sum(one.readings for one, _ in done), sum(one.held for one, _ in done)) == (2, 1)
    assert counts(store, device) == [100, 200]
    assert Quarantine.objects.get().payload.tobytes() == nested


def test_a_receipt_of_unsigned_readings_says_where_they_begin_and_an_earlier_one_moves_that(
    store: Any, device: Device
) -> None:
    """A device whose first readings were lost on the way learns it, and may send them again."""
    store.store([device.single(f"{n}.00", seq=n, ts_ms=START_MS + n) for n in (5, 6)], now_ms=NOW_MS)
    told = unsigned_receipt(device.index, store.known, lambda _: "ack")
    assert told is not None
    assert (told.since, told.to) == (5, 6)
    store.store([device.single("4.00", seq=4, ts_ms=START_MS + 4)], now_ms=NOW_MS)
    told = unsigned_receipt(device.index, store.known, lambda _: "ack")
    assert told is not None
    assert (told.since, told.to) == (4, 6)
