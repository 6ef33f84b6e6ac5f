"""Accounts, persons and keys: each call with the refusal expected, in the documented order."""

import copy
from datetime import timedelta

import pytest
from lexicon.canonical import digest, encode
from lexicon.signature import sign
from lexicon.terms import Sector
from lexicon.transactions import SERVICE_OF

from tests.chaincode.town import NETWORK, Key, Town, accepted, facts, h, refusal


@pytest.fixture(scope="module")
def founded():
    return Town().found()


@pytest.fixture(scope="module")
def settled():
    return Town().found().people_arrive()


@pytest.fixture
def town(founded):
    return copy.deepcopy(founded)


@pytest.fixture
def full(settled):
    return copy.deepcopy(settled)


def test_initialisation_is_accepted_once_and_by_its_certificate_only(town):
    args = {"network": NETWORK, "persons": [], "market": {}, "verification": {}, "supplies": []}
    assert refusal(town.serve("clock", "initialise", args)) == "certificate_not_allowed"
    assert refusal(town.serve("administrator", "initialise", args)) == "already_initialised"
    assert town.read("account", "administrator")["state"] == "active"
    assert town.read("params", "session") == {
        "session": 0,
        "phase": "settled",
        "closes": [{"instrument": "CEA-2026", "price_cents": "7000"}],
        "halted": None,
        "auctioned": False,
    }


@pytest.mark.parametrize("function", list(SERVICE_OF))
@pytest.mark.parametrize("msp", ["EnterpriseMSP", "AuditorMSP"])
def test_an_organisation_cannot_give_its_own_certificate_a_service_of_the_regulators(town, function, msp):
    """An enterprise's authority can write any role into a certificate: it anchors no readings with it."""
    given = town.call(function, encode({}), role=SERVICE_OF[function], msp=msp)
    assert refusal(given) == "certificate_not_allowed"


def test_nothing_is_done_before_initialisation():
    town = Town()
    town.human("adm", "administrator", "administrator")
    args = {"account": "acc_a", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
    assert refusal(town.act("adm", "register", args)) == "not_initialised"


def test_initialisation_needs_an_administrator_and_two_regulators():
    town = Town()
    human = town.human("adm", "administrator", "administrator")
    person = {"person": "adm", "account": "administrator", "role": "administrator"}
    args = {
        "network": NETWORK,
        "persons": [{**person, "keys": [{"use": "sign", "spki": human.key.spki}]}],
        "market": {},
        "verification": {},
        "supplies": [],
    }
    outcome = town.serve("administrator", "initialise", args)
    assert (refusal(outcome), facts(outcome)) == ("bad_argument", {"field": "args.persons"})


@pytest.mark.parametrize("sector", list(Sector))
def test_an_enterprise_of_every_sector_can_be_registered(town, sector):
    args = {"account": f"acc_{sector}", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": sector.value}
    accepted(town.act("adm", "register", args))
    assert town.read("account", f"acc_{sector}")["sector"] == sector


REGISTER = {"account": "acc_a", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("reg1", {}, "role_not_allowed"),
        ("adm", {"kind": "bank"}, "bad_argument"),
        ("adm", {"account": "regulator"}, "account_exists"),
        ("adm", {"msp": "AuditorMSP"}, "kind_msp_mismatch"),
        ("adm", {"kind": "auditor", "msp": "AuditorMSP"}, "sector_unknown"),
    ],
)
def test_register_refuses(town, who, change, expected):
    assert refusal(town.act(who, "register", REGISTER | change)) == expected


def test_a_registered_account_becomes_active_with_its_first_person(town):
    town.settle("acc_a", "enterprise", "power")
    assert town.read("account", "acc_a")["state"] == "registered"
    town.welcome("head_a", "acc_a", "head")
    assert town.read("account", "acc_a")["state"] == "active"
    assert town.outcomes[-1].event[0] == "activate"
    assert town.read("person", "head_a")["keys"][0]["fingerprint"] == town.people["head_a"].key.fingerprint


def activation(town, **changes):
    human = town.human("head_a", "acc_a", "head")
    keys = [town.new_key(human, human.key)]
    return {"account": "acc_a", "person": "head_a", "role": "head", "keys": keys} | changes


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"account": "acc_x"}, "account_unknown"),
        ({"person": "reg1"}, "person_exists"),
        ({"role": "approver"}, "role_kind_mismatch"),
        ({"keys": []}, "key_missing"),
        ({"keys": [{"use": "sign", "spki": "AAAA"}]}, "key_invalid"),
        ({"keys": [{"use": "sign", "spki": Key.new(99).spki}]}, "key_proof_invalid"),
    ],
)
def test_an_activation_that_cannot_be_carried_out_is_refused_when_it_is_proposed(town, change, expected):
    town.settle("acc_a", "enterprise", "power")
    args = activation(town, **change)
    proposal = {"action": "act_1", "act": "activate", "act_args": args}
    assert refusal(town.act("adm", "propose_action", proposal)) == expected


