"""The evidence chain: meters, anchors, statements, cases, minted report, obligation, surrender."""

import copy
import hashlib
from datetime import timedelta

import pytest
from lexicon.commitment import leaf_hash

from tests.chaincode.town import MONTH, Town, accepted, facts, h, refusal

NONCES = {"enterprise": h("nonce e"), "regulator": h("nonce r")}
PLACE = {"account": "acc_a", "plant": "pl1", "period": "2026-05", "version": 1}


def committed(nonce):
    return hashlib.sha256(bytes.fromhex(nonce)).hexdigest()


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive()
    accepted(town.serve("ingest", "anchor_day", anchor()))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def anchor(day="2026-05-01", n=0, root="root", previous=None, **changes):
    return {
        "account": "acc_a",
        "plant": "pl1",
        "day": day,
        "n": n,
        "root": h(root),
        "leaf_count": 96,
        "previous_root": h(previous) if previous else None,
    } | changes


def statement(**changes):
    return {
        "plant": "pl1",
        "period": "2026-05",
        "version": 1,
        "statement_digest": h("statement"),
        "figures_root": h("figures"),
        "figures_count": 4,
        "guideline": "ndrc-2013-power",
        "guideline_hash": h("guideline"),
        "factor_sets_hash": h("factors"),
        "anchors": [{"plant": "pl1", "day": "2026-05-01", "n": 0, "root": h("root")}],
        "total_boxes": [{"fingerprint": h("key"), "box": "AQ"}],
        "nonce_commitment": committed(NONCES["enterprise"]),
    } | changes


def case(**changes):
    return (
        PLACE
        | {
            "candidates": ["aud"],
            "draw_nonce": h("draw"),
            "nonce_commitment": committed(NONCES["regulator"]),
        }
        | changes
    )


APPROVAL = {"work_log_root": h("log"), "findings_root": h("none"), "verification_digest": h("verification")}


def verify(town, place=PLACE, steps=MONTH):
    """All steps of a verification up to the approval, which is left to the test."""
    town.must("reg1", "open_case", case() | place)
    town.must("lead", "commit_sampling_plan", place | {"plan_digest": h("plan")})
    town.must("head_a", "open_sample", place | {"nonce": NONCES["enterprise"]})
    town.must("reg2", "open_sample", place | {"nonce": NONCES["regulator"]})
    previous = None
    for step in steps:
        who = "tech" if step == "technical_review" else "lead"
        town.must(who, "record_step", place | {"step": step, "digest": h(step), "previous": previous})
        previous = h(step)


def mint(town, **changes):
    town.must("head_a", "submit_statement", statement(**changes))
    place = PLACE | {key: changes[key] for key in ("period", "version", "plant") if key in changes}
    verify(town, place, MONTH if len(place["period"]) == 7 else [*MONTH[:4], "site_visit", *MONTH[4:]])
    town.must("appr", "approve_and_mint", place | APPROVAL)


# --- meters and anchors ------------------------------------------------------------------------------------

METER = {
    "account": "acc_a",
    "plant": "pl1",
    "meter": "coal_1",
    "n": 0,
    "medium": "coal",
    "unit": "t",
    "least_count": "0.001",
    "digits": 9,
    "gateway_key": {"fingerprint": h("gateway"), "algorithm": "ed25519", "spki": "AAAA"},
    "valid_from": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("trader_a", {}, "role_not_allowed"),
        ("operator_b", {}, "account_mismatch"),
        ("operator_a", {"unit": "barrel"}, "unit_unknown"),
        ("operator_a", {"gateway_key": METER["gateway_key"] | {"algorithm": "rsa"}}, "bad_argument"),
        ("operator_a", {"least_count": "1e-3"}, "bad_argument"),
        ("operator_a", {"n": 1}, "meter_number_gap"),
    ],
)
def test_a_meter_is_refused(town, who, change, expected):
    assert refusal(town.act(who, "register_meter", METER | change)) == expected


