"""The year that the recomputation bench asks a browser for is one: its months differ, its figures hold."""

import json

import pytest

from accounting.domain.recompute import recompute
from bench.recomputation import answered, example_input, year_input, year_report


def test_the_year_has_some_hundred_lines_of_twelve_months_that_differ() -> None:
    data, report = year_input(), year_report()
    lines = json.loads(report)["lines"]
    assert len(lines) == 12 * 5 * len(example_input()["streams"])
    assert len(lines) > 300
    assert len(data["period"]) == len({stream["period"] for stream in data["streams"]}) == 12
    tonnes = [line["tco2e"] for line in lines if line["stream"].endswith(example_input()["streams"][0]["id"])]
    assert len(set(tonnes)) == len(tonnes)


def test_the_year_calculated_again_gives_by_formulas_what_its_trees_give() -> None:
    found = recompute(year_report())
    assert len(found["figures"]) > 400
    assert found["figures"] == found["by_trees"]


def test_an_answer_without_figures_is_no_measurement() -> None:
    assert answered({"kind": "answer", "text": '{"figures": [1]}', "ms": 12}) == 12.0
    for told in (
        {"kind": "failed", "problem": "x"},
        {"kind": "answer", "text": '{"figures": [], "remarks": [1]}', "ms": 1},
    ):
        with pytest.raises(RuntimeError):
            answered(told)
