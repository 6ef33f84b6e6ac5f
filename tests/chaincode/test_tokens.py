"""Redemption, merging, cancellation, carry-over: calls, refusals in order, what is left."""

import copy
import json

import pytest
from lexicon.canonical import encode

from tests.chaincode.test_market import buy, next_session, sell, taking
from tests.chaincode.test_surrender import surrendering, use
from tests.chaincode.town import Town, accepted, facts, h, refusal
from tests.chaincode.verification import obliged, ready


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    accepted(town.issue("acc_a", "allowance", 100, "CCER"))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def limits(town, surrender=0, cancel=0):
    """Own limits of company a, by two of its persons."""
    args = {"account": "acc_a", "surrender_t": str(surrender), "cancel_t": str(cancel)}
    accepted(town.two("limits", "set_own_limits", args, "trader_a", "head_a"))


# --- redeem_coin -------------------------------------------------------------------------------------------


def redeeming(town, amount=1_000_000, coins=None, name="red_1"):
    coins = town.coins("acc_b")[:1] if coins is None else coins
    return {
        "redemption": name,
        "coins": coins,
        "amount_cents": str(amount),
        "payout_digest": h("bank"),
    }


def test_coin_that_is_redeemed_is_gone_and_the_supply_remembers_it(town):
    town.must("head_b", "redeem_coin", redeeming(town, 1_000_001))
    assert town.balance("acc_b") == 10_000_000 - 1_000_001
    supply = town.read("supply", "coin")
    assert (supply["issued"], supply["redeemed"]) == ("10000000", "1000001")
    assert town.read("redemption", "red_1")["account"] == "acc_b"
    assert refusal(town.act("head_b", "redeem_coin", redeeming(town))) == "redemption_exists"
    accepted(town.issue("acc_b", "coin", 5))
    assert town.read("supply", "coin")["redeemed"] == "1000001"


def test_a_redemption_is_refused_in_order(town):
    first = town.coins("acc_b")[0]
    for who, coins, amount, expected in (
        ("trader_b", [first], 1, "role_not_allowed"),
        ("head_b", [first], 0, "bad_argument"),
        ("head_b", [first] * 201, 1, "too_many_inputs"),
        ("head_b", [first, first], 1, "input_twice"),
        ("head_b", [{"tx": h("x"), "n": 0}], 1, "coin_unknown"),
        ("head_a", [first], 1, "coin_not_yours"),
        ("head_b", [first], 1_250_001, "balance_too_small"),
    ):
        outcome = town.act(who, "redeem_coin", redeeming(town, amount, coins))
        assert refusal(outcome) == expected
    town.must("trader_b", "list", buy(town, 10, coins=[first]))
    locked = town.read("listing", "lst_b", 0)["coin"]
    assert refusal(town.act("head_b", "redeem_coin", redeeming(town, 1, [locked]))) == "coin_locked"


# --- merge_lots --------------------------------------------------------------------------------------------


def merging(*serials):
    return {"unit": "CEA", "vintage": 2026, "serials": [str(serial) for serial in serials]}


def split(town):
    """Lots 1-100 (bought back later), 101-300 and 301-1000 of company a."""
    town.must("trader_a", "list", sell("lst_1", 100, 1))
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    town.must("trader_a", "list", sell("lst_2", 200, 101))
    town.must("trader_a", "unlist", {"listing": "lst_2"})


def test_neighbouring_lots_are_merged_and_can_be_split_again(town):
    split(town)
    assert len(town.all("lot")) == 4
    town.must("trader_a", "merge_lots", merging(1, 101, 301))
    lot = town.read("lot", "CEA", 2026, 1)
    assert (lot["serial_to"], lot["merged"], lot["state"]) == ("1000", ["101", "301"], "free")
    assert town.read("lot", "CEA", 2026, 101) is None
    split_again = sell("lst_3", 150, 1)
    town.must("trader_a", "list", split_again)
    assert town.read("lot", "CEA", 2026, 151)["merged"] == []


def test_the_trace_of_a_merged_lot_leads_to_all_its_parts(town):
    split(town)
    town.must("trader_a", "merge_lots", merging(1, 101, 301))
    traced = {"lot": {"unit": "CEA", "vintage": 2026, "serial": "500"}}
    answer = json.loads(accepted(town.call("trace", encode(traced), role="service")).payload)
    assert {step["serial_from"] for step in answer["chain"]} == {"1", "101", "301"}


def test_a_merged_lot_can_be_sold_when_the_last_of_its_parts_can(town):
    accepted(town.issue("acc_b", "allowance", 50))
    town.must("trader_a", "list", sell("lst_1", 1000, 1))
    town.must("trader_b", "take", {"takes": [taking(10)], "coins": town.coins("acc_b")[:1]})
    town.must("trader_b", "take", {"takes": [taking(10)], "coins": town.coins("acc_b")[:1]})
    town.must("trader_b", "merge_lots", merging(1, 11))
    assert town.read("lot", "CEA", 2026, 1)["tradable_from_session"] == 2
    outcome = town.act("trader_b", "list", sell("lst_r", 20, 1))
    assert refusal(outcome) == "not_tradable_yet"
    next_session(town)
    town.must("trader_b", "list", sell("lst_r", 20, 1))


