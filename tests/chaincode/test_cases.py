"""Verification cases: the auditor assigned, plan, sample, steps, approval; each refusal in its order."""

import copy
import hashlib
from datetime import timedelta

import pytest

from chaincode import draws
from tests.chaincode.town import MONTH, accepted, facts, h, refusal
from tests.chaincode.verification import (
    APPROVAL,
    NONCES,
    PLACE,
    case,
    commit,
    commitments,
    draw_nonce,
    mint,
    ready,
    statement,
    unseal,
    verify,
)


@pytest.fixture(scope="module")
def prepared():
    return ready()


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def another_body(town, account="aud2", roles=("lead_auditor", "technical_reviewer", "approver")):
    """A further auditor with all its people, or some."""
    town.settle(account, "auditor")
    for role in roles:
        town.welcome(f"{role}_{account}", account, role)


def in_order(seed, account, *bodies):
    """Bodies in the order in which the seed draws them for an account, computed by hand."""
    return sorted(
        bodies,
        key=lambda body: hashlib.sha256(bytes.fromhex(seed) + f"{account}\0{body}".encode()).hexdigest(),
    )


def seed_of(period):
    nonces = draw_nonce("adm", period) + draw_nonce("reg", period)
    return hashlib.sha256(b"tanheng-draw-2" + bytes.fromhex(nonces)).hexdigest()


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("adm", {}, "role_not_allowed"),
        ("reg1", {"candidates": ["aud"]}, "bad_argument"),
        ("reg1", {"draw_nonce": h("draw")}, "bad_argument"),
        ("reg1", {"version": 2}, "report_unknown"),
    ],
)
def test_a_case_is_refused(town, who, change, expected):
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act(who, "open_case", case(**change))) == expected


def test_a_case_waits_for_its_draw_and_is_opened_once(town):
    commit(town, "2026-06")
    town.must("head_a", "submit_statement", statement(period="2026-06"))
    june = case(period="2026-06")
    for side, who in (("adm", "adm"), ("reg", "reg1")):
        assert refusal(town.act("reg1", "open_case", june)) == "draw_not_open"
        town.must(who, "open_draw", {"period": "2026-06", "nonce": draw_nonce(side, "2026-06")})
    town.must("reg1", "open_case", june)
    assert refusal(town.act("reg1", "open_case", june)) == "case_exists"
    place = {"plant": "pl1", "period": "2026-06", "version": 1}
    town.must("head_a", "withdraw_submission", place)
    assert refusal(town.act("reg1", "open_case", june)) == "case_exists"
    town.must("head_a", "submit_statement", statement())
    town.must("head_a", "withdraw_submission", place | {"period": "2026-05"})
    assert refusal(town.act("reg1", "open_case", case())) == "report_state_wrong"


def test_the_draw_alone_decides_among_all_able_auditors(town):
    """Neither statement, plant nor version moves it; a body without all three roles is no candidate."""
    another_body(town, "aud2")
    another_body(town, "aud3", ("lead_auditor", "approver"))
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    opened = town.read("case", "acc_a", "pl1", "2026-05", 1)
    first = in_order(seed_of("2026-05"), "acc_a", "aud", "aud2")[0]
    assert (opened["draw"], opened["candidates"], opened["passed_over"], opened["auditor"]) == (
        seed_of("2026-05"),
        ["aud", "aud2"],
        [],
        first,
    )
    town.must("head_a", "withdraw_submission", {"plant": "pl1", "period": "2026-05", "version": 1})
    again = {"version": 2, "statement_digest": h("another"), "nonce_commitment": h("another nonce")}
    town.must("head_a", "submit_statement", statement(**again))
    town.must("reg2", "open_case", case(version=2))
    assert town.read("case", "acc_a", "pl1", "2026-05", 2)["auditor"] == first
    town.must("head_a", "submit_statement", statement(plant="pl2"))
    town.must("reg2", "open_case", case(plant="pl2"))
    assert town.read("case", "acc_a", "pl2", "2026-05", 1)["auditor"] == first


def test_periods_draw_different_auditors(town):
    """48 periods, two bodies: each is drawn, about evenly (binomial: fewer than 12 of 48 in 1 of 2,500)."""
    another_body(town, "aud2")
    drawn = {"aud": 0, "aud2": 0}
    for number in range(48):
        seed = h(f"seed {number}")
        drawn[in_order(seed, "acc_a", "aud", "aud2")[0]] += 1
        assert draws.ranked(seed, "acc_a", ["aud2", "aud"]) == in_order(seed, "acc_a", "aud", "aud2")
    assert min(drawn.values()) >= 12


def test_an_auditor_of_too_many_years_is_passed_over(town):
    for year in ("2022", "2023", "2024"):
        mint(town, period=f"{year}-05")
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act("reg1", "open_case", case())) == "no_candidate"
    another_body(town, "aud2")
    town.must("reg1", "open_case", case())
    opened = town.read("case", "acc_a", "pl1", "2026-05", 1)
    order = in_order(seed_of("2026-05"), "acc_a", "aud", "aud2")
    assert opened["auditor"] == "aud2"
    assert opened["passed_over"] == order[: order.index("aud2")]


