"""The public calculation: the same figures as the command line, without an account, and nothing is kept."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from kit.models import StoredAnswer
from rest_framework.throttling import ScopedRateThrottle

from accounting.domain.compute import compute_json, guideline_json, guidelines_json
from tests.accounting.cases import all_cases, input_of

pytestmark = pytest.mark.db
API = "/api/v1"


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


def ask(client: Client, data: object, query: str = "", **headers: str) -> Any:
    return client.post(f"{API}/compute/{query}", json.dumps(data), content_type="application/json", **headers)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_every_worked_case_is_the_same_for_anybody(client: Client, case: dict[str, Any]) -> None:
    answer = ask(client, case["input"])
    assert answer.status_code == 200
    assert answer.json() == compute_json(case["input"])
    assert answer.json()["total_tco2e"] == case["expected"]["total_tco2e"]


def test_on_request_each_line_tells_its_formula_its_factors_and_whether_they_were_checked(
    client: Client,
) -> None:
    answer = ask(client, input_of("CE-1"), "?detail=1").json()
    coal = answer["detail"][0]
    assert (coal["stream"], coal["quantity"], coal["unit"], coal["tco2e"]) == (
        "s1", "20850", "t", answer["lines"]["s1"],
    )  # fmt: skip
    assert all(coal[word] for word in ("item_zh", "item_en", "clause"))
    assert coal["tree"]["op"] == "product"
    assert {one["name"]: one["verified"] for one in coal["parameters"]} == {
        "ncv": True, "cc": False, "oxidation": False,
    }  # fmt: skip
    assert "detail" not in ask(client, input_of("CE-1")).json()


def test_a_balance_tells_its_net_in_the_formulas_unit_also_where_it_is_deducted(client: Client) -> None:
    data = input_of("S1")
    tar = next(one for one in data["streams"] if one["item"] == "tar")
    tar["balance"] = {"unit": "kg", "opening": "2100000", "closing": "1850000", "sold": "98500000"}
    lines = {one["stream"]: one for one in ask(client, data, "?detail=1").json()["detail"]}
    assert (lines["s4"]["quantity"], lines["s4"]["unit"]) == ("-98250", "t")
    lines = {one["stream"]: one for one in ask(client, input_of("CK-1"), "?detail=1").json()["detail"]}
    deducted = next(one for one in lines.values() if one["item"] == "substitute")
    assert deducted["quantity"]
    assert deducted["tco2e"].startswith("-")


def test_nothing_is_stored_not_even_the_answer(client: Client) -> None:
    before = StoredAnswer.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer = ask(client, input_of("P2"), HTTP_IDEMPOTENCY_KEY="twice")
    assert [one["sql"] for one in queries if not one["sql"].startswith("SELECT")] == []
    assert answer.status_code == 200
    other = ask(client, input_of("CE-1"), HTTP_IDEMPOTENCY_KEY="twice")
    assert other.json()["total_tco2e"] != answer.json()["total_tco2e"]
    assert StoredAnswer.objects.count() == before
    assert "sessionid" not in answer.cookies


def test_a_wrong_input_is_named_without_a_total(client: Client) -> None:
    data = input_of("P2")
    data["streams"][0]["quantity"]["value"] = -1.5
    answer = ask(client, data, "?detail=1")
    assert answer.status_code == 200
    assert {"number_not_text"} <= {one["name"] for one in answer.json()["remarks"]}
    assert "total_tco2e" not in answer.json()
    assert answer.json()["detail"] == []


def test_who_asks_too_often_is_asked_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = ScopedRateThrottle.THROTTLE_RATES | {"compute": "2/hour"}
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", rates)
    for _ in range(2):
        assert ask(client, input_of("P2")).status_code == 200
    answer = ask(client, input_of("P2"))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert {"what", "meaning", "action", "case"} <= set(answer.json())


def test_thousands_of_streams_are_answered_or_refused_in_time(client: Client) -> None:
    data = input_of("P2")
    data["streams"] = [data["streams"][0] | {"id": f"s{number}"} for number in range(2001)]
    assert "malformed_input" in {one["name"] for one in ask(client, data).json()["remarks"]}


def test_every_guideline_is_listed_and_shows_its_example_which_computes(client: Client) -> None:
    listed = client.get(f"{API}/guidelines/").json()["results"]
    assert listed == guidelines_json()
    assert len(listed) >= 13
    for one in listed:
        shown = client.get(f"{API}/guidelines/{one['id']}/").json()
        assert shown == guideline_json(one["id"])
        example = shown["example"]
        assert example["input"] == input_of(example["id"])
        assert ask(client, example["input"]).json()["total_tco2e"]
        assert set(shown["sets"]) == {name for names in shown["factor_sets"].values() for name in names}