def test_a_merge_is_refused_in_order(town):
    split(town)
    accepted(town.issue("acc_a", "allowance", 50))
    for who, serials, expected in (
        ("operator_a", (1, 101), "role_not_allowed"),
        ("trader_a", (1,), "bad_argument"),
        ("trader_a", range(1, 202), "too_many_inputs"),
        ("trader_a", (1, 1), "input_twice"),
        ("trader_a", (1, 102), "lot_unknown"),
        ("trader_b", (1, 101), "lot_not_yours"),
        ("trader_a", (1, 301), "lots_not_adjacent"),
        ("trader_a", (101, 1), "lots_not_adjacent"),
        ("trader_a", (301, 1001), "lots_differ"),
    ):
        assert refusal(town.act(who, "merge_lots", merging(*serials))) == expected
    town.must("trader_a", "list", sell("lst_3", 100, 1))
    assert refusal(town.act("trader_a", "merge_lots", merging(1, 101))) == "lot_not_free"


# --- cancel_allowances -------------------------------------------------------------------------------------


def cancelling(quantity=40, serial=1, name="can_1", **changes):
    lots = [use(quantity, serial)]
    return {"cancellation": name, "lots": lots, "reason_digest": h("gift")} | changes


def test_a_cancellation_waits_for_a_second_person_of_the_account(town):
    town.must("trader_a", "cancel_allowances", cancelling())
    assert town.holding("acc_a", "pending_cancellation") == 40
    assert town.read("supply", "CEA", 2026)["cancelled"] == "0"
    for who, expected in (("trader_a", "same_person"), ("head_b", "account_mismatch")):
        outcome = town.act(who, "confirm_cancellation", {"cancellation": "can_1"})
        assert refusal(outcome) == expected
    town.must("head_a", "confirm_cancellation", {"cancellation": "can_1"})
    assert town.holding("acc_a", "cancelled") == 40
    assert town.read("supply", "CEA", 2026)["cancelled"] == "40"
    assert town.read("cancellation", "can_1")["confirmed_by"] == "head_a"
    for name in ("confirm_cancellation", "withdraw_cancellation"):
        assert refusal(town.act("head_a", name, {"cancellation": "can_1"})) == "cancellation_not_pending"
        assert refusal(town.act("head_a", name, {"cancellation": "can_9"})) == "cancellation_unknown"
    town.must("trader_a", "list", sell("lst_1", 100, 41))


def test_a_cancellation_that_is_taken_back_frees_its_lots(town):
    town.must("trader_a", "cancel_allowances", cancelling())
    town.must("trader_a", "withdraw_cancellation", {"cancellation": "can_1"})
    assert town.holding("acc_a", "free") == 1100
    assert refusal(town.act("trader_a", "cancel_allowances", cancelling())) == "cancellation_exists"


def test_up_to_its_own_limit_an_account_cancels_and_surrenders_by_one_person(town):
    limits(town, surrender=30, cancel=40)
    town.must("trader_a", "cancel_allowances", cancelling(40))
    assert town.holding("acc_a", "cancelled") == 40
    town.must("trader_a", "cancel_allowances", cancelling(41, 41, "can_2"))
    assert town.read("cancellation", "can_2")["state"] == "pending"
    ready(town)
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    town.must("trader_a", "surrender", surrendering([use(30, 82)]))
    assert town.read("obligation", "acc_a", 2026)["surrendered_t"] == "30"
    assert town.read("surrender", "sur_1")["confirmed_by"] is None
    town.must("trader_a", "surrender", surrendering([use(31, 112)], "sur_2"))
    assert town.holding("acc_a", "pending_cancellation") == 41
    assert town.holding("acc_a", "pending_surrender") == 31
    town.must("head_a", "confirm_surrender", {"surrender": "sur_2"})
    assert town.read("obligation", "acc_a", 2026)["surrendered_t"] == "61"


def test_a_cancellation_is_refused_in_order(town):
    for who, change, expected in (
        ("lead", {}, "role_not_allowed"),
        ("trader_a", {"lots": []}, "bad_argument"),
        ("trader_a", {"lots": [use(1, serial) for serial in range(1, 202)]}, "too_many_inputs"),
        ("trader_a", {"lots": [use(1), use(1)]}, "input_twice"),
        ("trader_a", {"lots": [use(1, 2)]}, "lot_unknown"),
        ("trader_b", {}, "lot_not_yours"),
        ("trader_a", {"lots": [use(1001)]}, "lot_too_small"),
    ):
        assert refusal(town.act(who, "cancel_allowances", cancelling() | change)) == expected
    town.must("trader_a", "list", sell())
    assert refusal(town.act("trader_a", "cancel_allowances", cancelling())) == "lot_not_free"


# --- carry_over --------------------------------------------------------------------------------------------