@pytest.mark.parametrize(("year", "expected"), [(2026, "no_candidate"), (2024, "no_candidate"), (2023, None)])
def test_who_compiled_for_the_enterprise_lately_is_not_drawn(town, year, expected):
    town.must("appr", "declare_compilation", {"account": "acc_a", "year": year})
    town.must("head_a", "submit_statement", statement())
    outcome = town.act("reg1", "open_case", case())
    assert (refusal(outcome) if expected else outcome.status) == (expected or 200)


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("tech", {}, "role_not_allowed"),
        ("head_a", {}, "role_not_allowed"),
        ("lead", {"account": "acc_x"}, "account_unknown"),
        ("lead", {"account": "regulator"}, "holder_not_allowed"),
        ("lead", {"year": 2025}, "compilation_exists"),
    ],
)
def test_a_declaration_of_compiling_is_refused(town, who, change, expected):
    town.must("appr", "declare_compilation", {"account": "acc_a", "year": 2025})
    args = {"account": "acc_a", "year": 2024} | change
    assert refusal(town.act(who, "declare_compilation", args)) == expected


def test_who_declares_compiling_during_the_case_does_not_approve(town):
    town.must("head_a", "submit_statement", statement())
    verify(town)
    town.must("appr", "declare_compilation", {"account": "acc_a", "year": 2026})
    assert refusal(town.act("appr", "approve_and_mint", PLACE | APPROVAL)) == "auditor_not_independent"


def test_a_suspended_body_is_not_drawn(town):
    town.welcome("adm2", "administrator", "administrator")
    args = {"account": "aud", "reason_digest": h("reason")}
    town.must("head_a", "submit_statement", statement())
    accepted(town.two("s1", "suspend", args, "adm", "adm2"))
    assert refusal(town.act("reg1", "open_case", case())) == "no_candidate"
    accepted(town.two("s2", "reinstate", args, "adm", "adm2"))
    town.must("reg1", "open_case", case())


# --- the draw itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "draws_given", "expected"),
    [
        ("head_a", [{"period": "2027-01", "commitment": h("c")}], "role_not_allowed"),
        ("lead", [{"period": "2027-01", "commitment": h("c")}], "role_not_allowed"),
        ("adm", [], "bad_argument"),
        ("adm", [{"period": "2027-13", "commitment": h("c")}], "bad_argument"),
        ("reg1", [{"period": f"20{n:02d}", "commitment": h("c")} for n in range(61)], "too_many_inputs"),
        ("reg1", [{"period": "2027-01", "commitment": h(c)} for c in "cd"], "input_twice"),
        ("adm", [{"period": "2026-05", "commitment": h("c")}], "draw_committed"),
        ("reg2", [{"period": "2026-05", "commitment": h("c")}], "draw_committed"),
    ],
)
def test_commitments_are_refused(town, who, draws_given, expected):
    assert refusal(town.act(who, "commit_draws", {"draws": draws_given})) == expected


def test_nothing_is_submitted_before_both_sides_have_committed(town):
    june = statement(period="2026-06")
    for side, who in (("adm", "adm"), ("reg", "reg1")):
        outcome = town.act("head_a", "submit_statement", june)
        assert (refusal(outcome), facts(outcome)) == ("draw_missing", {"period": "2026-06"})
        town.must(who, "commit_draws", commitments(side, "2026-06"))
    town.must("head_a", "submit_statement", june)


def test_a_nonce_is_opened_by_its_side_once_and_only_when_both_are_committed(town):
    opening = {"period": "2026-06", "nonce": draw_nonce("adm", "2026-06")}
    assert refusal(town.act("adm", "open_draw", opening)) == "draw_missing"
    town.must("adm", "commit_draws", commitments("adm", "2026-06"))
    assert refusal(town.act("adm", "open_draw", opening)) == "draw_missing"
    town.must("reg1", "commit_draws", commitments("reg", "2026-06"))
    assert refusal(town.act("reg1", "open_draw", opening)) == "nonce_mismatch"
    assert refusal(town.act("head_a", "open_draw", opening)) == "role_not_allowed"
    town.must("adm", "open_draw", opening)
    assert town.read("draw", "2026-06")["seed"] is None
    assert refusal(town.act("adm", "open_draw", opening)) == "draw_already_open"
    town.must("reg2", "open_draw", opening | {"nonce": draw_nonce("reg", "2026-06")})
    assert town.read("draw", "2026-06")["seed"] == seed_of("2026-06")


def test_a_draw_that_cannot_be_opened_begins_again_by_both_sides_and_after_three_days(town):
    args = {"period": "2026-06", "reason_digest": h("nonce lost")}
    proposal = {"action": "v0", "act": "void_draw", "act_args": args}
    assert refusal(town.act("adm", "propose_action", proposal)) == "draw_missing"
    over = proposal | {"act_args": args | {"period": "2026-05"}}
    assert refusal(town.act("adm", "propose_action", over)) == "draw_already_open"
    commit(town, "2026-06")
    town.must("head_a", "submit_statement", statement(period="2026-06"))
    accepted(town.two("v1", "void_draw", args, "adm", "reg1"))
    assert town.read("draw", "2026-06")["round"] == 1
    town.now += timedelta(hours=72)
    town.must("reg1", "execute_action", {"action": "v1"})
    assert town.read("draw", "2026-06") == {
        "period": "2026-06",
        "round": 2,
        "administrator": None,
        "regulator": None,
        "seed": None,
    }
    commit(town, "2026-06")
    unseal(town, "2026-06")
    town.must("reg1", "open_case", case(period="2026-06"))


def test_a_draw_opened_while_its_voiding_waits_stands(town):
    commit(town, "2026-06")
    args = {"period": "2026-06", "reason_digest": h("nonce lost")}
    accepted(town.two("v1", "void_draw", args, "adm", "reg1"))
    unseal(town, "2026-06")
    town.now += timedelta(hours=72)
    assert refusal(town.act("adm", "execute_action", {"action": "v1"})) == "draw_already_open"


# --- plan, sample, steps -----------------------------------------------------------------------------------


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
