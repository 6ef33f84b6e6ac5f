"""Acts with a delay, suspension, lost keys, own limits: each call with the refusal expected, in its order."""

import copy
from datetime import timedelta

import pytest
from lexicon.canonical import digest, encode
from lexicon.intents import instant_text
from lexicon.signature import sign

from tests.chaincode.town import Key, Town, accepted, facts, h, refusal

DEVICE = Key.new(700)


@pytest.fixture(scope="module")
def settled():
    town = Town().found().people_arrive()
    town.welcome("adm2", "administrator", "administrator")
    return town


@pytest.fixture
def town(settled):
    return copy.deepcopy(settled)


def rebinding(town, person="trader_a", *, keys=None, ended=None, account="acc_a"):
    human = town.people[person]
    return {
        "account": account,
        "person": person,
        "keys": [town.new_key(human, DEVICE)] if keys is None else keys,
        "ended": [human.key.fingerprint] if ended is None else ended,
    }


def propose(town, who, act, args, action="a1"):
    return town.act(who, "propose_action", {"action": action, "act": act, "act_args": args})


def confirm(town, who, args, action="a1"):
    return town.act(who, "confirm_action", {"action": action, "digest": digest(args)})


def waiting(town, person="trader_a"):
    """A confirmed rebind of that person, whose 72 hours run."""
    args = rebinding(town, person)
    accepted(propose(town, "adm", "rebind", args))
    accepted(confirm(town, "reg1", args))
    return args


def signs(town, person, key):
    """What the ledger says to an act of that person signed by that key."""
    text = town.intent(town.people[person], "unlist", {"listing": "lst_1"})
    return refusal(town.call("unlist", text, sign(key.private, text).encode(), key.fingerprint.encode()))


# --- lost keys ---------------------------------------------------------------------------------------------


def test_a_rebind_waits_three_days_and_the_old_key_counts_meanwhile(town):
    waiting(town)
    assert town.outcomes[-1].event[0] == "confirm_action"
    kept = town.read("action", "a1")
    assert (kept["state"], kept["confirmed_by"], kept["account"]) == ("confirmed", "reg1", "acc_a")
    assert kept["not_before"] == instant_text(town.now + timedelta(hours=72))
    assert kept["not_after"] == instant_text(town.now + timedelta(hours=120))
    assert town.read("person", "trader_a")["pending_rebind"] == "a1"
    assert signs(town, "trader_a", DEVICE) == "key_not_bound"
    assert signs(town, "trader_a", town.people["trader_a"].key) == "listing_unknown"
    town.now += timedelta(hours=71, minutes=59)
    early = town.act("adm", "execute_action", {"action": "a1"})
    assert (refusal(early), facts(early)) == ("action_not_due", {"not_before": kept["not_before"]})
    town.now += timedelta(minutes=1)
    town.must("reg2", "execute_action", {"action": "a1"})
    assert town.outcomes[-1].event[0] == "rebind"
    town.now += timedelta(seconds=1)
    assert signs(town, "trader_a", DEVICE) == "listing_unknown"
    assert signs(town, "trader_a", town.people["trader_a"].key) == "key_not_bound"
    assert town.read("person", "trader_a")["pending_rebind"] is None
    assert refusal(town.act("adm", "execute_action", {"action": "a1"})) == "action_not_confirmed"


@pytest.mark.parametrize("who", ["trader_a", "operator_a", "head_a", "adm", "reg2"])
def test_a_waiting_rebind_is_taken_back_by_its_account_or_its_authorities(town, who):
    waiting(town)
    town.must(who, "withdraw_action", {"action": "a1"})
    assert town.read("action", "a1")["state"] == "withdrawn"
    assert town.read("person", "trader_a")["pending_rebind"] is None
    town.now += timedelta(hours=73)
    assert refusal(town.act("adm", "execute_action", {"action": "a1"})) == "action_not_confirmed"


def test_nobody_else_takes_it_back_and_before_it_waits_its_account_does_not_either(town):
    args = rebinding(town)
    accepted(propose(town, "adm", "rebind", args))
    assert refusal(town.act("head_a", "withdraw_action", {"action": "a1"})) == "role_not_allowed"
    accepted(confirm(town, "reg1", args))
    for who in ("head_b", "lead"):
        assert refusal(town.act(who, "withdraw_action", {"action": "a1"})) == "role_not_allowed"
    assert town.read("action", "a1")["state"] == "confirmed"


def test_a_rebind_that_nobody_carries_out_expires_and_another_may_begin(town):
    waiting(town)
    second = rebinding(town)
    other = propose(town, "adm", "rebind", second, "a2")
    assert (refusal(other), facts(other)) == ("rebind_pending", {"action": "a1"})
    town.now += timedelta(hours=121)
    assert refusal(town.act("adm", "execute_action", {"action": "a1"})) == "action_expired"
    accepted(propose(town, "adm", "rebind", rebinding(town), "a2"))
    town.must("adm", "withdraw_action", {"action": "a1"})
    assert town.read("action", "a1")["state"] == "expired"
    assert refusal(town.act("adm", "withdraw_action", {"action": "a1"})) == "action_not_proposed"


