"""One key, one effect, one answer."""

from datetime import timedelta

import pytest
from kit import clock, idempotency
from kit.models import StoredAnswer

from tenants.models import ApiToken

pytestmark = pytest.mark.db
URL = "/api/v1/tokens/"
KEY = {"HTTP_IDEMPOTENCY_KEY": "one-key"}


def test_the_same_request_again_gives_the_same_answer_and_no_second_effect(client_of) -> None:
    head = client_of("alpha_head")
    first = head.post(URL, {"name": "a"}, format="json", **KEY)
    again = head.post(URL, {"name": "a"}, format="json", **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    assert ApiToken.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(client_of) -> None:
    head = client_of("alpha_head")
    head.post(URL, {"name": "a"}, format="json", **KEY)
    answer = head.post(URL, {"name": "b"}, format="json", **KEY)
    assert (answer.status_code, answer.json()["refusal"]) == (409, "idempotency_key_reused")


def test_two_people_may_use_one_key_and_never_see_each_others_answer(client_of) -> None:
    mine = client_of("alpha_head").post(URL, {"name": "a"}, format="json", **KEY).json()
    hers = client_of("beta_head").post(URL, {"name": "a"}, format="json", **KEY).json()
    assert mine["token"] != hers["token"]


def test_a_refusal_is_kept_and_a_sign_in_that_lacked_is_not(client_of) -> None:
    head = client_of("alpha_head")
    head.post(URL, {"name": "a", "days": 0}, format="json", **KEY)
    assert head.post(URL, {"name": "a", "days": 0}, format="json", **KEY)["Idempotent-Replay"] == "true"
    client_of("").post(URL, {"name": "a"}, format="json", HTTP_IDEMPOTENCY_KEY="other")
    assert not StoredAnswer.objects.filter(key="other").exists()


def test_while_the_first_still_works_the_second_is_told_so(client_of, frozen_clock) -> None:
    head = client_of("alpha_head")
    head.post(URL, {"name": "a"}, format="json", **KEY)
    StoredAnswer.objects.update(status=None, body="")
    assert head.post(URL, {"name": "a"}, format="json", **KEY).json()["refusal"] == "request_running"
    clock.tick(timedelta(seconds=61))
    assert head.post(URL, {"name": "a"}, format="json", **KEY).status_code == 201


def test_a_fault_frees_the_key(client_of, monkeypatch) -> None:
    from tenants.services import tokens

    head = client_of("alpha_head")
    whole = tokens.create
    monkeypatch.setattr(tokens, "create", lambda *_, **__: 1 / 0)
    assert head.post(URL, {"name": "a"}, format="json", **KEY).status_code == 500
    monkeypatch.setattr(tokens, "create", whole)
    assert head.post(URL, {"name": "a"}, format="json", **KEY).status_code == 201


def test_an_answer_is_forgotten_after_eight_days(client_of, frozen_clock) -> None:
    client_of("alpha_head").post(URL, {"name": "a"}, format="json", **KEY)
    clock.tick(timedelta(days=7))
    assert idempotency.forget_old() == 0
    clock.tick(timedelta(days=2))
    assert idempotency.forget_old() == 1


def test_reading_takes_no_notice_of_a_key(client_of) -> None:
    client_of("alpha_head").get(URL, **KEY)
    assert not StoredAnswer.objects.exists()


def test_what_is_shown_once_does_not_rest_readable_among_the_stored_answers(client_of) -> None:
    made = client_of("alpha_head").post(URL, {"name": "a"}, format="json", **KEY).json()
    kept = StoredAnswer.objects.get()
    assert kept.status == 201
    assert made["token"] not in kept.body
    assert "token" not in kept.body


def test_after_the_secret_changed_an_old_key_is_refused_and_nothing_is_done_twice(
    client_of, settings
) -> None:
    program = client_of("")
    made = client_of("alpha_head").post(URL, {"name": "a"}, format="json").json()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {made['token']}")
    body = {"id": "plant-9", "name_zh": "a", "name_en": "a"}
    assert program.post("/api/v1/plants/", body, format="json", **KEY).status_code == 201
    settings.SECRET_KEY = "another secret"
    again = program.post("/api/v1/plants/", body, format="json", **KEY)
    assert (again.status_code, again.json()["refusal"]) == (409, "idempotency_key_reused")