def test_a_proof_signed_by_another_key_or_for_another_person_does_not_count(town):
    town.settle("acc_a", "enterprise", "power")
    args = activation(town)
    stranger = town.human("stranger", "acc_a", "head")
    proof = town.new_key(stranger, town.people["head_a"].key)
    forged = dict(args["keys"][0])
    forged["proof"] = forged["proof"] | {"signature": sign(stranger.key.private, b"x")}
    for key in (proof, forged):
        proposal = {"action": "act_1", "act": "activate", "act_args": args | {"keys": [key]}}
        assert refusal(town.act("adm", "propose_action", proposal)) == "key_proof_invalid"


def test_a_key_is_bound_to_one_person_only(full):
    human = full.human("head_z", "acc_a", "head")
    other = full.people["head_b"].key
    args = {"account": "acc_a", "person": "head_z", "role": "head", "keys": [full.new_key(human, other)]}
    proposal = {"action": "act_z", "act": "activate", "act_args": args}
    assert refusal(full.act("adm", "propose_action", proposal)) == "key_already_bound"


def test_confirmation_needs_the_right_person_and_what_was_proposed(town):
    town.settle("acc_a", "enterprise", "power")
    args = activation(town)
    confirm = {"action": "act_1", "digest": digest(args)}
    assert refusal(town.act("reg1", "confirm_action", confirm)) == "action_unknown"
    town.must("adm", "propose_action", {"action": "act_1", "act": "activate", "act_args": args})
    assert refusal(town.act("adm", "confirm_action", confirm)) == "role_not_allowed"
    assert refusal(town.act("reg1", "confirm_action", confirm | {"digest": h("x")})) == "digest_mismatch"
    town.now += timedelta(hours=49)
    assert refusal(town.act("reg1", "confirm_action", confirm)) == "action_expired"
    town.now -= timedelta(hours=2)
    town.must("reg1", "confirm_action", confirm)
    assert refusal(town.act("reg2", "confirm_action", confirm)) == "action_not_proposed"


def test_a_withdrawn_act_is_not_carried_out(town):
    town.settle("acc_a", "enterprise", "power")
    args = activation(town)
    town.must("adm", "propose_action", {"action": "act_1", "act": "activate", "act_args": args})
    town.must("adm", "withdraw_action", {"action": "act_1"})
    confirm = {"action": "act_1", "digest": digest(args)}
    assert refusal(town.act("reg1", "confirm_action", confirm)) == "action_not_proposed"


def intent_of(town, **changes):
    return town.signed("trader_a", "unlist", {"listing": "lst_1"}, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"network": h("elsewhere")}, "network_mismatch"),
        ({"not_after": "2026-06-01T01:59:59Z"}, "intent_expired"),
        ({"not_after": "2026-06-30T00:00:00Z"}, "intent_valid_too_long"),
        ({"person": "nobody"}, "person_unknown"),
        ({"person": "trader_b"}, "key_not_bound"),
        ({"account": "acc_b"}, "account_mismatch"),
        ({"name": "take"}, "bad_argument"),
        ({"v": 2}, "bad_argument"),
        ({"args": {"listing": "lst_1", "total": "9"}}, "bad_argument"),
        ({"args": {"listing": "lst\u202e"}}, "unsafe_text"),
        ({}, "listing_unknown"),
    ],
)
def test_an_intent_is_checked_before_its_transaction(full, changes, expected):
    assert refusal(full.call("unlist", *intent_of(full, **changes))) == expected


