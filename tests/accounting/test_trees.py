"""The tree of every line gives the line's value under a second, sector-blind evaluator, and is published."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof import trees

from accounting.domain.calculation import total_tree
from accounting.domain.compute import statement_of
from accounting.domain.registry import guidelines
from accounting.domain.trees import as_json
from tests.accounting.cases import all_cases, input_of


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_a_second_evaluator_gives_each_line_and_the_total_exactly(case: dict[str, Any]) -> None:
    statement = statement_of(case["input"])
    for line in statement.lines:
        assert Fraction(*trees.evaluate(as_json(line.tree))) == line.value
        assert (
            trees.rounded(trees.evaluate(as_json(line.tree)), places=6)
            == case["expected"]["lines"][line.stream.id]
        )
    assert Fraction(*trees.evaluate(as_json(total_tree(statement)))) == statement.total


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_each_lines_tree_is_the_guidelines_published_formula(case: dict[str, Any]) -> None:
    statement = statement_of(case["input"])
    published = guidelines()[case["input"]["guideline"]].published()
    for line in statement.lines:
        formula = published["formulas"][line.formula]
        assert trees.follows(as_json(line.tree), formula=formula, definitions=published["definitions"])


def fuel_tree() -> tuple[dict[str, Any], dict[str, Any]]:
    statement = statement_of(input_of("P1"))
    line = statement.lines[0]
    published = guidelines()["ndrc-2013-power"].published()
    return as_json(line.tree), {
        "formula": published["formulas"][line.formula],
        "definitions": published["definitions"],
    }


def test_a_changed_ratio_an_added_term_and_a_swapped_name_are_not_the_guidelines_formula() -> None:
    tree, published = fuel_tree()
    assert trees.follows(tree, **published)
    other_ratio = deepcopy(tree)
    other_ratio["args"][-1]["args"][0]["value"] = "36"
    longer = deepcopy(tree)
    longer["args"].append({"op": "constant", "value": "0.9"})
    swapped = deepcopy(tree)
    swapped["args"][0]["name"] = "oxidation"
    replaced = deepcopy(tree)
    replaced["args"][2] = {"op": "named", "name": "oxidation", "args": [{"op": "constant", "value": "0.5"}]}
    for wrong in (other_ratio, longer, swapped, replaced, {}, None, []):
        assert not trees.follows(wrong, **published)


ONE, ZERO = {"op": "constant", "value": "1"}, {"op": "constant", "value": "0"}
BAD = [
    ({"op": "constant", "value": "1e5"}, "not_a_number"),
    ({"op": "constant", "value": 5}, "not_a_number"),
    ({"op": "input", "name": "x"}, "not_a_number"),
    ({"op": "power", "args": []}, "unknown_operation"),
    ({"op": "quotient", "args": [{"op": "constant", "value": "1"}]}, "wrong_number_of_terms"),
    ({"op": "quotient", "args": [ONE, ZERO]}, "division_by_zero"),
    ("x", "not_a_node"),
    ({"args": []}, "not_a_node"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "reason"), BAD, ids=[row[1] for row in BAD])
def test_a_bad_tree_is_refused_by_name(tree: object, reason: str) -> None:
    with pytest.raises(trees.BadTree) as refused:
        trees.evaluate(tree)
    assert refused.value.reason == reason


def test_a_tree_that_is_too_deep_or_too_wide_is_refused() -> None:
    deep: dict[str, Any] = {"op": "constant", "value": "1"}
    for _ in range(50):
        deep = {"op": "minus", "args": [deep]}
    wide = {"op": "sum", "args": [{"op": "constant", "value": "1"}] * (trees.NODES_MAX + 1)}
    for tree in (deep, wide):
        with pytest.raises(trees.BadTree, match="too_large"):
            trees.evaluate(tree)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9), st.integers(0, 8))
def test_rounding_is_half_up_away_from_zero(numerator: int, denominator: int, places: int) -> None:
    text = trees.rounded((numerator, denominator), places=places)
    off = Fraction(text) - Fraction(numerator, denominator)
    half = Fraction(1, 2 * 10**places)
    assert abs(off) <= half
    if abs(off) == half:
        assert abs(Fraction(text)) > abs(Fraction(numerator, denominator))
    assert not (text.startswith("-") and Fraction(text) == 0)
