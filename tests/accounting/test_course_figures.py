"""Figures of courses and guides: those that `tanheng compute` prints, alike in both languages."""

import re
from fractions import Fraction
from typing import Any

import pytest
from lexicon.accounting_terms import Variant

from accounting.domain.compute import compute_json, guideline_json, statement_of
from accounting.domain.course import LANGUAGES, course_json, courses
from accounting.domain.exact import tco2e_text
from accounting.domain.registry import guidelines
from tests.accounting.cases import all_cases, input_of, stream_of

ALL = sorted(guidelines())
EXACT = re.compile(r"\d+\.\d{6}(?!\d)")
MONTHS = {"January": 1, "March": 3, "June": 6}


def numbers(text: str, language: str) -> set[Fraction]:
    """The numbers a text says, digits grouped or not; a unit of ten thousand is no number of its own."""
    text = re.sub(r"(?<!\d)(?<!\d )(10⁴|万) ?Nm[³3]|1e4 Nm3", "", text)
    if language == "zh":
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
        text = re.sub(r"(?<![\d ])万(?=标准立方米|立方米)", "10000 ", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
        text = re.sub("|".join(MONTHS), lambda found: str(MONTHS[found[0]]), text)
    scale = {"": 1, "万": 10**4, "million": 10**6}
    found = re.finditer(r"(?<![A-Za-z_\d.])(\d+(?:\.\d+)?)(?: (万|million))?", text)
    return {Fraction(one[1]) * scale[one[2] or ""] for one in found}


def pages(guideline: str) -> dict[str, list[str]]:
    """The sections of a guideline's page, heading and text, in both languages."""
    folder = guidelines()[guideline].folder
    return {one: (folder / f"guide.{one}.md").read_text("utf-8").split("\n## ")[1:] for one in LANGUAGES}


def worked(guideline: str) -> list[dict[str, Any]]:
    """The cases that a page's worked example names, A2 for A2a and A2b; each of them of this guideline."""
    heading = next(part for part in pages(guideline)["en"] if part.startswith("Worked example")).split("\n")[
        0
    ]
    named = re.findall(r"\b[A-Z]+\d*-?\d+\b", heading)
    found = [case for case in all_cases() if re.sub("(?<=[0-9])[ab]$", "", case["id"]) in named]
    assert named
    assert {re.sub("(?<=[0-9])[ab]$", "", case["id"]) for case in found} == set(named)
    assert {case["input"]["guideline"] for case in found} == {guideline}
    return found


def without_by_products() -> str:
    """By how much S1 is higher without its tar, crude benzene and coke oven gas, rounded once."""
    given, data = input_of("S1"), input_of("S1")
    data["streams"] = [one for one in data["streams"] if one["item"] not in {"tar", "crude_benzene", "cog"}]
    return tco2e_text(statement_of(data).total - statement_of(given).total)


def of_sf6() -> set[Fraction]:
    """G1: kilograms of SF6 lost in all, and megawatt-hours lost on the lines."""
    streams = input_of("G1")["streams"]
    gas = [one["parameters"] for one in streams if one["kind"] == "process"]
    lost = sum(
        (Fraction(one["capacity"]["value"]) - Fraction(one["recovered"]["value"]) for one in gas), Fraction(0)
    )
    field = next(one["balance"] for one in streams if "balance" in one)
    taken = sum(Fraction(field[name]) for name in ("feed_in", "imported"))
    return {lost, taken - sum(Fraction(field[name]) for name in ("exported", "sold"))}


def of_n2o() -> set[Fraction]:
    """C2: tonnes of N2O, from what is printed and its warming potential."""
    return {Fraction(str(compute_json(input_of("C2"))["subtotals"]["n2o"])) / 310}  # type: ignore[index]


def of_substitute() -> set[Fraction]:
    """CK-1: carbide slag used, from its balance."""
    given = stream_of(input_of("CK-1"), "s3")["balance"]
    return {Fraction(given["purchased"]) + Fraction(given["opening"]) - Fraction(given["closing"])}


# What a worked example says besides inputs, factors and results, worked out from the case.
DERIVED = {
    "ndrc-2013-grid": of_sf6,
    "ndrc-2013-chemicals": of_n2o,
    "mee-2024-clinker": of_substitute,
}
# Figures of six decimals that stand outside a worked example, each worked out here.
BESIDE = {
    "ndrc-2013-steel": lambda: {without_by_products()},
    "ndrc-2013-aluminium": lambda: {tco2e_text(Fraction("0.42") * (1 - Fraction("0.024")) * 44 / 12)},
}
# What formulas write out: 44/12, kg to t, the 1 of a difference.
CONSTANTS = {Fraction(one) for one in (1, 12, 44, 1000)}


# How print may write an input's number besides as it is: a fraction in per cent, a volume or a heat in full.
WRITTEN = {"1": 100, "tC/t": 100, "1e4Nm3": 10**4, "GJ/t": 1000}


def given_in(node: Any) -> set[Fraction]:
    """Every number of a case's input, as it is and as print may write it; its months' own numbers."""
    if isinstance(node, list):
        return {number for value in node for number in given_in(value)}
    if isinstance(node, dict):
        own = {Fraction(node["value"]) * WRITTEN.get(node["unit"], 1)} if "value" in node else set()
        return own | {number for name, value in node.items() if name != "unit" for number in given_in(value)}
    if isinstance(node, str) and re.fullmatch(r"-?\d+(\.\d+)?", node):
        return {Fraction(node)}
    months = re.fullmatch(r"(\d{4})-(\d\d)", node) if isinstance(node, str) else None
    return {Fraction(months[1]), Fraction(months[2])} if months else set()


def printed(case: dict[str, Any]) -> set[str]:
    """What `tanheng compute` prints of a case: lines, subtotals, total, indicators, without their sign."""
    result = compute_json(case["input"])
    parts = [result["lines"], result["subtotals"], result.get("indicators", {}), {"": result["total_tco2e"]}]
    return {str(text).lstrip("-") for part in parts for text in part.values()}  # type: ignore[union-attr]


def defaults_of(guideline: str) -> set[Fraction]:
    """The values of every default of the guideline's sets, also as percentages."""
    schema = guideline_json(guideline)
    assert schema is not None
    rows = [row["value"] for kind in schema["streams"] for row in kind["defaults"] if row["value"]]  # type: ignore[union-attr,index,call-overload]
    return {number for text in rows for number in (Fraction(str(text)), 100 * Fraction(str(text)))}


@pytest.mark.parametrize("guideline", ALL)
def test_each_number_of_a_worked_example_is_an_input_a_factor_or_what_compute_prints(guideline: str) -> None:
    cases = worked(guideline)
    results = {text for case in cases for text in printed(case)}
    known = {Fraction(text) for text in results} | CONSTANTS | defaults_of(guideline)
    known |= {number for case in cases for number in given_in(case["input"])}
    known |= DERIVED[guideline]() if guideline in DERIVED else set()
    for language, parts in pages(guideline).items():
        heading = {"zh": "算例", "en": "Worked example"}[language]
        text = next(part for part in parts if part.startswith(heading)).partition("\n")[2]
        said = numbers(re.sub(r"\b[A-Z]\d：|\b[A-Z]\d:|（[A-Z]\d）|\([A-Z]\d\)", "", text), language)
        assert said - known - years(text) == set(), (guideline, language)
        total = compute_json(cases[0]["input"])["total_tco2e"]
        assert Fraction(str(total)) in said, (guideline, language)


def years(text: str) -> set[Fraction]:
    """Years of a factor's name, as in `East 2012`."""
    return {Fraction(one) for one in re.findall(r"\b20[012]\d\b", text)}


@pytest.mark.parametrize("guideline", ALL)
def test_every_figure_of_six_decimals_in_a_course_or_page_is_one_that_compute_prints(guideline: str) -> None:
    allowed = {text for case in worked(guideline) for text in printed(case)}
    allowed |= BESIDE[guideline]() if guideline in BESIDE else set()
    course = courses()[guideline]
    texts = {one: [*pages(guideline)[one]] for one in LANGUAGES}
    for one in LANGUAGES:
        texts[one] += [getattr(step.text, one) for step in course.steps]
        texts[one] += [getattr(asked.answer, one) for asked in course.questions]
    for text in (text for one in LANGUAGES for text in texts[one]):
        plain = re.sub(r"(?<=\d)[ ,](?=\d{3}(?!\d))", "", text)
        assert set(EXACT.findall(plain)) <= allowed, (guideline, set(EXACT.findall(plain)) - allowed)


@pytest.mark.parametrize("guideline", ALL)
def test_chinese_and_english_say_the_same_numbers(guideline: str) -> None:
    course = courses()[guideline]
    told = [(step.key, step.text.zh, step.text.en) for step in course.steps]
    told += [
        (one.question.en, one.question.zh + one.answer.zh, one.question.en + one.answer.en)
        for one in course.questions
    ]
    told += [
        (en.split("\n")[0], zh, en)
        for zh, en in zip(*(pages(guideline)[one] for one in LANGUAGES), strict=True)
    ]
    for name, zh, en in told:
        assert numbers(zh, "zh") == numbers(en, "en"), (guideline, name)


@pytest.mark.parametrize("guideline", ALL)
def test_every_section_of_a_guidelines_page_stands_in_its_course(guideline: str) -> None:
    told = course_json(guideline)
    assert told is not None
    for language, parts in pages(guideline).items():
        shown = [squeezed(step["text"][language]) for step in told["steps"]]  # type: ignore[union-attr,index,call-overload]
        for part in parts:
            body = squeezed(part.partition("\n")[2])
            assert any(body in one for one in shown), (guideline, language, part.split("\n")[0])


def squeezed(text: str) -> str:
    """A text without what print changes: spaces, subscripts, times signs, emphasis."""
    signs = str.maketrans("₂₃₄₆³×", "23463*")
    return re.sub(r"\s|\*", "", text.replace("10⁴Nm", "1e4Nm").replace("10⁴ Nm", "1e4Nm").translate(signs))


@pytest.mark.parametrize("guideline", ALL)
def test_each_step_lists_the_defaults_that_nobody_compared_and_only_those(guideline: str) -> None:
    told, schema = course_json(guideline), guideline_json(guideline)
    assert told is not None
    assert schema is not None
    steps: Any = told["steps"]
    listed = {row_of(row) for step in steps for row in step["marked"]}
    kinds: Any = schema["streams"]
    names = {(kind["key"], item["id"]): item["zh"] for kind in kinds for item in kind["items"]}
    rows = [(kind["key"], row) for kind in kinds for row in kind["defaults"] if not row["verified"]]
    doubtful = {
        row_of(row | {"item": {"zh": names[key, row["item"]]}})
        for key, row in rows
        if row["variant"] in ("", *Variant)
    }
    assert listed == doubtful
    # A technique that no stream can choose has its defaults said in words, with the same mark.
    for key, row in rows:
        if row["variant"] not in ("", *Variant):
            step = courses()[guideline].step_of(stream=key, field=row["parameter"])
            assert step is not None
            assert 100 * Fraction(row["value"]) in numbers(step.text.zh, "zh"), row
            assert "尚未与原文核对" in step.text.zh


def row_of(row: dict[str, Any]) -> tuple[str, ...]:
    return (row["set"], row["item"]["zh"], row["parameter"], row["variant"], row["value"], row["unit"])


def test_numbers_are_read_alike_in_both_languages_and_a_wrong_one_is_seen() -> None:
    assert numbers("天然气 412.50 万 Nm³、11 659.682590", "zh") == numbers(
        "4.125 million Nm3, 11,659.682590", "en"
    )
    assert numbers("10.4 GJ/万Nm3", "zh") == {Fraction("10.4")}
    assert numbers("3 月 31 日", "zh") == numbers("31 March", "en")
    assert numbers("11 659.682590", "zh") != numbers("11,659.682591", "en")
    assert without_by_products() == "384789.539339"
