"""Block agreements through the API, the relay, the chaincode and the follower, on a ledger in memory."""

import pytest
from kit.outbox import OutboxRow
from lexicon.terms import OutboxState

from market import selectors
from market.models import Trade
from tests import world
from tests.market import dealt
from tests.market.test_trading import refusal, send

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
WISH = {
    "counterparty": BETA, "side": "sell", "unit": "CEA", "vintage": 2026, "quantity": "400",
    "price_cents": "8000",
}  # fmt: skip
INPUTS, BLOCKS = "/api/v1/blocks/inputs/", "/api/v1/blocks/"


@pytest.fixture
def agreeing(market):
    """Blocks of 100 t and more are traded now."""
    market.set_up("block trading", lambda: dealt.block_trading(market))
    return market


@pytest.fixture
def alpha(client_of):
    return client_of("alpha_head")


@pytest.fixture
def beta(client_of):
    return client_of("beta_head")


def propose(client, wish=WISH, who="alpha_head"):
    made = client.get(INPUTS, wish).json()
    answer = send(client, who, BLOCKS, made["args"], made["name"])
    assert answer.status_code == 202, answer.json()
    return made["args"]["block"]


def accept(client, block: str, who="beta_head"):
    made = client.get(f"{BLOCKS}{block}/acceptance/").json()
    return send(client, who, f"{BLOCKS}{block}/acceptance/", made["args"], made["name"])


def test_a_block_is_proposed_accepted_and_delivered_against_payment(agreeing, alpha, beta) -> None:
    block = propose(alpha)
    agreeing.settle()
    [own] = alpha.get(BLOCKS).json()["results"]
    [offered] = beta.get(BLOCKS).json()["results"]
    assert (own["side"], own["proposed_by_us"], own["organisation"]) == (
        "sell",
        True,
        world.HOUSES["beta"].name,
    )
    assert (offered["side"], offered["proposed_by_us"], offered["stands"]) == ("buy", False, True)
    assert offered["amount_cents"] == str(400 * 8000)
    assert selectors.holdings(ALPHA)[0].listed == 400
    answer = accept(beta, block)
    assert answer.status_code == 202, answer.json()
    agreeing.settle()
    assert agreeing.row(answer.json()["intent_id"]).state == OutboxState.COMMITTED
    assert selectors.coin_balance(ALPHA).free_cents == 400 * 8000
    assert selectors.holdings(BETA)[0].free == 400
    assert Trade.objects.get().kind == "block"
    [trade] = alpha.get("/api/v1/trades/").json()["results"]
    assert (trade["kind"], trade["side"]) == ("block", "sell")
    [row] = alpha.get(BLOCKS).json()["results"]
    assert (row["state"], row["stands"], row["answered_by_us"]) == ("accepted", False, False)


def test_a_block_that_buys_locks_coin_and_takes_the_counterpartys_lots(agreeing, alpha, beta) -> None:
    block = propose(beta, {**WISH, "counterparty": ALPHA, "side": "buy", "quantity": "100"}, "beta_head")
    agreeing.settle()
    assert selectors.coin_balance(BETA).locked_cents == 800_000
    assert accept(alpha, block, "alpha_head").status_code == 202
    agreeing.settle()
    assert (selectors.holdings(BETA)[0].free, selectors.coin_balance(ALPHA).free_cents) == (100, 800_000)


@pytest.mark.parametrize("who", ["beta_trader", "alpha_trader"])
def test_a_declined_or_withdrawn_block_sets_free_what_it_locked(agreeing, alpha, client_of, who: str) -> None:
    block = propose(alpha)
    agreeing.settle()
    path = f"{BLOCKS}{block}/refusal/"
    answer = send(client_of(who), who, path, {"block": block}, "decline_block")
    assert answer.status_code == 202, answer.json()
    agreeing.settle()
    assert selectors.holdings(ALPHA)[0].free == 1000
    [row] = alpha.get(BLOCKS).json()["results"]
    assert (row["state"], row["answered_by_us"]) == ("declined", who == "alpha_trader")
    again = send(client_of(who), who, path, {"block": block}, "decline_block")
    assert refusal(again) == "block_not_open"


