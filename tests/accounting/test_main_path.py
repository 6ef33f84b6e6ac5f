"""A month from metered quantities to a minted report, through API, relay, chaincode and follower."""

import json
from hashlib import sha256

import pytest
from lexicon.signature import from_base64url
from proof.report import open_report

from accounting import tasks
from accounting.chain.models import ChainReport
from accounting.services.boxes import unseal
from tenants.access import within
from tenants.models import Tenant
from tests import world
from tests.accounting.stage import ALPHA, CASE, COAL, MODEL, MONTH, PLANT, TOTAL, Stage

pytestmark = pytest.mark.db


def test_metered_quantities_and_typed_tests_give_the_worked_case(stage: Stage) -> None:
    period = stage.ready()
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert shown["total_tco2"] == TOTAL
    lines = {line["stream"]: line for line in shown["lines"]}
    assert lines["coal"]["tco2e"] == COAL
    assert lines["coal"]["quantity"] == "152340.62"
    assert lines["coal"]["grade"] == "A"
    assert shown["state"] == "ready"


def test_a_month_becomes_a_minted_report_whose_digest_the_ledger_has(stage: Stage) -> None:
    period = stage.minted()
    assert stage.state(period) == "minted"
    [report] = stage.ok(stage.get("alpha_head", "reports/", state="minted"))["results"]
    content = stage.get("alpha_head", f"reports/{report['id']}/json/").content
    assert sha256(content).hexdigest() == report["digest"]
    [record] = stage.ledger.state("report")
    assert record["statement_digest"] == report["digest"]
    assert record["state"] == "minted"
    assert open_report(content).holds
    acts = [entry["act"] for entry in stage.ok(stage.get("alpha_head", f"periods/{period}/"))["history"]]
    assert acts[-2:] == ["approved", "minted"]


def test_the_total_opens_for_the_enterprise_and_the_regulator_and_fits_the_commitment(stage: Stage) -> None:
    stage.submitted()
    [record] = stage.ledger.state("report")
    boxes = {one["fingerprint"]: one["box"] for one in record["total_boxes"]}
    for name in ("alpha_head", "regulator_2"):
        box = from_base64url(boxes[world.fingerprint(name, "decrypt")])
        opened = json.loads(unseal(box, key=world.key_of(name, "decrypt"), context=f"report~{CASE}"))
        assert opened["value"] == TOTAL.replace(".", "")
    assert world.fingerprint("beta_head", "decrypt") not in boxes
    assert TOTAL.replace(".", "") not in json.dumps(record)


def test_the_auditor_sees_statement_sample_and_log_and_the_log_is_chained(stage: Stage) -> None:
    stage.reviewed()
    case = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/"))
    assert case["statement"]["total"]["tco2e"] == TOTAL
    assert [entry["step"] for entry in case["log"]] == [
        "independence", "plan", "sample", "recomputation", "findings_closed", "technical_review",
    ]  # fmt: skip
    digests = [entry["digest"] for entry in case["log"]]
    assert [entry["previous"] for entry in case["log"]] == ["", *digests[:-1]]
    sample = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/sample/"))
    assert [one["item"] for one in sample["named"]] == sample["items"]
    assert len(sample["items"]) == len(set(sample["items"])) == case["plan"]["sample_size"] == 11
    assert case["next_step"] is None


def test_late_readings_reach_an_open_month_and_only_adjust_a_submitted_one(stage: Stage) -> None:
    from ingest.hot.models import Month

    period = stage.submitted()
    Month.objects.filter(meter__meter="grid-in", month=MONTH).update(count=315_640, version=2)
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert shown["total_tco2"] == TOTAL
    assert shown["adjustment_g"] == "57030000"
    stage.sign_route("alpha_head", f"periods/{period}/withdrawal/")
    assert stage.ok(stage.get("alpha_head", f"periods/{period}/"))["total_tco2"] == "271544.202114"


def test_a_refused_submission_makes_the_period_ready_again(stage: Stage) -> None:
    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    answer = stage.ok(stage.signed("alpha_head", f"periods/{period}/submission/", fact), 202)
    from kit import outbox

    outbox.refuse(answer["intent_id"], refusal="anchor_unknown", facts={})
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        tasks.follow_periods()
    assert stage.state(period) == "ready"


def test_a_returned_statement_is_corrected_and_submitted_as_the_next_version(stage: Stage) -> None:
    period = stage.in_verification()
    fact = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/return/", reason="缺少化验单"))
    stage.ok(stage.signed("lead_auditor", f"cases/{CASE}/return/", fact, reason="缺少化验单"), 202)
    stage.ledger.settle()
    assert stage.state(period) == "returned"
    assert stage.get("lead_auditor", f"cases/{CASE}/plan/").status_code == 404
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    assert ChainReport.objects.get(account=ALPHA, plant=PLANT, version=2).state == "submitted"


