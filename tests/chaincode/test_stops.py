"""What two regulators stop, position limits, the session's phases, and settlement in slices."""

import copy

import pytest
from lexicon.canonical import digest, encode
from lexicon.codec import to_json
from lexicon.records import SessionTrade

from chaincode.state import prefix
from tests.chaincode.test_auctions import bid, opening, reveal
from tests.chaincode.test_blocks import RULES, accepting, buying, rules, selling, turn
from tests.chaincode.test_market import buy, next_session, sell, taking
from tests.chaincode.test_surrender import surrendering, use
from tests.chaincode.town import Town, accepted, facts, h, refusal
from tests.chaincode.verification import obliged, ready


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    rules(town)
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def freezing(*lots, account="acc_a", hold="court", orders=False):
    return {
        "account": account,
        "hold": hold,
        "lots": list(lots),
        "orders": orders,
        "reason_digest": h("order"),
    }


def stop(town, act, args, name):
    accepted(town.two(name, act, args, "reg1", "reg2"))


def freeze(town, *lots, name="f1", **changes):
    stop(town, "freeze", freezing(*lots, **changes), name)


def unfreezing(*lots, account="acc_a", orders=False):
    return {"account": account, "lots": list(lots), "orders": orders, "reason_digest": h("release")}


def unfreeze(town, *lots, name="u1", **changes):
    stop(town, "unfreeze", unfreezing(*lots, **changes), name)


def proposed(town, act, args, who="reg1"):
    """What proposing an act is answered."""
    town._keys += 1
    return town.act(who, "propose_action", {"action": f"a_{town._keys}", "act": act, "act_args": args})


def taking_all(town, quantity=10, who="trader_b", **change):
    return town.act(who, "take", {"takes": [taking(quantity, **change)], "coins": town.coins("acc_b")})


# --- freeze and unfreeze -----------------------------------------------------------------------------------


def test_a_held_part_of_a_lot_cannot_be_used_and_the_rest_can(town):
    freeze(town, use(400, 1))
    lot = town.read("lot", "CEA", 2026, 1)
    assert (lot["serial_to"], lot["hold"], lot["state"], lot["owner"]) == ("400", "court", "free", "acc_a")
    assert refusal(town.act("trader_a", "list", sell())) == "lot_held"
    town.must("trader_a", "list", sell("lst_2", 600, 401))
    unfreeze(town, use(100, 1))
    town.must("trader_a", "list", sell("lst_3", 100, 1))
    assert town.read("lot", "CEA", 2026, 101)["hold"] == "court"


def test_a_listing_whose_lot_is_held_cannot_be_taken_and_can_be_taken_back(town):
    town.must("trader_a", "list", sell())
    freeze(town, use(100, 1))
    outcome = taking_all(town)
    assert (refusal(outcome), facts(outcome)) == ("lot_held", {"hold": "court"})
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    lot = town.read("lot", "CEA", 2026, 1)
    assert (lot["state"], lot["hold"]) == ("free", "court")


def test_what_another_object_names_is_held_whole(town):
    town.must("trader_a", "list", sell())
    assert refusal(proposed(town, "freeze", freezing(use(99, 1)))) == "lot_not_free"
    province = freezing(use(100, 1), hold="province")
    assert refusal(proposed(town, "freeze", province)) == "lot_not_free"
    freeze(town, use(100, 1))
    assert refusal(proposed(town, "unfreeze", unfreezing(use(99, 1)))) == "lot_not_free"
    unfreeze(town, use(100, 1))
    accepted(taking_all(town))


def test_a_surrender_whose_lot_is_held_cannot_be_confirmed(town):
    ready(town)
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    town.must("trader_a", "surrender", surrendering([use(50, 1)]))
    freeze(town, use(50, 1))
    assert refusal(town.act("head_a", "confirm_surrender", {"surrender": "sur_1"})) == "lot_held"
    town.must("trader_a", "withdraw_surrender", {"surrender": "sur_1"})
    assert town.read("lot", "CEA", 2026, 1)["hold"] == "court"


def test_the_province_holds_in_a_state_of_its_own(town):
    freeze(town, use(300, 1), hold="province")
    assert town.holding("acc_a", "province_held") == 300
    assert refusal(town.act("trader_a", "list", sell())) == "lot_not_free"
    unfreeze(town, use(300, 1))
    assert town.holding("acc_a", "free") == 1000