def test_a_replaced_meter_is_the_next_installation(town):
    town.must("operator_a", "register_meter", METER)
    assert refusal(town.act("operator_a", "register_meter", METER)) == "meter_exists"
    town.must("head_a", "register_meter", METER | {"n": 1, "gateway_key": None})
    assert town.read("meter", "acc_a", "pl1", "coal_1", 1)["gateway_key"] is None


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (anchor(), "exists"),
        (anchor(root="other"), "anchor_exists"),
        (anchor(account="acc_x"), "account_unknown"),
        (anchor(account="aud"), "account_not_active"),
        (anchor(n=2, root="late", previous="root"), "anchor_number_gap"),
        (anchor(n=1, root="late"), "anchor_previous_wrong"),
        (anchor(n=1, root="late", previous="other"), "anchor_previous_wrong"),
        (anchor("2026-05-02", previous="other"), "anchor_previous_wrong"),
        (anchor("2026-05-04", previous="root"), "anchor_previous_wrong"),
        (anchor("2026-02-30", previous="root"), "bad_argument"),
    ],
)
def test_an_anchor_is_refused(town, args, expected):
    assert refusal(town.serve("ingest", "anchor_day", args)) == expected


def test_anchors_chain_within_a_day_and_from_day_to_day(town):
    accepted(town.serve("ingest", "anchor_day", anchor(n=1, root="late", previous="root")))
    accepted(town.serve("ingest", "anchor_day", anchor("2026-05-02", root="day 2", previous="root")))
    assert refusal(town.serve("clock", "anchor_day", anchor("2026-05-03"))) == "certificate_not_allowed"


# --- statements --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("operator_a", {}, "role_not_allowed"),
        ("appr", {}, "role_not_allowed"),
        ("head_a", {"total": "1"}, "bad_argument"),
        ("head_a", {"statement_digest": "AB"}, "bad_argument"),
        ("head_a", {"version": 2}, "report_version_wrong"),
        ("head_a", {"total_boxes": []}, "box_missing"),
        ("head_a", {"anchors": statement()["anchors"] * 2}, "input_twice"),
        ("head_a", {"anchors": [statement()["anchors"][0] | {"root": h("x")}]}, "anchor_unknown"),
        ("head_b", {}, "anchor_unknown"),
    ],
)
def test_a_statement_is_refused(town, who, change, expected):
    assert refusal(town.act(who, "submit_statement", statement(**change))) == expected


def test_a_period_has_one_active_report_and_the_next_version_follows(town):
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act("head_a", "submit_statement", statement(version=2))) == "report_active"
    place = {"plant": "pl1", "period": "2026-05", "version": 1}
    assert refusal(town.act("head_b", "withdraw_submission", place)) == "report_unknown"
    town.must("head_a", "withdraw_submission", place)
    assert refusal(town.act("head_a", "withdraw_submission", place)) == "report_state_wrong"
    outcome = town.act("head_a", "submit_statement", statement())
    assert (refusal(outcome), facts(outcome)) == ("report_version_wrong", {"expected": 2})
    town.must("head_a", "submit_statement", statement(version=2))


def test_a_minted_period_takes_a_correction_only_and_the_old_report_counts_until_then(town):
    mint(town)
    assert refusal(town.act("head_a", "submit_statement", statement(version=2))) == "report_already_minted"
    args = {"statement": statement(version=2), "reason_digest": h("reason")}
    assert refusal(town.act("head_b", "supersede", args)) == "report_not_minted"
    town.must("head_a", "supersede", args)
    assert town.read("report", "acc_a", "pl1", "2026-05", 1)["state"] == "minted"
    place = PLACE | {"version": 2}
    verify(town, place)
    town.must("appr", "approve_and_mint", place | APPROVAL)
    states = {report["version"]: report["state"] for report in town.all("report")}
    assert states == {1: "superseded", 2: "minted"}
    assert refusal(town.act("head_a", "submit_statement", statement(version=3))) == "report_already_minted"


