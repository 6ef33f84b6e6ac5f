"""Auctions through the API: opened, bid under seal, revealed, closed; what nobody may do before its time."""

import pytest
from lexicon.canonical import digest
from lexicon.commitment import bid_digest

from market import selectors
from market.models import Trade
from tests import world
from tests.market import dealt
from tests.market.test_trading import refusal, send

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
AUCTIONS = "/api/v1/auctions/"
NONCE = digest("a nonce")
SALE = {"side": "sell", "unit": "CEA", "vintage": 2026, "quantity": "100", "price_cents": "6000"}


@pytest.fixture
def alpha(client_of):
    return client_of("alpha_trader")


@pytest.fixture
def beta(client_of):
    return client_of("beta_trader")


def open_auction(client, who: str, wish=SALE) -> str:
    made = client.get(f"{AUCTIONS}inputs/", wish).json()
    answer = send(client, who, AUCTIONS, made["args"], made["name"])
    assert answer.status_code == 202, answer.json()
    return made["args"]["auction"]


def sealed(auction: str, account: str, quantity: int, price: int) -> str:
    return bid_digest(auction=auction, account=account, quantity=quantity, price_cents=price, nonce=NONCE)


def bid(client, who: str, auction: str, account: str, *, quantity: int, price: int, most: int):
    asked = {"digest": sealed(auction, account, quantity, price), "most": str(most)}
    made = client.get(f"{AUCTIONS}{auction}/bids/", asked).json()
    return send(client, who, f"{AUCTIONS}{auction}/bids/", made["args"], made["name"])


def reveal(client, who: str, auction: str, *, quantity: int, price: int, n: int = 0):
    args = {"auction": auction, "n": n, "quantity": str(quantity), "price_cents": str(price), "nonce": NONCE}
    return send(client, who, f"{AUCTIONS}{auction}/revelation/", args, "reveal_bid")


def close(client, who: str, auction: str):
    return send(client, who, f"{AUCTIONS}{auction}/closing/", {"auction": auction}, "close_auction")


def stage(client) -> str:
    [row] = client.get(AUCTIONS).json()["results"]
    return row["stage"]


def test_a_sale_is_opened_bid_for_revealed_and_closed(market, alpha, beta) -> None:
    auction = open_auction(alpha, "alpha_trader")
    market.settle()
    assert stage(beta) == "announced"
    assert (
        refusal(beta.get(f"{AUCTIONS}{auction}/bids/", {"digest": "a" * 64, "most": "1"})) == "market_closed"
    )
    dealt.turn(market, "auction")
    assert bid(beta, "beta_trader", auction, BETA, quantity=80, price=6500, most=520_000).status_code == 202
    market.settle()
    assert (stage(alpha), selectors.coin_balance(BETA).locked_cents) == ("bidding", 520_000)
    assert refusal(reveal(beta, "beta_trader", auction, quantity=80, price=6500)) == "bidding_open"
    assert refusal(close(alpha, "alpha_trader", auction)) == "bidding_open"
    dealt.turn(market, "block")
    assert refusal(close(alpha, "alpha_trader", auction)) == "reveal_open"
    assert refusal(reveal(beta, "beta_trader", auction, quantity=81, price=6500)) == "digest_mismatch"
    assert refusal(reveal(alpha, "alpha_trader", auction, quantity=80, price=6500)) == "bid_not_yours"
    assert refusal(reveal(beta, "beta_trader", auction, quantity=80, price=6500, n=7)) == "bid_unknown"
    assert reveal(beta, "beta_trader", auction, quantity=80, price=6500).status_code == 202
    market.settle()
    [own] = beta.get("/api/v1/bids/").json()["results"]
    assert (own["state"], own["quantity"], own["price_cents"]) == ("revealed", "80", "6500")
    assert (own["organisation"], own["side"], own["unit"], own["vintage"]) == (
        "甲发电有限公司", "sell", "CEA", 2026,
    )  # fmt: skip
    assert own["stage"] == "revealing"
    assert alpha.get("/api/v1/bids/").json()["results"] == []
    [row] = alpha.get(AUCTIONS).json()["results"]
    assert (row["own"], row["may_close"], row["stage"]) == (True, True, "revealing")
    assert close(alpha, "alpha_trader", auction).status_code == 202
    market.settle()
    assert (Trade.objects.get().quantity, selectors.coin_balance(ALPHA).free_cents) == (80, 520_000)
    [row] = beta.get(AUCTIONS).json()["results"]
    assert (row["stage"], row["sold_t"], row["price_cents"]) == ("closed", "80", "6500")
    assert refusal(close(alpha, "alpha_trader", auction)) == "auction_not_open"