def test_a_frozen_account_trades_nothing_and_can_take_back(town):
    town.must("trader_a", "list", sell())
    town.must("trader_b", "list", buy(town, 10, 6900, coins=town.coins("acc_b")[:1]))
    freeze(town, orders=True)
    assert refusal(taking_all(town)) == "orders_frozen"
    assert refusal(town.act("trader_a", "list", sell("lst_2", 1, 101))) == "orders_frozen"
    lots = [{"serial_from": "101", "quantity": "10"}]
    args = {"takes": [taking(10, 6900, "lst_b")], "lots": lots}
    assert refusal(town.act("trader_a", "take", args)) == "orders_frozen"
    assert refusal(town.act("trader_a", "open_auction", opening(10, 101))) == "orders_frozen"
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    accepted(turn(town, "block"))
    assert refusal(town.act("head_a", "propose_block", selling())) == "orders_frozen"
    town.must("head_b", "propose_block", buying(town, 200, 4900))
    block = accepting(200, 4900, lots=[{"serial_from": "101", "quantity": "200"}])
    assert refusal(town.act("head_a", "accept_block", block)) == "orders_frozen"
    unfreeze(town, orders=True)
    town.must("head_a", "accept_block", block)


def test_a_purchase_of_a_frozen_account_cannot_be_taken(town):
    town.must("trader_b", "list", buy(town))
    freeze(town, account="acc_b", orders=True)
    lots = [{"serial_from": "1", "quantity": "30"}]
    args = {"takes": [taking(30, listing="lst_b")], "lots": lots}
    assert refusal(town.act("trader_a", "take", args)) == "orders_frozen"


@pytest.mark.parametrize("frozen", ["acc_a", "acc_b"])
def test_an_auction_goes_past_frozen_accounts(town, frozen):
    town.must("trader_a", "open_auction", opening())
    accepted(turn(town, "auction"))
    bid(town, "b", 100, 7000)
    freeze(town, account=frozen, orders=True)
    accepted(turn(town, "open"))
    town.must("trader_b", "reveal_bid", reveal(0, 100, 7000))
    town.must("adm", "close_auction", {"auction": "auc_1"})
    assert (town.holding("acc_a", "free"), town.balance("acc_b")) == (1000, 10_000_000)


def test_an_auction_goes_past_held_lots(town):
    town.must("trader_a", "list", sell("lst_1", 100, 1))
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    two = [{"serial_from": "1", "quantity": "100"}, {"serial_from": "101", "quantity": "200"}]
    town.must("trader_a", "open_auction", opening(inputs=two))
    accepted(turn(town, "auction"))
    bid(town, "b", 300, 7000)
    freeze(town, use(100, 1))
    accepted(turn(town, "open"))
    town.must("trader_b", "reveal_bid", reveal(0, 300, 7000))
    town.must("trader_a", "close_auction", {"auction": "auc_1"})
    assert town.holding("acc_b") == 200
    lot = town.read("lot", "CEA", 2026, 1)
    assert (lot["owner"], lot["state"], lot["hold"]) == ("acc_a", "free", "court")


@pytest.mark.parametrize(
    ("act", "args", "expected"),
    [
        ("freeze", freezing(account="acc_x", orders=True), "account_unknown"),
        ("freeze", freezing(), "bad_argument"),
        ("freeze", freezing(*(use(1, serial) for serial in range(1, 202))), "too_many_inputs"),
        ("freeze", freezing(use(1), use(1)), "input_twice"),
        ("freeze", freezing(use(1, 2)), "lot_unknown"),
        ("freeze", freezing(use(1), account="acc_b"), "lot_not_yours"),
        ("freeze", freezing(use(1001)), "lot_too_small"),
        ("unfreeze", unfreezing(account="acc_x", orders=True), "account_unknown"),
        ("unfreeze", unfreezing(), "bad_argument"),
        ("unfreeze", unfreezing(orders=True), "orders_not_frozen"),
        ("unfreeze", unfreezing(use(1), use(1)), "input_twice"),
        ("unfreeze", unfreezing(use(1, 2)), "lot_unknown"),
        ("unfreeze", unfreezing(use(1), account="acc_b"), "lot_not_yours"),
        ("unfreeze", unfreezing(use(1)), "lot_not_held"),
        ("resume", {"reason_digest": h("r")}, "market_not_halted"),
    ],
)
def test_an_act_that_cannot_be_is_not_proposed(town, act, args, expected):
    assert refusal(proposed(town, act, args)) == expected


