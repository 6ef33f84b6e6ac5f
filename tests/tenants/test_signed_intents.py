"""Signed intents as an attacker sends them: another's, changed, old, from elsewhere, in other words."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, Refused

from tenants.models import BoundKey
from tenants.services import intents
from tests import world
from tests.conftest import NOON

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("frozen_clock")]
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEY = "/api/v1/keys/{}/unbinding/"


def unbinding(name: str = "alpha_head", **changed: Any) -> dict[str, str]:
    """The signed end of one's own recovery key."""
    args = {"person": world.person_id(name), "fingerprint": world.fingerprint(name, "recover")}
    return world.signed_intent(name, "unbind_key", args, **{"now": NOON} | changed)


def send(client_of: Any, body: dict[str, str], *, who: str = "alpha_head") -> Any:
    return client_of(who).post(KEY.format(world.fingerprint(who, "recover")), body, format="json")


def signed_anew(text: str, *, who: str = "alpha_head", use: str = "sign") -> dict[str, str]:
    key = world.key_of(who, use)
    return {"intent": text, "signature": world.sign(text, key), "fingerprint": world.fingerprint(who, use)}


def refused(answer: Any) -> str:
    assert 400 <= answer.status_code < 500, answer.content
    assert not OutboxRow.objects.exists()
    return str(answer.json()["refusal"])


def test_an_honest_one_is_queued_once_however_often_it_is_sent(client_of: Any) -> None:
    body = unbinding()
    assert [send(client_of, body).status_code for _ in range(3)] == [202, 202, 202]
    assert OutboxRow.objects.count() == 1


def test_another_persons_intent_is_not_as_shown_to_me(client_of: Any) -> None:
    assert refused(send(client_of, unbinding("alpha_trader"))) == "intent_not_as_shown"
    assert refused(send(client_of, unbinding("beta_head"))) == "intent_not_as_shown"


def test_one_of_another_network_or_of_yesterday_is_refused(client_of: Any) -> None:
    assert refused(send(client_of, unbinding(network="0e" * 32))) == "network_mismatch"
    assert refused(send(client_of, unbinding(now=NOON - timedelta(hours=1)))) == "intent_expired"


@pytest.mark.parametrize(
    "change",
    [
        ('"unbind_key"', '"bind_key"'),
        (world.HOUSES["alpha"].account, world.HOUSES["beta"].account),
        (world.fingerprint("alpha_head", "recover"), world.fingerprint("alpha_head", "sign")),
    ],
)
def test_what_says_something_else_is_not_as_shown_though_it_is_signed(
    change: tuple[str, str], client_of: Any
) -> None:
    text = unbinding()["intent"].replace(*change)
    assert refused(send(client_of, signed_anew(text))) == "intent_not_as_shown"


@pytest.mark.parametrize(
    "text",
    [
        '{"account":"a",' + unbinding()["intent"][1:],
        unbinding()["intent"].replace(":", ": ", 1),
        unbinding()["intent"] + " ",
        "\ufeff" + unbinding()["intent"],
        unbinding()["intent"].replace('"v":1', '"v":1.0'),
        unbinding()["intent"].replace('"v":1', '"v":' + "1" * 5000),
        "[" * 50_000,
        json.dumps(json.loads(unbinding()["intent"]) | {"more": "x"}, sort_keys=True, separators=(",", ":")),
        unbinding()["intent"].replace("per_", "per\u202e_", 1),
    ],
)
def test_a_text_in_other_words_is_refused_before_anything_is_compared(text: str, client_of: Any) -> None:
    assert refused(send(client_of, signed_anew(text))) in {"not_canonical", "unsafe_text", "bad_argument"}


def raw_of(signature: str) -> bytes:
    return base64.urlsafe_b64decode(signature + "==")


@pytest.mark.parametrize("kind", ["der", "short", "long", "zero", "other"])
def test_a_signature_in_another_form_or_of_another_text_is_refused(kind: str, client_of: Any) -> None:
    body = unbinding()
    raw = raw_of(body["signature"])
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    forms = {
        "der": encode_dss_signature(r, s),
        "short": raw[:63],
        "long": raw + b"\0",
        "zero": bytes(64),
        "other": raw_of(world.sign("another text", world.key_of("alpha_head"))),
    }
    answer = send(client_of, body | {"signature": world.b64(forms[kind])})
    assert refused(answer) in {"field_invalid", "signature_invalid"}


def test_a_signature_with_its_other_s_is_the_same_word_and_queued_once(client_of: Any) -> None:
    """High and low s both verify; nothing is named by a signature, so nothing is done twice."""
    body = unbinding()
    raw = raw_of(body["signature"])
    twin = raw[:32] + (ORDER_OF_P256 - int.from_bytes(raw[32:])).to_bytes(32)
    assert send(client_of, body).status_code == 202
    assert send(client_of, body | {"signature": world.b64(twin)}).status_code == 202
    assert OutboxRow.objects.count() == 1


def test_a_key_that_is_not_bound_or_no_longer_signs_nothing(client_of: Any) -> None:
    for status in ("pending", "unbound"):
        BoundKey.objects.filter(fingerprint=world.fingerprint("alpha_head")).update(status=status)
        assert refused(send(client_of, unbinding())) == "key_not_bound"


def test_a_recovery_key_ends_keys_and_trades_nothing(client_of: Any, viewer: Any) -> None:
    text = world.signed_intent("alpha_trader", "unlist", {"listing": "lst_x"}, now=NOON)["intent"]
    body = signed_anew(text, who="alpha_trader", use="recover")
    with pytest.raises(Refused) as told:
        intents.receive(viewer("alpha_trader"), body, name="unlist", args={"listing": "lst_x"})
    assert told.value.refusal is Refusal.KEY_USE_WRONG
    assert send(client_of, signed_anew(unbinding()["intent"], use="recover")).status_code == 202


def test_a_decryption_key_signs_nothing_at_all(client_of: Any) -> None:
    assert refused(send(client_of, signed_anew(unbinding()["intent"], use="decrypt"))) == "key_use_wrong"


def test_one_id_for_two_texts_counts_for_the_first(client_of: Any) -> None:
    number = "0b5d1c8e-3a52-4f2e-9c39-0f4f0a1b2c3d"
    assert send(client_of, unbinding(intent_id=number)).status_code == 202
    other = unbinding(intent_id=number, now=NOON + timedelta(minutes=1))
    assert send(client_of, other).json()["refusal"] == "exists_with_other_content"


def test_nobody_reads_the_intents_of_another_account(client_of: Any) -> None:
    send(client_of, unbinding())
    number = OutboxRow.objects.get().pk
    assert client_of("alpha_trader").get(f"/api/v1/intents/{number}/").status_code == 200
    for who in ("beta_head", "lead_auditor", "regulator_1", "administrator_1"):
        answer = client_of(who).get(f"/api/v1/intents/{number}/")
        assert (answer.status_code, answer.json()["refusal"]) == (404, "intent_unknown")
