"""Calls that skip a state, figures sent by a browser, wrong files, wrong values: each refused by its name."""

import pytest
from kit import clock, outbox
from lexicon.signature import from_base64url

from tests import world
from tests.accounting.stage import ALPHA, CARBON, CASE, MODEL, MONTH, PLANT, Stage

pytestmark = pytest.mark.db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)


def refused(answer) -> str:
    body = answer.json()
    assert answer.status_code == body["status"] >= 400
    for part in ("what", "meaning", "action"):
        assert body[part]["zh"]
        assert body[part]["en"]
    assert body["case"]
    return body["refusal"]


# ---- states that a direct call tries to skip


def test_a_period_that_is_not_ready_cannot_be_signed_submitted_or_withdrawn(stage: Stage) -> None:
    period = stage.open()
    body = world.signed_intent("alpha_head", "submit_statement", {"plant": PLANT}, now=clock.now())
    assert refused(stage.get("alpha_head", f"periods/{period}/signing/")) == "period_state_wrong"
    assert refused(stage.post("alpha_head", f"periods/{period}/submission/", body)) == "period_state_wrong"
    assert refused(stage.get("alpha_head", f"periods/{period}/withdrawal/")) == "period_state_wrong"
    assert refused(stage.get("alpha_head", f"periods/{period}/sample-nonce/")) == "period_state_wrong"
    reason = {"reason": "x"}
    assert refused(stage.post("alpha_head", f"periods/{period}/correction/", reason)) == "period_state_wrong"


def test_a_submitted_period_takes_no_value_answer_evidence_or_second_submission(stage: Stage) -> None:
    period = stage.submitted()
    value = {"stream": "coal", "name": "ncv", "text": "20", "unit": "GJ/t", "origin": "measured"}
    answer = {"remark": "evidence_missing", "stream": "coal", "text": "x"}
    assert (
        refused(stage.post("alpha_head", f"periods/{period}/activity/", {"values": [value]}))
        == "period_locked"
    )
    assert refused(stage.post("alpha_head", f"periods/{period}/answers/", answer)) == "period_locked"
    assert refused(stage.upload("alpha_head", b"other %PDF-1.7\n%%EOF", period=period)) == "period_locked"
    assert refused(stage.post("alpha_head", f"periods/{period}/readiness/")) == "period_state_wrong"
    assert refused(stage.get("alpha_head", f"periods/{period}/signing/")) == "period_state_wrong"


def test_a_step_that_the_ledger_refused_is_no_entry_of_the_case(stage: Stage) -> None:
    """It is one while it is on its way; refused, nobody waits for it, and it is signed anew."""
    stage.in_verification()
    where = f"cases/{CASE}"
    fact = stage.ok(stage.get("lead_auditor", f"{where}/steps/independence/"))
    stage.ok(stage.signed("lead_auditor", f"{where}/steps/", fact, step="independence"), 202)
    log = stage.ok(stage.get("lead_auditor", f"{where}/"))["log"]
    assert [(entry["step"], entry["tx_id"]) for entry in log] == [("independence", "")]
    row = outbox.OutboxRow.objects.get(state="waiting", subject__contains="case:")
    assert outbox.refuse(row.pk, refusal="step_chain_broken", facts={})
    assert stage.ok(stage.get("lead_auditor", f"{where}/"))["log"] == []
    stage.ok(stage.step("lead_auditor", "independence"), 202)
    log = stage.ok(stage.get("lead_auditor", f"{where}/"))["log"]
    assert [entry["step"] for entry in log if entry["tx_id"]] == ["independence"]


