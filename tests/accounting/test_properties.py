"""What holds for every guideline units cancel, splitting changes nothing, lines are linear."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lexicon.accounting_terms import (
    BalanceField,
    FactorRole,
    Indicator,
    Property,
    Regime,
    Region,
    Subtotal,
    Variant,
)
from lexicon.terms import Sector
from lexicon.units import Unit

from accounting.domain.compute import guideline_json, statement_of
from accounting.domain.exact import number, plain_text
from accounting.domain.factors import factor_sets
from accounting.domain.registry import Guideline, StreamType, guidelines
from tests.accounting.cases import all_cases

CASES = st.sampled_from(all_cases())
# The machine runs other things beside the tests: time is judged by benches, not here.
PATIENT = settings(deadline=None)
# A tenth of what physics bounds is impossible: saturated steam and warm water.
PHYSICAL = {"enthalpy": "2777.67", "temperature": "85"}
MASS_OR_GAS = {"mass", "gas_volume", "electricity", "energy"}


def kind_of(data: dict[str, Any], stream: dict[str, Any]) -> StreamType:
    found = guidelines()[data["guideline"]].stream_type(kind=stream["kind"], item=stream["item"])
    assert found is not None
    return found


def same_dimension(unit: str, allowed: tuple[str, ...]) -> list[str]:
    return [other for other in allowed if Unit(other).dimension == Unit(unit).dimension]


def converted(text: str, unit: str, other: str) -> str:
    return plain_text(number(text) * Unit(unit).size / Unit(other).size)


def in_other_units(data: dict[str, Any], draw: st.DataObject) -> dict[str, Any]:
    """The same input with quantities, balances, calorific values and carbon per heat in other units."""
    data = deepcopy(data)
    for stream in data["streams"]:
        kind = kind_of(data, stream)
        table = stream["quantity"] if "quantity" in stream else stream["balance"]
        other = draw.draw(st.sampled_from(same_dimension(table["unit"], kind.quantity_units)))
        for name in set(table) - {"unit"}:
            table[name] = converted(table[name], table["unit"], other)
        table["unit"] = other
        for name, value in stream["parameters"].items():
            if name in ("ncv", "cc"):
                units = same_dimension(value["unit"], kind.parameters[name].units)
                other = draw.draw(st.sampled_from(units))
                value["value"] = converted(value["value"], value["unit"], other)
                value["unit"] = other
    return data


@PATIENT
@given(CASES, st.data())
def test_units_cancel_in_every_guideline(case: dict[str, Any], draw: st.DataObject) -> None:
    once, other = statement_of(case["input"]), statement_of(in_other_units(case["input"], draw))
    assert not other.blocked
    assert [line.value for line in other.lines] == [line.value for line in once.lines]


@PATIENT
@given(CASES, st.data())
def test_a_stream_split_in_two_with_equal_factors_leaves_its_tonnes(
    case: dict[str, Any], draw: st.DataObject
) -> None:
    data = deepcopy(case["input"])
    with_line = {line.stream.id for line in statement_of(data).lines}
    masses = [one for one in data["streams"] if "quantity" in one and one["quantity"]["unit"] != "device"]
    stream = draw.draw(st.sampled_from([one for one in masses if one["id"] in with_line] or [None]))
    assume(stream is not None)
    whole = number(stream["quantity"]["value"])
    part = whole * draw.draw(st.integers(0, 1000)) / 1000
    stream["quantity"]["value"] = plain_text(whole - part)
    quantity = {"value": plain_text(part), "unit": stream["quantity"]["unit"]}
    data["streams"].append(deepcopy(stream) | {"id": "split", "quantity": quantity})
    assert statement_of(data).total == statement_of(case["input"]).total


@PATIENT
@given(CASES, st.data())
def test_each_line_goes_by_its_own_quantity_alone(case: dict[str, Any], draw: st.DataObject) -> None:
    data = deepcopy(case["input"])
    with_line = {line.stream.id for line in statement_of(data).lines}
    free = [one for one in data["streams"] if one["id"] in with_line and "from" not in str(one["parameters"])]
    stream = draw.draw(st.sampled_from(free))
    table = stream["quantity"] if "quantity" in stream else stream["balance"]
    factor = draw.draw(st.integers(2, 9))
    for name in set(table) - {"unit"}:
        table[name] = plain_text(factor * number(table[name]))
    before = {line.stream.id: line.value for line in statement_of(case["input"]).lines}
    after = {line.stream.id: line.value for line in statement_of(data).lines}
    assert after == before | {stream["id"]: factor * before[stream["id"]]}


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_nothing_burnt_bought_or_made_emits_nothing(case: dict[str, Any]) -> None:
    data = deepcopy(case["input"])
    # Oxidation calculated from slag and ash has no meaning without coal: it has a test of its own.
    data["streams"] = [one for one in data["streams"] if "from" not in str(one["parameters"])]
    for stream in data["streams"]:
        table = stream["quantity"] if "quantity" in stream else stream["balance"]
        for name in set(table) - {"unit"}:
            table[name] = "0"
    statement = statement_of(data)
    assert not statement.blocked
    assert statement.total == 0
    assert {line.tco2e for line in statement.lines} == {"0.000000"}


@pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda guideline: guideline.id)
def test_every_guideline_has_worked_cases_that_reach_every_subtotal_but_those_named(
    guideline: Guideline,
) -> None:
    cases = [case for case in all_cases() if case["input"]["guideline"] == guideline.id]
    assert cases
    reached = {line.subtotal for case in cases for line in statement_of(case["input"]).lines}
    assert set(guideline.subtotals) - reached <= {"heat"}


@pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda guideline: guideline.id)
def test_every_word_of_a_guideline_has_its_label_in_both_languages(guideline: Guideline) -> None:
    assert set(guideline.subtotals) <= set(Subtotal)
    assert {kind.subtotal for kind in guideline.streams if kind.has_line} <= set(guideline.subtotals)
    assert {field for kind in guideline.streams for field in kind.balance} <= set(BalanceField)
    assert {name for kind in guideline.streams for name in kind.parameters} <= set(Property)
    assert guideline.regime in set(Regime)
    cases = [case["input"] for case in all_cases() if case["input"]["guideline"] == guideline.id]
    assert {name for case in cases for name in statement_of(case).indicators} <= set(Indicator)
    assert guideline.sector in set(Sector)
    assert set(guideline.factor_sets) <= set(FactorRole)
    assert all(label.zh and label.en for kind in guideline.streams for label in kind.items.values())


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_the_variants_a_case_uses_are_offered_for_its_item_and_have_labels(case: dict[str, Any]) -> None:
    shown = guideline_json(case["input"]["guideline"])
    assert shown is not None
    offered = {
        (stream["kind"], item["id"]): set(item["variants"])
        for stream in shown["streams"]
        for item in stream["items"]
    }
    for stream in case["input"]["streams"]:
        used = {stream["variant"]} if stream.get("variant") else set()
        assert used <= offered[stream["kind"], stream["item"]] <= set(Variant)


def test_every_region_of_a_grid_set_has_its_label() -> None:
    assert {region for found in factor_sets().values() for region in found.regions} <= set(Region)


@pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda guideline: guideline.id)
def test_every_stream_of_a_guideline_can_be_computed_from_given_values_alone(guideline: Guideline) -> None:
    """Each form's parameters are given, so no factor set decides whether a stream works."""
    for kind in (one for one in guideline.streams if one.has_line):
        for item in kind.items:
            for form in kind.forms:
                statement = statement_of(an_input(guideline, kind, item, form.parameters))
                remarks = [one.name.name for one in statement.remarks if one.blocks]
                assert remarks == [], (kind.key, item, form.formula)


