"""Trading through the API, the relay, the chaincode and the follower, on a ledger in memory."""

import uuid

import pytest
from kit import clock
from kit.outbox import OutboxRow
from lexicon.terms import OutboxState

from market import selectors
from market.models import Listing, Lot, Trade
from tests import world

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
SELL = {
    "action": "list",
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "quantity": "300",
    "price_cents": "7050",
}
BUY = {
    "action": "take",
    "side": "buy",
    "unit": "CEA",
    "vintage": 2026,
    "quantity": "120",
    "price_cents": "7050",
}


def draft(client, wish: dict) -> dict:
    answer = client.get("/api/v1/assets/inputs/", wish)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def send(client, who: str, path: str, args: dict, name: str, **changes):
    body = world.signed_intent(who, name, args, now=clock.now())
    return client.post(path, {**body, **changes}, format="json")


def order(client, who: str, wish: dict, path: str):
    made = draft(client, wish)
    return send(client, who, path, made["args"], made["name"])


@pytest.fixture
def alpha(client_of):
    return client_of("alpha_trader")


@pytest.fixture
def beta(client_of):
    return client_of("beta_trader")


def refusal(answer) -> str:
    body = answer.json()
    assert set(body) >= {"what", "meaning", "action", "case"}, body
    return body["refusal"]


def test_a_listing_is_made_ready_signed_queued_and_stands_in_the_book(market, alpha, beta) -> None:
    answer = order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    assert answer.status_code == 202, answer.json()
    assert answer.json()["state"] == OutboxState.WAITING
    market.settle()
    row = market.row(answer.json()["intent_id"])
    assert (row.state, row.refusal) == (OutboxState.COMMITTED, "")
    assert row.read_at is not None
    [listing] = alpha.get("/api/v1/listings/").json()["results"]
    assert (listing["quantity_open"], listing["state"], len(listing["clips"])) == ("300", "open", 3)
    quote = beta.get("/api/v1/market/CEA-2026/").json()
    assert quote["sells"] == [{"price_cents": "7050", "quantity": "300", "offers": 3, "own": "0"}]
    assert (quote["low_cents"], quote["high_cents"]) == ("6300", "7700")
    own = alpha.get("/api/v1/market/CEA-2026/").json()
    assert own["sells"][0]["own"] == "300"
    [holding] = alpha.get("/api/v1/assets/").json()["holdings"]
    assert (holding["free"], holding["listed"]) == ("700", "300")


def test_a_take_delivers_against_payment_and_both_sides_see_it(market, alpha, beta) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    answer = order(beta, "beta_trader", BUY, "/api/v1/trades/")
    assert answer.status_code == 202, answer.json()
    market.settle()
    assert market.row(answer.json()["intent_id"]).state == OutboxState.COMMITTED
    assert sum(trade.quantity for trade in Trade.objects.all()) == 120
    assert selectors.coin_balance(ALPHA).free_cents == 120 * 7050
    assert selectors.coin_balance(BETA).free_cents == 10_000_000 - 120 * 7050
    [bought] = selectors.holdings(BETA)
    assert (bought.free, bought.tradable) == (120, 0), "what is bought today is sold from the next session on"
    rows = beta.get("/api/v1/trades/").json()["results"]
    assert {row["side"] for row in rows} == {"buy"}
    assert {row["seller"] for row in rows} == {""}, "the other side stays a pseudonym that is not shown"
    assert sum(int(row["amount_cents"]) for row in rows) == 120 * 7050
    quote = alpha.get("/api/v1/market/CEA-2026/").json()
    assert (quote["last_cents"], quote["volume"]) == ("7050", "120")
    candles = alpha.get("/api/v1/market/CEA-2026/candles/", {"step": "1m"}).json()["results"]
    assert [(candle["close_cents"], candle["volume"]) for candle in candles] == [("7050", "120")]


