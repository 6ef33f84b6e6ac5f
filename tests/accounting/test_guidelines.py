"""What each of the 13 guidelines must have, held against all of them: sets, guides, fractions, no memory."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounting.domain.checks import FRACTIONS
from accounting.domain.compute import compute_json, statement_of
from accounting.domain.factors import factor_sets
from accounting.domain.registry import Guideline, guidelines
from tests.accounting.cases import all_cases, blocking, input_of, stream_of

EVERY = pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda one: one.id)
CASES = pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])


def test_there_are_thirteen_guidelines_of_ten_sectors() -> None:
    assert len(guidelines()) == 13
    assert len({one.sector for one in guidelines().values()}) == 10


@EVERY
def test_every_set_a_guideline_offers_is_there_and_every_row_of_its_own_is_read(guideline: Guideline) -> None:
    for role, names in guideline.factor_sets.items():
        for name in names:
            assert role in factor_sets()[name].roles
    read = {
        (name, named.item, named.parameter)
        for kind in guideline.streams
        for item in kind.items
        for parameter in kind.parameters
        for named in (kind.default_of(item=item, parameter=parameter),)
        for name in guideline.factor_sets.get(named.role, ())
    }
    own = {name for role in ("fuel", "process") for name in guideline.factor_sets.get(role, ())}
    rows = {(name, row.item, row.parameter) for name in own for row in factor_sets()[name].rows}
    assert {row for row in rows - read if not _shared(row[0])} == set()


def _shared(set_id: str) -> bool:
    """Whether a set serves several guidelines, so that one need not read all of it."""
    users = [
        one for one in guidelines().values() if any(set_id in names for names in one.factor_sets.values())
    ]
    return len(users) > 1


@EVERY
def test_guides_have_the_worked_examples_figure_in_both_languages(guideline: Guideline) -> None:
    zh, en = ((guideline.folder / f"guide.{lang}.md").read_text(encoding="utf-8") for lang in ("zh", "en"))
    named = [case["id"] for case in all_cases() if case["input"]["guideline"] == guideline.id]
    results = [compute_json(input_of(case_id)) for case_id in named]
    figures = {figure for result in results for figure in (result["total_tco2e"], *result["lines"].values())}
    plain = zh.replace(" ", "").replace(",", ""), en.replace(",", "")
    assert any(figure in plain[0] and figure in plain[1] for figure in figures)
    example = json.loads((guideline.folder / "example.json").read_text(encoding="utf-8"))
    assert "total_tco2e" in compute_json(example["input"])


def fractions_of(case: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (stream["id"], name)
        for stream in case["input"]["streams"]
        for name, value in stream["parameters"].items()
        if name in FRACTIONS and "value" in value
    ]


FRACTION_VALUES = [(case["id"], *found) for case in all_cases() for found in fractions_of(case)]
# The clinker's case leaves its one fraction to the set.
FRACTION_VALUES.append(("CK-1", "s1", "oxidation"))


def test_fractions_below_come_from_every_guideline_that_has_any() -> None:
    used = {input_of(case_id)["guideline"] for case_id, _, _ in FRACTION_VALUES}
    having = {
        one.id
        for one in guidelines().values()
        if any(FRACTIONS & set(kind.parameters) for kind in one.streams)
    }
    assert used == having


@pytest.mark.parametrize(("case_id", "stream", "parameter"), FRACTION_VALUES)
def test_a_percentage_is_no_fraction_and_per_cent_is_no_unit_of_it(
    case_id: str, stream: str, parameter: str
) -> None:
    data = input_of(case_id)
    stream_of(data, stream)["parameters"][parameter] = {"value": "95.5", "unit": "1", "source": "measured"}
    assert "percent_for_fraction" in blocking(data)
    stream_of(data, stream)["parameters"][parameter]["unit"] = "%"
    assert "wrong_unit" in blocking(data)
    stream_of(data, stream)["parameters"][parameter] |= {"value": "-0.1", "unit": "1"}
    assert "fraction_out_of_range" in blocking(data)


@CASES
def test_no_activity_may_be_negative(case: dict[str, Any]) -> None:
    for stream in case["input"]["streams"]:
        field = "quantity" if "quantity" in stream else "balance"
        for name in set(stream[field]) - {"unit", "source", "evidence"}:
            data = deepcopy(case["input"])
            stream_of(data, stream["id"])[field][name] = "-1"
            assert "negative_quantity" in blocking(data), (stream["id"], name)


@CASES
def test_a_second_request_does_not_add_to_the_first_and_the_total_is_the_sum_of_lines(
    case: dict[str, Any],
) -> None:
    first = compute_json(deepcopy(case["input"]))
    assert compute_json(deepcopy(case["input"])) == first
    statement = statement_of(case["input"])
    assert statement.total == sum(line.value for line in statement.lines)


@CASES
def test_a_set_of_another_guideline_does_not_go_with_this_one(case: dict[str, Any]) -> None:
    data = deepcopy(case["input"])
    offered = {name for names in guidelines()[data["guideline"]].factor_sets.values() for name in names}
    foreign = next(
        one.id
        for one in factor_sets().values()
        if one.id not in offered and {"fuel", "process"} & set(one.roles)
    )
    role = next(role for role in ("fuel", "process") if role in factor_sets()[foreign].roles)
    data["factor_sets"][role] = foreign
    assert "factor_set_foreign" in blocking(data)


@settings(deadline=None)
@given(st.sampled_from(all_cases()), st.data())
def test_the_order_of_streams_changes_nothing(case: dict[str, Any], draw: st.DataObject) -> None:
    data = deepcopy(case["input"])
    data["streams"] = draw.draw(st.permutations(data["streams"]))
    once, other = statement_of(case["input"]), statement_of(data)
    assert other.total == once.total
    values = {line.stream.id: line.value for line in once.lines}
    assert {line.stream.id: line.value for line in other.lines} == values
    assert dict(other.subtotals) == dict(once.subtotals)