def an_input(
    guideline: Guideline, kind: StreamType, item: str, parameters: tuple[str, ...]
) -> dict[str, Any]:
    """One stream with one tonne, volume or device of activity and a tenth, or one of a unit, everywhere."""
    mass = [
        unit for unit in kind.quantity_units if Unit(unit).dimension in MASS_OR_GAS
    ] or kind.quantity_units
    unit = mass[0]
    stream: dict[str, Any] = {"id": "s", "kind": kind.kind, "item": item, "period": "2024-01"}
    if kind.balance_only:
        stream["balance"] = {"unit": unit, kind.balance[0]: "100", "sold": "95"}
    else:
        stream["quantity"] = {"value": "1", "unit": unit}
    stream["parameters"] = {
        name: {"value": PHYSICAL.get(name, "0.1"), "unit": unit_for(kind, name, unit), "source": "measured"}
        for name in parameters
    }
    sets = {role: names[0] for role, names in guideline.factor_sets.items()}
    data = {"guideline": guideline.id, "factor_sets": sets, "period": "2024-01", "entity": "x"}
    region = {"ndrc-2012-regional": "east", "mee-average-2023-provincial": "anhui"}.get(
        sets.get("grid", ""), ""
    )
    return data | {"streams": [stream]} | ({"region": region} if region else {})


def unit_for(kind: StreamType, name: str, quantity: str) -> str:
    """A unit of a parameter that goes with the quantity: per mass for a mass, per volume for a gas."""
    basis = Unit(quantity).dimension
    units = kind.parameters[name].units
    return next((one for one in units if Unit(one).dimension.endswith(f"_per_{basis}")), units[0])