def test_a_buy_listing_locks_coin_and_is_taken_with_lots(market, alpha, beta) -> None:
    wish = {**SELL, "side": "buy", "quantity": "100", "price_cents": "6990"}
    order(beta, "beta_trader", wish, "/api/v1/listings/")
    market.settle()
    balance = selectors.coin_balance(BETA)
    assert (balance.locked_cents, balance.free_cents) == (699_000, 10_000_000 - 699_000)
    answer = order(
        alpha,
        "alpha_trader",
        {**BUY, "side": "sell", "quantity": "40", "price_cents": "6900"},
        "/api/v1/trades/",
    )
    assert answer.status_code == 202, answer.json()
    market.settle()
    assert market.row(answer.json()["intent_id"]).refusal == ""
    assert selectors.coin_balance(ALPHA).free_cents == 40 * 6990
    assert selectors.coin_balance(BETA).locked_cents == 60 * 6990


def test_a_withdrawn_listing_sets_its_lots_free(market, alpha) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    listing = Listing.objects.get()
    path = f"/api/v1/listings/{listing.pk}/cancellation/"
    answer = send(alpha, "alpha_trader", path, {"listing": listing.pk}, "unlist")
    assert answer.status_code == 202
    market.settle()
    listing.refresh_from_db()
    assert (listing.state, listing.quantity_open) == ("cancelled", 0)
    assert selectors.holdings(ALPHA)[0].tradable == 1000


def test_the_end_of_a_session_sets_free_what_was_listed(market, alpha, beta) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    order(beta, "beta_trader", {**SELL, "side": "buy"}, "/api/v1/listings/")
    market.settle()
    market.serve("clock", "close_session", {"session": 1})
    assert set(Listing.objects.values_list("state", flat=True)) == {"expired"}
    assert selectors.holdings(ALPHA)[0].free == 1000
    assert selectors.coin_balance(BETA).locked_cents == 0
    assert alpha.get("/api/v1/market/CEA-2026/").json()["sells"] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quantity": "1001"}, "holding_too_small"),
        ({"price_cents": "7701"}, "price_out_of_band"),
        ({"price_cents": "6299"}, "price_out_of_band"),
        ({"vintage": 2025}, "instrument_not_traded"),
        ({"quantity": "100001"}, "quantity_too_large"),
        ({"quantity": "0"}, "field_invalid"),
        ({"quantity": "1.5"}, "field_invalid"),
        ({"quantity": "-5"}, "field_invalid"),
        ({"quantity": "NaN"}, "field_invalid"),
        ({"price_cents": ""}, "field_invalid"),
        ({"side": "both"}, "field_invalid"),
        ({"unit": "EUA"}, "field_invalid"),
        ({"side": "buy", "quantity": "2000"}, "balance_too_small"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_in_four_parts(market, alpha, change, expected) -> None:
    answer = alpha.get("/api/v1/assets/inputs/", {**SELL, **change})
    assert answer.status_code in {400, 409}
    assert refusal(answer) == expected


def listed_args(alpha, **changes) -> dict:
    return {**draft(alpha, SELL)["args"], **changes}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda args: args["clips"][0]["inputs"][0].update(quantity="5000"), "lot_too_small"),
        (lambda args: args["clips"][0]["inputs"][0].update(serial_from="777"), "lot_unknown"),
        (lambda args: args["clips"][0].update(quantity="999"), "inputs_do_not_match"),
        (lambda args: args["clips"].extend(args["clips"]), "input_twice"),
        (lambda args: args.update(price_cents="9999"), "price_out_of_band"),
        (lambda args: args.update(price_cents=7050), "bad_argument"),
        (lambda args: args.update(total="1"), "bad_argument"),
        (lambda args: args.update(listing="no spaces allowed"), "bad_argument"),
        (lambda args: args.update(clips=[]), "too_many_clips"),
    ],
)
def test_a_signed_listing_that_says_more_than_is_there_is_refused(market, alpha, change, expected) -> None:
    args = listed_args(alpha)
    change(args)
    answer = send(alpha, "alpha_trader", "/api/v1/listings/", args, "list")
    assert refusal(answer) == expected
    assert not OutboxRow.objects.filter(name="list").exists()


