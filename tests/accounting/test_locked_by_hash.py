"""A period that was submitted is locked to its rules and factors by digest: a name alone proves nothing."""

from dataclasses import replace
from typing import Any

import pytest

from accounting.domain.factors import factor_sets
from accounting.models import Report
from accounting.services import locking
from accounting.services.freezing import loads
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, Stage

pytestmark = pytest.mark.db


def first_of(month: str) -> Report:
    """The month's first report."""
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        return Report.objects.get(period=month)


def withdrawn(stage: Stage) -> str:
    """A month that was submitted and taken back: open again, and locked."""
    month = stage.submitted()
    stage.sign_route("alpha_head", f"periods/{month}/withdrawal/")
    return month


def shown(stage: Stage, month: str) -> dict[str, Any]:
    period = stage.ok(stage.get("alpha_head", f"periods/{month}/"))
    return {one["name"]: one for one in period["remarks"]} | {"state": period["state"]}


def test_what_was_submitted_says_the_digests_of_its_rules_and_factors(stage: Stage) -> None:
    report = first_of(stage.submitted())
    content = loads(report.content)
    guideline = content["guideline"]
    assert guideline["hash"] == locking.guideline_digest(guideline["id"])
    sets = {one["id"]: one["digest"] for one in content["factor_sets"]}
    assert sets == {name: factor_sets()[name].digest for name in sets}
    args = report.args
    assert args["guideline_hash"] == guideline["hash"]
    assert len(args["factor_sets_hash"]) == 64


def test_a_factor_set_of_the_same_name_that_says_something_else_wants_a_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = withdrawn(stage)
    assert "rules_differ" not in shown(stage, month)
    name = loads(first_of(month).content)["factor_sets"][0]["id"]
    monkeypatch.setitem(factor_sets(), name, replace(factor_sets()[name], digest="0" * 64))  # type: ignore[arg-type]
    told = shown(stage, month)["rules_differ"]
    assert told["needs_answer"]
    assert name in told["words"]["zh"]
    assert name in told["words"]["en"]
    refused = stage.get("alpha_head", f"periods/{month}/signing/")
    assert refused.json()["refusal"] == "remark_unanswered"
    body = {"remark": "rules_differ", "stream": "", "text": "因子集更正了单位"}
    stage.ok(stage.post("alpha_manager", f"periods/{month}/answers/", body))
    assert stage.get("alpha_head", f"periods/{month}/signing/").status_code == 200


def test_formulas_that_changed_under_a_guideline_s_name_want_a_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = withdrawn(stage)
    guideline = loads(first_of(month).content)["guideline"]["id"]
    monkeypatch.setattr(locking, "guideline_digest", lambda _: "0" * 64)
    assert guideline in shown(stage, month)["rules_differ"]["words"]["en"]
