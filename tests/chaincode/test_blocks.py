"""Block agreements: calls, refusals in order, balances after."""

import copy

import pytest

from tests.chaincode.test_market import next_session, sell, totals
from tests.chaincode.town import MARKET, Town, accepted, facts, h, refusal

RULES = MARKET | {"block_min_t": "200", "block_band": 3000, "positions": []}


def rules(town, name="rules", **changes):
    """New rules of the market, by two persons."""
    args = {"group": "market", "values": RULES | changes}
    accepted(town.two(name, "set_parameters", args, "adm", "reg1"))


def turn(town, phase):
    session = town.read("params", "session")["session"]
    return town.serve("clock", "open_session", {"session": session, "phase": phase})


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    rules(town)
    accepted(turn(town, "block"))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def selling(quantity=300, serial=1, price=9100, name="blk_1", **changes):
    return {
        "block": name,
        "counterparty": "acc_b",
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "quantity": str(quantity),
        "price_cents": str(price),
        "inputs": [{"serial_from": str(serial), "quantity": str(quantity)}],
    } | changes


def buying(town, quantity=300, price=9100, **changes):
    block = selling(quantity, price=price) | {"side": "buy", "counterparty": "acc_a"}
    del block["inputs"]
    return block | {"coins": town.coins("acc_b")} | changes


def accepting(quantity=300, price=9100, name="blk_1", **inputs):
    return {"block": name, "quantity": str(quantity), "price_cents": str(price)} | inputs