def test_two_proposals_for_one_person_do_not_both_wait(town):
    first, second = rebinding(town), rebinding(town)
    accepted(propose(town, "adm", "rebind", first, "a1"))
    accepted(propose(town, "adm2", "rebind", second, "a2"))
    accepted(confirm(town, "reg1", first, "a1"))
    assert refusal(confirm(town, "reg1", second, "a2")) == "rebind_pending"


def test_colleagues_do_not_hide_a_rebind_that_waits(town):
    theirs, mine = rebinding(town), rebinding(town)
    accepted(propose(town, "head_a", "rebind_colleague", theirs, "a2"))
    accepted(propose(town, "adm", "rebind", mine))
    accepted(confirm(town, "reg1", mine))
    assert refusal(confirm(town, "operator_a", theirs, "a2")) == "rebind_pending"
    assert town.read("person", "trader_a")["pending_rebind"] == "a1"
    town.must("operator_a", "withdraw_action", {"action": "a1"})
    accepted(confirm(town, "operator_a", theirs, "a2"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"person": "nobody"}, "person_unknown"),
        ({"account": "acc_b"}, "account_mismatch"),
        ({"ended": [h("key")]}, "key_not_bound"),
        ({"keys": [], "ended": []}, "key_missing"),
        ({"keys": [{"use": "decrypt", "spki": Key.new(800 + n).spki} for n in range(12)]}, "bad_argument"),
        ({"keys": [{"use": "sign", "spki": "AAAA"}]}, "key_invalid"),
        ({"keys": [{"use": "sign", "spki": DEVICE.spki}]}, "key_proof_invalid"),
        ({"keys": []}, "last_key"),
        ({"keys": [{"use": "decrypt", "spki": DEVICE.spki}]}, "last_key"),
    ],
)
@pytest.mark.parametrize(("who", "act"), [("adm", "rebind"), ("head_a", "rebind_colleague")])
def test_new_keys_for_somebody_are_refused(town, change, expected, who, act):
    args = rebinding(town) | change
    if act == "rebind_colleague" and args["account"] != "acc_a":
        expected = "account_mismatch"
    assert refusal(propose(town, who, act, args)) == expected


def test_a_key_of_somebody_else_or_named_twice_is_not_bound(town):
    human = town.people["trader_a"]
    theirs = town.new_key(human, town.people["head_b"].key)
    assert refusal(propose(town, "adm", "rebind", rebinding(town, keys=[theirs]))) == "key_already_bound"
    twice = [town.new_key(human, DEVICE), town.new_key(human, DEVICE)]
    assert refusal(propose(town, "adm", "rebind", rebinding(town, keys=twice))) == "key_already_bound"


def test_two_colleagues_bind_a_key_at_once_but_neither_is_she_herself_nor_the_other(town):
    args = rebinding(town)
    assert refusal(propose(town, "trader_a", "rebind_colleague", args)) == "same_person"
    assert refusal(propose(town, "head_b", "rebind_colleague", args)) == "account_mismatch"
    accepted(propose(town, "operator_a", "rebind_colleague", args))
    assert refusal(confirm(town, "operator_a", args)) == "same_person"
    assert refusal(confirm(town, "trader_a", args)) == "same_person"
    assert refusal(confirm(town, "head_b", args)) == "account_mismatch"
    accepted(confirm(town, "head_a", args))
    assert town.outcomes[-1].event[0] == "rebind_colleague"
    town.now += timedelta(seconds=1)
    assert signs(town, "trader_a", DEVICE) == "listing_unknown"


def test_a_regulator_s_lost_key_is_not_replaced_by_her_own_confirmation(town):
    args = rebinding(town, "reg1", account="regulator")
    accepted(propose(town, "adm", "rebind", args))
    assert refusal(confirm(town, "reg1", args)) == "same_person"
    accepted(confirm(town, "reg2", args))


def test_a_waiting_act_is_seen_by_the_account_it_touches_and_by_no_other(town):
    waiting(town)
    asked = encode({"action": "a1"})
    accepted(town.call("get_action", asked, role="user", account="acc_a"))
    for account in ("acc_b", "aud", ""):
        assert refusal(town.call("get_action", asked, role="user", account=account)) == "action_unknown"


# --- suspension --------------------------------------------------------------------------------------------


def stopping(account, person=None):
    return {"account": account, "reason_digest": h("reason")} | ({"person": person} if person else {})


