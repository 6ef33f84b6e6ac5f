"""Balances, tape and session after what has no page yet: redemption, holds, blocks, auctions, halts."""

import pytest
from lexicon.canonical import digest
from lexicon.commitment import bid_digest
from lexicon.refusals import Refused

from market import selectors
from market.models import Auction, Lot, SealedBid, Session, Trade
from market.services import checks
from tests import world
from tests.market.town import MARKET

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
NONCE = digest("nonce")
AUTHORITIES = {"first": "administrator_1", "second": "regulator_1"}


def use(quantity, serial=1):
    return {"unit": "CEA", "vintage": 2026, "serial_from": str(serial), "quantity": str(quantity)}


def part(quantity, serial=1):
    return {"serial_from": str(serial), "quantity": str(quantity)}


def coins(account):
    return [{"tx": coin.tx, "n": coin.n} for coin in selectors.usable_coins(account)]


def two(market, name, act, args, *, first="regulator_1", second="regulator_2"):
    market.sign(first, "propose_action", {"action": name, "act": act, "act_args": args})
    market.sign(second, "confirm_action", {"action": name, "digest": digest(args)})
    market.follow()


def sign(market, who, name, args):
    market.sign(who, name, args)
    market.follow()


def turn(market, phase):
    market.serve("clock", "open_session", {"session": 1, "phase": phase})


def test_coin_that_was_redeemed_is_in_no_balance(market) -> None:
    args = {"redemption": "red_1", "coins": coins(BETA)[:1], "amount_cents": "1000", "payout_digest": NONCE}
    sign(market, "beta_head", "redeem_coin", args)
    assert selectors.coin_balance(BETA).free_cents == 10_000_000 - 1000


def test_cancelled_and_held_lots_are_not_free(market) -> None:
    lots = {"lots": [use(100)], "reason_digest": NONCE}
    sign(market, "alpha_trader", "cancel_allowances", {"cancellation": "can_1"} | lots)
    assert selectors.holdings(ALPHA)[0].pending_cancellation == 100
    sign(market, "alpha_head", "confirm_cancellation", {"cancellation": "can_1"})
    frozen = {"account": ALPHA, "reason_digest": NONCE}
    two(market, "f1", "freeze", frozen | {"hold": "court", "lots": [use(50, 101)]})
    two(market, "f2", "freeze", frozen | {"hold": "province", "lots": [use(30, 151)]})
    [holding] = selectors.holdings(ALPHA)
    assert (holding.free, holding.held, holding.pending_cancellation) == (820, 80, 0)
    assert sum(lot.quantity for lot in selectors.usable_lots(ALPHA)) == 820
    two(market, "u1", "unfreeze", frozen | {"lots": [use(50, 101), use(30, 151)]})
    assert selectors.holdings(ALPHA)[0].free == 900


def test_merged_lots_are_one_row(market) -> None:
    listed = {
        "listing": "lst_1",
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "price_cents": "7000",
        "clips": [{"quantity": "100", "inputs": [part(100)]}],
    }
    sign(market, "alpha_trader", "list", listed)
    sign(market, "alpha_trader", "unlist", {"listing": "lst_1"})
    merged = {"unit": "CEA", "vintage": 2026, "serials": ["1", "101"]}
    sign(market, "alpha_trader", "merge_lots", merged)
    assert [(lot.serial_from, lot.serial_to) for lot in Lot.objects.all()] == [(1, 1000)]


