"""Verification cases after the draw: plan, sample, steps, approval, site visits; each refusal in order."""

import hashlib
from datetime import timedelta

import pytest

from tests.chaincode.town import MONTH, facts, h, refusal
from tests.chaincode.verification import (
    APPROVAL,
    NONCES,
    PLACE,
    YEAR,
    case,
    statement,
    verify,
)


def test_the_sample_comes_after_the_plan_and_its_seed_is_of_both_sides(town):
    town.must("head_a", "submit_statement", statement())
    nonce = PLACE | {"nonce": NONCES["enterprise"]}
    assert refusal(town.act("head_a", "open_sample", nonce)) == "case_unknown"
    town.must("reg1", "open_case", case())
    assert refusal(town.act("head_a", "open_sample", nonce)) == "plan_missing"
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})
    again = PLACE | {"plan_digest": h("another")}
    assert refusal(town.act("lead", "commit_sampling_plan", again)) == "plan_already_committed"
    assert refusal(town.act("head_b", "open_sample", nonce)) == "account_mismatch"
    assert refusal(town.act("head_a", "open_sample", PLACE | {"nonce": h("x")})) == "nonce_mismatch"
    town.must("head_a", "open_sample", nonce)
    assert town.read("case", "acc_a", "pl1", "2026-05", 1)["seed"] is None
    town.must("reg1", "open_sample", PLACE | {"nonce": NONCES["regulator"]})
    seed = hashlib.sha256(bytes.fromhex(h("plan") + NONCES["enterprise"] + NONCES["regulator"])).hexdigest()
    assert town.read("case", "acc_a", "pl1", "2026-05", 1)["seed"] == seed
    assert refusal(town.act("head_a", "open_sample", nonce)) == "sample_already_open"


def test_a_changed_plan_is_a_further_version_with_a_reason_and_leaves_the_seed_alone(town):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})
    town.must("head_a", "open_sample", PLACE | {"nonce": NONCES["enterprise"]})
    second = PLACE | {"plan_digest": h("larger"), "reason": "雷达在两份化验单上有迹象"}
    town.must("lead", "commit_sampling_plan", second)
    assert refusal(town.act("lead", "commit_sampling_plan", second)) == "plan_already_committed"
    town.must("reg1", "open_sample", PLACE | {"nonce": NONCES["regulator"]})
    kept = town.read("case", "acc_a", "pl1", "2026-05", 1)
    seed = hashlib.sha256(bytes.fromhex(h("plan") + NONCES["enterprise"] + NONCES["regulator"])).hexdigest()
    assert (kept["seed"], kept["plan_digest"]) == (seed, h("larger"))
    assert [(one["plan_digest"], one["reason"]) for one in kept["plans"]] == [
        (h("plan"), None),
        (h("larger"), second["reason"]),
    ]
    third = PLACE | {"plan_digest": h("third"), "reason": "once more"}
    town.must("lead", "commit_sampling_plan", third)
    previous = None
    for step in MONTH[:3]:
        town.must("lead", "record_step", PLACE | {"step": step, "digest": h(step), "previous": previous})
        previous = h(step)
    late = PLACE | {"plan_digest": h("fourth"), "reason": "too late"}
    assert refusal(town.act("lead", "commit_sampling_plan", late)) == "step_already_recorded"


def test_an_open_finding_holds_the_decision_up_on_the_ledger_itself(town):
    town.must("head_a", "submit_statement", statement())
    verify(town, steps=MONTH[:4])
    town.must("lead", "raise_finding", PLACE | {"number": 1, "digest": h("f"), "due_on": "2026-06-04"})
    closing = PLACE | {"step": "findings_closed", "digest": h("closed"), "previous": h("recomputation")}
    assert refusal(town.act("lead", "record_step", closing)) == "finding_open"
    assert refusal(town.act("appr", "approve_and_mint", PLACE | APPROVAL)) == "step_missing"
    settled = PLACE | {"number": 1, "outcome_digest": h("settled")}
    assert refusal(town.act("tech", "close_finding", settled)) == "role_not_allowed"
    town.must("lead", "close_finding", settled)
    assert refusal(town.act("lead", "close_finding", settled)) == "finding_closed"
    town.must("lead", "record_step", closing)
    again = PLACE | {"number": 2, "digest": h("f2"), "due_on": "2026-06-04"}
    assert refusal(town.act("lead", "raise_finding", again)) == "step_already_recorded"


def test_after_the_deadline_the_seed_stands_without_the_silent_side_and_names_it(town):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})
    town.must("reg1", "open_sample", PLACE | {"nonce": NONCES["regulator"]})
    town.now += timedelta(hours=73)
    town.must("reg1", "open_sample", PLACE | {"nonce": NONCES["regulator"]})
    opened = town.read("case", "acc_a", "pl1", "2026-05", 1)
    assert opened["seed"] == hashlib.sha256(bytes.fromhex(h("plan") + NONCES["regulator"])).hexdigest()
    assert opened["left_out"] == "enterprise"


@pytest.mark.parametrize(
    ("who", "step", "previous", "expected"),
    [
        ("lead", "site_visit", "independence", "step_unknown"),
        ("tech", "plan", "independence", "role_not_allowed"),
        ("lead", "independence", "independence", "step_already_recorded"),
        ("lead", "sample", "independence", "step_out_of_order"),
        ("lead", "plan", "x", "step_chain_broken"),
        ("appr", "plan", "independence", "role_not_allowed"),
    ],
)
def test_a_step_is_refused(town, who, step, previous, expected):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})
    first = PLACE | {"step": "independence", "digest": h("independence"), "previous": None}
    town.must("lead", "record_step", first)
    args = PLACE | {"step": step, "digest": h(step), "previous": h(previous)}
    assert refusal(town.act(who, "record_step", args)) == expected