def test_a_block_is_delivered_against_payment_when_the_counterparty_accepts(town):
    town.must("head_a", "propose_block", selling())
    assert town.holding("acc_a", "listed") == 300
    town.must("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    assert totals(town) == {"acc_a": (700, 2_730_000), "acc_b": (300, 7_270_000)}
    (trade,) = town.all("trade")
    assert (trade["kind"], trade["taker"], trade["listing"]) == ("block", "acc_b", "blk_1")
    assert town.all("sessiontrade") == []
    assert town.read("block", "blk_1")["state"] == "accepted"
    assert refusal(town.act("trader_b", "list", sell("lst_r", 10, 1))) == "not_tradable_yet"
    again = town.act("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    assert (refusal(again), facts(again)) == ("block_not_open", {"state": "accepted"})


def test_a_buyer_may_propose_with_her_coin_locked(town):
    town.must("head_b", "propose_block", buying(town))
    assert [coin["amount_cents"] for coin in town.all("coin") if coin["listing"]] == ["2730000"]
    lots = [{"serial_from": "1", "quantity": "300"}]
    town.must("head_a", "accept_block", accepting(lots=lots))
    assert totals(town) == {"acc_a": (700, 2_730_000), "acc_b": (300, 7_270_000)}
    assert [trade["seller"] for trade in town.all("trade")] == ["acc_a"]


def test_a_block_makes_no_close(town):
    town.must("head_a", "propose_block", selling())
    town.must("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    next_session(town)
    assert town.read("params", "session")["closes"][0]["price_cents"] == "7000"


@pytest.mark.parametrize("who", ["trader_a", "trader_b"])
def test_either_side_ends_a_proposal_and_what_was_locked_is_free(town, who):
    town.must("head_a", "propose_block", selling())
    town.must(who, "decline_block", {"block": "blk_1"})
    assert town.holding("acc_a", "free") == 1000
    assert refusal(town.act("trader_a", "decline_block", {"block": "blk_1"})) == "block_not_open"
    town.must("head_b", "propose_block", buying(town, block="blk_2"))
    town.must(who, "decline_block", {"block": "blk_2"})
    assert all(coin["listing"] is None for coin in town.all("coin"))


def test_a_block_is_good_for_its_session(town):
    town.must("head_a", "propose_block", selling())
    next_session(town)
    accepted(turn(town, "block"))
    assert refusal(town.act("head_b", "accept_block", accepting(coins=[]))) == "block_expired"
    assert refusal(town.act("trader_a", "decline_block", {"block": "blk_1"})) == "block_expired"
    town.must("trader_a", "list", sell("lst_1", 100, 1))


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("trader_a", {}, "role_not_allowed"),
        ("head_a", {"quantity": "0"}, "bad_argument"),
        ("head_a", selling(199), "quantity_too_small"),
        ("head_a", {"vintage": 2027}, "instrument_not_traded"),
        ("head_a", {"price_cents": "9101"}, "price_out_of_band"),
        ("head_a", {"price_cents": "4899"}, "price_out_of_band"),
        ("head_a", {"counterparty": "acc_a"}, "self_trade"),
        ("head_a", {"counterparty": "acc_x"}, "account_unknown"),
        ("head_a", {"counterparty": "aud"}, "holder_not_allowed"),
        ("head_a", {"coins": [{"tx": h("x"), "n": 0}]}, "bad_argument"),
        ("head_a", {"inputs": selling()["inputs"] * 2}, "input_twice"),
        ("head_a", selling(serial=2), "lot_unknown"),
        ("head_b", {"counterparty": "acc_a"}, "lot_not_yours"),
        ("head_a", selling(1001), "lot_too_small"),
        ("head_a", {"inputs": [{"serial_from": "1", "quantity": "299"}]}, "inputs_do_not_match"),
        ("head_b", {"side": "buy", "counterparty": "acc_a"}, "bad_argument"),
        ("head_b", {"side": "buy", "counterparty": "acc_a", "inputs": []}, "balance_too_small"),
    ],
)
def test_a_proposal_is_refused(town, who, change, expected):
    before = totals(town)
    assert refusal(town.act(who, "propose_block", selling() | change)) == expected
    assert totals(town) == before


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("trader_b", {}, "role_not_allowed"),
        ("head_b", {"block": "blk_9"}, "block_unknown"),
        ("head_a", {}, "block_not_yours"),
        ("head_b", {"price_cents": "9099"}, "price_moved"),
        ("head_b", {"quantity": "299"}, "inputs_do_not_match"),
        ("head_b", {"lots": [{"serial_from": "1", "quantity": "1"}]}, "bad_argument"),
        ("head_b", {"coins": [{"tx": h("x"), "n": 0}]}, "coin_unknown"),
        ("head_b", {"coins": []}, "balance_too_small"),
    ],
)
def test_an_acceptance_is_refused(town, who, change, expected):
    town.must("head_a", "propose_block", selling())
    args = accepting(coins=town.coins("acc_b")) | change
    before = totals(town)
    assert refusal(town.act(who, "accept_block", args)) == expected
    assert totals(town) == before


def test_blocks_are_agreed_in_their_phase_and_where_they_are_open(town):
    town.must("head_a", "propose_block", selling())
    assert refusal(town.act("head_a", "propose_block", selling())) == "block_exists"
    accepted(turn(town, "open"))
    assert refusal(town.act("head_a", "propose_block", selling(name="blk_2"))) == "market_closed"
    assert refusal(town.act("head_b", "accept_block", accepting())) == "market_closed"
    town.must("trader_a", "decline_block", {"block": "blk_1"})
    accepted(turn(town, "block"))
    rules(town, "none", block_min_t=None)
    assert refusal(town.act("head_a", "propose_block", selling(name="blk_2"))) == "blocks_not_traded"


def test_a_seller_who_accepts_names_lots_that_she_may_sell(town):
    town.must("head_b", "propose_block", buying(town))
    for lots, expected in (
        ([{"serial_from": "2", "quantity": "300"}], "lot_unknown"),
        ([{"serial_from": "1", "quantity": "300"}] * 2, "input_twice"),
        ([{"serial_from": "1", "quantity": "1001"}], "lot_too_small"),
        ([{"serial_from": "1", "quantity": "299"}], "inputs_do_not_match"),
    ):
        assert refusal(town.act("head_a", "accept_block", accepting(lots=lots))) == expected
