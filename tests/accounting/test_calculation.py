"""Properties that hold for any stream of any guideline, and the factor sets' own order."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.domain.compute import compute_json, statement_of
from accounting.domain.exact import plain_text
from accounting.domain.factors import factor_sets, pick
from accounting.domain.registry import guidelines
from tests.accounting.cases import all_cases, input_of

CASES = st.sampled_from(all_cases())


def scaled(data: dict[str, Any], factor: int) -> dict[str, Any]:
    data = deepcopy(data)
    for stream in data["streams"]:
        tables = [stream["quantity"]] if "quantity" in stream else [stream["balance"]]
        for table in tables:
            for key in set(table) - {"unit"}:
                table[key] = format(Decimal(table[key]) * factor, "f")
    return data


@given(CASES, st.integers(2, 50))
def test_scaling_the_activity_scales_every_line_and_the_total(case: dict[str, Any], factor: int) -> None:
    once, many = statement_of(case["input"]), statement_of(scaled(case["input"], factor))
    assert many.total == factor * once.total
    assert [line.value for line in many.lines] == [factor * line.value for line in once.lines]


@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_streams_changes_nothing(case: dict[str, Any], random: Any) -> None:
    data = deepcopy(case["input"])
    random.shuffle(data["streams"])
    assert compute_json(data)["lines"] == case["expected"]["lines"]
    assert compute_json(data)["total_tco2e"] == case["expected"]["total_tco2e"]


@pytest.mark.parametrize("case_id", ["P2", "P3", "P4a", "CE-1", "CE-2"])
def test_no_activity_gives_no_emission(case_id: str) -> None:
    assert statement_of(scaled(input_of(case_id), 0)).total == 0


def test_no_coal_leaves_its_calculated_oxidation_without_meaning() -> None:
    result = compute_json(scaled(input_of("P1"), 0))
    assert "not_positive" in {one["name"] for one in result["remarks"]}


@given(CASES)
def test_lines_sum_to_subtotals_and_total_before_rounding(case: dict[str, Any]) -> None:
    statement = statement_of(case["input"])
    assert sum((line.value for line in statement.lines), Fraction(0)) == statement.total
    assert sum(statement.subtotals.values(), Fraction(0)) == statement.total


def test_grams_are_half_up_from_the_unrounded_value() -> None:
    statement = statement_of(input_of("P3"))
    assert statement.grams == 808818032855
    assert {line.stream.id: line.grams for line in statement.lines}["s1"] == 271325958138


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=9, allow_nan=False))
def test_plain_text_is_exact(value: Decimal) -> None:
    assert Fraction(plain_text(Fraction(value))) == Fraction(value)


def test_a_third_has_no_plain_text() -> None:
    with pytest.raises(ValueError, match="finite"):
        plain_text(Fraction(1, 3))


def test_every_factor_row_has_value_unit_date_source_and_mark() -> None:
    for found in factor_sets().values():
        for row in found.rows:
            assert row.source
            assert row.clause
            assert row.valid_from[4] == row.valid_from[7] == "-"
            assert isinstance(row.value, Fraction) if row.known else not row.verified


def test_a_factor_is_picked_by_date_and_variant() -> None:
    rows = factor_sets()["ndrc-2013-cement"].defaults(item="raw_meal", parameter="nonfuel_carbon")
    assert pick(rows, variant="high_carbon", on="2023-01-01").text == "0.003"
    assert pick(rows, variant="unknown", on="2023-01-01").text == "0.001"
    assert pick(rows, variant="", on="2012-01-01") is None


def test_every_guideline_names_factor_sets_and_guides_that_exist() -> None:
    for guideline in guidelines().values():
        for role, names in guideline.factor_sets.items():
            assert all(role in factor_sets()[name].roles for name in names)
        for language in ("zh", "en"):
            assert (guideline.folder / f"guide.{language}.md").stat().st_size > 500