def test_no_step_of_a_verification_can_be_skipped_taken_twice_or_signed_by_another_role(stage: Stage) -> None:
    stage.in_verification()
    where = f"cases/{CASE}"
    assert refused(stage.get("approver", f"{where}/approval/")) == "step_missing"
    assert refused(stage.get("lead_auditor", f"{where}/steps/sample/")) == "step_out_of_order"
    assert refused(stage.get("lead_auditor", f"{where}/steps/dance/")) == "step_unknown"
    assert refused(stage.get("lead_auditor", f"{where}/steps/technical_review/")) == "role_not_allowed"
    assert refused(stage.get("technical_reviewer", f"{where}/steps/independence/")) == "role_not_allowed"
    stage.ok(stage.step("lead_auditor", "independence"), 202)
    assert refused(stage.get("lead_auditor", f"{where}/steps/independence/")) == "step_already_recorded"
    assert refused(stage.get("lead_auditor", f"{where}/steps/plan/")) == "plan_missing"
    assert refused(stage.get("lead_auditor", f"{where}/sample/")) == "plan_missing"
    stage.sign_route("lead_auditor", f"{where}/plan/")
    assert refused(stage.get("lead_auditor", f"{where}/plan/")) == "plan_already_committed"
    assert refused(stage.get("lead_auditor", f"{where}/sample/")) == "sample_not_open"


def test_a_statement_that_nobody_submitted_or_that_has_a_case_cannot_be_opened(stage: Stage) -> None:
    assert refused(stage.get("regulator_1", f"cases/{CASE}/opening/")) == "not_found"
    stage.in_verification()
    assert refused(stage.get("regulator_1", f"cases/{CASE}/opening/")) == "report_state_wrong"


def test_the_chaincode_refuses_the_same_skips_when_the_application_is_bypassed(stage: Stage) -> None:
    from ledger.errors import Refusal_

    stage.in_verification()
    place = {"account": ALPHA, "plant": PLANT, "period": MONTH, "version": 1}
    digest = "0" * 64
    approval = place | {"work_log_root": digest, "findings_root": digest, "verification_digest": digest}
    step = place | {"step": "sample", "digest": digest, "previous": None}
    with pytest.raises(Refusal_, match="step_missing"):
        stage.ledger.sign("approver", "approve_and_mint", approval)
    with pytest.raises(Refusal_, match="step_out_of_order"):
        stage.ledger.sign("lead_auditor", "record_step", step)


# ---- what a browser may not send


def test_a_total_or_digest_beside_the_signature_is_not_accepted(stage: Stage) -> None:
    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    where = f"periods/{period}/submission/"
    assert refused(stage.signed("alpha_head", where, fact, total_g="1")) == "field_not_accepted"
    assert refused(stage.signed("alpha_head", where, fact, digest="0" * 64)) == "field_not_accepted"
    assert stage.state(period) == "ready"