def test_a_correction_supersedes_the_minted_report_only_when_it_is_minted_itself(stage: Stage) -> None:
    period = stage.minted()
    stage.ok(stage.post("alpha_head", f"periods/{period}/correction/", {"reason": "煤秤检定误差"}))
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    assert fact["name"] == "supersede"
    stage.ok(stage.signed("alpha_head", f"periods/{period}/submission/", fact), 202)
    stage.ledger.settle()
    states = {row["version"]: row["state"] for row in stage.ledger.state("report")}
    assert states == {1: "minted", 2: "submitted"}
    assert stage.state(period) == "submitted"
    verify_again(stage, period, CASE.removesuffix("1") + "2")
    assert {row["version"]: row["state"] for row in stage.ledger.state("report")} == {
        1: "superseded", 2: "minted",
    }  # fmt: skip
    shown = stage.ok(stage.get("alpha_head", "reports/"))["results"]
    assert {row["version"]: row["state"] for row in shown} == {1: "superseded", 2: "minted"}
    assert stage.state(period) == "minted"


def verify_again(stage: Stage, period: str, case: str) -> None:
    """Every step of the next version's case, to its approval."""

    def step(who: str, name: str) -> None:
        if name == "findings_closed":
            stage.judge(case)
        fact = stage.ok(stage.get(who, f"cases/{case}/steps/{name}/"))
        stage.ok(stage.signed(who, f"cases/{case}/steps/", fact, step=name), 202)
        stage.ledger.settle()

    stage.sign_route("regulator_1", f"cases/{case}/opening/")
    step("lead_auditor", "independence")
    stage.sign_route("lead_auditor", f"cases/{case}/plan/")
    step("lead_auditor", "plan")
    stage.sign_route("alpha_head", f"periods/{period}/sample-nonce/")
    stage.sign_route("regulator_1", f"cases/{case}/sample/")
    for name in ("sample", "recomputation", "findings_closed"):
        step("lead_auditor", name)
    step("technical_reviewer", "technical_review")
    stage.sign_route("approver", f"cases/{case}/approval/")


def test_applying_the_events_again_changes_nothing(stage: Stage) -> None:
    from ledger.events import read_event

    from accounting.services import ledger

    period = stage.minted()
    before = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    for event in stage.ledger.events:
        ledger.apply(read_event(event))
    assert stage.ok(stage.get("alpha_head", f"periods/{period}/")) == before
    assert before["state"] == "minted"


def test_the_shared_read_models_are_the_same_when_they_are_made_again_from_the_first_event(
    stage: Stage,
) -> None:
    from ledger.events import read_event

    from accounting.chain.models import ChainCase
    from accounting.services import ledger

    stage.minted()
    before = [list(model.objects.values()) for model in (ChainReport, ChainCase)]
    ChainReport.objects.all().delete()
    ChainCase.objects.all().delete()
    for event in stage.ledger.events:
        ledger.project(read_event(event))
    assert [list(model.objects.values()) for model in (ChainReport, ChainCase)] == before
    assert all(before)


def test_evidence_is_found_by_its_enterprise_and_its_auditor_and_by_nobody_else(stage: Stage) -> None:
    stage.in_verification()

    def titles(who: str, **more: str) -> list[str]:
        answer = stage.ok(stage.get(who, "search/", q="June", kind="evidence", **more))
        return [hit["title"] for hit in answer["results"].get("evidence", [])]

    assert titles("alpha_head") == ["June"]
    assert titles("lead_auditor") == ["June"]
    assert titles("beta_head") == []
    assert titles("regulator_1", purpose="inspection of June") == []


def test_a_period_that_was_submitted_keeps_its_guideline_and_factor_sets(stage: Stage) -> None:
    period = stage.submitted()
    stage.sign_route("alpha_head", f"periods/{period}/withdrawal/")
    assert stage.state(period) == "ready"
    model = MODEL | {"factor_sets": {"fuel": "mee-2021-9"}}
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert shown["factor_sets"]["fuel"] == "mee-2022-485"
    assert shown["total_tco2"] == TOTAL


def test_a_page_of_a_period_asks_few_questions(stage: Stage, django_assert_max_num_queries) -> None:
    period = stage.ready()
    client = stage.client_of("alpha_head")
    client.get(f"/api/v1/periods/{period}/")
    # One of them asks which factor sets were published.
    with django_assert_max_num_queries(32):
        assert client.get(f"/api/v1/periods/{period}/").status_code == 200