def test_nothing_is_frozen_or_halted_twice_nor_by_one_person(town):
    freeze(town, use(100, 1), orders=True)
    assert refusal(proposed(town, "freeze", freezing(orders=True))) == "orders_frozen"
    assert refusal(proposed(town, "freeze", freezing(use(10, 1)))) == "lot_held"
    assert refusal(proposed(town, "unfreeze", unfreezing(use(101, 1)))) == "lot_too_small"
    halting = {"reason_digest": h("r")}
    assert refusal(proposed(town, "halt", halting, "adm")) == "role_not_allowed"
    stop(town, "halt", halting, "h1")
    assert refusal(proposed(town, "halt", halting)) == "market_halted"
    town.must("reg1", "propose_action", {"action": "r1", "act": "resume", "act_args": halting})
    confirm = {"action": "r1", "digest": digest(halting)}
    assert refusal(town.act("reg1", "confirm_action", confirm)) == "same_person"


# --- halt and resume ---------------------------------------------------------------------------------------


def test_nothing_is_traded_while_the_market_is_halted_and_orders_come_back(town):
    town.must("trader_a", "list", sell())
    town.must("trader_a", "open_auction", opening(10, 101))
    stop(town, "halt", {"reason_digest": h("why")}, "h1")
    assert refusal(taking_all(town)) == "market_halted"
    assert refusal(town.act("trader_a", "list", sell("lst_2", 1, 201))) == "market_halted"
    assert refusal(town.act("trader_a", "close_auction", {"auction": "auc_1"})) == "market_halted"
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    next_session(town)
    assert town.read("params", "session")["halted"] == h("why")
    assert refusal(town.act("trader_a", "list", sell("lst_2", 1, 201))) == "market_halted"
    stop(town, "resume", {"reason_digest": h("over")}, "h2")
    town.must("trader_a", "list", sell("lst_2", 1, 111))


# --- positions ---------------------------------------------------------------------------------------------


def test_without_a_limit_no_position_is_kept(town):
    town.must("trader_a", "list", sell())
    accepted(taking_all(town, 10))
    assert town.all("position") == []


def test_an_account_buys_net_within_its_limit_in_a_session(town):
    rules(town, "limit", positions=[{"account": "acc_b", "limit_t": "60"}])
    town.must("trader_a", "list", sell())
    accepted(taking_all(town, 40))
    assert town.read("position", "acc_b") == {"session": 1, "bought_t": "40", "sold_t": "0"}
    outcome = taking_all(town, 21)
    assert (refusal(outcome), facts(outcome)) == ("position_limit", {"limit": 60})
    assert refusal(town.act("trader_b", "list", buy(town, 21, 6900))) == "position_limit"
    two = {"takes": [taking(10), taking(11, listing="lst_2")], "coins": town.coins("acc_b")}
    town.must("trader_a", "list", sell("lst_2", 100, 101))
    assert refusal(town.act("trader_b", "take", two)) == "position_limit"
    accepted(taking_all(town, 20))
    next_session(town)
    town.must("trader_b", "list", sell("lst_3", 40, 1))
    town.must("trader_a", "list", sell("lst_4", 60, 201))
    accepted(taking_all(town, 60, listing="lst_4"))
    assert town.read("position", "acc_b") == {"session": 2, "bought_t": "60", "sold_t": "0"}


def test_what_is_sold_makes_room_and_a_listed_purchase_counts_when_taken(town):
    rules(town, "limit", position_max_t="50")
    accepted(town.issue("acc_b", "allowance", 30))
    town.must("trader_b", "list", buy(town, 50, 7000))
    lots = [{"serial_from": "1", "quantity": "50"}]
    town.must("trader_a", "take", {"takes": [taking(50, listing="lst_b")], "lots": lots})
    assert town.read("position", "acc_b")["bought_t"] == "50"
    assert town.read("position", "acc_a")["sold_t"] == "50"
    town.must("trader_b", "list", sell("lst_s", 30, 1001, 7000))
    coins = town.coins("acc_a")
    town.must("trader_a", "take", {"takes": [taking(30, listing="lst_s")], "coins": coins})
    town.must("trader_a", "list", sell("lst_1", 31, 51))
    assert refusal(taking_all(town, 31)) == "position_limit"
    accepted(taking_all(town, 30))