@pytest.mark.parametrize("field", ["total", "balance", "price_cents", "hash", "account"])
def test_a_figure_that_the_browser_sends_beside_the_signature_is_refused(market, alpha, field: str) -> None:
    answer = send(alpha, "alpha_trader", "/api/v1/listings/", listed_args(alpha), "list", **{field: "1"})
    assert (answer.status_code, refusal(answer)) == (400, "field_not_accepted")


def test_a_changed_text_a_foreign_key_and_another_network_are_refused(market, alpha) -> None:
    args = listed_args(alpha)
    body = world.signed_intent("alpha_trader", "list", args, now=clock.now())
    changed = {**body, "intent": body["intent"].replace('"7050"', '"7051"')}
    assert refusal(alpha.post("/api/v1/listings/", changed, format="json")) == "signature_invalid"
    other = world.signed_intent("beta_trader", "list", args, now=clock.now())
    assert refusal(alpha.post("/api/v1/listings/", other, format="json")) == "intent_not_as_shown"
    foreign = {**body, "fingerprint": world.fingerprint("beta_trader")}
    assert refusal(alpha.post("/api/v1/listings/", foreign, format="json")) == "key_not_bound"
    elsewhere = world.signed_intent("alpha_trader", "list", args, network="0" * 64, now=clock.now())
    assert refusal(alpha.post("/api/v1/listings/", elsewhere, format="json")) == "network_mismatch"


def test_a_trade_with_oneself_is_refused(market, alpha) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    market.issue(ALPHA, "coin", 1_000_000, number=9)
    listing = Listing.objects.get()
    [coin, *_] = selectors.usable_coins(ALPHA)
    args = {
        "takes": [{"listing": listing.pk, "k": 0, "quantity": "1", "price_cents": "7050"}],
        "coins": [{"tx": coin.tx, "n": coin.n}],
    }
    assert refusal(send(alpha, "alpha_trader", "/api/v1/trades/", args, "take")) == "self_trade"
    assert refusal(alpha.get("/api/v1/assets/inputs/", BUY)) == "clip_too_small", "own offers are not offered"


def test_a_moved_price_is_never_taken_silently(market, alpha, beta) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    args = draft(beta, BUY)["args"]
    args["takes"][0]["price_cents"] = "7000"
    assert refusal(send(beta, "beta_trader", "/api/v1/trades/", args, "take")) == "price_moved"


def test_of_two_takers_of_the_same_tonne_exactly_one_wins(market, alpha, beta, client_of) -> None:
    order(alpha, "alpha_trader", {**SELL, "quantity": "50"}, "/api/v1/listings/")
    market.settle()
    head = client_of("beta_head")
    answers = [
        send(client, who, "/api/v1/trades/", draft(client, {**BUY, "quantity": "50"})["args"], "take")
        for client, who in ((beta, "beta_trader"), (head, "beta_head"))
    ]
    for _ in range(3):
        market.settle()
    rows = [market.row(answer.json()["intent_id"]) for answer in answers]
    assert sorted(row.state for row in rows) == [OutboxState.COMMITTED, OutboxState.REFUSED]
    lost = next(row for row in rows if row.state == OutboxState.REFUSED)
    assert lost.refusal in {"listing_not_open", "clip_too_small"}
    assert sum(trade.quantity for trade in Trade.objects.all()) == 50
    assert selectors.coin_balance(ALPHA).free_cents == 50 * 7050
    assert sum(lot.quantity for lot in Lot.objects.all()) == 1000