@pytest.mark.parametrize(
    ("who", "args", "expected"),
    [
        ("reg1", stopping("acc_a"), "role_not_allowed"),
        ("adm", stopping("acc_x"), "account_unknown"),
        ("adm", stopping("regulator"), "system_account"),
        ("adm", stopping("administrator"), "system_account"),
        ("adm", stopping("acc_n"), "account_not_active"),
        ("adm", stopping("acc_a", "nobody"), "person_unknown"),
        ("adm", stopping("acc_a", "head_b"), "account_mismatch"),
        ("adm", stopping("regulator", "reg1"), "last_person"),
    ],
)
def test_a_suspension_is_refused(town, who, args, expected):
    town.settle("acc_n", "enterprise", "power")
    assert refusal(propose(town, who, "suspend", args)) == expected


def test_a_suspended_account_signs_nothing_until_two_administrators_reinstate_it(town):
    args = stopping("acc_a")
    assert refusal(propose(town, "adm", "reinstate", args)) == "not_suspended"
    assert refusal(town.two("s0", "suspend", args, "adm", "adm")) == "same_person"
    accepted(town.two("s1", "suspend", args, "adm", "adm2"))
    assert town.outcomes[-1].event[0] == "suspend"
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "account_not_active"
    assert refusal(propose(town, "adm", "suspend", args)) == "account_not_active"
    accepted(town.two("s2", "reinstate", args, "adm2", "adm"))
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "listing_unknown"


def test_a_suspended_person_signs_nothing_and_her_colleagues_do(town):
    args = stopping("acc_a", "trader_a")
    accepted(town.two("s1", "suspend", args, "adm", "adm2"))
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "person_not_active"
    assert refusal(town.act("head_a", "unlist", {"listing": "lst_1"})) == "listing_unknown"
    assert refusal(propose(town, "adm", "suspend", args, "s3")) == "person_not_active"
    assert refusal(propose(town, "adm", "rebind", rebinding(town), "s4")) == "person_not_active"
    accepted(town.two("s2", "reinstate", args, "adm", "adm2"))
    assert refusal(town.act("trader_a", "unlist", {"listing": "lst_1"})) == "listing_unknown"


def test_two_administrators_cannot_suspend_the_last_of_them_nor_the_regulator_away(town):
    town.welcome("reg3", "regulator", "regulator")
    accepted(town.two("s1", "suspend", stopping("regulator", "reg1"), "adm", "adm2"))
    for person in ("reg2", "reg3"):
        assert refusal(propose(town, "adm", "suspend", stopping("regulator", person))) == "last_person"
    accepted(town.two("s2", "suspend", stopping("administrator", "adm2"), "adm", "adm2"))
    outcome = propose(town, "adm", "suspend", stopping("administrator", "adm"), "s3")
    assert (refusal(outcome), facts(outcome)) == ("last_person", {"role": "administrator", "least": 1})


def test_the_list_of_staff_follows_those_who_come_and_go(town):
    def people(account):
        return [one["person"] for one in town.read("params", "staff")["members"] if one["account"] == account]

    assert (people("aud"), people("acc_a")) == (["lead", "tech", "appr"], [])
    accepted(town.two("s1", "suspend", stopping("aud", "tech"), "adm", "adm2"))
    assert people("aud") == ["lead", "appr"]
    accepted(town.two("s2", "reinstate", stopping("aud", "tech"), "adm", "adm2"))
    assert sorted(people("aud")) == ["appr", "lead", "tech"]
    accepted(town.two("s3", "suspend", stopping("aud"), "adm", "adm2"))
    assert town.read("params", "staff")["suspended"] == ["aud"]
    accepted(town.two("s4", "reinstate", stopping("aud"), "adm", "adm2"))
    assert town.read("params", "staff")["suspended"] == []


# --- own limits --------------------------------------------------------------------------------------------

LIMITS = {"account": "acc_a", "surrender_t": "100", "cancel_t": "0"}


@pytest.mark.parametrize(
    ("who", "args", "expected"),
    [
        ("operator_a", LIMITS, "role_not_allowed"),
        ("adm", LIMITS, "role_not_allowed"),
        ("trader_b", LIMITS, "account_mismatch"),
        ("trader_a", LIMITS | {"surrender_t": "-1"}, "bad_argument"),
    ],
)
def test_own_limits_are_refused(town, who, args, expected):
    assert refusal(propose(town, who, "set_own_limits", args)) == expected


def test_two_persons_of_the_account_set_its_limits(town):
    assert town.read("account", "acc_a")["own_limits"] is None
    accepted(propose(town, "trader_a", "set_own_limits", LIMITS))
    assert refusal(confirm(town, "trader_a", LIMITS)) == "same_person"
    assert refusal(confirm(town, "head_b", LIMITS)) == "account_mismatch"
    assert refusal(town.act("trader_b", "withdraw_action", {"action": "a1"})) == "account_mismatch"
    accepted(confirm(town, "head_a", LIMITS))
    assert town.read("account", "acc_a")["own_limits"] == {
        "surrender_t": "100",
        "cancel_t": "0",
        "block_t": None,
    }
