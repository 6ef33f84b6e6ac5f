"""Decoding: what is read exactly, and the named reason for everything that cannot be."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from lexicon.refusals import Refusal, speak
from lexicon.terms import ReadingQuality
from proof.batches import FIRST_PREVIOUS, public_key, sign

from ingest.reading import PAYLOAD_BYTES_MAX, Batch, Flawed, Reading, Single, Undecodable, decode
from ingest.reasons import FINAL, PRECEDENCE

STEM = "v1/ent_a.gw-1/plant-1/coal-1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def single(**fields: object) -> bytes:
    return json.dumps({"ts": 1_700_000_000_000, "value": "1.50", "unit": "t"} | fields).encode()


def batch(**fields: object) -> bytes:
    readings = [{"ts": 1_700_000_000_000 + n, "value": f"{n}.5", "unit": "t"} for n in range(3)]
    head = {"v": 1, "meter": STEM, "key": public_key(KEY).fingerprint, "boot": 1, "seq0": 7}
    body = json.dumps(head | {"prev": FIRST_PREVIOUS, "readings": readings} | fields).encode()
    return sign(body, KEY).payload


def refused(topic: str, payload: bytes) -> Undecodable:
    with pytest.raises(Undecodable) as caught:
        decode(topic, payload)
    return caught.value


def flaw(payload: bytes) -> Flawed:
    message = decode(f"{STEM}/r", payload)
    assert isinstance(message, Single)
    assert isinstance(message.item, Flawed)
    return message.item


def test_a_single_reading_keeps_its_digits() -> None:
    message = decode(f"{STEM}/r", single(seq=9, q="uncertain"))
    assert message == Single(
        path=message.path,
        item=Reading(
            ts_ms=1_700_000_000_000, value=Decimal("1.50"), unit="t", quality=ReadingQuality.UNCERTAIN, seq=9
        ),
    )
    assert (message.path.tenant, message.path.gateway, message.path.meter) == ("ent_a", "gw-1", "coal-1")


@pytest.mark.parametrize("text", ["0.1", "123456789012345678.25", "1.10", "-3", "1e3", "2.5E-2"])
def test_a_json_number_is_taken_as_its_text_never_as_a_float(text: str) -> None:
    payload = b'{"ts":1,"value":%s,"unit":"t"}' % text.encode()
    message = decode(f"{STEM}/r", payload)
    assert isinstance(message, Single)
    assert isinstance(message.item, Reading)
    assert message.item.value == Decimal(text)


def test_a_batch_names_consecutive_sequences_and_keeps_its_bytes() -> None:
    payload = batch()
    message = decode(f"{STEM}/b", payload)
    assert isinstance(message, Batch)
    assert [item.seq for item in message.items] == [7, 8, 9]
    assert (message.seq0, message.seq1, message.boot, message.previous) == (7, 9, 1, FIRST_PREVIOUS)
    assert message.signed.payload == payload


def test_a_bad_reading_does_not_take_its_neighbours_with_it() -> None:
    readings = [{"ts": 1, "value": "1", "unit": "t"}, {"ts": 2, "value": "NaN", "unit": "t"}]
    message = decode(f"{STEM}/b", batch(readings=readings))
    assert isinstance(message, Batch)
    assert isinstance(message.items[0], Reading)
    assert message.items[1] == Flawed(
        Refusal.VALUE_NOT_FINITE, seq=8, ts_ms=2, sent='2 "NaN" t good', facts={"value": '"NaN"'}
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"abc"', Refusal.VALUE_NOT_NUMBER),
        ('""', Refusal.VALUE_NOT_NUMBER),
        ("null", Refusal.VALUE_NOT_NUMBER),
        ("true", Refusal.VALUE_NOT_NUMBER),
        ("{}", Refusal.VALUE_NOT_NUMBER),
        ('"1e3"', Refusal.VALUE_NOT_NUMBER),
        ('"1,5"', Refusal.VALUE_NOT_NUMBER),
        ('"0x10"', Refusal.VALUE_NOT_NUMBER),
        ('"１２"', Refusal.VALUE_NOT_NUMBER),
        ("1e999", Refusal.VALUE_NOT_NUMBER),
        ("9" * 50, Refusal.VALUE_NOT_NUMBER),
        ('"NaN"', Refusal.VALUE_NOT_FINITE),
        ('"Infinity"', Refusal.VALUE_NOT_FINITE),
        ('"-inf"', Refusal.VALUE_NOT_FINITE),
    ],
)
def test_a_value_that_is_no_number_is_named(value: str, reason: Refusal) -> None:
    assert flaw(f'{{"ts":5,"value":{value},"unit":"t"}}'.encode()).reason is reason


@pytest.mark.parametrize("bare", ["NaN", "Infinity", "-Infinity"])
def test_bare_nan_is_no_json_but_has_its_own_name(bare: str) -> None:
    assert (
        refused(f"{STEM}/r", f'{{"ts":5,"value":{bare},"unit":"t"}}'.encode()).reason
        is Refusal.VALUE_NOT_FINITE
    )


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Refusal.READING_TORN),
        (single()[:-7], Refusal.READING_TORN),
        (b"\xff\xfe\x00", Refusal.READING_TORN),
        (b"[]", Refusal.READING_MALFORMED),
        (b"{}", Refusal.READING_MALFORMED),
        (b'{"ts":"now","value":"1","unit":"t"}', Refusal.READING_MALFORMED),
        (b'{"ts":1.5,"value":"1","unit":"t"}', Refusal.READING_MALFORMED),
        (b'{"ts":1,"value":"1"}', Refusal.READING_MALFORMED),
        (b" " * (PAYLOAD_BYTES_MAX + 1), Refusal.MESSAGE_TOO_LARGE),
    ],
)
def test_a_message_that_cannot_be_read_is_named(payload: bytes, reason: Refusal) -> None:
    assert refused(f"{STEM}/r", payload).reason is reason


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "v1/ent_a.gw-1/plant-1/coal-1",
        "v1/ent_a/plant-1/coal-1/r",
        "v2/ent_a.gw-1/plant-1/coal-1/r",
        "v1/ent_a.gw-1/plant-1/coal-1/x",
        "v1/ent_a.gw-1/plant 1/coal-1/r",
        "v1/ent_a.gw-1/plant-1/coal-1/r/r",
        "v1/" + "a" * 300,
    ],
)
def test_a_foreign_topic_is_named(topic: str) -> None:
    assert refused(topic, single()).reason is Refusal.TOPIC_INVALID


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (batch().split(b"\n")[0], Refusal.READING_MALFORMED),
        (batch(v=2), Refusal.READING_MALFORMED),
        (batch(readings=[]), Refusal.READING_MALFORMED),
        (batch(boot=0), Refusal.READING_MALFORMED),
        (batch(seq0=0), Refusal.READING_MALFORMED),
        (batch(meter="v1/ent_b.gw-1/plant-1/coal-1"), Refusal.BATCH_METER_MISMATCH),
        (batch()[10:], Refusal.READING_TORN),
    ],
)
def test_a_batch_that_cannot_be_read_is_named(payload: bytes, reason: Refusal) -> None:
    assert refused(f"{STEM}/b", payload).reason is reason


def test_an_event_waits_for_a_person() -> None:
    assert refused(f"{STEM}/e", b"{}").reason is Refusal.METER_EVENT_UNDECLARED


@pytest.mark.parametrize("fields", [{"q": "splendid"}, {"seq": -1}, {"seq": 2**63}])
def test_a_reading_with_a_field_out_of_range_is_malformed(fields: dict[str, object]) -> None:
    assert flaw(single(**fields)).reason is Refusal.READING_MALFORMED


@given(st.text(max_size=60), st.binary(max_size=200))
def test_random_bytes_give_a_named_reason_and_never_an_error(topic: str, payload: bytes) -> None:
    for name in (topic, f"{STEM}/r", f"{STEM}/b"):
        with suppress(Undecodable):
            assert decode(name, payload).path


def test_every_reason_tells_what_it_means_and_what_to_do_in_both_languages() -> None:
    assert set(PRECEDENCE) > FINAL
    for reason in PRECEDENCE:
        for told in speak(reason, {}):
            assert all(len(text) > 3 for text in (told.what, told.meaning, told.action))


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("r", b'{"ts":1,"unit":"t","value":' + DEEP + b"}"),
        ("r", b'{"ts":1,"unit":"t","value":1,"more":' + DEEP + b"}"),
        ("b", sign(b'{"v":1,"readings":[{"ts":1,"unit":"t","value":' + DEEP + b"}]}", KEY).payload),
    ],
)
def test_json_nested_deeper_than_any_parser_goes_is_malformed(kind: str, payload: bytes) -> None:
    assert refused(f"{STEM}/{kind}", payload).reason is Refusal.READING_MALFORMED