def test_a_chain_that_is_down_keeps_the_order_and_carries_it_once_when_it_is_back(market, alpha) -> None:
    market.chain.down = True
    answer = order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    assert answer.status_code == 202
    market.settle()
    row = market.row(answer.json()["intent_id"])
    assert row.state == OutboxState.WAITING
    assert Listing.objects.count() == 0
    status = alpha.get("/api/v1/explorer/status/").json()
    assert (status["waiting"], status["oldest_waiting_s"]) == (1, 0)
    market.chain.down = False
    clock.tick(clock.now() - clock.now() + __import__("datetime").timedelta(seconds=10))
    for _ in range(2):
        market.settle()
    assert market.row(str(row.pk)).state == OutboxState.COMMITTED
    assert Listing.objects.count() == 1


def test_the_same_signed_order_sent_twice_is_one_order(market, alpha) -> None:
    body = world.signed_intent("alpha_trader", "list", listed_args(alpha), now=clock.now())
    first = alpha.post("/api/v1/listings/", body, format="json")
    market.settle()
    again = alpha.post("/api/v1/listings/", body, format="json")
    assert first.json()["intent_id"] == again.json()["intent_id"]
    assert again.json()["state"] == OutboxState.COMMITTED
    assert Listing.objects.count() == 1


def test_an_id_used_for_another_text_is_refused(market, alpha) -> None:
    intent_id, given = str(uuid.uuid4()), listed_args(alpha)
    for number, expected in ((0, 202), (1, 409)):
        args = given | {"listing": f"lst_{number}"}
        body = world.signed_intent("alpha_trader", "list", args, intent_id=intent_id, now=clock.now())
        answer = alpha.post("/api/v1/listings/", body, format="json")
        assert answer.status_code == expected
    assert refusal(answer) == "exists_with_other_content"


def test_a_closed_market_takes_no_order(ledger, client_of) -> None:
    ledger.issue(ALPHA, "allowance", 1000, number=1)
    answer = client_of("alpha_trader").get("/api/v1/assets/inputs/", SELL)
    assert refusal(answer) == "market_closed"


def test_what_was_bought_today_cannot_be_sold_today_and_can_tomorrow(market, alpha, beta) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(beta, "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    lot = Lot.objects.filter(owner=BETA).first()
    wish = {**SELL, "quantity": "50"}
    assert refusal(beta.get("/api/v1/assets/inputs/", wish)) == "holding_too_small"
    args = {
        "listing": "lst_early",
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "price_cents": "7050",
        "clips": [{"quantity": "10", "inputs": [{"serial_from": str(lot.serial_from), "quantity": "10"}]}],
    }
    assert refusal(send(beta, "beta_trader", "/api/v1/listings/", args, "list")) == "not_tradable_yet"
    for name in ("close_session", "settle_session"):
        market.serve("clock", name, {"session": 1})
    market.serve("clock", "open_session", {"session": 2})
    assert order(beta, "beta_trader", wish, "/api/v1/listings/").status_code == 202
    market.settle()
    assert Listing.objects.filter(account=BETA, state="open").exists()


def test_one_large_output_is_split_into_eight(market, client_of) -> None:
    market.issue(ALPHA, "coin", 8, number=8)
    alpha = client_of("alpha_trader")
    answer = alpha.get("/api/v1/assets/inputs/", {"action": "split"})
    assert refusal(answer) == "step_not_ready", "eight tiny outputs are not worth a split"


@pytest.mark.parametrize("who", ["beta_trader", "lead_auditor", "regulator_1", "stranger", ""])
def test_nobody_else_withdraws_a_listing(market, alpha, client_of, who: str) -> None:
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    listing = Listing.objects.get()
    path = f"/api/v1/listings/{listing.pk}/cancellation/"
    answer = send(client_of(who), who or "stranger", path, {"listing": listing.pk}, "unlist")
    assert answer.status_code == (404 if who == "beta_trader" else 403 if who else 401), answer.json()


@pytest.mark.parametrize(
    ("who", "expected"), [("alpha_operator", 403), ("alpha_manager", 403), ("alpha_head", 200)]
)
def test_only_traders_and_heads_prepare_orders(market, client_of, who: str, expected: int) -> None:
    assert client_of(who).get("/api/v1/assets/inputs/", SELL).status_code == expected
