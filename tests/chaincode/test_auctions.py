"""Auctions: sealed bids, revealed, filled at one price; calls, refusals in order, balances after."""

import copy
import re

import pytest
from lexicon.commitment import bid_digest
from lexicon.records import SealedBid, record

from chaincode.auction_close import fill
from chaincode.state import prefix
from tests.chaincode.test_blocks import rules, turn
from tests.chaincode.test_market import next_session, sell
from tests.chaincode.town import Town, accepted, h, refusal

NONCE = h("nonce")


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    town.settle("acc_c", "enterprise", "glass")
    town.welcome("trader_c", "acc_c", "trader")
    accepted(town.issue("acc_c", "coin", 10_000_000))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


@pytest.fixture
def bidding(town):
    """300 t of company a, from 60.00 on, and the phase in which bids come."""
    town.must("trader_a", "open_auction", opening())
    accepted(turn(town, "auction"))
    return town


def opening(quantity=300, serial=1, floor=6000, name="auc_1", **changes):
    return {
        "auction": name,
        "unit": "CEA",
        "vintage": 2026,
        "quantity": str(quantity),
        "floor_cents": str(floor),
        "inputs": [{"serial_from": str(serial), "quantity": str(quantity)}],
    } | changes


def sealed(town, letter, quantity, price, *, maximum=None, name="auc_1"):
    digest = bid_digest(
        auction=name, account=f"acc_{letter}", quantity=quantity, price_cents=price, nonce=NONCE
    )
    return {
        "auction": name,
        "digest": digest,
        "maximum_cents": str(quantity * price if maximum is None else maximum),
        "coins": town.coins(f"acc_{letter}"),
    }


def reveal(n, quantity, price, name="auc_1", nonce=NONCE):
    return {
        "auction": name,
        "n": n,
        "quantity": str(quantity),
        "price_cents": str(price),
        "nonce": nonce,
    }


def bid(town, letter, quantity, price, maximum=None):
    town.must(f"trader_{letter}", "bid", sealed(town, letter, quantity, price, maximum=maximum))


def close(town, who="trader_a"):
    return town.act(who, "close_auction", {"auction": "auc_1"})


def test_winners_pay_the_lowest_accepted_price_and_all_else_goes_back(bidding):
    town = bidding
    bid(town, "b", 200, 7000)
    bid(town, "c", 150, 6500, maximum=2_000_000)
    bid(town, "b", 100, 6100)
    assert sum(int(coin["amount_cents"]) for coin in town.all("coin") if coin["listing"]) == 4_010_000
    accepted(turn(town, "open"))
    for letter, args in (
        ("b", reveal(0, 200, 7000)),
        ("c", reveal(1, 150, 6500)),
        ("b", reveal(2, 100, 6100)),
    ):
        town.must(f"trader_{letter}", "reveal_bid", args)
    accepted(close(town, "trader_c"))
    auction = town.read("auction", "auc_1")
    assert (auction["state"], auction["price_cents"], auction["sold_t"]) == ("closed", "6500", "300")
    assert [(bid_["state"], bid_["filled_t"]) for bid_ in town.all("bid")] == [
        ("won", "200"),
        ("won", "100"),
        ("lost", "0"),
    ]
    assert [town.holding(account) for account in ("acc_a", "acc_b", "acc_c")] == [700, 200, 100]
    assert town.balance("acc_a") == 300 * 6500
    assert (town.balance("acc_b"), town.balance("acc_c")) == (10_000_000 - 1_300_000, 10_000_000 - 650_000)
    assert all(coin["listing"] is None for coin in town.all("coin"))
    assert {trade["kind"] for trade in town.all("trade")} == {"auction"}
    assert town.all("sessiontrade") == []
    assert refusal(close(town)) == "auction_not_open"


def test_what_is_not_sold_is_free_again(bidding):
    town = bidding
    bid(town, "b", 100, 6000)
    accepted(turn(town, "open"))
    town.must("trader_b", "reveal_bid", reveal(0, 100, 6000))
    accepted(close(town))
    assert town.holding("acc_a", "free") == 900
    assert refusal(town.act("trader_b", "list", sell("lst_r", 10, 1))) == "not_tradable_yet"


