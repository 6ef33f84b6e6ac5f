"""Intents and signatures: the text that is signed is the text that is read."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lexicon import intents
from lexicon.canonical import encode
from lexicon.events import LedgerEvent, Write, from_payload, to_payload
from lexicon.refusals import Refusal, Refused
from lexicon.signature import check_key, fingerprint, from_base64url, sign, spki_of, to_base64url, verify

NETWORK = "ab" * 32
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ec.derive_private_key(7, ec.SECP256R1())
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def built(**changes):
    fields = {
        "name": "unlist",
        "args": {"listing": "lst_1"},
        "account": "acc_a",
        "person": "per_a",
        "intent_id": "int-1",
        "network": NETWORK,
        "not_after": NOW + timedelta(minutes=10),
    }
    return intents.build(**(fields | changes))


def refusal_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.refusal


def test_an_intent_is_canonical_and_read_back():
    text = built()
    assert text == (
        b'{"account":"acc_a","args":{"listing":"lst_1"},"id":"int-1","name":"unlist","network":"'
        + NETWORK.encode()
        + b'","not_after":"2026-06-01T00:10:00Z","person":"per_a","v":1}'
    )
    assert intents.parse(text).args == {"listing": "lst_1"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"v": 2}, Refusal.BAD_ARGUMENT),
        ({"network": "AB" * 32}, Refusal.BAD_ARGUMENT),
        ({"extra": 1}, Refusal.BAD_ARGUMENT),
        ({"not_after": "2026-06-01"}, Refusal.BAD_ARGUMENT),
        ({"args": {"note": "a\u200bb"}}, Refusal.UNSAFE_TEXT),
        ({"args": {"note": "a\u202eb"}}, Refusal.UNSAFE_TEXT),
        ({"args": {"note": "a\nb"}}, Refusal.UNSAFE_TEXT),
        ({"args": {"note": "a\x01b"}}, Refusal.UNSAFE_TEXT),
    ],
)
def test_an_intent_of_another_shape_is_refused(change, expected):
    text = encode(json.loads(built()) | change)
    assert refusal_of(lambda: intents.parse(text)) is expected


def test_a_backslash_in_a_text_is_no_escape():
    text = encode(json.loads(built()) | {"args": {"note": "a\\nb", "quoted": '{"x":"y"}'}})
    assert intents.parse(text).args["note"] == "a\\nb"


def test_an_intent_is_good_for_its_network_and_time():
    intent = intents.parse(built())
    intents.check(intent, network=NETWORK, now=NOW)
    late, early = NOW + timedelta(minutes=11), NOW - timedelta(days=9)
    assert refusal_of(lambda: intents.check(intent, network="cd" * 32, now=NOW)) is Refusal.NETWORK_MISMATCH
    assert refusal_of(lambda: intents.check(intent, network=NETWORK, now=late)) is Refusal.INTENT_EXPIRED
    assert (
        refusal_of(lambda: intents.check(intent, network=NETWORK, now=early)) is Refusal.INTENT_VALID_TOO_LONG
    )


def test_a_day_that_does_not_exist_is_refused():
    assert refusal_of(lambda: intents.instant_from_text("2026-02-30T00:00:00Z")) is Refusal.BAD_ARGUMENT


def test_a_signature_is_raw_and_both_forms_of_s_count():
    text = built()
    signature = sign(KEY, text)
    assert len(signature) == 86
    verify(spki=spki_of(KEY), message=text, signature=signature)
    raw = from_base64url(signature)
    other = raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    verify(spki=spki_of(KEY), message=text, signature=to_base64url(other))


@pytest.mark.parametrize(
    "cut", [lambda s: s[:-1], lambda s: s + "A", lambda s: "A" * 86, lambda s: "", lambda s: "*" * 86]
)
def test_a_damaged_signature_does_not_count(cut):
    text = built()
    wrong = cut(sign(KEY, text))
    assert (
        refusal_of(lambda: verify(spki=spki_of(KEY), message=text, signature=wrong))
        is Refusal.SIGNATURE_INVALID
    )


def test_only_an_uncompressed_point_on_the_curve_is_a_key():
    spki = from_base64url(spki_of(KEY))
    off_curve = spki[:-1] + bytes([spki[-1] ^ 1])
    for wrong in (off_curve, spki[:-1], spki[:26] + b"\x02" + spki[27:], b""):
        assert refusal_of(lambda wrong=wrong: check_key(to_base64url(wrong))) is Refusal.KEY_INVALID
    assert len(fingerprint(spki_of(KEY))) == 64


def test_an_event_is_read_back_with_whole_and_text_key_parts():
    event = LedgerEvent(
        name="take",
        tx="cd" * 32,
        at="2026-06-01T00:00:00Z",
        intent="int-1",
        account="acc_a",
        person="per_a",
        writes=(
            Write(object="lot", key=("CEA", 2026, 1), value={"owner": "acc_b"}),
            Write(object="coin", key=("ab", 0), value=None),
        ),
    )
    assert from_payload(to_payload(event)) == event
    assert [write.key for write in event.written("coin")] == [("ab", 0)]
    with pytest.raises(ValueError, match="version"):
        from_payload(to_payload(event).replace(b'"v":1', b'"v":2'))
