"""Every guideline's course: 8 to 12 steps, two languages, streams and fields that exist, true numbers."""

import re

import pytest
from lexicon.refusals import Refusal

from accounting.domain.course import (
    BALANCE,
    LANGUAGES,
    QUANTITY,
    STEPS_MAX,
    STEPS_MIN,
    course_json,
    courses,
    plain_field,
)
from accounting.domain.glossary import glossary_json
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name
from accounting.domain.sheet_rows import value_names
from accounting.domain.sheets import RowName
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


@pytest.mark.parametrize("guideline", ALL)
def test_help_opens_at_every_field_that_a_remark_a_refusal_or_a_row_can_name(guideline: str) -> None:
    course = courses()[guideline]
    words = {term["id"] for group in glossary_json() for term in group["terms"]}
    for kind in guidelines()[guideline].streams:
        for name in value_names(kind):
            for field in (name, f"some-stream.{name}"):
                step = course.step_of(stream=kind.key, field=field)
                assert step is not None, (kind.key, field)
                assert kind.key in step.streams, (kind.key, field)
                assert plain_field(field) in step.fields, (kind.key, field)
        assert set(kind.parameters) | set(kind.balance) <= words, kind.key


@pytest.mark.parametrize("guideline", ALL)
def test_what_is_no_fields_matter_leads_to_the_step_that_explains_it(guideline: str) -> None:
    course = courses()[guideline]
    known = {one.name for one in (*Name, *RowName)} | {str(one) for one in Refusal}
    said = [name for step in course.steps for name in step.about]
    assert set(said) <= known
    assert len(said) == len(set(said))
    for name, key in (
        ("evidence_missing", "evidence"), ("evidence_late", "evidence"), ("file_runs", "evidence"),
        ("months_open", "submit"), ("remark_unanswered", "submit"), ("period_locked", "submit"),
    ):  # fmt: skip
        assert course.step_of(stream="", field="", about=name).key == key
    # A remark about a field stays with its field, and one about a stream's data with its quantity.
    for kind in guidelines()[guideline].streams:
        for one in ("far_from_default", "hours_missing", "sources_differ"):
            assert kind.key in course.step_of(stream=kind.key, field=QUANTITY, about=one).streams


def test_a_field_without_a_step_of_its_own_leads_to_its_stream() -> None:
    course = courses()["ndrc-2013-cement"]
    assert course.step_of(stream="clinker", field="cao").key == "clinker"
    assert course.step_of(stream="clinker", field="").key == "clinker"
    assert course.step_of(stream="grid", field="grid_factor").key == "grid"
    assert course.step_of(stream="nowhere", field="nothing") is None


def test_an_unknown_guideline_has_no_course() -> None:
    assert course_json("nowhere") is None


def test_courses_write_compounds_gas_volumes_and_products_as_print_does() -> None:
    texts = [
        text
        for course in courses().values()
        for step in course.steps
        for text in (step.title.zh, step.title.en, step.text.zh, step.text.en)
    ]
    texts += [
        text
        for course in courses().values()
        for one in course.questions
        for text in (one.answer.zh, one.answer.en)
    ]
    plain = re.compile(
        r"(?<![0-9A-Za-z_.])(CO2|N2O|SF6|CF4|C2F6|CaCO3|MgCO3|Nm3)(?![0-9A-Za-z])|[0-9)\]] \* [0-9(\[]"
    )
    assert [found[0] for text in texts for found in plain.finditer(text)] == []
    assert any("CO₂" in text for text in texts)


def test_the_glossary_explains_the_words_of_the_field_in_both_languages() -> None:
    basic, *rest = glossary_json()
    words = {term["id"]: term for term in basic["terms"]}
    wanted = {
        "activity_data", "emission_factor", "source_stream", "reporting_period", "monitoring_plan",
        "evidence", "verification", "statement", "report", "allocation", "obligation", "surrender",
    }  # fmt: skip
    assert wanted <= set(words)
    for term in words.values():
        assert HAN.search(term["zh"])
        assert HAN.search(term["meaning"]["zh"])
        assert term["meaning"]["en"].endswith(".")
        assert not HAN.search(term["en"] + term["meaning"]["en"])
    # No word stands twice within a group, and the lexicon's words follow.
    for group in (basic, *rest):
        names = [term["id"] for term in group["terms"]]
        assert len(names) == len(set(names))
    assert rest[-1]["en"] == "Units"