def test_a_bid_that_was_not_revealed_counts_for_nothing_and_waits_for_the_settlement(bidding):
    town = bidding
    bid(town, "b", 100, 9000)
    bid(town, "c", 100, 6000)
    accepted(turn(town, "open"))
    town.must("trader_c", "reveal_bid", reveal(1, 100, 6000))
    assert refusal(close(town)) == "reveal_open"
    next_session(town)
    assert refusal(town.act("trader_b", "reveal_bid", reveal(0, 100, 9000))) == "reveal_over"
    accepted(close(town, "adm"))
    assert [bid_["filled_t"] for bid_ in town.all("bid")] == ["0", "100"]
    assert town.balance("acc_b") == 10_000_000


def test_lots_and_coin_stay_locked_over_the_sessions_end(bidding):
    town = bidding
    bid(town, "b", 100, 6000)
    locked = town.read("bid", "auc_1", 0)["coin"]
    next_session(town)
    split = {"coin": locked, "amounts_cents": ["600000"]}
    assert refusal(town.act("trader_b", "split_coin", split)) == "coin_locked"
    assert refusal(town.act("trader_a", "list", sell("lst_1", 100, 1))) == "lot_not_free"
    accepted(close(town))
    assert (town.holding("acc_a", "free"), town.balance("acc_b")) == (1000, 10_000_000)


def test_nobody_reads_a_sealed_bid(bidding):
    bid(bidding, "b", 123, 6543, maximum=1_000_000)
    written = b"".join(value for _, value in bidding.outcomes[-1].writes if value)
    assert not re.search(rb"\b(6543|123)\b", written)


def test_before_a_bid_the_seller_may_end_it_and_nobody_else(town):
    town.must("trader_a", "open_auction", opening())
    assert refusal(close(town, "trader_b")) == "reveal_open"
    accepted(close(town))
    assert town.holding("acc_a", "free") == 1000


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("operator_a", {}, "role_not_allowed"),
        ("trader_a", {"floor_cents": "0"}, "bad_argument"),
        ("trader_a", {"vintage": 2027}, "instrument_not_traded"),
        ("trader_a", {"inputs": opening(quantity=1)["inputs"] * 101}, "too_many_inputs"),
        ("trader_a", {"inputs": opening()["inputs"] * 2}, "input_twice"),
        ("trader_a", opening(serial=2), "lot_unknown"),
        ("trader_b", {}, "lot_not_yours"),
        ("trader_a", opening(1001), "lot_too_small"),
        ("trader_a", {"quantity": "299"}, "inputs_do_not_match"),
    ],
)
def test_an_opening_is_refused(town, who, change, expected):
    assert refusal(town.act(who, "open_auction", opening() | change)) == expected


def test_tick_and_lot_hold_in_auctions_too(town):
    rules(town, tick_cents="5", lot_t="10", order_max_t="100000")
    assert refusal(town.act("trader_a", "open_auction", opening(floor=6001))) == "price_off_tick"
    assert refusal(town.act("trader_a", "open_auction", opening(305))) == "quantity_off_lot"
    town.must("trader_a", "open_auction", opening())
    assert refusal(town.act("trader_a", "open_auction", opening())) == "auction_exists"
    accepted(turn(town, "auction"))
    bid(town, "b", 15, 6000)
    bid(town, "b", 10, 6001)
    accepted(turn(town, "open"))
    assert refusal(town.act("trader_b", "reveal_bid", reveal(0, 15, 6000))) == "quantity_off_lot"
    assert refusal(town.act("trader_b", "reveal_bid", reveal(1, 10, 6001))) == "price_off_tick"


def test_a_bid_is_refused_in_order(bidding):
    town = bidding
    good = sealed(town, "b", 100, 6000)
    for who, change, expected in (
        ("operator_b", {}, "role_not_allowed"),
        ("trader_b", {"maximum_cents": "0"}, "bad_argument"),
        ("trader_b", {"auction": "auc_9"}, "auction_unknown"),
        ("trader_a", {}, "self_trade"),
        ("trader_b", {"coins": good["coins"][:1] * 2}, "input_twice"),
        ("trader_b", {"coins": [{"tx": h("x"), "n": 0}]}, "coin_unknown"),
        ("trader_c", {}, "coin_not_yours"),
        ("trader_b", {"coins": []}, "balance_too_small"),
    ):
        assert refusal(town.act(who, "bid", good | change)) == expected
    bid(town, "b", 1, 6000)
    taken = town.read("bid", "auc_1", 0)["coin"]
    assert refusal(town.act("trader_b", "bid", good | {"coins": [taken]})) == "coin_locked"


