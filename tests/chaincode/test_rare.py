"""What the ordinary calls cannot reach: states that are put there by hand, and faults of our own."""

import copy
import json

import pytest
from lexicon.canonical import digest, encode
from lexicon.records import Coin, Lot, Report, Supply, record
from lexicon.refusals import Refused

from chaincode import invariants
from chaincode.state import Draft, Loaded, prefix
from tests.chaincode.test_market import buy, sell, taking
from tests.chaincode.town import MARKET, MONTH, START, Town, accepted, facts, h, refusal
from tests.chaincode.verification import APPROVAL, PLACE, case, ready, statement, verify


@pytest.fixture(scope="module")
def prepared():
    return ready(Town().found().people_arrive().rich())


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def change(town, object_type, *parts, **fields):
    """Rewrites fields of an object, as no transaction does."""
    key = prefix(object_type, *parts)
    town.values[key] = encode(json.loads(town.values[key]) | fields)


def test_a_suspended_person_or_account_signs_nothing(town):
    change(town, "person", "trader_a", active=False)
    assert refusal(town.act("trader_a", "list", sell())) == "person_not_active"
    change(town, "account", "acc_b", state="suspended")
    assert refusal(town.act("trader_b", "list", sell())) == "account_not_active"


def test_a_lot_on_hold_is_neither_listed_nor_surrendered(town):
    change(town, "lot", "CEA", 2026, 1, hold="court")
    outcome = town.act("trader_a", "list", sell())
    assert (refusal(outcome), facts(outcome)) == ("lot_held", {"hold": "court"})
    town.must("trader_b", "list", buy(town))
    take = {"takes": [taking(10, listing="lst_b")], "lots": [{"serial_from": "1", "quantity": "10"}]}
    assert refusal(town.act("trader_a", "take", take)) == "lot_held"


def test_tick_and_lot_of_the_market_are_kept(town):
    change(town, "params", "market", **(MARKET | {"tick_cents": "5", "lot_t": "10", "order_max_t": "100000"}))
    assert refusal(town.act("trader_a", "list", sell(price=7003))) == "price_off_tick"
    assert refusal(town.act("trader_a", "list", sell(quantity=15))) == "quantity_off_lot"
    town.must("trader_a", "list", sell(quantity=20, price=7005))
    coins = town.coins("acc_b")
    off = {"takes": [taking(5, 7005)], "coins": coins}
    assert refusal(town.act("trader_b", "take", off)) == "quantity_off_lot"


def test_the_band_is_rounded_inwards_to_the_tick(town):
    change(town, "params", "market", **(MARKET | {"tick_cents": "7", "band": 333}))
    outcome = town.act("trader_a", "list", sell(price=5600))
    assert facts(outcome) == {"low": 6769, "high": 7231}  # 6766.9 and 7233.1, and both divide by 7


def test_an_act_has_an_id_of_its_own(town):
    args = {"group": "supply", "values": {"cap": "2000000000"}}
    proposal = {"action": "p1", "act": "set_parameters", "act_args": args}
    town.must("adm", "propose_action", proposal)
    assert refusal(town.act("adm", "propose_action", proposal)) == "action_exists"
    assert refusal(town.act("adm", "propose_action", proposal | {"act": "melt"})) == "bad_argument"
    assert refusal(town.act("trader_a", "withdraw_action", {"action": "p1"})) == "role_not_allowed"
    assert refusal(town.act("adm", "withdraw_action", {"action": "p9"})) == "action_unknown"
    town.must("reg1", "confirm_action", {"action": "p1", "digest": digest(args)})
    assert town.read("supply", "coin")["cap"] == "2000000000"


def test_a_surrender_that_nobody_proposed_is_unknown(town):
    for name in ("confirm_surrender", "withdraw_surrender"):
        assert refusal(town.act("head_a", name, {"surrender": "sur_9"})) == "surrender_unknown"


def test_one_person_with_two_roles_neither_reviews_nor_approves_her_own_work(town):
    town.must("head_a", "submit_statement", statement())
    verify(town, steps=MONTH[:5])
    change(town, "person", "lead", role="technical_reviewer")
    review = PLACE | {"step": "technical_review", "digest": h("r"), "previous": h("findings_closed")}
    assert refusal(town.act("lead", "record_step", review)) == "reviewer_same_person"
    town.must("tech", "record_step", review)
    change(town, "person", "tech", role="approver")
    assert refusal(town.act("tech", "approve_and_mint", PLACE | APPROVAL)) == "approver_same_person"
    town.must("appr", "approve_and_mint", PLACE | APPROVAL)


