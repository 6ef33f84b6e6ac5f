"""Auctions that a buyer opens: many sellers bid, the lowest prices are filled at the highest of them."""

import copy

import pytest

from tests.chaincode.test_auctions import close, opening, reveal
from tests.chaincode.test_auctions import sealed as sealed_with_coin
from tests.chaincode.test_blocks import rules, turn
from tests.chaincode.test_market import next_session, sell
from tests.chaincode.town import Town, accepted, facts, h, refusal


@pytest.fixture(scope="module")
def prepared():
    """Company a has serials 1 to 1,000, company c 1,001 to 1,500, company b coin."""
    town = Town().found().people_arrive().rich()
    town.settle("acc_c", "enterprise", "glass")
    town.welcome("trader_c", "acc_c", "trader")
    accepted(town.issue("acc_c", "allowance", 500))
    rules(town)
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


@pytest.fixture
def bidding(town):
    """Company b buys 300 t, at most 70.00, and the phase in which bids come."""
    town.must("trader_b", "open_auction", buying(town))
    accepted(turn(town, "auction"))
    return town


def buying(town, quantity=300, ceiling=7000, **changes):
    return {
        "auction": "auc_1",
        "side": "buy",
        "unit": "CEA",
        "vintage": 2026,
        "quantity": str(quantity),
        "ceiling_cents": str(ceiling),
        "coins": town.coins("acc_b"),
    } | changes


def lots(*parts):
    return [{"serial_from": str(serial), "quantity": str(quantity)} for serial, quantity in parts]


def sealed(town, letter, quantity, price, *parts):
    """A bid with these lots behind it."""
    named = sealed_with_coin(town, letter, quantity, price)
    return {"auction": "auc_1", "digest": named["digest"], "lots": lots(*parts)}


def bid(town, letter, quantity, price, *parts):
    town.must(f"trader_{letter}", "bid", sealed(town, letter, quantity, price, *parts))


def show(town, letter, n, quantity, price):
    town.must(f"trader_{letter}", "reveal_bid", reveal(n, quantity, price))


def test_the_lowest_prices_win_and_all_get_the_highest_accepted_one(bidding):
    town = bidding
    assert sum(int(coin["amount_cents"]) for coin in town.all("coin") if coin["listing"]) == 2_100_000
    bid(town, "a", 200, 6900, (1, 250))
    bid(town, "c", 150, 6500, (1001, 150))
    bid(town, "a", 100, 6950, (251, 100))
    assert town.holding("acc_a", "listed") == 350
    accepted(turn(town, "open"))
    for letter, n, quantity, price in (("a", 0, 200, 6900), ("c", 1, 150, 6500), ("a", 2, 100, 6950)):
        show(town, letter, n, quantity, price)
    accepted(close(town, "trader_b"))
    auction = town.read("auction", "auc_1")
    assert (auction["state"], auction["price_cents"], auction["sold_t"]) == ("closed", "6900", "300")
    assert [(one["state"], one["filled_t"]) for one in town.all("bid")] == [
        ("won", "150"),
        ("won", "150"),
        ("lost", "0"),
    ]
    holdings = [town.holding(account) for account in ("acc_a", "acc_b", "acc_c")]
    assert holdings == [850, 300, 350]
    assert town.holding("acc_a", "free") == 850
    balances = [town.balance(account) for account in ("acc_a", "acc_b", "acc_c")]
    assert balances == [150 * 6900, 10_000_000 - 300 * 6900, 150 * 6900]
    assert all(coin["listing"] is None for coin in town.all("coin"))
    trades = {(trade["seller"], trade["buyer"], trade["kind"]) for trade in town.all("trade")}
    assert trades == {("acc_a", "acc_b", "auction"), ("acc_c", "acc_b", "auction")}
    assert town.all("sessiontrade") == []
    assert refusal(town.act("trader_b", "list", sell("lst_r", 10, 1))) == "not_tradable_yet"
    assert refusal(close(town)) == "auction_not_open"


def test_a_purchase_that_nobody_meets_gives_everything_back(bidding):
    town = bidding
    bid(town, "a", 100, 6900, (1, 100))
    next_session(town)
    accepted(close(town, "adm"))
    auction = town.read("auction", "auc_1")
    assert (auction["price_cents"], auction["sold_t"]) == (None, "0")
    assert (town.holding("acc_a", "free"), town.balance("acc_b")) == (1000, 10_000_000)
    assert all(coin["listing"] is None for coin in town.all("coin"))