# --- cases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("adm", {}, "role_not_allowed"),
        ("reg1", {"version": 2}, "report_unknown"),
        ("reg1", {"candidates": ["aud_x"]}, "account_unknown"),
        ("reg1", {"candidates": ["acc_b"]}, "auditor_not_independent"),
        ("reg1", {"candidates": []}, "no_candidate"),
    ],
)
def test_a_case_is_refused(town, who, change, expected):
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act(who, "open_case", case(**change))) == expected


def test_the_auditor_is_drawn_among_the_independent(town):
    town.settle("aud2", "auditor")
    town.welcome("lead2", "aud2", "lead_auditor")
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case(candidates=["aud", "aud2"]))
    opened = town.read("case", "acc_a", "pl1", "2026-05", 1)
    draw = hashlib.sha256(
        b"tanheng-draw-1" + bytes.fromhex(committed(NONCES["enterprise"]) + h("draw") + h("statement"))
    ).hexdigest()
    assert opened["draw"] == draw
    assert opened["auditor"] == ["aud", "aud2"][int(draw, 16) % 2]
    assert refusal(town.act("reg1", "open_case", case())) == "case_exists"


def test_an_auditor_of_too_many_years_is_not_drawn(town):
    for year in ("2022", "2023", "2024"):
        mint(town, period=f"{year}-05")
    town.must("head_a", "submit_statement", statement())
    assert refusal(town.act("reg1", "open_case", case())) == "no_candidate"


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


def test_a_returned_statement_comes_back_as_the_next_version(town):
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("lead", "return_statement", PLACE | {"reason_digest": h("reason")})
    assert town.read("report", "acc_a", "pl1", "2026-05", 1)["state"] == "returned"
    town.must("head_a", "submit_statement", statement(version=2))


# --- obligation and surrender ------------------------------------------------------------------------------


def figures(total_g, salt):
    """Root and audit path of a tree of four figures whose first is the total."""
    leaves = [leaf_hash(salt=bytes.fromhex(salt), name="total", value=total_g)]
    leaves += [hashlib.sha256(bytes([place])).digest() for place in (1, 2, 3)]
    left = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    right = hashlib.sha256(b"\x01" + leaves[2] + leaves[3]).digest()
    root = hashlib.sha256(b"\x01" + left + right).hexdigest()
    return root, [leaves[1].hex(), right.hex()]


def obliged(town, total_g=500_400_000, salt="00" * 16):
    """A minted year of a few hundred tonnes with its obligation."""
    root, path = figures(total_g, salt)
    mint(town, period="2026", figures_root=root)
    opening = {"salt": salt, "value": str(total_g), "index": 0, "path": path}
    return {"account": "acc_a", "year": 2026, "plant_or_entity": "pl1", "version": 1, "opening": opening}


def test_an_obligation_is_the_opened_total_of_a_minted_year(town):
    args = obliged(town)
    for change in (
        {"value": "500400001"},
        {"salt": "01" * 16},
        {"index": 1},
        {"path": args["opening"]["path"][:1]},
    ):
        wrong = {
            "action": "o0",
            "act": "set_obligation",
            "act_args": args | {"opening": args["opening"] | change},
        }
        assert refusal(town.act("reg1", "propose_action", wrong)) == "opening_mismatch"
    accepted(town.two("o1", "set_obligation", args, "reg1", "reg2"))
    obligation = town.read("obligation", "acc_a", 2026)
    assert (obligation["verified_g"], obligation["due_t"], obligation["state"]) == (
        "500400000",
        "500",
        "open",
    )
    again = {"action": "o2", "act": "set_obligation", "act_args": args}
    assert refusal(town.act("reg1", "propose_action", again)) == "obligation_exists"


def test_an_obligation_needs_two_regulators_and_a_minted_year(town):
    args = obliged(town)
    same = {"action": "o1", "act": "set_obligation", "act_args": args}
    assert refusal(town.act("adm", "propose_action", same)) == "role_not_allowed"
    assert refusal(town.two("o1", "set_obligation", args, "reg1", "reg1")) == "same_person"
    other = {"action": "o2", "act": "set_obligation", "act_args": args | {"year": 2025}}
    assert refusal(town.act("reg1", "propose_action", other)) == "report_unknown"


