"""Who verifies: the draw of an auditor, its commitments and nonces, and whom it passes over."""

import hashlib
from datetime import timedelta

import pytest

from chaincode import draws
from tests.chaincode.town import accepted, facts, h, refusal
from tests.chaincode.verification import (
    APPROVAL,
    PLACE,
    case,
    commit,
    commitments,
    draw_nonce,
    mint,
    statement,
    unseal,
    verify,
)


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


@pytest.mark.parametrize("tie", ["advice", "assets", "managers"])
@pytest.mark.parametrize(("year", "expected"), [(2026, "no_candidate"), (2023, "no_candidate"), (2022, None)])
def test_who_was_tied_to_the_enterprise_within_three_years_is_not_drawn(town, tie, year, expected):
    town.must("lead", "declare_compilation", {"account": "acc_a", "year": year, "tie": tie})
    town.must("head_a", "submit_statement", statement())
    outcome = town.act("reg1", "open_case", case())
    assert (refusal(outcome) if expected else outcome.status) == (expected or 200)
    if expected:
        another_body(town, "aud2")
        town.must("reg1", "open_case", case())
        opened = town.read("case", "acc_a", "pl1", "2026-05", 1)
        assert opened["auditor"] == "aud2"


def test_each_tie_is_declared_once_a_year_and_none_hides_another(town):
    args = {"account": "acc_a", "year": 2025}
    for tie in ("advice", "managers"):
        town.must("appr", "declare_compilation", args | {"tie": tie})
        assert refusal(town.act("lead", "declare_compilation", args | {"tie": tie})) == "compilation_exists"
    town.must("appr", "declare_compilation", args)
    town.must("appr", "declare_compilation", args | {"year": 2026, "tie": "advice"})
    assert refusal(town.act("appr", "declare_compilation", args | {"tie": "friendship"})) == "bad_argument"
    kept = town.read("tenure", "aud", "acc_a")
    assert kept["compiled"] == [2025]
    told = [(tie["kind"], tie["year"]) for tie in kept["ties"]]
    assert told == [("advice", 2025), ("managers", 2025), ("advice", 2026)]


def test_who_declares_a_tie_during_the_case_does_not_approve(town):
    town.must("head_a", "submit_statement", statement())
    verify(town)
    town.must("appr", "declare_compilation", {"account": "acc_a", "year": 2024, "tie": "assets"})
    assert refusal(town.act("appr", "approve_and_mint", PLACE | APPROVAL)) == "auditor_not_independent"


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
