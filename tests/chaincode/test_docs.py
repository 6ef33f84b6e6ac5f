"""docs/ledger.md says of every transaction what the code says: inputs, signers, refusals in their order."""

import dataclasses
import itertools
import re
from pathlib import Path

import pytest
from lexicon.refusals import Refusal
from lexicon.terms import Role
from lexicon.transactions import (
    ACT_ARGUMENTS,
    ACT_SIGNERS,
    ARGUMENTS,
    SERVICE_OF,
    SIGNERS,
    Act,
    Query,
    Transaction,
)

from chaincode.actions import ACTS
from chaincode.contract import RULES, SERVICE_RULES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))
CHECKS = {act: rule.check for act, rule in ACTS.items()}
RULE_OF = {**RULES, **SERVICE_RULES, **CHECKS}
REFUSALS = {refusal.value for refusal in Refusal}


def line(name, title):
    found = re.search(rf"^- \*\*{title}\*\*: (.*)$", SECTIONS[name], re.MULTILINE)
    assert found, f"{name} has no line {title}"
    return found.group(1)


def test_every_transaction_and_act_has_one_heading_and_no_other_has():
    headings = re.findall(r"^## (\w+)$", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted([*Transaction, *Act])


def test_every_transaction_has_a_rule():
    assert set(RULES) | set(SERVICE_RULES) == set(Transaction)
    assert set(SERVICE_RULES) == set(SERVICE_OF)


@pytest.mark.parametrize("name", [*Transaction, *Act])
def test_its_inputs_are_the_fields_of_its_arguments(name):
    kind = ACT_ARGUMENTS[name] if isinstance(name, Act) else ARGUMENTS[name]
    assert re.findall(r"`(\w+)`", line(name, "Inputs")) == [field.name for field in dataclasses.fields(kind)]


@pytest.mark.parametrize("name", [*Transaction, *Act])
def test_its_refusals_are_those_of_the_rule_in_the_same_order(name):
    said = re.search(r"Raises Refused(.*)", RULE_OF[name].__doc__, re.DOTALL).group(1)
    in_code = [word for word in re.findall(r"[a-z_]+", said) if word in REFUSALS]
    assert re.findall(r"`(\w+)`", line(name, "Refusals").split(", then as")[0]) == in_code


@pytest.mark.parametrize("name", [*SIGNERS, *Act])
def test_its_signers_are_named(name):
    said = line(name, "Signed by")
    if isinstance(name, Act) and set(ACT_SIGNERS[name][0]) == set(Role):
        assert "anybody of the account" in said
        return
    signers = itertools.chain(*ACT_SIGNERS[name]) if isinstance(name, Act) else SIGNERS[name]
    assert all(role in said for role in signers)


@pytest.mark.parametrize("name", [*Transaction, *Act])
def test_it_says_what_it_leaves_true(name):
    assert len(line(name, "Leaves true")) > 20


def test_every_reading_function_has_a_row():
    table = PAGE[PAGE.index("| function | input | answer |") :]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [
        "get_account",
        "get_person",
        "keys",
        "get_lot",
        "get_coin",
        "get_listing",
        "get_report",
        "get_action",
        "get_obligation",
        "get_draw",
        "get_parameters",
        "get_factors",
        "trace",
        "network_info",
        "state_rows",
    ]
    assert {query.value for query in Query} == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