def carrying(quantity=6, serial=1, name="car_1", to=2027, **changes):
    return {"carry": name, "to_vintage": to, "lots": [use(quantity, serial)]} | changes


def allow_carry(town, sold=0, bought=0, account="acc_a", action="carry"):
    values = {"account": account, "to_vintage": 2027, "sold_t": str(sold), "bought_t": str(bought)}
    args = {"group": "carry_over", "values": values}
    return town.two(action, "set_parameters", args, "adm", "reg1")


@pytest.mark.parametrize(
    ("sold", "bought", "limit"), [(0, 0, 10000), (100, 300, 10000), (301, 100, 10301), (3, 2, 10001)]
)
def test_the_limit_follows_from_what_was_sold_and_bought(town, sold, bought, limit):
    accepted(allow_carry(town, sold, bought))
    assert town.read("carrylimit", "acc_a", 2027)["limit_t"] == str(limit)


def test_old_lots_become_a_lot_of_the_later_vintage(town):
    accepted(allow_carry(town))
    town.must("trader_a", "carry_over", carrying())
    assert town.holding("acc_a", "carried_over") == 6
    lot = town.read("lot", "CEA", 2027, 1)
    assert (lot["serial_to"], lot["owner"], lot["state"], lot["origin"]) == ("6", "acc_a", "free", "car_1")
    supply = town.read("supply", "CEA", 2027)
    assert (supply["issued"], supply["next_serial"]) == ("6", "7")
    assert town.read("carrylimit", "acc_a", 2027)["carried_t"] == "6"
    assert prefix_guarded(town) == {"carry", "lot"}
    assert refusal(town.act("trader_a", "carry_over", carrying())) == "carry_exists"
    town.must("trader_a", "carry_over", carrying(3, 7, "car_2"))
    outcome = town.act("trader_a", "carry_over", carrying(1, 10, "car_3"))
    assert (refusal(outcome), facts(outcome)) == ("issue_above_cap", {"available": 0})


def prefix_guarded(town):
    """Types of new objects that the last transaction wrote, besides requests."""
    return {key.split("\x00")[1] for key, _ in town.outcomes[-1].writes} - {"request", "supply", "carrylimit"}


def test_a_carry_over_is_refused_in_order(town):
    assert refusal(town.act("trader_a", "carry_over", carrying())) == "carry_limit_unknown"
    accepted(allow_carry(town))
    for who, change, expected in (
        ("operator_a", {}, "role_not_allowed"),
        ("trader_a", {"lots": []}, "bad_argument"),
        ("trader_a", {"lots": [use(1), use(1)]}, "input_twice"),
        ("trader_a", {"lots": [use(1, 2)]}, "lot_unknown"),
        ("trader_a", {"lots": [use(1001)]}, "lot_too_small"),
        ("trader_a", {"lots": [use(1, 1, "CCER")]}, "unit_not_carried"),
        ("trader_a", {"lots": [use(10)]}, "issue_above_cap"),
    ):
        assert refusal(town.act(who, "carry_over", carrying() | change)) == expected


def test_a_limit_is_of_an_enterprise_and_not_below_what_was_carried(town):
    for account, expected in (("acc_x", "account_unknown"), ("aud", "holder_not_allowed")):
        values = {"account": account, "to_vintage": 2027, "sold_t": "0", "bought_t": "0"}
        proposal = {
            "action": "c1",
            "act": "set_parameters",
            "act_args": {"group": "carry_over", "values": values},
        }
        assert refusal(town.act("adm", "propose_action", proposal)) == expected


def test_only_older_vintages_are_carried_over_and_within_the_limit(town):
    accepted(town.issue("acc_a", "allowance", 3, "CEA", 2027))
    accepted(allow_carry(town))
    young = carrying(lots=[use(1, 1, "CEA", 2027)])
    assert refusal(town.act("trader_a", "carry_over", young)) == "vintage_not_carried"


# --- certified reductions ----------------------------------------------------------------------------------


def test_rules_of_certified_reductions_are_parameters(town):
    ready(town)
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    ccer = surrendering([use(26, 1, "CCER")])
    outcome = town.act("trader_a", "surrender", ccer)
    assert (refusal(outcome), facts(outcome)) == ("offset_limit", {"limit": 25})
    values = {"offset_percent_max": 10, "offset_vintage_min": 2026}
    accepted(town.two("p1", "set_parameters", {"group": "compliance", "values": values}, "adm", "reg1"))
    town.must("trader_a", "surrender", ccer)
    values |= {"offset_vintage_min": 2027}
    accepted(town.two("p2", "set_parameters", {"group": "compliance", "values": values}, "adm", "reg1"))
    later = surrendering([use(1, 27, "CCER")], "sur_2")
    assert refusal(town.act("trader_a", "surrender", later)) == "offset_too_old"
    wrong = {
        "action": "p3",
        "act": "set_parameters",
        "act_args": {"group": "compliance", "values": {"offset_percent_max": 101}},
    }
    assert refusal(town.act("adm", "propose_action", wrong)) == "parameter_invalid"