def test_bids_come_in_the_auctions_phase_and_session_only(town):
    town.must("trader_a", "open_auction", opening())
    good = sealed(town, "b", 100, 6000)
    assert refusal(town.act("trader_b", "bid", good)) == "market_closed"
    accepted(turn(town, "auction"))
    assert refusal(town.act("trader_a", "list", sell("lst_1", 10, 301))) == "market_closed"
    next_session(town)
    session = town.read("params", "session")["session"]
    accepted(town.serve("clock", "open_session", {"session": session, "phase": "auction"}))
    assert refusal(town.act("trader_b", "bid", good)) == "auction_not_open"


def test_an_auction_takes_at_most_a_hundred_bids(bidding):
    town = bidding
    key = prefix("auction", "auc_1")
    town.values[key] = town.values[key].replace(b'"bids":0', b'"bids":100')
    assert refusal(town.act("trader_b", "bid", sealed(town, "b", 1, 6000))) == "too_many_bids"


def test_a_reveal_is_refused_in_order(bidding):
    town = bidding
    bid(town, "b", 100, 6000)
    bid(town, "b", 100, 5999)
    bid(town, "b", 100, 6500, maximum=649_999)
    assert refusal(town.act("trader_b", "reveal_bid", reveal(0, 100, 6000))) == "bidding_open"
    assert refusal(close(town)) == "bidding_open"
    accepted(turn(town, "open"))
    for who, args, expected in (
        ("operator_b", reveal(0, 100, 6000), "role_not_allowed"),
        ("trader_b", reveal(0, 100, 6000, name="auc_9"), "auction_unknown"),
        ("trader_b", reveal(3, 100, 6000), "bid_unknown"),
        ("trader_c", reveal(0, 100, 6000), "bid_not_yours"),
        ("trader_b", reveal(0, 101, 6000), "digest_mismatch"),
        ("trader_b", reveal(0, 100, 6000, nonce=h("other")), "digest_mismatch"),
        ("trader_b", reveal(1, 100, 5999), "price_below_floor"),
        ("trader_b", reveal(2, 100, 6500), "maximum_too_small"),
    ):
        assert refusal(town.act(who, "reveal_bid", args)) == expected
    town.must("trader_b", "reveal_bid", reveal(0, 100, 6000))
    assert refusal(town.act("trader_b", "reveal_bid", reveal(0, 100, 6000))) == "bid_already_revealed"


def test_a_bid_copied_from_another_account_cannot_be_revealed(bidding):
    town = bidding
    bid(town, "b", 100, 6000)
    copied = sealed(town, "b", 100, 6000) | {"coins": town.coins("acc_c")}
    town.must("trader_c", "bid", copied)
    accepted(turn(town, "open"))
    assert refusal(town.act("trader_c", "reveal_bid", reveal(1, 100, 6000))) == "digest_mismatch"


@pytest.mark.parametrize(
    ("bids", "offered", "expected"),
    [
        ([], 100, []),
        ([(100, 60)], 0, []),
        ([(100, 60)], 50, [(0, 50)]),
        ([(40, 60), (40, 61), (40, 60)], 100, [(1, 40), (0, 40), (2, 20)]),
        ([(40, 60), (40, 60), (40, 60)], 80, [(0, 40), (1, 40)]),
    ],
)
def test_the_highest_prices_are_filled_first_and_equal_ones_in_their_order(bids, offered, expected):
    coin = {"tx": h("x"), "n": 0}
    sealed_bids = [
        record(
            SealedBid,
            {
                "auction": "auc_1",
                "n": n,
                "account": "acc_b",
                "digest": h("d"),
                "maximum_cents": "1",
                "coin": coin,
                "state": "revealed",
                "quantity": str(quantity),
                "price_cents": str(price),
            },
        )
        for n, (quantity, price) in enumerate(bids)
    ]
    assert [(one.n, quantity) for one, quantity in fill(sealed_bids, offered)] == expected
