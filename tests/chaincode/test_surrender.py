"""Obligation of a minted year and its surrender: each refusal in the documented order."""

import copy

import pytest

from tests.chaincode.town import accepted, facts, refusal
from tests.chaincode.verification import obliged, ready


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
    town = ready()
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
