"""Every refusal that docs/ledger.md names is given, and of two that apply the one that stands first there."""

import dataclasses
import functools
import itertools
import re

import pytest
from lexicon.transactions import ACT_ARGUMENTS, ARGUMENTS, SIGNERS, Act, Transaction

from tests.chaincode.tables import deals, evidence, holding, origins, people, tokens, trading
from tests.chaincode.tables.base import args_of, founded, twin
from tests.chaincode.test_docs import REFUSALS, line
from tests.chaincode.town import Town, accepted, refusal

TABLES = [
    table for part in (people, origins, evidence, tokens, holding, trading, deals) for table in part.TABLES
]


@functools.cache
def ground():
    return founded()


def town_of(table):
    town = Town() if table.empty else twin(ground())
    table.prepare(town)
    return town


def documented(name):
    return [word for word in re.findall(r"`(\w+)`", line(name, "Refusals")) if word in REFUSALS]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_call_is_accepted_so_that_a_refusal_means_something(table):
    accepted(table.call(town_of(table)))


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_faults_of_a_table_are_in_the_documented_order(table):
    order = iter(documented(table.of))
    assert all(fault.refusal in order for fault in table.faults), [fault.refusal for fault in table.faults]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_each_fault_has_its_refusal_and_of_two_the_first_is_the_answer(table):
    start = town_of(table)
    wrong = []
    for fault in table.faults:
        given = refusal(table.call(twin(start), [fault]))
        if given != fault.refusal:
            wrong.append((fault.refusal, given))
    for first, second in itertools.combinations(table.faults, 2):
        if first.together(second, start):
            given = refusal(table.call(twin(start), [first, second]))
            if given != first.refusal:
                wrong.append((first.refusal, second.refusal, given))
    assert wrong == []


# Refusals that nothing brings: whoever signs has been found in her account before.
NEVER = {(Act.SET_OWN_LIMITS, "account_unknown")}


def test_every_transaction_and_act_has_a_table_and_every_documented_refusal_a_fault():
    """Whoever adds a transaction, or a refusal to one, is told here that its table is missing."""
    tried = {(table.of, fault.refusal) for table in TABLES for fault in table.faults}
    assert {table.of for table in TABLES} == {*Transaction, *Act}
    missing = {(name, word) for name in (*Transaction, *Act) for word in documented(name)} - tried
    assert missing == NEVER


@pytest.mark.parametrize("table", [table for table in TABLES if table.of in SIGNERS], ids=str)
def test_another_role_is_refused_before_the_arguments_are_looked_at(table):
    town = twin(ground())
    strangers = {"operator_a", "lead", "adm", "reg1"}
    for who in sorted(who for who in strangers if town.people[who].role not in SIGNERS[table.of]):
        assert refusal(town.act(who, table.of, {})) == "role_not_allowed"


WRONG = [None, True, -1, "-1", "0", "1e3", "\u202e", "a\nb", "A B", "x" * 300, [], {}, [None], {"x": 1}]

# What of these is right where it stands: free text, a new object's name, a quantity that may be nothing, a
# list that may be empty (then something else is not), yes. Whatever else is accepted is a hole.
RIGHT = [
    *(("reason", text) for text in ("-1", "0", "1e3", "A B", "x" * 300)),
    *((name, "1e3") for name in ("account", "action", "auction", "block", "cancellation", "carry")),
    *(
        (name, "1e3")
        for name in ("guideline", "issue", "listing", "meter", "plant", "redemption", "surrender")
    ),
    *((name, "0") for name in ("block_t", "cancel_t", "surrender_t", "final_value", "start_value")),
    *((name, []) for name in ("anchors", "coins", "ended", "inputs", "lots", "supplies")),
    ("orders", True),
]


def is_right(field, value):
    """Whether it is on the list; what has a default may also be left out."""
    if value is None:
        return field.default is not dataclasses.MISSING
    return (field.name, value) in RIGHT


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_arguments_of_a_wrong_type_size_or_sign_are_refused_by_name(table):
    """Each argument in turn is every wrong thing: never a fault of ours, and nothing is written."""
    start = town_of(table)
    args = args_of(table.args, start)
    kind = ACT_ARGUMENTS[table.of] if isinstance(table.of, Act) else ARGUMENTS[table.of]
    for field, value in itertools.product(dataclasses.fields(kind), WRONG):
        wrong = dataclasses.replace(table, args=dict(args) | {field.name: value})
        outcome = wrong.call(twin(start))
        assert outcome.status in {200, 400}, (field.name, value)
        assert outcome.status == 400 or is_right(field, value), (field.name, value)


# What of these is right inside a list or a group, by the last name of the path: free names, sealed text (any
# base64url), a list that may be empty, a quantity that may be nothing, a key that a meter may be without.
RIGHT_WITHIN = [
    ("person", "1e3"),
    ("guideline", "1e3"),
    *(("box", text) for text in ("-1", "0", "1e3", "x" * 300)),
    *((name, []) for name in ("anchors", "closed_days", "references", "weekdays")),
    ("sold_t", "0"),
    ("bought_t", "0"),
    ("gateway_key", None),
]


def spots(value, path=()):
    """The path of every place within an argument that holds a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from spots(one, (*path, name))


def changed_at(value, path, new):
    """A copy of an argument with one place changed."""
    if not path:
        return new
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = changed_at(value[path[0]], path[1:], new)
    return made


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_what_stands_within_an_argument_is_refused_by_name_as_well(table):
    """Clips, inputs, takes, lots, keys, groups of parameters: each place in turn is every wrong thing."""
    start = town_of(table)
    args = dict(args_of(table.args, start))
    for name, value in args.items():
        for path in spots(value):
            for wrong in WRONG:
                given = args | {name: changed_at(value, path, wrong)}
                outcome = dataclasses.replace(table, args=given).call(twin(start))
                assert outcome.status in {200, 400}, (name, path, wrong)
                assert outcome.status == 400 or (path[-1], wrong) in RIGHT_WITHIN, (name, path, wrong)