def test_before_a_bid_the_buyer_may_end_it_and_nobody_else(town):
    town.must("trader_b", "open_auction", buying(town))
    assert refusal(close(town, "trader_a")) == "reveal_open"
    accepted(close(town, "trader_b"))
    assert all(coin["listing"] is None for coin in town.all("coin"))


def hold(town, *parts, account="acc_a", name="h1"):
    named = [{"unit": "CEA", "vintage": 2026} | part for part in lots(*parts)]
    args = {"account": account, "hold": "court", "lots": named, "reason_digest": h("order")}
    accepted(town.two(name, "freeze", args, "reg1", "reg2"))


def test_held_lots_are_not_delivered_and_stay_with_their_owner(bidding):
    town = bidding
    bid(town, "a", 250, 6000, (1, 150), (151, 100))
    bid(town, "c", 200, 6500, (1001, 200))
    hold(town, (1, 150))
    accepted(turn(town, "open"))
    show(town, "a", 0, 250, 6000)
    show(town, "c", 1, 200, 6500)
    accepted(close(town))
    assert [one["filled_t"] for one in town.all("bid")] == ["100", "200"]
    assert town.all("bid")[0]["quantity"] == "250"
    held = town.read("lot", "CEA", 2026, 1)
    assert (held["owner"], held["hold"], held["state"]) == ("acc_a", "court", "free")
    assert town.balance("acc_a") == 100 * 6500


@pytest.mark.parametrize(("frozen", "sold"), [("acc_a", "200"), ("acc_b", "0")])
def test_what_a_frozen_account_bids_or_buys_counts_for_nothing(bidding, frozen, sold):
    town = bidding
    bid(town, "a", 100, 6000, (1, 100))
    bid(town, "c", 200, 6500, (1001, 200))
    accepted(turn(town, "open"))
    show(town, "a", 0, 100, 6000)
    show(town, "c", 1, 200, 6500)
    args = {"account": frozen, "hold": "court", "orders": True, "reason_digest": h("order")}
    accepted(town.two("f1", "freeze", args, "reg1", "reg2"))
    accepted(close(town))
    assert town.read("auction", "auc_1")["sold_t"] == sold
    assert town.holding("acc_a", "free") == 1000


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("operator_b", {}, "role_not_allowed"),
        ("trader_b", {"ceiling_cents": "0"}, "bad_argument"),
        ("trader_b", {"ceiling_cents": "-7000"}, "bad_argument"),
        ("trader_b", {"side": "both"}, "bad_argument"),
        ("trader_b", {"floor_cents": "7000"}, "bad_argument"),
        ("trader_b", {"inputs": lots((1, 300))}, "bad_argument"),
        ("trader_b", {"side": "sell"}, "bad_argument"),
        ("trader_b", {"vintage": 2027}, "instrument_not_traded"),
        ("trader_b", {"coins": [{"tx": h("x"), "n": 0}]}, "coin_unknown"),
        ("trader_a", {}, "coin_not_yours"),
        ("trader_b", {"coins": []}, "balance_too_small"),
        ("trader_b", {"quantity": "2000"}, "balance_too_small"),
    ],
)
def test_a_purchase_is_refused(town, who, change, expected):
    assert refusal(town.act(who, "open_auction", buying(town) | change)) == expected
    assert all(coin["listing"] is None for coin in town.all("coin"))


@pytest.mark.parametrize("change", [{"ceiling_cents": "9000"}, {"coins": [{"tx": h("x"), "n": 0}]}])
def test_a_sale_names_neither_ceiling_nor_coin(town, change):
    assert refusal(town.act("trader_a", "open_auction", opening(**change))) == "bad_argument"


def test_tick_lot_and_position_limit_hold_for_a_purchase(town):
    limit = [{"account": "acc_b", "limit_t": "100"}]
    rules(town, "own", tick_cents="5", lot_t="10", order_max_t="100000", positions=limit)
    for change, expected in (
        ({"ceiling_cents": "7001"}, "price_off_tick"),
        ({"quantity": "95"}, "quantity_off_lot"),
        ({"quantity": "110"}, "position_limit"),
    ):
        args = buying(town, 100) | change
        assert refusal(town.act("trader_b", "open_auction", args)) == expected
    town.must("trader_b", "open_auction", buying(town, 100))
    assert refusal(town.act("trader_b", "open_auction", buying(town, 100))) == "auction_exists"
    accepted(turn(town, "auction"))
    bid(town, "a", 100, 7000, (1, 100))
    accepted(turn(town, "open"))
    show(town, "a", 0, 100, 7000)
    accepted(close(town))
    assert town.read("position", "acc_b")["bought_t"] == "100"