def test_blocks_and_bids_keep_the_limit_too(town):
    rules(town, "limit", positions=[{"account": "acc_b", "limit_t": "250"}])
    accepted(turn(town, "block"))
    assert refusal(town.act("head_b", "propose_block", buying(town, 251, 4900))) == "position_limit"
    town.must("head_a", "propose_block", selling(251, price=4900))
    block = accepting(251, 4900, coins=town.coins("acc_b"))
    assert refusal(town.act("head_b", "accept_block", block)) == "position_limit"
    town.must("head_a", "decline_block", {"block": "blk_1"})
    town.must("trader_a", "open_auction", opening(300, 252))
    accepted(turn(town, "auction"))
    bid(town, "b", 251, 6000)
    accepted(turn(town, "open"))
    assert refusal(town.act("trader_b", "reveal_bid", reveal(0, 251, 6000))) == "position_limit"


@pytest.mark.parametrize(
    "change",
    [
        {"positions": [{"account": "acc_b", "limit_t": "1"}] * 2},
        {"block_band": 10_000},
        {"band": 10_000},
    ],
)
def test_rules_that_make_no_sense_are_not_set(town, change):
    args = {"group": "market", "values": RULES | change}
    assert refusal(proposed(town, "set_parameters", args, "adm")) == "parameter_invalid"


# --- phases ------------------------------------------------------------------------------------------------


def test_a_session_turns_between_its_phases_and_has_one_auction(town):
    assert refusal(turn(town, "open")) == "session_phase_wrong"
    assert refusal(turn(town, "closed")) == "bad_argument"
    for phase in ("block", "auction", "block", "open"):
        accepted(turn(town, phase))
    assert refusal(turn(town, "auction")) == "session_phase_wrong"
    next_session(town)
    assert town.read("params", "session")["auctioned"] is False
    accepted(turn(town, "auction"))
    accepted(town.serve("clock", "close_session", {"session": 2}))
    assert refusal(turn(town, "open")) == "session_number_wrong"


def test_listings_are_live_in_every_phase_of_their_session(town):
    town.must("trader_a", "list", sell())
    accepted(turn(town, "block"))
    accepted(taking_all(town))
    accepted(turn(town, "auction"))
    assert refusal(taking_all(town)) == "market_closed"
    assert refusal(town.act("trader_a", "merge_lots", merging(11, 101))) == "lot_not_free"
    town.must("trader_a", "unlist", {"listing": "lst_1"})


def merging(*serials):
    return {"unit": "CEA", "vintage": 2026, "serials": [str(serial) for serial in serials]}


# --- settlement in slices ----------------------------------------------------------------------------------


def many_trades(town, count):
    """Trades of session 1 as takes would have written them: 1 t each at 70.00, the last at 105.00."""
    for number in range(count):
        price = 10_500 if number == count - 1 else 7000
        trade = SessionTrade(instrument="CEA-2026", quantity=1, price_cents=price)
        town.values[prefix("sessiontrade", 1, h(f"trade {number}"), 0)] = encode(to_json(trade))


def test_many_trades_are_settled_in_slices_to_the_same_close(town):
    many_trades(town, 5001)
    accepted(town.serve("clock", "close_session", {"session": 1}))
    whole = town.serve("clock", "settle_session", {"session": 1})
    assert (refusal(whole), facts(whole)) == ("too_many_trades", {"limit": 5000})
    for part in range(16):
        args = {"session": 1, "slices": 16, "part": part}
        accepted(town.serve("clock", "settle_session", args))
        if part == 7:
            early = town.serve("clock", "settle_session", {"session": 1, "slices": 16})
            assert (refusal(early), facts(early)) == ("slice_missing", {"part": 8})
            accepted(town.serve("clock", "settle_session", args))
    accepted(town.serve("clock", "settle_session", {"session": 1, "slices": 16}))
    # (5000 x 7000 + 10,500) / 5001 = 7000.7
    assert town.read("params", "session")["closes"][0]["price_cents"] == "7001"
    assert sum(int(one["quantity"]) for part in town.all("settlement") for one in part["sums"]) == 5001


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"slices": 17}, "bad_argument"),
        ({"slices": 16, "part": 16}, "bad_argument"),
        ({"part": 0}, "bad_argument"),
        ({"slices": 16, "session": 2}, "session_number_wrong"),
        ({"slices": 16, "part": 0}, "session_phase_wrong"),
    ],
)
def test_a_slice_is_refused(town, args, expected):
    assert refusal(town.serve("clock", "settle_session", {"session": 1} | args)) == expected
