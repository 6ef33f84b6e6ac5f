"""Deals beside the listed market: block, auction, redemption, cancellation, carry-over, freeze, limits."""

from typing import Any

from lexicon.canonical import digest
from lexicon.commitment import bid_digest

from market import selectors
from tests import world
from tests.market.town import MARKET, Town

ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
NONCE = digest("nonce")
BLOCK_MIN_T = 100


def act(town: Town, name: str, kind: str, args: dict[str, Any], *, first: str, second: str) -> None:
    """An act of two persons, proposed and confirmed."""
    town.sign(first, "propose_action", {"action": name, "act": kind, "act_args": args})
    town.sign(second, "confirm_action", {"action": name, "digest": digest(args)})
    town.follow()


def set_parameters(town: Town, group: str, values: dict[str, Any]) -> None:
    """New parameters of a group, by administrator and regulator."""
    args = {"group": group, "values": values}
    named = f"act_{digest(args)[:12]}"
    act(town, named, "set_parameters", args, first="administrator_1", second="regulator_1")


def turn(town: Town, phase: str) -> None:
    """Another phase of session 1."""
    town.serve("clock", "open_session", {"session": 1, "phase": phase})


def block_trading(town: Town) -> None:
    """Blocks of 100 t are traded, and the session is in their phase."""
    set_parameters(town, "market", {**MARKET, "block_min_t": str(BLOCK_MIN_T)})
    turn(town, "block")


def coins_of(account: str) -> list[dict[str, Any]]:
    """Every free output of an account."""
    return [{"tx": coin.tx, "n": coin.n} for coin in selectors.usable_coins(account)]


def uses_of(account: str, quantity: int) -> list[dict[str, Any]]:
    """The front of the account's first free lot that is large enough."""
    lots = selectors.usable_lots(account, unit="CEA", vintage=2026, tradable=False)
    serial = next(lot.serial_from for lot in lots if lot.quantity >= quantity)
    return [{"unit": "CEA", "vintage": 2026, "serial_from": str(serial), "quantity": str(quantity)}]


def parts_of(account: str, quantity: int) -> list[dict[str, str]]:
    """The same without unit and vintage."""
    return [{name: use[name] for name in ("serial_from", "quantity")} for use in uses_of(account, quantity)]


def deal(town: Town) -> None:
    """One of each between alpha and beta, in a running session; beta's account stays frozen."""
    block_trading(town)
    terms = {"side": "sell", "unit": "CEA", "vintage": 2026, "quantity": "100", "price_cents": "7100"}
    block = {"block": "blk_1", "counterparty": BETA, **terms, "inputs": parts_of(ALPHA, 100)}
    _sign(town, "alpha_head", "propose_block", block)
    accepted = {"block": "blk_1", "quantity": "100", "price_cents": "7100", "coins": coins_of(BETA)}
    _sign(town, "beta_head", "accept_block", accepted)
    _auction(town)
    lots = {"lots": uses_of(ALPHA, 10), "reason_digest": NONCE}
    _sign(town, "alpha_trader", "cancel_allowances", {"cancellation": "can_1"} | lots)
    _carry(town)
    redeemed = {
        "redemption": "red_1",
        "coins": coins_of(ALPHA)[:1],
        "amount_cents": "1",
        "payout_digest": NONCE,
    }
    _sign(town, "alpha_head", "redeem_coin", redeemed)
    limits = {"account": ALPHA, "surrender_t": "50", "cancel_t": "20"}
    act(town, "act_limits", "set_own_limits", limits, first="alpha_trader", second="alpha_head")
    trusted = {"account": ALPHA, "counterparty": BETA}
    act(town, "act_trust", "trust_counterparty", trusted, first="alpha_trader", second="alpha_head")
    frozen = {"account": BETA, "hold": "regulator", "orders": True, "reason_digest": NONCE}
    act(town, "act_freeze", "freeze", frozen, first="regulator_1", second="regulator_2")


def _sign(town: Town, who: str, name: str, args: dict[str, Any]) -> None:
    town.sign(who, name, args)
    town.follow()


def _auction(town: Town) -> None:
    offered = {"auction": "auc_1", "unit": "CEA", "vintage": 2026, "quantity": "50", "floor_cents": "6000"}
    _sign(town, "alpha_trader", "open_auction", offered | {"inputs": parts_of(ALPHA, 50)})
    turn(town, "auction")
    sealed = bid_digest(auction="auc_1", account=BETA, quantity=40, price_cents=6500, nonce=NONCE)
    bid = {"auction": "auc_1", "digest": sealed, "maximum_cents": "260000", "coins": coins_of(BETA)}
    _sign(town, "beta_trader", "bid", bid)
    turn(town, "block")
    said = {"auction": "auc_1", "n": 0, "quantity": "40", "price_cents": "6500", "nonce": NONCE}
    _sign(town, "beta_trader", "reveal_bid", said)
    _sign(town, "alpha_trader", "close_auction", {"auction": "auc_1"})


def _carry(town: Town) -> None:
    basis = {"account": ALPHA, "to_vintage": 2027, "sold_t": "0", "bought_t": "0"}
    set_parameters(town, "carry_over", basis)
    set_parameters(town, "supply", {"unit": "CEA", "vintage": 2027, "cap": "1000"})
    _sign(town, "alpha_head", "carry_over", {"carry": "car_1", "to_vintage": 2027, "lots": uses_of(ALPHA, 5)})
