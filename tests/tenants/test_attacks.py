"""What a thief of a password tries."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests import world
from tests.tenants.test_sign_in import sign_in

pytestmark = pytest.mark.db


def test_another_spelling_of_an_address_is_the_same_account_for_the_lock_out(client: Client) -> None:
    for spelling in ("alpha_head", "Alpha_head", "aLpha_head", "alPha_head", "alphA_head"):
        answer = client.post(
            "/_allauth/browser/v1/auth/login",
            {"email": f"{spelling}@example.test", "password": "wrong password"},
            content_type="application/json",
        )
    assert answer.status_code == 429
    assert sign_in(Client(), "alpha_head").status_code == 429


def test_a_session_from_before_the_second_factor_opens_nothing_once_there_is_one(client: Client) -> None:
    Authenticator.objects.filter(user__email=world.email("alpha_head")).delete()
    assert sign_in(client, "alpha_head").status_code == 200
    from tenants.models import User

    user = User.objects.get(email=world.email("alpha_head"))
    Authenticator.objects.create(user=user, type="totp", data={"secret": world.TOTP_SECRET})
    assert client.get("/api/v1/intents/").status_code in (401, 403)


def test_the_session_that_adds_its_own_second_factor_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Authenticator.objects.filter(user__email=world.email("alpha_head")).delete()
    sign_in(client, "alpha_head")
    totp = "/_allauth/browser/v1/account/authenticators/totp"
    secret = client.get(totp).json()["meta"]["secret"]
    code = f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"
    again = {"password": world.PASSWORD}
    client.post("/_allauth/browser/v1/auth/reauthenticate", again, content_type="application/json")
    # A test's transaction never commits; the library tells of the factor when its own would.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda tell: tell())
    added = client.post(totp, {"code": code}, content_type="application/json")
    assert added.status_code == 200, added.json()
    assert client.get("/api/v1/intents/").status_code == 200


def test_a_write_by_session_without_the_csrf_token_is_refused() -> None:
    from tenants.models import User

    client = Client(enforce_csrf_checks=True)
    client.force_login(
        User.objects.get(email=world.email("alpha_head")),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    for path in ("/api/v1/tokens/", "/api/v1/evidence/", "/api/v1/trades/", "/api/v1/gateways/"):
        answer: Any = client.post(path, "{}", content_type="application/json")
        assert (answer.status_code, answer.json()["refusal"]) == (403, "csrf_failed"), path
    for path in ("auth/session", "account/authenticators/totp"):
        answer = client.delete(f"/_allauth/browser/v1/{path}")
        assert answer.status_code == 403, path