@pytest.mark.parametrize(
    "changed",
    [
        {"statement_digest": "1" * 64},
        {"figures_root": "1" * 64},
        {"total_boxes": []},
        {"version": 2},
        {"nonce_commitment": "1" * 64},
        {"extra": "1"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_signed_statement_that_differs_in_any_field_is_refused(stage: Stage, changed: dict) -> None:
    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    fact["args"] |= changed
    answer = stage.signed("alpha_head", f"periods/{period}/submission/", fact)
    assert refused(answer) == "intent_not_as_shown"
    assert answer.json()["facts"]["field"].endswith(next(iter(changed)))
    assert stage.state(period) == "ready"


def test_a_figure_that_changed_while_the_head_was_reading_stops_the_signature(stage: Stage) -> None:
    from ingest.hot.models import Month

    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    Month.objects.filter(meter__meter="oil").update(count=12_351)
    assert refused(stage.signed("alpha_head", f"periods/{period}/submission/", fact)) == "figures_changed"
    again = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    assert again["args"]["statement_digest"] != fact["args"]["statement_digest"]


def test_what_is_signed_stays_the_same_while_nothing_changes(stage: Stage) -> None:
    period = stage.ready()
    first = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    assert stage.ok(stage.get("alpha_head", f"periods/{period}/signing/")) == first
    assert len(from_base64url(first["args"]["total_boxes"][0]["box"])) > 82


def test_another_persons_key_or_an_old_intent_does_not_submit(stage: Stage) -> None:
    from datetime import timedelta

    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    where = f"periods/{period}/submission/"
    body = world.signed_intent("alpha_head", fact["name"], fact["args"], now=clock.now())
    theirs = body | {"signature": world.sign(body["intent"], world.key_of("beta_head"))}
    assert refused(stage.post("alpha_head", where, theirs)) == "signature_invalid"
    clock.tick(timedelta(minutes=11))
    assert refused(stage.post("alpha_head", where, body)) == "intent_expired"


# ---- values and the pre-check

VALUES = [
    ({"text": "abc"}, "value_not_number"),
    ({"text": "NaN"}, "value_not_number"),
    ({"text": "1e3"}, "value_not_number"),
    ({"unit": "kg"}, "field_invalid"),
    ({"name": "flavour"}, "field_invalid"),
    ({"name": "balance.sold", "unit": "t"}, "field_invalid"),
    ({"origin": "rumour"}, "field_invalid"),
    ({"stream": "gold"}, "stream_unknown"),
    ({"evidence": ["00000000-0000-0000-0000-000000000000"]}, "not_found"),
    ({"total": "1"}, "field_not_accepted"),
]


@pytest.mark.parametrize(
    ("changed", "refusal"), VALUES, ids=[f"{row[1]}-{n}" for n, row in enumerate(VALUES)]
)
def test_a_wrong_value_is_refused_by_name(stage: Stage, changed: dict, refusal: str) -> None:
    period = stage.open()
    value = {
        "stream": "coal",
        "name": "ncv",
        "text": "20.118",
        "unit": "GJ/t",
        "origin": "measured",
    } | changed
    answer = stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [value]})
    assert refused(answer) == refusal


def test_a_typed_value_without_evidence_a_jump_and_a_gap_stop_the_pre_check(stage: Stage) -> None:
    from ingest.hot.models import Month

    period = stage.open()
    values = [
        {"stream": "coal", "name": name, "text": text, "unit": "%", "origin": "measured"}
        for name, text in CARBON.items()
    ]
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
    ready = f"periods/{period}/readiness/"
    assert refused(stage.post("alpha_manager", ready)) == "evidence_missing"
    evidence = stage.ok(stage.upload("alpha_manager", period=period), 201)["id"]
    values = [value | {"evidence": [evidence]} for value in values]
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
    Month.objects.filter(meter__meter="oil").update(ambiguous=2)
    assert refused(stage.post("alpha_manager", ready)) == "gap_open"
    Month.objects.filter(meter__meter="oil").update(ambiguous=0, estimated=100, hours=719)
    assert refused(stage.post("alpha_manager", ready)) == "remark_unanswered"
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    names = {remark["name"] for remark in shown["remarks"] if remark["needs_answer"]}
    assert names == {"hours_filled", "hours_missing"}
    assert {line["stream"]: line["grade"] for line in shown["lines"]} == {
        "coal": "A",
        "diesel": "C",
        "grid": "A",
    }
    Month.objects.filter(meter__meter="grid-in").delete()
    assert refused(stage.post("alpha_manager", ready)) == "quantity_missing"


def test_a_month_that_is_not_over_cannot_be_made_ready(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    body = {"plant": PLANT, "period": "2026-07"}
    period = stage.ok(stage.post("alpha_manager", "periods/", body), 201)["id"]
    assert refused(stage.post("alpha_manager", f"periods/{period}/readiness/")) == "period_not_over"


def test_readings_that_are_not_anchored_cannot_be_signed(stage: Stage) -> None:
    from datetime import date

    from ingest.hot.models import Anchor

    period = stage.ready()
    Anchor.objects.create(
        tenant="t_000001", account=ALPHA, plant=PLANT, day=date(2026, 6, 3), n=0, root="0" * 64,
        leaf_count=1, made_at=clock.now(),
    )  # fmt: skip
    assert refused(stage.get("alpha_head", f"periods/{period}/signing/")) == "anchors_pending"


PERIODS = [
    ({"plant": PLANT, "period": "2026-13"}, "period_invalid"),
    ({"plant": PLANT, "period": "202606"}, "period_invalid"),
    ({"plant": "nowhere", "period": MONTH}, "not_found"),
    ({"plant": PLANT, "period": MONTH}, "period_exists"),
]


@pytest.mark.parametrize(("body", "refusal"), PERIODS, ids=[row[1] for row in PERIODS])
def test_a_period_is_opened_once_for_a_month_of_a_plant(stage: Stage, body: dict, refusal: str) -> None:
    stage.open()
    assert refused(stage.post("alpha_manager", "periods/", body)) == refusal


MODELS = [
    ({"guideline": "ndrc-2099"}, "guideline_unknown"),
    ({"factor_sets": {"grid": "ar2"}}, "factor_set_unknown"),
    ({"streams": [{**MODEL["streams"][0], "item": "gold"}]}, "stream_unknown"),
    ({"streams": [{**MODEL["streams"][0], "meters": {"quantity": ["ghost"]}}]}, "unknown_meter"),
    ({"streams": [{**MODEL["streams"][0], "meters": {"quantity": ["grid-in"]}}]}, "unknown_meter"),
    ({"guideline": "ndrc-2013-cement", "streams": [], "region": "atlantis"}, "field_invalid"),
]


@pytest.mark.parametrize(
    ("changed", "refusal"), MODELS, ids=[f"{row[1]}-{n}" for n, row in enumerate(MODELS)]
)
def test_a_plant_is_accounted_by_what_exists(stage: Stage, changed: dict, refusal: str) -> None:
    assert refused(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL | changed)) == refusal


# ---- evidence

FILES = [
    (b"", "a.pdf", {}, "file_empty"),
    (b"MZ\x90 a program", "a.pdf", {}, "file_kind_wrong"),
    (PNG, "a.pdf", {}, "file_kind_wrong"),
    (b"%PDF-1.7 torn", "a.pdf", {}, "file_kind_wrong"),
    (b"%PDF-1.7\n%%EOF", "a.exe", {}, "file_kind_wrong"),
    (b"a,b\n1,\x00", "a.csv", {}, "file_kind_wrong"),
    (PNG, "a.png", {"sampled_on": "2026-06-20", "reported_on": "2026-06-10"}, "evidence_dates_wrong"),
    (PNG, "a.png", {"reported_on": "2026-07-20"}, "evidence_dates_wrong"),
    (PNG, "a.png", {"kind": "poem"}, "field_invalid"),
    (PNG, "a.png", {"sha256": "0" * 64}, "field_not_accepted"),
    (PNG, "a.png", {"sampled_on": "yesterday"}, "field_invalid"),
]


@pytest.mark.parametrize(
    ("content", "name", "more", "refusal"), FILES, ids=[f"{r[3]}-{n}" for n, r in enumerate(FILES)]
)
def test_a_wrong_file_is_refused_by_name(stage: Stage, content, name, more, refusal: str) -> None:
    assert refused(stage.upload("alpha_manager", content, name, **more)) == refusal


def test_a_file_above_fifty_megabytes_is_refused_and_the_same_file_is_kept_once(stage: Stage) -> None:
    stage.ok(stage.upload("alpha_manager"), 201)
    assert refused(stage.upload("alpha_manager")) == "evidence_duplicate"
    assert refused(stage.upload("alpha_manager", b"%PDF-1.7" + bytes(50 * 1024 * 1024))) == "file_too_large"


def test_a_laboratory_report_after_forty_days_supports_no_measured_value(stage: Stage) -> None:
    period = stage.open()
    dates = {"sampled_on": "2026-05-01", "reported_on": "2026-06-28"}
    late = stage.ok(stage.upload("alpha_manager", period=period, **dates), 201)["id"]
    value = {
        "stream": "coal",
        "name": "ncv",
        "text": "20",
        "unit": "GJ/t",
        "origin": "measured",
        "evidence": [late],
    }
    assert (
        refused(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [value]}))
        == "evidence_late"
    )
    value |= {"origin": "default"}
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [value]}))


def test_evidence_is_encrypted_at_rest_read_back_whole_and_a_changed_file_is_found(
    stage: Stage, settings
) -> None:
    from accounting import vault
    from accounting.models import Evidence
    from tenants.access import within
    from tenants.models import Tenant
    from tests.accounting.stage import PDF

    evidence = stage.ok(stage.upload("alpha_manager"), 201)["id"]
    [path] = (settings.TANHENG.home / "evidence" / "t_000001").glob(f"{evidence}.bin")
    assert PDF not in path.read_bytes()
    answer = stage.get("alpha_head", f"evidence/{evidence}/content/")
    assert answer.content == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with within(Tenant.objects.get(organisation_id=ALPHA)), pytest.raises(vault.VaultError):
        vault.load(evidence, digest=Evidence.objects.get().sha256)