def test_a_seller_s_bid_is_refused_in_order(bidding):
    town = bidding
    good = sealed(town, "a", 100, 6000, (1, 100))
    coins = [{"tx": h("x"), "n": 0}]
    for who, change, expected in (
        ("operator_a", {}, "role_not_allowed"),
        ("trader_b", {}, "self_trade"),
        ("trader_a", {"maximum_cents": "600000"}, "bad_argument"),
        ("trader_a", {"coins": coins}, "bad_argument"),
        ("trader_a", {"lots": []}, "bad_argument"),
        ("trader_a", {"lots": lots((1, 0))}, "bad_argument"),
        ("trader_a", {"lots": lots(*((n, 1) for n in range(1, 12)))}, "too_many_inputs"),
        ("trader_a", {"lots": lots((1, 50), (1, 50))}, "input_twice"),
        ("trader_a", {"lots": lots((2, 50))}, "lot_unknown"),
        ("trader_c", {}, "lot_not_yours"),
        ("trader_a", {"lots": lots((1, 1001))}, "lot_too_small"),
    ):
        assert refusal(town.act(who, "bid", good | change)) == expected
    hold(town, (1, 100))
    assert refusal(town.act("trader_a", "bid", good)) == "lot_held"
    bid(town, "a", 10, 6000, (101, 10))
    again = sealed(town, "a", 10, 6000, (101, 10))
    assert refusal(town.act("trader_a", "bid", again)) == "lot_not_free"


def test_a_buyer_s_bid_in_a_sale_names_no_lots(town):
    town.must("trader_a", "open_auction", opening())
    accepted(turn(town, "auction"))
    good = sealed_with_coin(town, "b", 100, 6000)
    for change in ({"lots": lots((1, 1))}, {"maximum_cents": None}):
        args = {name: value for name, value in (good | change).items() if value is not None}
        assert refusal(town.act("trader_b", "bid", args)) == "bad_argument"


def test_what_was_bought_today_is_not_bid_today(bidding):
    town = bidding
    town.values = {
        key: value.replace(b'"tradable_from_session":0', b'"tradable_from_session":2')
        for key, value in town.values.items()
    }
    assert refusal(town.act("trader_a", "bid", sealed(town, "a", 9, 6000, (1, 9)))) == "not_tradable_yet"


def test_a_purchase_takes_a_hundred_lots_in_all(bidding):
    town = bidding
    for place in range(10):
        parts = [(1 + place * 10 + n, 1) for n in range(10)]
        bid(town, "a", 10, 6000, *parts)
    outcome = town.act("trader_c", "bid", sealed(town, "c", 1, 6000, (1001, 1)))
    assert (refusal(outcome), facts(outcome)) == ("too_many_inputs", {"limit": 0})
    accepted(turn(town, "open"))
    for n in range(10):
        show(town, "a", n, 10, 6000)
    accepted(close(town))
    assert town.holding("acc_b") == 100


def test_a_seller_s_reveal_is_refused_in_order(bidding):
    town = bidding
    bid(town, "a", 100, 6000, (1, 99))
    bid(town, "a", 50, 7001, (100, 50))
    accepted(turn(town, "open"))
    for who, args, expected in (
        ("trader_c", reveal(0, 100, 6000), "bid_not_yours"),
        ("trader_a", reveal(0, 99, 6000), "digest_mismatch"),
        ("trader_a", reveal(1, 50, 7001), "price_above_ceiling"),
        ("trader_a", reveal(0, 100, 6000), "lot_too_small"),
    ):
        assert refusal(town.act(who, "reveal_bid", args)) == expected
    rules(town, "coarse", tick_cents="7", lot_t="100", order_max_t="100000")
    assert refusal(town.act("trader_a", "reveal_bid", reveal(0, 100, 6000))) == "price_off_tick"
    rules(town, "lots", lot_t="30", order_max_t="99990")
    assert refusal(town.act("trader_a", "reveal_bid", reveal(0, 100, 6000))) == "quantity_off_lot"
