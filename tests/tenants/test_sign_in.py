"""Signing in: password and second factor, lock-out per account and network, tokens, what each lacks."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from kit import clock
from kit.models import AuditEntry

from tenants.models import ApiToken, User
from tests import world

pytestmark = pytest.mark.db
SESSION = "/_allauth/browser/v1/auth"
NEIGHBOUR = "203.0.113.9"


def code_now() -> str:
    return f"{hotp_value(world.TOTP_SECRET, next(yield_hotp_counters_from_time())):06}"


def sign_in(client: Client, name: str, password: str = world.PASSWORD, **headers: Any) -> Any:
    return client.post(
        f"{SESSION}/login",
        {"email": world.email(name), "password": password},
        content_type="application/json",
        **headers,
    )


def test_a_password_alone_opens_nothing_and_the_second_factor_opens_the_session(client: Client) -> None:
    first = sign_in(client, "alpha_head")
    assert first.status_code == 401
    assert "mfa_authenticate" in [
        flow["id"] for flow in first.json()["data"]["flows"] if flow.get("is_pending")
    ]
    assert client.get("/api/v1/me/").json()["refusal"] == "not_signed_in"
    second = client.post(f"{SESSION}/2fa/authenticate", {"code": code_now()}, content_type="application/json")
    assert second.status_code == 200, second.json()
    assert client.get("/api/v1/me/").json()["role"] == "head"


def test_a_one_time_code_counts_once(client: Client) -> None:
    code = code_now()
    sign_in(client, "alpha_head")
    client.post(f"{SESSION}/2fa/authenticate", {"code": code}, content_type="application/json")
    other = Client()
    sign_in(other, "alpha_head")
    again = other.post(f"{SESSION}/2fa/authenticate", {"code": code}, content_type="application/json")
    assert again.status_code == 400


def test_without_a_second_factor_only_the_way_to_one_is_open(client_of) -> None:
    Authenticator.objects.filter(user__email=world.email("alpha_head")).delete()
    client = client_of("alpha_head")
    assert client.get("/api/v1/me/").json()["second_factor"] == {
        "totp": False,
        "passkeys": 0,
        "recovery_codes": False,
    }
    assert client.get("/api/v1/intents/").json()["refusal"] == "second_factor_missing"
    enrol = client.get("/_allauth/browser/v1/account/authenticators/totp")
    assert enrol.status_code == 404
    assert enrol.json()["meta"]["secret"]


@pytest.mark.parametrize(
    "way", ["signup", "password/request", "password/reset", "email/verify", "code/request"]
)
def test_ways_in_that_have_no_place_here_are_not_there(way: str, client: Client) -> None:
    body = {"email": "me@example.test", "password": "a quite long sentence"}
    answer = client.post(f"{SESSION}/{way}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["refusal"]) == (404, "not_found")
    assert not User.objects.filter(email="me@example.test").exists()


def test_sign_ins_failures_and_sign_outs_are_in_the_log(client: Client) -> None:
    sign_in(client, "alpha_head", "wrong password")
    sign_in(client, "alpha_head")
    client.post(f"{SESSION}/2fa/authenticate", {"code": code_now()}, content_type="application/json")
    client.delete(f"{SESSION}/session")
    lines = AuditEntry.objects.filter(account=world.HOUSES["alpha"].account).order_by("number")
    assert [line.act for line in lines] == ["session.failed", "session.begin", "session.end"]


def test_failures_lock_the_account_on_this_network_only_and_say_for_how_long(client: Client) -> None:
    for _ in range(5):
        answer = sign_in(client, "alpha_head", "wrong password")
    assert answer.status_code == 429
    body = answer.json()
    assert body["refusal"] == "locked_out"
    assert body["facts"]["seconds"] == int(answer["Retry-After"]) == 600
    assert sign_in(client, "alpha_head").status_code == 429
    assert sign_in(Client(), "alpha_trader").status_code == 401
    assert sign_in(Client(), "alpha_head", REMOTE_ADDR=NEIGHBOUR).status_code == 401


def test_a_tokens_program_acts_in_its_persons_schema_and_leaves_it(client_of) -> None:
    made = (
        client_of("alpha_head").post("/api/v1/tokens/", {"name": "nightly", "days": 1}, format="json").json()
    )
    program = client_of("")
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {made['token']}")
    assert program.get("/api/v1/me/").json()["tenant"] == "t_000001"
    assert connection.schema_name == "public"
    assert program.get("/api/v1/intents/").status_code == 200
    assert (
        program.post("/api/v1/tokens/", {"name": "more"}, format="json").json()["refusal"] == "no_permission"
    )


@pytest.mark.parametrize("end", ["revoke", "expire", "suspend", "forge"])
def test_a_token_that_has_ended_opens_nothing(end: str, client_of, frozen_clock) -> None:
    head = client_of("alpha_head")
    made = head.post("/api/v1/tokens/", {"name": "nightly", "days": 1}, format="json").json()
    text = made["token"]
    if end == "revoke":
        assert head.delete(f"/api/v1/tokens/{made['id']}/").status_code == 204
    elif end == "expire":
        clock.tick(timedelta(days=1, seconds=1))
    elif end == "suspend":
        User.objects.filter(email=world.email("alpha_head")).update(is_active=False)
    else:
        text = text[:-1] + ("a" if text[-1] != "a" else "b")
    program = client_of("")
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    answer = program.get("/api/v1/intents/")
    assert (answer.status_code, answer.json()["refusal"]) == (401, "token_refused")


def test_a_token_is_kept_as_a_digest_only(client_of) -> None:
    made = (
        client_of("alpha_head").post("/api/v1/tokens/", {"name": "nightly", "days": 1}, format="json").json()
    )
    row = ApiToken.objects.get()
    assert made["token"] not in str(row.__dict__)
    assert made["token"].endswith(row.hint)


def test_a_browsers_write_needs_the_pages_csrf_check() -> None:
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(
        User.objects.get(email=world.email("alpha_head")),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    answer = client.post("/api/v1/tokens/", {"name": "x"}, format="json")
    assert (answer.status_code, answer.json()["refusal"]) == (403, "csrf_failed")


def test_a_suspended_colleague_is_out_at_once_and_can_be_let_in_again(client_of) -> None:
    head, manager = client_of("alpha_head"), client_of("alpha_manager")
    url = f"/api/v1/members/{world.person_id('alpha_manager')}/"
    assert manager.get("/api/v1/intents/").status_code == 200
    assert head.patch(url, {"status": "suspended"}, format="json").status_code == 200
    assert manager.get("/api/v1/intents/").json()["refusal"] == "no_membership"
    head.patch(url, {"status": "active"}, format="json")
    assert manager.get("/api/v1/intents/").status_code == 200


def test_nobody_suspends_herself(client_of) -> None:
    url = f"/api/v1/members/{world.person_id('alpha_head')}/"
    answer = client_of("alpha_head").patch(url, {"status": "suspended"}, format="json")
    assert answer.json()["refusal"] == "member_is_self"


def four_parts(answer: Any) -> tuple[str, int]:
    told = answer.json()
    assert all(told[part]["zh"] and told[part]["en"] for part in ("what", "meaning", "action"))
    assert told["case"]
    assert told["status"] == answer.status_code
    return told["refusal"], answer.status_code


def test_each_no_of_a_sign_in_has_four_parts_beside_what_the_library_says(client: Client) -> None:
    wrong = sign_in(client, "alpha_head", "not her password")
    assert four_parts(wrong) == ("credentials_wrong", 400)
    assert wrong.json()["errors"][0]["code"] == "email_password_mismatch"
    unknown = client.post(
        f"{SESSION}/login",
        {"email": "nobody@example.com", "password": "not a password"},
        content_type="application/json",
    )
    assert four_parts(unknown) == ("credentials_wrong", 400)
    first = sign_in(client, "alpha_head")
    assert four_parts(first) == ("second_factor_required", 401)
    assert first.json()["data"]["flows"]
    code = "000000" if code_now() != "000000" else "000001"
    second = client.post(f"{SESSION}/2fa/authenticate", {"code": code}, content_type="application/json")
    assert four_parts(second) == ("second_factor_wrong", 400)
    assert second.json()["errors"][0]["code"] == "incorrect_code"


def test_other_answers_of_the_library_are_left_as_they_are(client: Client) -> None:
    missing = client.post(f"{SESSION}/login", {}, content_type="application/json")
    assert missing.status_code == 400
    assert "refusal" not in missing.json()
    assert "refusal" not in client.get(f"{SESSION}/session").json()


AUTHENTICATORS = "/_allauth/browser/v1/account/authenticators"


def signed_in(client: Client, name: str) -> Client:
    """By password and code, and the password once more, as a change of factors asks."""
    sign_in(client, name)
    client.post(f"{SESSION}/2fa/authenticate", {"code": code_now()}, content_type="application/json")
    client.post(f"{SESSION}/reauthenticate", {"password": world.PASSWORD}, content_type="application/json")
    return client


def with_passkey(name: str) -> Authenticator:
    return Authenticator.objects.create(
        user=User.objects.get(email=world.email(name)), type=Authenticator.Type.WEBAUTHN, data={}
    )


def test_the_last_second_factor_cannot_be_removed_and_the_session_goes_on(client: Client) -> None:
    signed_in(client, "alpha_head")
    answer = client.delete(f"{AUTHENTICATORS}/totp")
    assert (answer.status_code, answer.json()["refusal"]) == (409, "last_factor")
    assert client.get("/api/v1/me/").json()["second_factor"]["totp"] is True
    assert client.get("/api/v1/intents/").status_code == 200


def test_one_of_two_second_factors_can_be_removed_but_not_both(client: Client) -> None:
    passkey = with_passkey("alpha_head")
    signed_in(client, "alpha_head")
    assert client.delete(f"{AUTHENTICATORS}/totp").status_code == 200
    body = {"authenticators": [passkey.pk]}
    answer = client.delete(f"{AUTHENTICATORS}/webauthn", body, content_type="application/json")
    assert answer.json()["refusal"] == "last_factor"
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_anothers_passkey_cannot_be_removed(client: Client) -> None:
    passkey = with_passkey("beta_head")
    signed_in(client, "alpha_head")
    body = {"authenticators": [passkey.pk]}
    answer = client.delete(f"{AUTHENTICATORS}/webauthn", body, content_type="application/json")
    assert answer.status_code == 400
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