def test_a_block_is_a_trade_and_not_in_the_tape(market) -> None:
    turn(market, "block")
    opened_at = Session.objects.get(pk=1).opened_at
    rules = {**MARKET, "block_min_t": "100"}
    changed = {"group": "market", "values": rules}
    two(market, "m1", "set_parameters", changed, first="administrator_1", second="regulator_1")
    block = {
        "block": "blk_1",
        "counterparty": BETA,
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "quantity": "200",
        "price_cents": "9000",
        "inputs": [part(200)],
    }
    sign(market, "alpha_head", "propose_block", block)
    assert selectors.holdings(ALPHA)[0].listed == 200
    accepted = {"block": "blk_1", "quantity": "200", "price_cents": "9000", "coins": coins(BETA)}
    sign(market, "beta_head", "accept_block", accepted)
    assert Trade.objects.get().kind == "block"
    assert selectors.tape("CEA", 2026) == []
    assert selectors.quote("CEA", 2026).volume == 0
    assert selectors.own_trades(BETA).count() == 1
    assert Session.objects.get(pk=1).opened_at == opened_at


def test_an_auction_locks_over_the_sessions_end_and_is_settled_at_its_close(market) -> None:
    auction = {
        "auction": "auc_1",
        "unit": "CEA",
        "vintage": 2026,
        "quantity": "100",
        "floor_cents": "6000",
        "inputs": [part(100)],
    }
    sign(market, "alpha_trader", "open_auction", auction)
    turn(market, "auction")
    assert not selectors.market_state().open
    sealed = bid_digest(auction="auc_1", account=BETA, quantity=80, price_cents=6500, nonce=NONCE)
    bid = {"auction": "auc_1", "digest": sealed, "maximum_cents": "520000", "coins": coins(BETA)}
    sign(market, "beta_trader", "bid", bid)
    market.serve("clock", "close_session", {"session": 1})
    assert selectors.coin_balance(BETA).locked_cents == 520_000
    assert selectors.holdings(ALPHA)[0].listed == 100
    revealed = {"auction": "auc_1", "n": 0, "quantity": "80", "price_cents": "6500", "nonce": NONCE}
    sign(market, "beta_trader", "reveal_bid", revealed)
    sign(market, "alpha_trader", "close_auction", {"auction": "auc_1"})
    assert selectors.coin_balance(BETA).locked_cents == 0
    assert selectors.coin_balance(ALPHA).free_cents == 520_000
    assert (selectors.holdings(ALPHA)[0].free, selectors.holdings(BETA)[0].free) == (920, 80)
    assert selectors.tape("CEA", 2026) == []


def test_a_purchase_by_auction_is_read_as_one_with_its_ceiling(market) -> None:
    auction = {
        "auction": "auc_2",
        "side": "buy",
        "unit": "CEA",
        "vintage": 2026,
        "quantity": "100",
        "ceiling_cents": "6000",
        "coins": coins(BETA),
    }
    sign(market, "beta_trader", "open_auction", auction)
    turn(market, "auction")
    sealed = bid_digest(auction="auc_2", account=ALPHA, quantity=80, price_cents=5900, nonce=NONCE)
    sign(market, "alpha_trader", "bid", {"auction": "auc_2", "digest": sealed, "lots": [part(80)]})
    assert selectors.coin_balance(BETA).locked_cents == 600_000
    assert selectors.holdings(ALPHA)[0].listed == 80
    market.serve("clock", "close_session", {"session": 1})
    revealed = {"auction": "auc_2", "n": 0, "quantity": "80", "price_cents": "5900", "nonce": NONCE}
    sign(market, "alpha_trader", "reveal_bid", revealed)
    sign(market, "beta_trader", "close_auction", {"auction": "auc_2"})
    row = Auction.objects.get()
    assert (row.side, row.floor_cents, row.ceiling_cents, row.sold_t) == ("buy", None, 6000, 80)
    assert SealedBid.objects.get().maximum_cents is None
    assert (selectors.coin_balance(ALPHA).free_cents, selectors.holdings(BETA)[0].free) == (472_000, 80)


def test_a_halted_market_takes_no_orders(market) -> None:
    checks.open_market()
    two(market, "h1", "halt", {"reason_digest": NONCE})
    with pytest.raises(Refused, match="market_halted"):
        checks.open_market()
    two(market, "h2", "resume", {"reason_digest": NONCE})
    checks.open_market()
