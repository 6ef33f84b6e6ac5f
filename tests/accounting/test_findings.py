"""Findings: raised and closed on the ledger, answered with files, with clocks that both sides see."""

from datetime import date, timedelta
from typing import Any

import pytest
from kit import clock, outbox
from ledger.errors import Refusal_
from lexicon.refusals import Refusal
from lexicon.terms import FindingKind

from accounting.domain import clocks
from tests.accounting.stage import CASE, Stage

pytestmark = pytest.mark.db
PNG_LIKE = b"%PDF-1.7 the laboratory's own ledger\n%%EOF"


def finding(stage: Stage, period: str, number: int = 1) -> dict[str, Any]:
    rows = stage.ok(stage.get("alpha_head", f"periods/{period}/"))["findings"]
    return next(row for row in rows if row["number"] == number)


def reply(stage: Stage, period: str, **body: object) -> Any:
    return stage.post("alpha_manager", f"periods/{period}/findings/1/reply/", {"text": "见附件"} | body)


def test_a_finding_is_answered_with_a_file_asked_again_and_closed_and_an_open_one_stops_the_log(
    stage: Stage,
) -> None:
    period = stage.sampled()
    number = stage.raise_finding()
    for step in ("sample", "recomputation"):
        stage.ok(stage.step("lead_auditor", step), 202)
    refused = stage.get("lead_auditor", f"cases/{CASE}/steps/findings_closed/")
    assert refused.json()["refusal"] == Refusal.FINDING_OPEN
    file = stage.ok(stage.upload("alpha_manager", PNG_LIKE, kind="other"), 201)["id"]
    said = stage.ok(reply(stage, period, evidence=[file]))
    assert said["messages"][0]["evidence"][0]["id"] == file
    assert said["clock"]["waits_for"] == "auditor"
    opened = stage.get("lead_auditor", f"cases/{CASE}/evidence/{file}/content/")
    assert opened.content == PNG_LIKE
    asked = stage.post("lead_auditor", f"cases/{CASE}/findings/{number}/messages/", {"text": "哪一页？"})
    assert stage.ok(asked, 201)["clock"]["waits_for"] == "enterprise"
    stage.ok(reply(stage, period, text="第 2 页"))
    stage.close_finding(number)
    shown = finding(stage, period)
    assert (shown["closed"], shown["outcome"], shown["clock"]) == (True, "已说明", None)
    assert [one["side"] for one in shown["messages"]] == ["enterprise", "auditor", "enterprise"]
    stage.ok(stage.step("lead_auditor", "findings_closed"), 202)
    [case] = stage.ledger.state("case")
    assert [one["number"] for one in case["findings"] if one["outcome_digest"]] == [number]


def test_who_verifies_what_was_sent_back_sees_why_and_the_answer_with_its_file(stage: Stage) -> None:
    period = stage.in_verification()
    stage.ok(stage.step("lead_auditor", "independence"), 202)
    stage.raise_finding()
    path = f"cases/{CASE}/return/"
    fact = stage.ok(stage.get("lead_auditor", path, reason="缺少化验单"))
    stage.ok(stage.signed("lead_auditor", path, fact, reason="缺少化验单"), 202)
    stage.ledger.settle()
    file = stage.ok(stage.upload("alpha_manager", PNG_LIKE, kind="other"), 201)["id"]
    stage.ok(reply(stage, period, evidence=[file]))
    history = stage.ok(stage.get("alpha_head", f"periods/{period}/"))["history"]
    assert [one["facts"]["reason"] for one in history if one["act"] == "returned"] == ["缺少化验单"]
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    again = CASE.removesuffix("1") + "2"
    stage.sign_route("regulator_1", f"cases/{again}/opening/")
    [earlier] = stage.ok(stage.get("lead_auditor", f"cases/{again}/"))["findings"]
    assert (earlier["version"], earlier["messages"][0]["text"]) == (1, "见附件")
    assert stage.get("lead_auditor", f"cases/{again}/evidence/{file}/content/").content == PNG_LIKE
    # It is no finding of this case: nothing waits for it, and nobody answers it any more.
    assert finding(stage, period)["version"] == 1
    assert reply(stage, period).json()["refusal"] == "not_found"
    assert stage.ok(stage.get("alpha_head", f"periods/{period}/"))["findings_open"] == 0


def test_the_ledger_itself_refuses_to_go_on_while_a_finding_is_open(stage: Stage) -> None:
    """Django bypassed: the lead auditor's signature straight to the chaincode."""
    stage.sampled()
    stage.raise_finding()
    for step in ("sample", "recomputation"):
        stage.ok(stage.step("lead_auditor", step), 202)
    [case] = stage.ledger.state("case")
    place = {name: case[name] for name in ("account", "plant", "period", "version")}
    closing = {"step": "findings_closed", "digest": "0" * 64, "previous": case["steps"][-1]["digest"]}
    with pytest.raises(Refusal_, match="finding_open"):
        stage.ledger.sign("lead_auditor", "record_step", place | closing)


