"""A rule that is wrong must not be able to write: each law of `invariants`, broken by hand."""

import copy
from dataclasses import replace

import pytest
from lexicon.canonical import encode
from lexicon.codec import to_json
from lexicon.records import (
    Carried,
    Coin,
    Issue,
    Lot,
    Redemption,
    Supply,
    Trade,
    record,
)
from lexicon.refusals import Refused
from lexicon.terms import HoldKind, IssueState, LotState

from chaincode import invariants
from chaincode.state import Draft, Loaded, prefix
from tests.chaincode.test_rare import Everything
from tests.chaincode.test_tokens import cancelling
from tests.chaincode.town import START, Town, h


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    town.must("trader_a", "cancel_allowances", cancelling(10))
    town.must("head_a", "confirm_cancellation", {"cancellation": "can_1"})
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


@pytest.fixture
def draft(town):
    return Draft(Loaded(values=Everything(town.values)), tx=h("tx"), now=START)


def broken(draft, of):
    with pytest.raises(Refused, match="conservation_broken") as refused:
        invariants.check(draft.changes())
    assert refused.value.facts["of"] == of


def lot(town, serial=11):
    return record(Lot, town.read("lot", "CEA", 2026, serial))


def supply(town, *parts):
    return record(Supply, town.read("supply", *parts))


def put_lot(draft, changed):
    draft.put(changed, "CEA", 2026, changed.serial_from)


def trade(quantity=990, price=1, buyer="acc_b", seller="acc_a"):
    fields = {"tx": h("tx"), "i": 0, "listing": "lst_1", "k": 0, "session": 1, "unit": "CEA", "vintage": 2026}
    fields |= {"seller": seller, "buyer": buyer, "taker": buyer, "quantity": str(quantity)}
    return record(Trade, fields | {"price_cents": str(price), "lots": [], "kind": "block"})


def test_a_lot_changes_hands_by_a_trade_of_its_quantity_only(town, draft):
    put_lot(draft, replace(lot(town), owner="acc_b"))
    broken(draft, "lot")


def test_a_trade_of_another_quantity_does_not_cover_a_delivery(town, draft):
    put_lot(draft, replace(lot(town), owner="acc_b"))
    draft.put_fresh(trade(989), h("tx"), 0)
    broken(draft, "coin")


def test_a_delivery_without_its_payment_is_not_written(town, draft):
    put_lot(draft, replace(lot(town), owner="acc_b"))
    draft.put_fresh(trade(), h("tx"), 0)
    broken(draft, "coin")


def test_coin_does_not_go_from_one_account_to_another_without_a_trade(town, draft):
    named = town.coins("acc_b")[0]
    coin = record(Coin, town.read("coin", named["tx"], named["n"]))
    draft.delete(Coin, named["tx"], named["n"])
    draft.put_fresh(replace(coin, owner="acc_a"), draft.tx, 0)
    broken(draft, "coin")


def test_a_redemption_that_the_supply_does_not_count_is_not_written(town, draft):
    named = town.coins("acc_b")[0]
    amount = int(town.read("coin", named["tx"], named["n"])["amount_cents"])
    draft.delete(Coin, named["tx"], named["n"])
    facts = {"redemption": "red_1", "account": "acc_b", "payout_digest": h("b"), "redeemed_by": "head_b"}
    draft.put(record(Redemption, facts | {"amount_cents": str(amount)}), "red_1")
    broken(draft, "coin")
    coin = supply(town, "coin")
    draft.put(replace(coin, redeemed=coin.redeemed + amount), "coin")
    invariants.check(draft.changes())


@pytest.mark.parametrize("state", [LotState.SURRENDERED, LotState.CANCELLED, LotState.CARRIED_OVER])
def test_what_goes_out_of_use_is_counted_in_the_same_transaction(town, draft, state):
    put_lot(draft, replace(lot(town), state=state))
    broken(draft, "lot")


def test_what_is_counted_went_out_of_use(town, draft):
    counted = supply(town, "CEA", 2026)
    draft.put(replace(counted, cancelled=counted.cancelled + 1), "CEA", 2026)
    broken(draft, "lot")


@pytest.mark.parametrize("change", [{"state": LotState.FREE}, {"owner": "acc_b"}])
def test_what_is_out_of_use_never_comes_back(town, draft, change):
    put_lot(draft, replace(lot(town, 1), **change))
    broken(draft, "lot")


def test_a_held_lot_neither_changes_hands_nor_goes_out_of_use(town):
    held = replace(lot(town), hold=HoldKind.COURT)
    town.values[prefix("lot", "CEA", 2026, 11)] = encode(to_json(held))
    for change in ({"owner": "acc_b"}, {"state": LotState.CANCELLED}):
        draft = Draft(Loaded(values=Everything(town.values)), tx=h("tx"), now=START)
        put_lot(draft, replace(held, **change))
        broken(draft, "lot")


@pytest.mark.parametrize(
    "change", [{"issued": 999}, {"issued": 2_000_000}, {"cancelled": 9}, {"cancelled": 1001}, {"cap": 999}]
)
def test_a_supply_only_grows_and_stays_within_its_cap(town, draft, change):
    draft.put(replace(supply(town, "CEA", 2026), **change), "CEA", 2026)
    broken(draft, "supply")


def test_serials_follow_the_last_one(town, draft):
    grown = supply(town, "CEA", 2026)
    draft.put(replace(grown, next_serial=grown.next_serial + 1), "CEA", 2026)
    broken(draft, "supply")


def test_an_issue_that_nobody_endorsed_is_not_written(town, draft):
    grown = supply(town, "coin")
    draft.put(replace(grown, issued=grown.issued + 5, next_serial=grown.next_serial + 5), "coin")
    broken(draft, "issue coin")


def test_an_endorsed_issue_of_another_amount_is_not_written(town, draft):
    issue = next(record(Issue, one) for one in town.all("issue") if one["kind"] == "coin")
    grown = supply(town, "coin")
    draft.put(replace(grown, issued=grown.issued + 5, next_serial=grown.next_serial + 5), "coin")
    new = replace(issue, issue="iss_x", amount=4, state=IssueState.ISSUED)
    draft.put(new, "iss_x")
    broken(draft, "issue coin")


def test_a_carry_over_covers_no_more_than_it_says(town, draft):
    grown = supply(town, "CEA", 2027)
    draft.put(replace(grown, issued=5, next_serial=6), "CEA", 2027)
    facts = {"carry": "car_1", "account": "acc_a", "unit": "CEA", "to_vintage": 2027, "lots": []}
    facts |= {"quantity": "4", "serial_from": "1", "carried_by": "head_a"}
    draft.put(record(Carried, facts), "car_1")
    broken(draft, "issue CEA-2027")
