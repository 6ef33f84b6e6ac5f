"""Published factor sets on the ledger: one successor each, by two persons, and never changed."""

import json

import pytest
from lexicon.canonical import encode
from lexicon.records import PublishedFactors
from lexicon.transactions import Query

from chaincode.state import Name, guarded
from tests.chaincode.tables.people import SECOND, THIRD
from tests.chaincode.town import Town, accepted, h, refusal


@pytest.fixture
def town():
    return Town().found().people_arrive()


def publish(town, values, action="f1", second="reg1"):
    return town.two(action, "set_parameters", {"group": "factors", "values": values}, "adm", second)


def proposed(town, values):
    args = {"action": "fx", "act": "set_parameters", "act_args": {"group": "factors", "values": values}}
    return refusal(town.act("adm", "propose_action", args))


def test_a_set_is_published_by_an_administrator_and_a_regulator(town):
    accepted(publish(town, SECOND))
    assert town.read("factors", SECOND["factor_set"]) == SECOND
    accepted(publish(town, THIRD, "f2"))
    assert town.read("factors", SECOND["factor_set"]) == SECOND


def test_one_person_alone_publishes_nothing(town):
    args = {"action": "f1", "act": "set_parameters", "act_args": {"group": "factors", "values": SECOND}}
    town.must("adm", "propose_action", args)
    assert town.read("factors", SECOND["factor_set"]) is None
    confirmation = {"action": "f1", "digest": town.read("action", "f1")["digest"]}
    assert refusal(town.act("adm", "confirm_action", confirmation)) == "role_not_allowed"
    assert town.read("factors", SECOND["factor_set"]) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"factor_set": "mee-2022-485-r3"}, "parameter_invalid"),
        ({"factor_set": "another"}, "parameter_invalid"),
        ({"since": "2026"}, "bad_argument"),
        ({"since": "2026-13"}, "bad_argument"),
        ({"digest": "x"}, "bad_argument"),
        ({"simulation_digest": ""}, "bad_argument"),
        ({"value": "0.5"}, "bad_argument"),
    ],
)
def test_a_set_that_does_not_fit_is_refused(town, change, expected):
    assert proposed(town, SECOND | change) == expected


@pytest.mark.parametrize(
    "change",
    [{"since": "2026-10"}, {"since": "2026-01"}, {"succeeds_digest": h("first")}],
)
def test_a_set_follows_what_was_published_before_it(town, change):
    assert proposed(town, THIRD) == "parameter_invalid", "nothing was published that it succeeds"
    accepted(publish(town, SECOND))
    assert proposed(town, THIRD | change) == "parameter_invalid"
    accepted(publish(town, THIRD, "f2"))


def test_a_published_set_is_never_written_again(town):
    accepted(publish(town, SECOND))
    for change in ({}, {"digest": h("other")}, {"since": "2026-12"}):
        assert proposed(town, SECOND | change) == "factor_set_succeeded"
    assert town.read("factors", SECOND["factor_set"]) == SECOND


def test_of_two_proposals_that_wait_the_second_to_be_confirmed_is_refused(town):
    other = SECOND | {"digest": h("other")}
    for action, values in (("f1", SECOND), ("f2", other)):
        args = {"action": action, "act": "set_parameters", "act_args": {"group": "factors", "values": values}}
        town.must("adm", "propose_action", args)
    for action, expected in (("f2", None), ("f1", "factor_set_succeeded")):
        given = {"action": action, "digest": town.read("action", action)["digest"]}
        outcome = town.act("reg1", "confirm_action", given)
        assert (refusal(outcome) if outcome.status != 200 else None) == expected
    assert town.read("factors", SECOND["factor_set"]) == other


def test_the_regulators_peer_has_to_endorse_it():
    assert guarded(Name("factors", ("x",)), PublishedFactors(**SECOND))


def test_everybody_may_ask_for_a_published_set(town):
    accepted(publish(town, SECOND))
    asked = encode({"factor_set": SECOND["factor_set"]})
    outcome = town.call(Query.GET_FACTORS, asked, role="user", account="acc_b", msp="EnterpriseMSP")
    assert json.loads(outcome.payload) == SECOND
    unknown = town.call(Query.GET_FACTORS, encode({"factor_set": "nothing"}), role="user", account="acc_b")
    assert refusal(unknown) == "factor_set_unknown"