def test_the_sample_step_waits_for_the_seed(town):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    first = PLACE | {"step": "independence", "digest": h("1"), "previous": None}
    town.must("lead", "record_step", first)
    plan = PLACE | {"step": "plan", "digest": h("2"), "previous": h("1")}
    assert refusal(town.act("lead", "record_step", plan)) == "plan_missing"
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})
    town.must("lead", "record_step", plan)
    sample = PLACE | {"step": "sample", "digest": h("3"), "previous": h("2")}
    assert refusal(town.act("lead", "record_step", sample)) == "sample_not_open"


@pytest.mark.parametrize("missing", range(len(MONTH)))
def test_nothing_is_minted_with_a_step_missing(town, missing):
    town.must("head_a", "submit_statement", statement())
    verify(town, steps=MONTH[:missing])
    outcome = town.act("appr", "approve_and_mint", PLACE | APPROVAL)
    assert (refusal(outcome), facts(outcome)) == ("step_missing", {"step": MONTH[missing]})


def test_only_the_case_s_approver_mints_and_once(town):
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act("appr", "approve_and_mint", PLACE | APPROVAL)) == "report_state_wrong"
    verify(town)
    town.settle("aud2", "auditor")
    town.welcome("appr2", "aud2", "approver")
    assert refusal(town.act("appr2", "approve_and_mint", PLACE | APPROVAL)) == "not_case_auditor"
    assert refusal(town.act("lead", "approve_and_mint", PLACE | APPROVAL)) == "role_not_allowed"
    town.must("appr", "approve_and_mint", PLACE | APPROVAL)
    report = town.read("report", "acc_a", "pl1", "2026-05", 1)
    assert (report["state"], report["auditor"], report["approval"]["approved_by"]) == (
        "minted",
        "aud",
        "appr",
    )
    assert len(report["intents"]) == 2
    assert refusal(town.act("appr", "approve_and_mint", PLACE | APPROVAL)) == "report_state_wrong"


# --- the site visit of a year ------------------------------------------------------------------------------

YEARLY = PLACE | {"period": "2026"}
VISIT = YEARLY | {"digest": h("site_visit")}


@pytest.mark.parametrize("missing", range(len(YEAR)))
def test_nothing_is_minted_of_a_year_with_a_step_missing(town, missing):
    """A year has one step more, the visit on the spot, and no other makes up for it."""
    town.must("head_a", "submit_statement", statement(period="2026"))
    verify(town, YEARLY, YEAR[:missing])
    outcome = town.act("appr", "approve_and_mint", YEARLY | APPROVAL)
    assert (refusal(outcome), facts(outcome)) == ("step_missing", {"step": YEAR[missing]})


def visited(town):
    """A year's case up to its visit, recorded by the lead auditor."""
    town.must("head_a", "submit_statement", statement(period="2026"))
    verify(town, YEARLY, MONTH[:4])
    record = {"step": "site_visit", "digest": h("site_visit"), "previous": h("recomputation")}
    town.must("lead", "record_step", YEARLY | record)


def test_a_visit_of_one_inspector_holds_the_verification_up(town):
    visited(town)
    after = YEARLY | {"step": "findings_closed", "digest": h("f"), "previous": h("site_visit")}
    assert refusal(town.act("lead", "record_step", after)) == "second_inspector_missing"
    town.must("lead_b", "attest_visit", VISIT)
    assert town.read("case", "acc_a", "pl1", "2026", 1)["steps"][-1]["second"] == "lead_b"
    town.must("lead", "record_step", after)


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("appr", {}, "role_not_allowed"),
        ("lead_b", {"period": "2026-05"}, "case_unknown"),
        ("lead_c", {}, "not_case_auditor"),
        ("lead_b", {"digest": h("other")}, "digest_mismatch"),
        ("lead", {}, "same_person"),
    ],
)
def test_the_second_inspector_s_word_is_refused(town, who, change, expected):
    visited(town)
    town.settle("aud2", "auditor")
    town.welcome("lead_c", "aud2", "lead_auditor")
    assert refusal(town.act(who, "attest_visit", VISIT | change)) == expected


def test_a_visit_is_attested_after_it_is_recorded_and_once(town):
    town.must("head_a", "submit_statement", statement(period="2026"))
    verify(town, YEARLY, MONTH[:4])
    assert refusal(town.act("lead_b", "attest_visit", VISIT)) == "step_missing"
    record = {"step": "site_visit", "digest": h("site_visit"), "previous": h("recomputation")}
    town.must("lead", "record_step", YEARLY | record)
    town.must("lead_b", "attest_visit", VISIT)
    assert refusal(town.act("tech", "attest_visit", VISIT)) == "step_already_recorded"


def test_who_inspected_neither_reviews_nor_approves(town):
    visited(town)
    town.must("tech", "attest_visit", VISIT)
    closed = YEARLY | {"step": "findings_closed", "digest": h("f"), "previous": h("site_visit")}
    town.must("lead", "record_step", closed)
    review = YEARLY | {"step": "technical_review", "digest": h("r"), "previous": h("f")}
    assert refusal(town.act("tech", "record_step", review)) == "reviewer_same_person"


def test_a_returned_statement_comes_back_as_the_next_version(town):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("lead", "return_statement", PLACE | {"reason_digest": h("reason")})
    assert town.read("report", "acc_a", "pl1", "2026-05", 1)["state"] == "returned"
    town.must("head_a", "submit_statement", statement(version=2))
