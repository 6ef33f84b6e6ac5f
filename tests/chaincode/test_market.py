"""Issue, coin, listings, takes, sessions and surrender: calls, refusals in order, balances after."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from lexicon.canonical import digest

from tests.chaincode.town import Town, accepted, facts, h, refusal


@pytest.fixture(scope="module")
def prepared():
    return Town().found().people_arrive().rich()


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def sell(listing="lst_1", quantity=100, serial=1, price=7000, **changes):
    clips = [{"quantity": str(quantity), "inputs": [{"serial_from": str(serial), "quantity": str(quantity)}]}]
    return {
        "listing": listing,
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "price_cents": str(price),
        "clips": clips,
    } | changes


def buy(town, quantity=100, price=7000, listing="lst_b", coins=None):
    coins = town.coins("acc_b") if coins is None else coins
    return sell(listing, price=price) | {
        "side": "buy",
        "clips": [{"quantity": str(quantity), "coins": coins}],
    }


def taking(quantity=100, price=7000, listing="lst_1", k=0):
    return {"listing": listing, "k": k, "quantity": str(quantity), "price_cents": str(price)}


def totals(town):
    return {account: (town.holding(account), town.balance(account)) for account in ("acc_a", "acc_b")}


# --- issue -------------------------------------------------------------------------------------------------

ISSUE = {"issue": "iss_x", "kind": "coin", "account": "acc_a", "amount": "100", "backing_digest": h("new")}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("reg1", {}, "role_not_allowed"),
        ("adm", {"amount": "0"}, "bad_argument"),
        ("adm", {"unit": "CEA"}, "bad_argument"),
        ("adm", {"kind": "allowance"}, "bad_argument"),
        ("adm", {"account": "acc_x"}, "account_unknown"),
        ("adm", {"account": "aud"}, "holder_not_allowed"),
        ("adm", {"account": "administrator"}, "holder_not_allowed"),
        ("adm", {"kind": "allowance", "unit": "CEA", "vintage": 2030}, "supply_unknown"),
        ("adm", {"amount": "999999999"}, "issue_above_cap"),
    ],
)
def test_an_issue_that_is_not_covered_is_refused_when_proposed(town, who, change, expected):
    assert refusal(town.act(who, "propose_issue", ISSUE | change)) == expected


def test_a_receipt_backs_one_issue_only(town):
    town.must("adm", "propose_issue", ISSUE)
    town.must("adm", "propose_issue", ISSUE | {"issue": "iss_y"})
    assert refusal(town.act("adm", "propose_issue", ISSUE)) == "issue_exists"
    town.must("reg1", "endorse_issue", {"issue": "iss_x", "digest": digest(ISSUE)})
    second = {"issue": "iss_y", "digest": digest(ISSUE | {"issue": "iss_y"})}
    outcome = town.act("reg1", "endorse_issue", second)
    assert (refusal(outcome), facts(outcome)) == ("backing_used", {"issue": "iss_x"})
    again = {"issue": "iss_x", "digest": digest(ISSUE)}
    assert refusal(town.act("reg2", "endorse_issue", again)) == "issue_not_proposed"


def test_the_endorser_signs_what_was_proposed(town):
    town.must("adm", "propose_issue", ISSUE)
    assert (
        refusal(town.act("reg1", "endorse_issue", {"issue": "iss_x", "digest": h("x")})) == "digest_mismatch"
    )
    assert refusal(town.act("reg1", "endorse_issue", {"issue": "iss_z", "digest": h("x")})) == "issue_unknown"
    assert (
        refusal(town.act("adm", "endorse_issue", {"issue": "iss_x", "digest": h("x")})) == "role_not_allowed"
    )


def test_coin_is_issued_as_eight_outputs_and_allowances_as_one_range(town):
    assert len(town.coins("acc_b")) == 8
    assert town.balance("acc_b") == 10_000_000
    (lot,) = town.all("lot")
    assert (lot["serial_from"], lot["serial_to"], lot["owner"]) == ("1", "1000", "acc_a")
    supply = town.read("supply", "CEA", 2026)
    assert (supply["issued"], supply["next_serial"]) == ("1000", "1001")
    accepted(town.issue("acc_b", "allowance", 5))
    assert {lot["serial_from"] for lot in town.all("lot")} == {"1", "1001"}


def test_supplies_issues_and_parameters_are_written_under_the_regulators_policy():
    town = Town().found()
    guarded = {key.split("\x00")[1] for key in town.outcomes[0].guard}
    assert guarded == {"params", "supply", "person"}
    town.settle("acc_a", "enterprise", "power")
    town.welcome("head_a", "acc_a", "head")
    assert town.outcomes[-1].guard == ()
    accepted(town.issue("acc_a", "coin", 10))
    assert {key.split("\x00")[1] for outcome in town.outcomes[1:] for key in outcome.guard} == {"issue"}


# --- coin --------------------------------------------------------------------------------------------------


def test_coin_is_split_and_merged_without_gain_or_loss(town):
    first = town.coins("acc_b")[0]
    assert refusal(town.act("trader_b", "split_coin", {"coin": first, "amounts_cents": []})) == "bad_argument"
    wrong = {"coin": first, "amounts_cents": ["1", "2"]}
    assert refusal(town.act("trader_b", "split_coin", wrong)) == "sum_mismatch"
    assert refusal(town.act("trader_a", "split_coin", wrong)) == "coin_not_yours"
    parts = {"coin": first, "amounts_cents": ["1000000", "250000"]}
    town.must("trader_b", "split_coin", parts)
    assert refusal(town.act("trader_b", "split_coin", parts)) == "coin_unknown"
    assert len(town.coins("acc_b")) == 9
    twice = {"coins": [town.coins("acc_b")[0]] * 2}
    assert refusal(town.act("trader_b", "merge_coin", twice)) == "input_twice"
    town.must("trader_b", "merge_coin", {"coins": town.coins("acc_b")})
    assert (len(town.coins("acc_b")), town.balance("acc_b")) == (1, 10_000_000)


# --- list --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("operator_a", {}, "role_not_allowed"),
        ("lead", {}, "role_not_allowed"),
        ("trader_a", {"price_cents": "70.50"}, "bad_argument"),
        ("trader_a", {"total": "700000"}, "bad_argument"),
        ("trader_a", {"clips": []}, "bad_argument"),
        ("trader_a", {"clips": sell(quantity=1)["clips"] * 17}, "too_many_clips"),
        ("trader_a", {"vintage": 2027}, "instrument_not_traded"),
        ("trader_a", {"price_cents": "7701"}, "price_out_of_band"),
        ("trader_a", {"price_cents": "6299"}, "price_out_of_band"),
        ("trader_a", sell(quantity=100_000), "quantity_too_large"),
        ("trader_a", {"clips": sell()["clips"] * 2}, "input_twice"),
        ("trader_a", sell(serial=2), "lot_unknown"),
        ("trader_b", {}, "lot_not_yours"),
        ("trader_a", sell(quantity=1001), "lot_too_small"),
        (
            "trader_a",
            {"clips": [{"quantity": "99", "inputs": sell()["clips"][0]["inputs"]}]},
            "inputs_do_not_match",
        ),
        ("trader_a", {"clips": [{"quantity": "100", "inputs": []}]}, "inputs_do_not_match"),
    ],
)
def test_a_listing_is_refused(town, who, change, expected):
    before = totals(town)
    assert refusal(town.act(who, "list", sell() | change)) == expected
    assert totals(town) == before


def test_the_band_is_told_and_both_ends_are_legal(town):
    outcome = town.act("trader_a", "list", sell(price=8000))
    assert facts(outcome) == {"low": 6300, "high": 7700}
    town.must("trader_a", "list", sell("lst_low", 1, 1, 6300))
    town.must("head_a", "list", sell("lst_high", 1, 2, 7700))


def test_listed_lots_are_locked_and_the_rest_stays_free(town):
    town.must("trader_a", "list", sell())
    assert (town.holding("acc_a", "listed"), town.holding("acc_a", "free")) == (100, 900)
    assert refusal(town.act("trader_a", "list", sell())) == "listing_exists"
    assert refusal(town.act("trader_a", "list", sell("lst_2"))) == "lot_not_free"
    town.must("trader_a", "list", sell("lst_2", 900, 101))
    assert town.holding("acc_a", "free") == 0


def test_one_lot_can_fill_several_clips_in_order(town):
    clips = [
        {"quantity": "10", "inputs": [{"serial_from": str(serial), "quantity": "10"}]}
        for serial in (1, 11, 21)
    ]
    town.must("trader_a", "list", sell() | {"clips": clips})
    assert [clip["quantity"] for clip in town.all("listing")] == ["10", "10", "10"]
    assert town.holding("acc_a", "listed") == 30


def test_a_buy_locks_exactly_its_cost(town):
    town.must("trader_b", "list", buy(town))
    locked = [coin for coin in town.all("coin") if coin["listing"]]
    assert [coin["amount_cents"] for coin in locked] == ["700000"]
    assert town.balance("acc_b") == 10_000_000
    (name,) = [clip["coin"] for clip in town.all("listing")]
    locked_one = {"coin": name, "amounts_cents": ["700000"]}
    assert refusal(town.act("trader_b", "split_coin", locked_one)) == "coin_locked"
    assert refusal(town.act("trader_b", "list", buy(town, 99_999, listing="lst_c"))) == "balance_too_small"


def test_unlisting_frees_what_is_left_and_only_ones_own(town):
    town.must("trader_a", "list", sell())
    town.must("trader_b", "list", buy(town, price=6900))
    town.must("trader_b", "take", {"takes": [taking(40)], "coins": town.coins("acc_b")})
    assert refusal(town.act("trader_b", "unlist", {"listing": "lst_1"})) == "listing_not_yours"
    town.must("trader_a", "unlist", {"listing": "lst_1"})
    assert town.holding("acc_a", "free") == 960
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "listing_not_open"
    town.must("trader_b", "unlist", {"listing": "lst_b"})
    assert all(coin["listing"] is None for coin in town.all("coin"))


# --- take --------------------------------------------------------------------------------------------------


def test_taking_a_sell_delivers_against_payment(town):
    town.must("trader_a", "list", sell())
    outcome = town.must("trader_b", "take", {"takes": [taking(60)], "coins": town.coins("acc_b")[:1]})
    assert totals(town) == {"acc_a": (940, 420_000), "acc_b": (60, 9_580_000)}
    (trade,) = town.all("trade")
    assert (trade["seller"], trade["buyer"], trade["taker"]) == ("acc_a", "acc_b", "acc_b")
    assert trade["lots"] == [{"serial_from": "1", "quantity": "60"}]
    clip = town.read("listing", "lst_1", 0)
    assert (clip["state"], clip["quantity"], clip["lots"]) == (
        "partly_taken",
        "40",
        [{"serial_from": "61", "quantity": "40"}],
    )
    assert outcome.event[0] == "take"


def test_taking_a_buy_pays_from_the_locked_coin(town):
    town.must("trader_b", "list", buy(town))
    lots = [{"serial_from": "1", "quantity": "30"}]
    town.must("trader_a", "take", {"takes": [taking(30, listing="lst_b")], "lots": lots})
    assert totals(town) == {"acc_a": (970, 210_000), "acc_b": (30, 9_790_000)}
    locked = [coin["amount_cents"] for coin in town.all("coin") if coin["listing"]]
    assert locked == ["490000"]
    lots = [{"serial_from": "31", "quantity": "70"}]
    town.must("trader_a", "take", {"takes": [taking(70, listing="lst_b")], "lots": lots})
    assert town.read("listing", "lst_b", 0)["state"] == "taken"
    assert totals(town) == {"acc_a": (900, 700_000), "acc_b": (100, 9_300_000)}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("operator_b", {}, "role_not_allowed"),
        ("trader_b", {"takes": []}, "bad_argument"),
        ("trader_b", {"takes": [taking(), taking()]}, "input_twice"),
        ("trader_b", {"takes": [taking(listing="lst_9")]}, "listing_unknown"),
        ("trader_b", {"takes": [taking(k=1)]}, "listing_unknown"),
        ("trader_a", {}, "self_trade"),
        ("trader_b", {"takes": [taking(price=6999)]}, "price_moved"),
        ("trader_b", {"takes": [taking(101)]}, "clip_too_small"),
        ("trader_b", {"takes": [taking(-1)]}, "bad_argument"),
        ("trader_b", {"takes": [taking(1), taking(1, 6900, "lst_b")]}, "self_trade"),
        ("trader_b", {"coins": [{"tx": h("x"), "n": 0}]}, "coin_unknown"),
        ("trader_b", {"coins": []}, "balance_too_small"),
        ("trader_b", {"lots": [{"serial_from": "1", "quantity": "1"}]}, "bad_argument"),
    ],
)
def test_a_take_is_refused(town, who, change, expected):
    town.must("trader_a", "list", sell())
    town.must("trader_b", "list", buy(town, price=6900, coins=town.coins("acc_b")[:1]))
    before = totals(town)
    args = {"takes": [taking()], "coins": town.coins("acc_b")[:1]} | change
    assert refusal(town.act(who, "take", args)) == expected
    assert totals(town) == before


def test_several_clips_are_taken_all_or_nothing(town):
    town.must("trader_a", "list", sell("lst_1", 10, 1, 7000))
    town.must("trader_a", "list", sell("lst_2", 10, 11, 7100))
    coins = town.coins("acc_b")
    bad = {"takes": [taking(10), taking(11, 7100, "lst_2")], "coins": coins}
    assert refusal(town.act("trader_b", "take", bad)) == "clip_too_small"
    assert town.read("listing", "lst_1", 0)["state"] == "open"
    town.must("trader_b", "take", bad | {"takes": [taking(10), taking(5, 7100, "lst_2")]})
    assert totals(town)["acc_a"] == (985, 105_500)


def test_one_take_has_one_side_and_one_instrument(town):
    town.must("trader_a", "list", sell())
    town.settle("acc_c", "enterprise", "glass")
    town.welcome("trader_c", "acc_c", "trader")
    accepted(town.issue("acc_c", "coin", 1_000_000))
    town.must("trader_b", "list", buy(town, 10, 6900))
    mixed = {"takes": [taking(1), taking(1, 6900, "lst_b")], "coins": town.coins("acc_c")}
    assert refusal(town.act("trader_c", "take", mixed)) == "takes_mixed"


def test_what_is_bought_in_a_session_is_sold_in_the_next(town):
    town.must("trader_a", "list", sell())
    town.must("trader_b", "take", {"takes": [taking(50)], "coins": town.coins("acc_b")[:1]})
    outcome = town.act("trader_b", "list", sell("lst_r", 50, 1))
    assert (refusal(outcome), facts(outcome)) == ("not_tradable_yet", {"session": 2})
    next_session(town)
    town.must("trader_b", "list", sell("lst_r", 50, 1))


# --- sessions ----------------------------------------------------------------------------------------------


def next_session(town):
    session = town.read("params", "session")["session"]
    accepted(town.serve("clock", "close_session", {"session": session}))
    accepted(town.serve("clock", "settle_session", {"session": session}))
    town.now += timedelta(days=1)
    accepted(town.serve("clock", "open_session", {"session": session + 1}))


def test_sessions_open_close_and_settle_in_order_by_the_clock_only(town):
    assert refusal(town.serve("relay", "close_session", {"session": 1})) == "certificate_not_allowed"
    assert refusal(town.serve("clock", "close_session", {"session": 2})) == "session_number_wrong"
    assert refusal(town.serve("clock", "settle_session", {"session": 1})) == "session_phase_wrong"
    assert refusal(town.serve("clock", "open_session", {"session": 2})) == "session_phase_wrong"
    accepted(town.serve("clock", "close_session", {"session": 1}))
    accepted(town.serve("clock", "settle_session", {"session": 1}))
    assert refusal(town.serve("clock", "open_session", {"session": 3})) == "session_number_wrong"


@pytest.mark.parametrize("day", [(2026, 6, 6), (2026, 6, 7), (2026, 10, 1)])
def test_no_session_opens_on_a_closed_day(town, day):
    accepted(town.serve("clock", "close_session", {"session": 1}))
    accepted(town.serve("clock", "settle_session", {"session": 1}))
    town.now = datetime(*day, 3, tzinfo=UTC)
    assert refusal(town.serve("clock", "open_session", {"session": 2})) == "session_not_due"


def test_a_listing_is_void_after_its_session_and_its_lots_and_coin_are_free(town):
    town.must("trader_a", "list", sell())
    town.must("trader_b", "list", buy(town, price=6900))
    accepted(town.serve("clock", "close_session", {"session": 1}))
    assert refusal(town.act("trader_a", "list", sell("lst_2", 1, 101))) == "market_closed"
    coins = {"takes": [taking()], "coins": town.coins("acc_b")}
    assert refusal(town.act("trader_b", "take", coins)) == "market_closed"
    accepted(town.serve("clock", "settle_session", {"session": 1}))
    accepted(town.serve("clock", "open_session", {"session": 2}))
    assert refusal(town.act("trader_b", "take", coins)) == "listing_expired"
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "listing_expired"
    town.must("trader_a", "list", sell("lst_2", 100, 1))
    locked = town.read("listing", "lst_b", 0)["coin"]
    town.must("trader_b", "split_coin", {"coin": locked, "amounts_cents": ["690000"]})


def test_the_close_is_the_quantity_weighted_mean_or_the_one_before(town):
    town.must("trader_a", "list", sell("lst_1", 10, 1, 7000))
    town.must("trader_a", "list", sell("lst_2", 30, 11, 7101))
    takes = [taking(10), taking(30, 7101, "lst_2")]
    town.must("trader_b", "take", {"takes": takes, "coins": town.coins("acc_b")})
    next_session(town)
    assert town.read("params", "session")["closes"] == [{"instrument": "CEA-2026", "price_cents": "7076"}]
    next_session(town)
    assert town.read("params", "session")["closes"] == [{"instrument": "CEA-2026", "price_cents": "7076"}]


# --- who may read ------------------------------------------------------------------------------------------


def test_an_account_reads_its_own_and_a_stranger_finds_nothing(town):
    import json

    from lexicon.canonical import encode

    lot = encode({"unit": "CEA", "vintage": 2026, "serial": "500"})
    own = town.call("get_lot", lot, role="user", account="acc_a")
    assert json.loads(accepted(own).payload)["owner"] == "acc_a"
    assert refusal(town.call("get_lot", lot, role="user", account="acc_b")) == "lot_unknown"
    assert refusal(town.call("get_lot", lot, role="user")) == "lot_unknown"
    coin = encode(town.coins("acc_b")[0])
    assert refusal(town.call("get_coin", coin, role="user", account="acc_a")) == "coin_unknown"
    accepted(town.call("get_coin", coin, role="user", account="acc_b"))
    account = encode({"account": "acc_a"})
    assert refusal(town.call("get_account", account, role="user", account="acc_b")) == "account_unknown"
    assert (
        refusal(town.call("keys", encode({"person": "head_a"}), role="user", account="acc_b"))
        == "person_unknown"
    )
    info = json.loads(accepted(town.call("network_info", role="user")).payload)
    assert (info["session"], info["phase"]) == (1, "open")


def test_a_coins_trace_leads_back_to_its_issue(town):
    import json

    from lexicon.canonical import encode

    town.must("trader_a", "list", sell())
    town.must("trader_b", "take", {"takes": [taking(60)], "coins": town.coins("acc_b")[:1]})
    paid = town.coins("acc_a")[0]
    chain = json.loads(accepted(town.call("trace", encode({"coin": paid}), role="service")).payload)["chain"]
    assert [step["coin"]["owner"] for step in chain] == ["acc_a", "acc_b"]
    assert chain[0]["coin"]["origin"] is None
    assert chain[1]["coin"]["origin"].startswith("iss_")
    assert chain[1]["history"][0]["value"] is None
