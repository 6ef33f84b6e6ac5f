"""What verifiers write on each matter: entered until the technical review, signed, printed, never altered."""

import json
from html import unescape
from typing import Any

import pytest
from lexicon import canonical

from accounting.models import MatterNote, VerificationCase, WorkLogEntry
from accounting.services import noted
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, Stage
from tests.accounting.test_verification_parts import page_of, told_of

pytestmark = pytest.mark.db
PATH = f"cases/{CASE}/matters/"
NOTES = {"activity": "核对了 6 月全部 30 日的皮带秤日报。\n与入炉煤台账一致。", "other": "No other matter."}


def write(stage: Stage, notes: dict[str, str] = NOTES, who: str = "lead_auditor") -> Any:
    return stage.put(who, PATH, {"notes": notes})


def matters(stage: Stage) -> dict[str, dict[str, Any]]:
    return {one["matter"]: one for one in stage.ok(stage.get("lead_auditor", PATH))["matters"]}


def approve(stage: Stage) -> None:
    for step in ("sample", "recomputation", "findings_closed"):
        stage.ok(stage.step("lead_auditor", step), 202)
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)
    stage.sign_route("approver", f"cases/{CASE}/approval/")


def test_each_matter_is_shown_as_the_report_states_it_with_the_note_beside_it(stage: Stage) -> None:
    stage.sampled()
    shown = stage.ok(stage.get("technical_reviewer", PATH))
    assert shown["open"] is True
    assert [one["matter"] for one in shown["matters"]] == [
        "basics", "boundary", "method", "activity", "factors", "emissions", "production", "quality", "plan",
        "other",
    ]  # fmt: skip
    assert matters(stage)["activity"]["name"] == {"zh": "活动数据", "en": "Activity data"}
    assert matters(stage)["activity"]["mark"] == {"zh": "—", "en": "—"}
    assert "3 行" in matters(stage)["activity"]["found"]["zh"]
    stage.ok(write(stage))
    noted_now = matters(stage)["activity"]
    assert noted_now["note"] == NOTES["activity"]
    assert noted_now["at"]
    # A matter that is not named keeps its note, an empty text takes one away.
    stage.ok(write(stage, {"activity": "  "}))
    assert {name for name, one in matters(stage).items() if one["note"]} == {"other"}


def test_notes_stand_in_the_signed_report_and_on_its_pages_in_both_languages(stage: Stage) -> None:
    stage.sampled()
    stage.ok(write(stage))
    approve(stage)
    told = told_of(CASE)
    assert told["schema"] == "tanheng-verification/5"
    assert {one["name"]: one["note"] for one in told["matters"] if one["note"]} == NOTES
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    assert "核查组说明：核对了 6 月全部 30 日的皮带秤日报。" in zh
    assert "Verifiers: No other matter." in en
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        case = VerificationCase.objects.get(pk=CASE)
        review = WorkLogEntry.objects.get(case=case, step="technical_review")
        assert json.loads(review.content)["notes_digest"] == canonical.digest(NOTES)


def test_after_the_technical_review_no_note_changes(stage: Stage) -> None:
    stage.sampled()
    stage.ok(write(stage))
    for step in ("sample", "recomputation", "findings_closed"):
        stage.ok(stage.step("lead_auditor", step), 202)
    # What the reviewer read is what she signs: a note written in between makes her read again.
    fact = stage.ok(stage.get("technical_reviewer", f"cases/{CASE}/steps/technical_review/"))
    stage.ok(write(stage, {"other": "Another matter."}))
    answer = stage.signed("technical_reviewer", f"cases/{CASE}/steps/", fact, step="technical_review")
    assert answer.status_code in (409, 422), answer.content.decode()
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)
    answer = write(stage, {"other": "Too late."})
    assert (answer.status_code, answer.json()["refusal"]) == (409, "step_already_recorded")
    assert stage.ok(stage.get("lead_auditor", PATH))["open"] is False
    assert matters(stage)["other"]["note"] == "Another matter."


@pytest.mark.parametrize(
    "notes",
    [{"weather": "sunny"}, {"other": "x" * 2001}, {"other": "a\u202eb"}, {"other": "a\x07b"}],
    ids=["unknown", "long", "turned", "control"],
)
def test_a_wrong_note_is_refused_by_name_and_nothing_is_kept(stage: Stage, notes: dict[str, str]) -> None:
    stage.sampled()
    answer = write(stage, {"basics": "good", **notes})
    assert answer.status_code in (400, 422), answer.content.decode()
    assert answer.json()["refusal"] in ("field_invalid", "bad_argument")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert not MatterNote.objects.exists()
        assert noted.notes_in(VerificationCase.objects.get(pk=CASE)) == {}


def test_only_who_leads_the_case_writes(stage: Stage) -> None:
    stage.sampled()
    for who in ("technical_reviewer", "approver", "alpha_head", "beta_head", "regulator_1"):
        assert write(stage, who=who).status_code in (403, 404), who
    assert unescape(stage.get("alpha_head", PATH).content.decode())
    assert stage.get("alpha_head", PATH).status_code in (403, 404)
