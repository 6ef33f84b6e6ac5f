"""Statements of a period: submitted, withdrawn, corrected; each refusal in the documented order."""

import pytest

from tests.chaincode.town import facts, h, refusal
from tests.chaincode.verification import APPROVAL, PLACE, mint, statement, verify


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
