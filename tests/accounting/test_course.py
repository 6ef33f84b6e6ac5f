"""Every guideline's course: 8 to 12 steps, two languages, streams and fields that exist, true numbers."""

import re

import pytest

from accounting.domain.course import (
    BALANCE,
    LANGUAGES,
    QUANTITY,
    STEPS_MAX,
    STEPS_MIN,
    course_json,
    courses,
)
from accounting.domain.registry import guidelines
from tests.accounting.cases import all_cases

ALL = sorted(guidelines())
HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("guideline", ALL)
def test_a_course_has_eight_to_twelve_steps_in_both_languages(guideline: str) -> None:
    course = courses()[guideline]
    assert STEPS_MIN <= len(course.steps) <= STEPS_MAX
    for step in course.steps:
        for language in LANGUAGES:
            title, text = getattr(step.title, language), getattr(step.text, language)
            assert title.strip()
            assert len(text) >= (40 if language == "zh" else 80), (step.key, language, text)
        assert HAN.search(step.title.zh)
        assert HAN.search(step.text.zh)
        assert not HAN.search(step.title.en + step.text.en), step.key
    assert len(course.questions) >= 5
    for one in course.questions:
        assert HAN.search(one.question.zh)
        assert HAN.search(one.answer.zh)
        assert not HAN.search(one.question.en + one.answer.en)
    assert sum(step.example for step in course.steps) == 1


@pytest.mark.parametrize("guideline", ALL)
def test_every_stream_and_field_a_step_names_exists_and_every_one_has_a_step(guideline: str) -> None:
    course = courses()[guideline]
    kinds = {kind.key: kind for kind in guidelines()[guideline].streams}
    for step in course.steps:
        if step.key != "heat":  # shared by guidelines of which some lack one of its three
            assert set(step.streams) <= set(kinds), step.key
        fields = {name for key in step.streams if key in kinds for name in fields_of(kinds[key])}
        extra = set(step.fields) - fields - {BALANCE}
        assert not extra, (step.key, extra)
    for key, kind in kinds.items():
        for field in fields_of(kind):
            step = course.step_of(stream=key, field=field)
            assert step is not None, (key, field)
            assert key in step.streams, (key, field)
            assert field in step.fields, (key, field)


def fields_of(kind) -> list[str]:
    return [QUANTITY, *([BALANCE] if kind.balance else []), *kind.parameters]


@pytest.mark.parametrize("guideline", ALL)
def test_the_worked_example_has_the_numbers_of_the_tests_case(guideline: str) -> None:
    told = course_json(guideline)
    example = told["example"]
    case = next(one for one in all_cases() if one["id"] == example["case"])
    assert example["input"] == case["input"]
    assert example["result"]["total_tco2e"] == case["expected"]["total_tco2e"]
    assert {one["stream"]: one["tco2e"] for one in example["lines"]} == example["result"]["lines"]
    for line, amount in case["expected"]["lines"].items():
        assert example["result"]["lines"][line] == amount
    # What the guideline's page says in words is the same figure.
    page = (guidelines()[guideline].folder / "guide.en.md").read_text("utf-8").replace(",", "")
    shown = set(re.findall(r"\d+\.\d{6}", page))
    results = {*example["result"]["lines"].values(), *example["result"]["subtotals"].values()}
    assert shown & (results | {example["result"]["total_tco2e"]})


def test_a_field_without_a_step_of_its_own_leads_to_its_stream() -> None:
    course = courses()["ndrc-2013-cement"]
    assert course.step_of(stream="clinker", field="cao").key == "clinker"
    assert course.step_of(stream="clinker", field="").key == "clinker"
    assert course.step_of(stream="grid", field="grid_factor").key == "grid"
    assert course.step_of(stream="nowhere", field="nothing") is None


def test_an_unknown_guideline_has_no_course() -> None:
    assert course_json("nowhere") is None