def test_a_signature_counts_over_the_received_bytes_only(full):
    text, signature, key = intent_of(full)
    spaced = text.replace(b",", b", ", 1)
    assert refusal(full.call("unlist", spaced, signature, key)) == "not_canonical"
    other = intent_of(full)
    assert refusal(full.call("unlist", text, other[1], key)) == "signature_invalid"
    assert refusal(full.call("unlist", text, signature[:-2], key)) == "signature_invalid"
    assert refusal(full.call("unlist", text)) == "bad_argument"


def test_an_intent_is_used_once_and_its_id_for_one_text_only(full):
    args = {"account": "acc_n", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
    signed = full.signed("adm", "register", args, id="intent-1")
    accepted(full.call("register", *signed))
    repeated = full.call("register", *signed)
    assert (refusal(repeated), facts(repeated)) == ("exists", {"tx": full.read("request", "intent-1")["tx"]})
    full.now += timedelta(days=30)
    assert refusal(full.call("register", *signed)) == "exists"
    other = full.signed("adm", "register", args | {"account": "acc_m"}, id="intent-1")
    assert refusal(full.call("register", *other)) == "exists_with_other_content"


def test_a_further_key_signs_and_an_ended_one_does_not(full):
    trader, device = full.people["trader_a"], Key.new(500)
    full.must("trader_a", "bind_key", {"person": "trader_a", "key": full.new_key(trader, device)})
    full.must("trader_a", "unbind_key", {"person": "trader_a", "fingerprint": trader.key.fingerprint})
    full.now += timedelta(seconds=1)
    assert refusal(full.act("trader_a", "unlist", {"listing": "lst_1"})) == "key_not_bound"
    text = full.intent(trader, "unlist", {"listing": "lst_1"})
    by_device = (text, sign(device.private, text).encode(), device.fingerprint.encode())
    assert refusal(full.call("unlist", *by_device)) == "listing_unknown"


def test_the_last_signing_key_cannot_be_ended(full):
    key = full.people["trader_a"].key.fingerprint
    assert (
        refusal(full.act("trader_a", "unbind_key", {"person": "trader_a", "fingerprint": key})) == "last_key"
    )
    assert (
        refusal(full.act("trader_a", "unbind_key", {"person": "head_a", "fingerprint": key}))
        == "role_not_allowed"
    )


def test_a_recovery_key_may_only_bind_and_unbind(full):
    trader, code, device = full.people["trader_a"], Key.new(600), Key.new(601)
    full.must("trader_a", "bind_key", {"person": "trader_a", "key": full.new_key(trader, code, "recover")})
    text = full.intent(trader, "unlist", {"listing": "lst_1"})
    signed = (text, sign(code.private, text).encode(), code.fingerprint.encode())
    assert refusal(full.call("unlist", *signed)) == "key_use_wrong"
    text = full.intent(trader, "bind_key", {"person": "trader_a", "key": full.new_key(trader, device)})
    accepted(full.call("bind_key", text, sign(code.private, text).encode(), code.fingerprint.encode()))
    assert len(full.read("person", "trader_a")["keys"]) == 3


def test_parameters_are_set_by_two_and_a_cap_stays_above_what_was_issued(full):
    accepted(full.issue("acc_a", "allowance", 500))
    values = {"unit": "CEA", "vintage": 2026, "cap": "499"}
    proposal = {"action": "p1", "act": "set_parameters", "act_args": {"group": "supply", "values": values}}
    assert refusal(full.act("adm", "propose_action", proposal)) == "parameter_invalid"
    args = {"group": "supply", "values": values | {"cap": "500"}}
    accepted(full.two("p2", "set_parameters", args, "adm", "reg1"))
    assert full.read("supply", "CEA", 2026)["cap"] == "500"
    wrong = {"action": "p3", "act": "set_parameters", "act_args": {"group": "weather", "values": {}}}
    assert refusal(full.act("adm", "propose_action", wrong)) == "parameter_group_unknown"


def test_an_unknown_function_and_torn_arguments_are_refused_by_name(town):
    assert refusal(town.call("transfer")) == "unknown_transaction"
    assert refusal(town.serve("clock", "open_session", {"session": "1"})) == "bad_argument"
    assert (
        refusal(town.call("open_session", b'{"session":', role="clock", msp="RegulatorMSP"))
        == "not_canonical"
    )
    assert (
        refusal(town.call("open_session", encode({"session": 1}), role="relay")) == "certificate_not_allowed"
    )
