"""Counterparties an account trusts: two persons, a delay, one person to end it; and blocks without trust."""

import copy
from datetime import timedelta

import pytest
from lexicon.canonical import digest

from tests.chaincode.test_blocks import accepting, buying, rules, selling, turn
from tests.chaincode.town import Town, accepted, facts, refusal

TRUST = {"account": "acc_a", "counterparty": "acc_b"}
LIMITS = {"account": "acc_a", "surrender_t": "0", "cancel_t": "0", "block_t": "250"}
DELAY = 96


@pytest.fixture(scope="module")
def prepared():
    """Company a agrees on at most 250 t with whom it does not trust; trust takes 96 hours."""
    town = Town().found().people_arrive().rich()
    rules(town, trust_delay_hours=DELAY)
    accepted(turn(town, "block"))
    accepted(town.two("lim", "set_own_limits", LIMITS, "trader_a", "head_a"))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def propose(town, who, args=TRUST, action="t1", act="trust_counterparty"):
    return town.act(who, "propose_action", {"action": action, "act": act, "act_args": args})


def confirm(town, who, args=TRUST, action="t1"):
    return town.act(who, "confirm_action", {"action": action, "digest": digest(args)})


def execute(town, who="head_a", action="t1"):
    return town.act(who, "execute_action", {"action": action})


def trusted(town, hours=DELAY):
    """Two persons trust, and it counts."""
    accepted(propose(town, "trader_a"))
    accepted(confirm(town, "head_a"))
    town.now += timedelta(hours=hours)
    return execute(town)


def test_small_blocks_go_at_once_and_larger_ones_when_the_counterparty_is_trusted(town):
    town.must("head_a", "propose_block", selling(250, name="blk_0"))
    outcome = town.act("head_a", "propose_block", selling(251, serial=251))
    assert (refusal(outcome), facts(outcome)) == ("counterparty_limit", {"limit": 250})
    assert town.holding("acc_a", "free") == 750
    accepted(trusted(town))
    assert town.read("trust", "acc_a", "acc_b") == TRUST | {"since": "2026-06-05T02:00:00Z"}
    town.must("head_a", "propose_block", selling(300, serial=251))
    town.must("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    assert town.holding("acc_b") == 300


def test_who_accepts_has_a_limit_of_her_own(town):
    town.must("head_b", "propose_block", buying(town))
    lots = [{"serial_from": "1", "quantity": "300"}]
    assert refusal(town.act("head_a", "accept_block", accepting(lots=lots))) == "counterparty_limit"
    accepted(trusted(town))
    town.must("head_a", "accept_block", accepting(lots=lots))


def test_trust_binds_the_account_that_trusts_and_not_the_other(town):
    rules(town, "all", untrusted_block_t="200", trust_delay_hours=DELAY)
    accepted(trusted(town))
    town.must("head_a", "propose_block", selling())
    refused = town.act("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    assert (refusal(refused), facts(refused)) == ("counterparty_limit", {"limit": 200})


def test_of_the_market_s_limit_and_the_own_one_the_smaller_counts(town):
    rules(town, "wide", untrusted_block_t="900", trust_delay_hours=DELAY)
    assert facts(town.act("head_a", "propose_block", selling(251))) == {"limit": 250}
    rules(town, "narrow", untrusted_block_t="210", trust_delay_hours=DELAY)
    assert facts(town.act("head_a", "propose_block", selling(211))) == {"limit": 210}
    town.must("head_a", "propose_block", selling(210))


def test_trust_waits_and_anybody_of_the_account_takes_it_back(town):
    accepted(propose(town, "trader_a"))
    accepted(confirm(town, "head_a"))
    assert town.outcomes[-1].event[0] == "confirm_action"
    assert refusal(execute(town)) == "action_not_due"
    assert refusal(town.act("operator_b", "withdraw_action", {"action": "t1"})) == "role_not_allowed"
    town.must("operator_a", "withdraw_action", {"action": "t1"})
    town.now += timedelta(hours=DELAY)
    assert refusal(execute(town)) == "action_not_confirmed"
    assert town.all("trust") == []


def test_without_a_delay_of_the_market_it_counts_at_once(town):
    rules(town, "now", trust_delay_hours=0)
    accepted(propose(town, "trader_a"))
    assert accepted(confirm(town, "head_a")).event[0] == "trust_counterparty"
    town.must("head_a", "propose_block", selling())


def test_one_person_ends_trust_at_once_and_what_was_proposed_stays(town):
    accepted(trusted(town))
    town.must("head_a", "propose_block", selling())
    town.must("trader_a", "distrust_counterparty", {"counterparty": "acc_b"})
    assert town.read("trust", "acc_a", "acc_b") is None
    other = selling(251, serial=301, name="blk_2")
    assert refusal(town.act("head_a", "propose_block", other)) == "counterparty_limit"
    town.must("head_b", "accept_block", accepting(coins=town.coins("acc_b")))
    again = town.act("head_a", "distrust_counterparty", {"counterparty": "acc_b"})
    assert (refusal(again), facts(again)) == ("counterparty_not_trusted", {"account": "acc_b"})


@pytest.mark.parametrize(
    ("who", "args", "expected"),
    [
        ("operator_a", TRUST, "role_not_allowed"),
        ("adm", TRUST, "role_not_allowed"),
        ("trader_b", TRUST, "account_mismatch"),
        ("trader_a", TRUST | {"counterparty": "acc_a"}, "self_trade"),
        ("trader_a", TRUST | {"counterparty": "acc_x"}, "account_unknown"),
        ("trader_a", TRUST | {"counterparty": "aud"}, "holder_not_allowed"),
        ("trader_a", TRUST | {"counterparty": "\u200bacc_b"}, "unsafe_text"),
        ("trader_a", {"account": "acc_a"}, "bad_argument"),
    ],
)
def test_trust_is_refused(town, who, args, expected):
    assert refusal(propose(town, who, args)) == expected


def test_nobody_is_trusted_twice_nor_by_one_person(town):
    accepted(propose(town, "trader_a"))
    assert refusal(confirm(town, "trader_a")) == "same_person"
    assert refusal(confirm(town, "head_b")) == "account_mismatch"
    accepted(propose(town, "trader_a", action="t2"))
    for action in ("t1", "t2"):
        accepted(confirm(town, "head_a", action=action))
    town.now += timedelta(hours=DELAY)
    accepted(execute(town))
    assert refusal(execute(town, action="t2")) == "counterparty_trusted"
    assert refusal(propose(town, "trader_a", action="t3")) == "counterparty_trusted"


@pytest.mark.parametrize("wider", ["251", None])
def test_a_wider_own_limit_is_no_way_round_the_delay(town, wider):
    args = LIMITS | {"block_t": wider} if wider else {k: v for k, v in LIMITS.items() if k != "block_t"}
    accepted(propose(town, "trader_a", args, act="set_own_limits"))
    accepted(confirm(town, "head_a", args))
    assert town.read("account", "acc_a")["own_limits"]["block_t"] == "250"
    assert refusal(town.act("head_a", "propose_block", selling(251))) == "counterparty_limit"
    town.now += timedelta(hours=DELAY)
    accepted(execute(town))
    assert town.read("account", "acc_a")["own_limits"]["block_t"] == wider
    town.must("head_a", "propose_block", selling(251))


def test_a_narrower_own_limit_counts_at_once(town):
    args = LIMITS | {"block_t": "0"}
    accepted(propose(town, "trader_a", args, act="set_own_limits"))
    accepted(confirm(town, "head_a", args))
    assert facts(town.act("head_a", "propose_block", selling(200))) == {"limit": 0}