def test_a_block_lapses_with_its_session(agreeing, alpha, beta) -> None:
    block = propose(alpha)
    agreeing.settle()
    agreeing.serve("clock", "close_session", {"session": 1})
    [row] = alpha.get(BLOCKS).json()["results"]
    assert (row["state"], row["stands"]) == ("proposed", False)
    assert selectors.holdings(ALPHA)[0].free == 1000
    assert refusal(beta.get(f"{BLOCKS}{block}/acceptance/")) == "market_closed"
    answer = send(alpha, "alpha_head", f"{BLOCKS}{block}/refusal/", {"block": block}, "decline_block")
    assert refusal(answer) == "block_expired"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quantity": "99"}, "quantity_too_small"),
        ({"quantity": "1001"}, "holding_too_small"),
        ({"price_cents": "9101"}, "price_out_of_band"),
        ({"vintage": 2025}, "instrument_not_traded"),
        ({"counterparty": ALPHA}, "self_trade"),
        ({"counterparty": "acc_nobody"}, "account_unknown"),
        ({"counterparty": world.HOUSES["audit"].account}, "holder_not_allowed"),
        ({"counterparty": "Not An Id"}, "field_invalid"),
        ({"counterparty": ""}, "field_invalid"),
        ({"quantity": "-1"}, "field_invalid"),
        ({"side": "buy"}, "balance_too_small"),
    ],
)
def test_a_block_that_cannot_be_is_refused_in_four_parts(agreeing, alpha, change, expected) -> None:
    assert refusal(alpha.get(INPUTS, {**WISH, **change})) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda args: args.update(quantity="300"), "inputs_do_not_match"),
        (lambda args: args["inputs"][0].update(serial_from="777"), "lot_unknown"),
        (lambda args: args.update(price_cents="1"), "price_out_of_band"),
        (lambda args: args.update(counterparty="acc_nobody"), "account_unknown"),
        (lambda args: args.update(total="1"), "bad_argument"),
    ],
)
def test_a_signed_block_that_says_more_than_is_there_is_refused(agreeing, alpha, change, expected) -> None:
    made = alpha.get(INPUTS, WISH).json()
    change(made["args"])
    assert refusal(send(alpha, "alpha_head", BLOCKS, made["args"], "propose_block")) == expected
    assert not OutboxRow.objects.filter(name="propose_block").exists()


def test_only_the_counterparty_accepts_and_at_the_price_it_was_offered(agreeing, alpha, beta) -> None:
    block = propose(alpha)
    agreeing.settle()
    assert refusal(alpha.get(f"{BLOCKS}{block}/acceptance/")) == "block_not_yours"
    path = f"{BLOCKS}{block}/acceptance/"
    args = beta.get(path).json()["args"]
    for change, expected in (
        ({"price_cents": "7900"}, "price_moved"),
        ({"quantity": "399"}, "inputs_do_not_match"),
        ({"block": "blk_other"}, "intent_not_as_shown"),
        ({"coins": []}, "balance_too_small"),
    ):
        assert refusal(send(beta, "beta_head", path, {**args, **change}, "accept_block")) == expected


def test_a_third_account_finds_neither_the_block_nor_the_parties_terms(agreeing, alpha, client_of) -> None:
    block = propose(alpha, {**WISH, "quantity": "100"})
    agreeing.settle()
    from market.models import BlockDeal

    BlockDeal.objects.update(counterparty="acc_third")
    beta = client_of("beta_head")
    assert beta.get(BLOCKS).json()["results"] == []
    assert refusal(beta.get(f"{BLOCKS}{block}/acceptance/")) == "block_unknown"


def test_outside_their_phase_or_without_a_least_size_no_block_is_proposed(market, alpha) -> None:
    assert refusal(alpha.get(INPUTS, WISH)) == "market_closed"
    dealt.turn(market, "block")
    assert refusal(alpha.get(INPUTS, WISH)) == "blocks_not_traded"


def test_a_frozen_account_proposes_and_accepts_nothing(agreeing, alpha, beta) -> None:
    block = propose(alpha)
    agreeing.settle()
    frozen = {"account": BETA, "hold": "regulator", "orders": True, "reason_digest": dealt.NONCE}
    dealt.act(agreeing, "act_1", "freeze", frozen, first="regulator_1", second="regulator_2")
    assert refusal(beta.get(f"{BLOCKS}{block}/acceptance/")) == "orders_frozen"
    dealt.act(
        agreeing, "act_2", "unfreeze", {"account": BETA, "orders": True, "reason_digest": dealt.NONCE},
        first="regulator_1", second="regulator_2",
    )  # fmt: skip
    assert beta.get(f"{BLOCKS}{block}/acceptance/").status_code == 200


def test_the_same_signed_proposal_sent_twice_is_one_block(agreeing, alpha) -> None:
    made = alpha.get(INPUTS, WISH).json()
    from kit import clock

    body = world.signed_intent("alpha_head", made["name"], made["args"], now=clock.now())
    first = alpha.post(BLOCKS, body, format="json").json()
    agreeing.settle()
    again = alpha.post(BLOCKS, body, format="json").json()
    assert (again["intent_id"], again["state"]) == (first["intent_id"], OutboxState.COMMITTED)
    assert len(alpha.get(BLOCKS).json()["results"]) == 1


def test_counterparties_are_the_other_active_enterprises(agreeing, client_of) -> None:
    rows = client_of("alpha_trader").get("/api/v1/counterparties/").json()["results"]
    beta = {"account": BETA, "organisation": world.HOUSES["beta"].name, "trusted_since": None}
    assert rows == [beta]


def test_the_quote_says_what_a_block_must_be(agreeing, alpha) -> None:
    quote = alpha.get("/api/v1/market/CEA-2026/").json()
    assert (quote["block_min_t"], quote["block_low_cents"], quote["block_high_cents"]) == (
        "100",
        "4900",
        "9100",
    )