def test_the_enterprise_does_not_see_a_finding_before_the_ledger_has_it(stage: Stage) -> None:
    period = stage.sampled()
    fields = {"kind": "error", "stream": "coal", "text": "单位错误"}
    fact = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/findings/", **fields))
    answer = stage.ok(stage.signed("lead_auditor", f"cases/{CASE}/findings/", fact, **fields), 202)
    assert stage.ok(stage.get("alpha_head", f"periods/{period}/"))["findings"] == []
    assert reply(stage, period).json()["refusal"] == Refusal.NOT_FOUND
    [row] = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/"))["findings"]
    assert (row["on_ledger"], row["clock"]) == (False, None)
    outbox.refuse(answer["intent_id"], refusal="finding_exists", facts={})
    assert stage.raise_finding(kind="error") == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"due_on": "2026-07-16"}, "field_invalid"),
        ({"kind": "rumour"}, "field_invalid"),
        ({"at_stake_g": "-1"}, "field_invalid"),
        ({"text": ""}, "field_invalid"),
    ],
)
def test_a_finding_that_cannot_be_is_refused_by_name(
    stage: Stage, change: dict[str, str], refusal: str
) -> None:
    stage.in_verification()
    fields = {"kind": "question", "text": "x"} | change
    assert stage.get("lead_auditor", f"cases/{CASE}/findings/", **fields).json()["refusal"] == refusal


def test_what_was_signed_is_what_is_kept(stage: Stage) -> None:
    stage.in_verification()
    fields = {"kind": "question", "text": "化验批次？"}
    fact = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/findings/", **fields))
    other = fields | {"text": "别的问题"}
    answer = stage.signed("lead_auditor", f"cases/{CASE}/findings/", fact, **other)
    assert answer.json()["refusal"] == Refusal.INTENT_NOT_AS_SHOWN


def test_a_late_answer_is_overdue_for_both_and_for_the_regulator_s_list(stage: Stage) -> None:
    period = stage.in_verification()
    stage.raise_finding()
    due = finding(stage, period)["clock"]
    assert due == {"waits_for": "enterprise", "due_on": "2026-07-17", "overdue": False}
    clock.tick(timedelta(days=5))
    assert finding(stage, period)["clock"]["overdue"]
    for who in ("lead_auditor", "regulator_1"):
        [row] = stage.ok(stage.get(who, "cases/"))["results"]
        assert (row["findings_open"], row["answer_due_on"]) == (1, "2026-07-17")
    [mine] = stage.ok(stage.get("alpha_head", "periods/"))["results"]
    assert (mine["findings_open"], mine["answer_due_on"], mine["review_due_on"]) == (1, "2026-07-17", None)
    stage.ok(reply(stage, period))
    [row] = stage.ok(stage.get("lead_auditor", "cases/"))["results"]
    assert (row["answer_due_on"], row["review_due_on"]) == (None, "2026-07-22")


def test_a_stranger_s_file_is_no_attachment(stage: Stage) -> None:
    period = stage.in_verification()
    stage.raise_finding()
    answer = reply(stage, period, evidence=["00000000-0000-4000-8000-000000000000"])
    assert answer.json()["refusal"] == Refusal.NOT_FOUND
    assert finding(stage, period)["messages"] == []


def test_a_plan_is_superseded_with_a_reason_that_everybody_sees_and_only_grows_once_drawn(
    stage: Stage,
) -> None:
    stage.sampled()
    path = f"cases/{CASE}/plan/"
    before = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/sample/"))["items"]
    again = stage.get("lead_auditor", path)
    assert again.json()["refusal"] == Refusal.PLAN_ALREADY_COMMITTED
    fewer = stage.get("lead_auditor", path, sample_size=len(before) - 1, reason="少看一些")
    assert fewer.json()["refusal"] == Refusal.FIELD_INVALID
    more = {"sample_size": len(before) + 3, "reason": "雷达在化验单上有迹象", "materiality_percent": "5.0"}
    stage.sign_route("lead_auditor", path, **more)
    after = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/sample/"))["items"]
    assert (after[: len(before)], len(after)) == (before, len(before) + 3)
    [seen] = stage.ok(stage.get("regulator_1", "cases/"))["results"]
    assert [one["reason"] for one in seen["record"]["plans"]] == [None, more["reason"]]
    stage.ok(stage.step("lead_auditor", "sample"), 202)
    late = stage.get("lead_auditor", path, **more | {"reason": "再改"})
    assert late.json()["refusal"] == Refusal.STEP_ALREADY_RECORDED


@pytest.mark.parametrize(
    ("kind", "raised", "due"),
    [
        (FindingKind.QUESTION, "2026-07-15", "2026-07-17"),
        (FindingKind.QUESTION, "2026-07-16", "2026-07-20"),
        (FindingKind.MISSING, "2026-07-17", "2026-07-22"),
        (FindingKind.ERROR, "2026-07-18", "2026-07-24"),
    ],
)
def test_answers_are_due_after_working_days(kind: FindingKind, raised: str, due: str) -> None:
    assert clocks.answer_due(kind, date.fromisoformat(raised)).isoformat() == due
