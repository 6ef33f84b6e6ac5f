"""The printed table of factors says a stream and a clause once, and loses nothing by it."""

from fractions import Fraction

import pytest
from lexicon.terms import Grade, Origin

from accounting.domain.assembly import Typed
from accounting.domain.cross_checks import about_expected, expected_of
from accounting.domain.exact import compounds_text, grouped_text, unit_text
from accounting.domain.remarks import Name, Remark
from accounting.services.factor_rows import grouped


def row(stream: str, name: str, clause: str, verified: bool = True) -> dict[str, object]:
    return {"stream": stream, "name": name, "clause": clause, "verified": verified}


def test_a_clause_spans_the_rows_that_repeat_it_within_its_stream_only() -> None:
    rows = [
        row("coal", "ncv", "A"), row("coal", "cc", "A"), row("coal", "oxidation", "A", verified=False),
        row("diesel", "ncv", "A"), row("diesel", "cc", "B"),
    ]  # fmt: skip
    found = grouped(rows)
    assert [[(one["name"], one["span"]) for one in group] for group in found] == [
        [("ncv", 2), ("cc", 0), ("oxidation", 1)],
        [("ncv", 1), ("cc", 1)],
    ]
    assert [{**one, "span": None} for group in found for one in group] == [
        one | {"span": None} for one in rows
    ]
    assert all(sum(one["span"] for one in group) == len(group) for group in found)


def test_units_are_written_as_in_print() -> None:
    assert unit_text("GJ/1e4Nm3") == "GJ/10⁴Nm³"
    assert unit_text("tCO2e/t") == "tCO₂e/t"
    assert unit_text("m3") == "m³"
    assert unit_text("MWh") == "MWh"
    assert unit_text("degC") == "℃"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("401133.701301", "401,133.701301"),
        ("-259829.116", "−259,829.116"),
        ("0.000", "0.000"),
        ("999", "999"),
        ("1079591", "1,079,591"),
        ("—", "—"),
        ("1e4", "1e4"),
        ("", ""),
    ],
)
def test_figures_are_grouped_by_three_with_a_true_minus(written: str, shown: str) -> None:
    assert grouped_text(written) == shown


def test_a_chinese_sentence_has_no_room_between_chinese_words_and_keeps_it_beside_latin_ones() -> None:
    said = {
        name: Remark(name=Name.factor_unverified, facts={"field": name}).text("zh") for name in ("ncv", "X")
    }
    assert said == {"ncv": "低位发热量的缺省值尚未与指南原文核对", "X": "X 的缺省值尚未与指南原文核对"}


def test_a_remark_says_its_basis_and_amounts_in_the_readers_language() -> None:
    ranges = {"moisture_ad": expected_of([(Fraction(2), "%")] * 3, default=None, unit="%")}
    typed = [Typed("moisture_ad", "9.5", "%", Origin.MEASURED, Grade.D, ())]
    (remark,) = about_expected("coal", typed, {name: one for name, one in ranges.items() if one})
    assert "不在预期范围 1.4 至 2.6 % 内（按本厂 3 个月历史）" in remark.text("zh")
    assert "is 9.5 %, outside the expected 1.4 to 2.6 % (by 3 months of the plant's own)" in remark.text("en")
    assert expected_of([], default=Fraction(0), unit="1") is None


def test_compounds_are_printed_with_low_numbers_and_names_are_left_alone() -> None:
    assert compounds_text("Na2CO3 纯碱, N2O and C2F6") == "Na₂CO₃ 纯碱, N₂O and C₂F₆"
    assert (
        compounds_text("CaMg(CO3)2, 0.11 tCO2/GJ, kgN2O/t, tCO2e")
        == "CaMg(CO₃)₂, 0.11 tCO₂/GJ, kgN₂O/t, tCO₂e"
    )
    assert compounds_text("S1 CETS-AG-04.01-V01-2024, CO2025, 3#") == "S1 CETS-AG-04.01-V01-2024, CO2025, 3#"