def test_a_second_administrator_and_a_third_regulator_are_activated_like_anybody(town):
    town.welcome("adm2", "administrator", "administrator")
    town.welcome("reg3", "regulator", "regulator")
    assert prefix("person", "reg3") in town.outcomes[-1].guard
    town.must("adm2", "register", {"account": "aud9", "kind": "auditor", "msp": "AuditorMSP"})


def test_a_stranger_learns_nothing_of_another_account(town):
    """Company b and a certificate without account ask every reading function for what is company a's."""
    town.must("head_a", "submit_statement", statement())
    town.must("reg1", "open_case", case())
    town.must("adm", "propose_action", {"action": "p1", "act": "set_parameters", "act_args": PARAMETERS})
    accepted(town.issue("acc_a", "coin", 100))
    coin = town.coins("acc_a")[0]
    asked = {
        "get_account": {"account": "acc_a"},
        "get_person": {"person": "head_a"},
        "keys": {"person": "head_a"},
        "get_lot": {"unit": "CEA", "vintage": 2026, "serial": "1"},
        "get_coin": coin,
        "get_report": PLACE,
        "get_action": {"action": "p1"},
        "trace": {"report": PLACE},
    }
    traced = [{"coin": coin}, {"lot": asked["get_lot"]}]
    for account in ("acc_b", ""):
        for name, args in asked.items():
            outcome = town.call(name, encode(args), role="user", account=account)
            assert refusal(outcome).endswith("_unknown"), name
        for args in traced:
            assert refusal(town.call("trace", encode(args), role="user", account=account)).endswith(
                "_unknown"
            )
    for account in ("acc_a", "aud"):
        accepted(town.call("get_report", encode(PLACE), role="user", account=account))


PARAMETERS = {"group": "supply", "values": {"cap": "2000000000"}}


# --- invariants: a rule that is wrong must not be able to write --------------------------------------------


def draft_of(town):
    return Draft(Loaded(values=Everything(town.values)), tx=h("tx"), now=START)


class Everything(dict):
    """Loaded values that answer for every key."""

    def __contains__(self, key):
        return True

    def __missing__(self, key):
        return None


def first_coin(town):
    name = town.coins("acc_b")[0]
    return name, record(Coin, town.read("coin", name["tx"], name["n"]))


def test_coin_out_of_nothing_is_not_written(town):
    draft = draft_of(town)
    _, coin = first_coin(town)
    draft.put_fresh(coin, draft.tx, 0)
    with pytest.raises(Refused, match="conservation_broken"):
        invariants.check(draft.changes())


def test_coin_that_vanishes_is_not_written(town):
    draft = draft_of(town)
    name, _ = first_coin(town)
    draft.delete(Coin, name["tx"], name["n"])
    with pytest.raises(Refused, match="conservation_broken"):
        invariants.check(draft.changes())


@pytest.mark.parametrize(
    "changes",
    [
        [(1, 1, 999)],
        [(1, 1, 1001)],
        [(1, 1, 500), (500, 500, 1000)],
        [(1, 1, 500), (502, 502, 1000)],
        [(1, 1, 1000), (2000, 2000, 2000)],
        [(1, 5, 1)],
    ],
)
def test_serials_that_vanish_appear_or_overlap_are_not_written(town, changes):
    lot = town.read("lot", "CEA", 2026, 1)
    draft = draft_of(town)
    for key, first, last in changes:
        changed = lot | {"serial_from": str(first), "serial_to": str(last)}
        draft.put(record(Lot, changed), "CEA", 2026, key)
    with pytest.raises(Refused, match="conservation_broken"):
        invariants.check(draft.changes())


def test_a_supply_neither_falls_nor_passes_its_cap(town):
    for issued in ("999", "1000001"):
        draft = draft_of(town)
        supply = town.read("supply", "CEA", 2026) | {"issued": issued}
        draft.put(record(Supply, supply), "CEA", 2026)
        with pytest.raises(Refused, match="conservation_broken"):
            invariants.check(draft.changes())


def test_no_report_is_minted_without_its_approval(town):
    town.must("head_a", "submit_statement", statement())
    draft = draft_of(town)
    report = town.read("report", "acc_a", "pl1", "2026-05", 1) | {"state": "minted"}
    draft.put(record(Report, report), "acc_a", "pl1", "2026-05", 1)
    with pytest.raises(Refused, match="conservation_broken"):
        invariants.check(draft.changes())