def test_a_purchase_takes_the_cheapest_lots(market, alpha, beta) -> None:
    wish = {**SALE, "side": "buy", "quantity": "50", "price_cents": "7200"}
    auction = open_auction(beta, "beta_trader", wish)
    market.settle()
    assert selectors.coin_balance(BETA).locked_cents == 360_000
    dealt.turn(market, "auction")
    assert bid(alpha, "alpha_trader", auction, ALPHA, quantity=40, price=7000, most=40).status_code == 202
    market.settle()
    assert selectors.holdings(ALPHA)[0].listed == 40
    dealt.turn(market, "block")
    assert reveal(alpha, "alpha_trader", auction, quantity=40, price=7000).status_code == 202
    market.settle()
    assert close(beta, "beta_trader", auction).status_code == 202
    market.settle()
    assert (selectors.holdings(BETA)[0].free, selectors.coin_balance(ALPHA).free_cents) == (40, 280_000)


def test_an_auction_nobody_bid_for_is_ended_by_its_opener_and_by_nobody_else(market, alpha, beta) -> None:
    auction = open_auction(alpha, "alpha_trader")
    market.settle()
    assert refusal(close(beta, "beta_trader", auction)) == "reveal_open"
    assert close(alpha, "alpha_trader", auction).status_code == 202
    market.settle()
    assert selectors.holdings(ALPHA)[0].free == 1000


def test_the_administrator_ends_what_was_left_open_when_the_session_is_settled(
    market, alpha, client_of
) -> None:
    auction = open_auction(alpha, "alpha_trader")
    market.settle()
    for name in ("close_session", "settle_session"):
        market.serve("clock", name, {"session": 1})
    administrator = client_of("administrator_1")
    assert stage(administrator) == "over"
    assert refusal(reveal(alpha, "alpha_trader", auction, quantity=1, price=6000)) == "reveal_over"
    assert close(administrator, "administrator_1", auction).status_code == 202
    market.settle()
    assert selectors.holdings(ALPHA)[0].free == 1000


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quantity": "1001"}, "holding_too_small"),
        ({"vintage": 2025}, "instrument_not_traded"),
        ({"side": "buy"}, "balance_too_small"),
        ({"quantity": "0"}, "field_invalid"),
        ({"price_cents": "1.5"}, "field_invalid"),
    ],
)
def test_an_auction_that_cannot_be_is_refused_in_four_parts(market, alpha, change, expected) -> None:
    assert refusal(alpha.get(f"{AUCTIONS}inputs/", {**SALE, **change})) == expected


def test_a_bid_for_ones_own_another_or_without_the_money_is_refused(market, alpha, beta) -> None:
    auction = open_auction(alpha, "alpha_trader")
    market.settle()
    dealt.turn(market, "auction")
    path = f"{AUCTIONS}{auction}/bids/"
    assert refusal(alpha.get(path, {"digest": "a" * 64, "most": "1"})) == "self_trade"
    assert refusal(beta.get(path, {"digest": "a" * 64, "most": "10000001"})) == "balance_too_small"
    assert refusal(beta.get(path, {"digest": "short", "most": "1"})) == "field_invalid"
    made = beta.get(path, {"digest": "a" * 64, "most": "100"}).json()
    for change, expected in (
        ({"auction": "auc_other"}, "intent_not_as_shown"),
        ({"coins": []}, "balance_too_small"),
        ({"maximum_cents": None}, "bad_argument"),
    ):
        assert refusal(send(beta, "beta_trader", path, made["args"] | change, "bid")) == expected
    assert (
        refusal(beta.get(f"{AUCTIONS}auc_nobody/bids/", {"digest": "a" * 64, "most": "1"}))
        == "auction_unknown"
    )