def use(quantity, serial=1, unit="CEA", vintage=2026):
    return {"unit": unit, "vintage": vintage, "serial_from": str(serial), "quantity": str(quantity)}


def surrendering(lots, surrender="sur_1"):
    return {"surrender": surrender, "year": 2026, "lots": lots}


@pytest.fixture(scope="module")
def owing():
    town = Town().found().people_arrive()
    accepted(town.serve("ingest", "anchor_day", anchor()))
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    accepted(town.issue("acc_a", "allowance", 1000))
    accepted(town.issue("acc_a", "allowance", 100, "CCER"))
    accepted(town.issue("acc_a", "allowance", 9, "CEA", 2027))
    return town


@pytest.fixture
def debtor(owing):
    return copy.deepcopy(owing)


@pytest.mark.parametrize(
    ("who", "args", "expected"),
    [
        ("operator_a", surrendering([use(1)]), "role_not_allowed"),
        ("trader_b", surrendering([use(1)]), "obligation_unknown"),
        ("trader_a", surrendering([]), "bad_argument"),
        ("trader_a", surrendering([use(1), use(1)]), "input_twice"),
        ("trader_a", surrendering([use(1, 5)]), "lot_unknown"),
        ("trader_a", surrendering([use(1001)]), "lot_too_small"),
        ("trader_a", surrendering([use(1, 1, "CEA", 2027)]), "vintage_too_young"),
        ("trader_a", surrendering([use(501)]), "surrender_above_obligation"),
        ("trader_a", surrendering([use(26, 1, "CCER")]), "offset_limit"),
    ],
)
def test_a_surrender_is_refused(debtor, who, args, expected):
    assert refusal(debtor.act(who, "surrender", args)) == expected
    assert debtor.holding("acc_a", "free") == 1109


def test_a_surrender_needs_another_person_and_meets_the_obligation(debtor):
    debtor.must("trader_a", "surrender", surrendering([use(475), use(25, 1, "CCER")]))
    assert debtor.holding("acc_a", "pending_surrender") == 500
    confirm = {"surrender": "sur_1"}
    assert refusal(debtor.act("trader_a", "confirm_surrender", confirm)) == "same_person"
    assert refusal(debtor.act("trader_b", "confirm_surrender", confirm)) == "account_mismatch"
    debtor.must("head_a", "confirm_surrender", confirm)
    assert debtor.holding("acc_a", "surrendered") == 500
    obligation = debtor.read("obligation", "acc_a", 2026)
    assert (obligation["state"], obligation["surrendered_t"], obligation["offset_t"]) == ("met", "500", "25")
    assert refusal(debtor.act("head_a", "confirm_surrender", confirm)) == "surrender_not_pending"
    assert refusal(debtor.act("trader_a", "surrender", surrendering([use(1, 476)], "sur_2"))) == (
        "surrender_above_obligation"
    )


def test_a_withdrawn_surrender_frees_its_lots(debtor):
    debtor.must("trader_a", "surrender", surrendering([use(100)]))
    assert refusal(debtor.act("trader_a", "surrender", surrendering([use(1, 101)]))) == "surrender_exists"
    debtor.must("trader_a", "withdraw_surrender", {"surrender": "sur_1"})
    assert debtor.holding("acc_a", "pending_surrender") == 0
    assert (
        refusal(debtor.act("head_a", "confirm_surrender", {"surrender": "sur_1"})) == "surrender_not_pending"
    )


def test_two_pending_surrenders_cannot_together_exceed_what_is_due(debtor):
    debtor.must("trader_a", "surrender", surrendering([use(300)], "sur_1"))
    debtor.must("trader_a", "surrender", surrendering([use(300, 301)], "sur_2"))
    debtor.must("head_a", "confirm_surrender", {"surrender": "sur_1"})
    outcome = debtor.act("head_a", "confirm_surrender", {"surrender": "sur_2"})
    assert (refusal(outcome), facts(outcome)) == ("surrender_above_obligation", {"available": 200})
