"""Tables C.3 and C.5 of a power unit's year: computed from the lines, frozen, printed, in the workbook."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest
from kit import clock

from accounting.domain.compute import statement_of
from accounting.domain.exact import number
from accounting.domain.unit_tables import Cells, fuels_of, obtained_of
from accounting.models import Report
from accounting.paper import open_paper, pages_show
from accounting.services.freezing import loads
from accounting.services.rendering import html_of
from accounting.services.report_tables import tables_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import input_of
from tests.accounting.stage import ALPHA, COAL, DIESEL, Stage
from tests.accounting.test_every_sector import case_of
from tests.accounting.test_supplementary import answered
from tests.accounting.test_year import open_year

CO2 = Fraction(44, 12)


def rows(case_id: str) -> dict[str, dict[str, Cells]]:
    """Of a case, by stream and letter."""
    found = fuels_of(statement_of(input_of(case_id)))
    return {fuel.stream: {row.letter: row for row in fuel.rows} for fuel in found}


def test_the_letters_of_every_month_multiply_to_its_emissions() -> None:
    checked = 0
    for by_letter in rows("P3").values():
        for letter, factors in (("F", "ABE"), ("G", "ACDE")):
            for month, tonnes in by_letter[letter].months.items() if letter in by_letter else ():
                product = CO2 / 100
                for factor in factors:
                    product *= number(by_letter[factor].months[month])
                # B stands with six decimals.
                assert abs(product - number(tonnes)) <= number(by_letter["A"].months[month]) * CO2 / 10**6
                checked += 1
    assert checked == 6


def test_their_emissions_are_the_reports_own() -> None:
    total = sum(
        number(by_letter[letter].year)
        for by_letter in rows("P3").values()
        for letter in "FG"
        if letter in by_letter
    )
    assert abs(total - number(case_of("P3")["expected"]["subtotals"]["combustion"])) <= Fraction(6, 10**6)


def test_carbon_as_received_is_that_of_the_tested_sample() -> None:
    """0.5562 (100 - 14.30) / (100 - 2.85) tC/t, January of the case; without a test there is no B."""
    coal = rows("P3")["s1"]
    assert coal["B"].months["2023-01"] == "0.490647"
    assert abs(number("0.490647") - Fraction("0.5562") * Fraction("85.7") / Fraction("97.15")) < Fraction(
        1, 10**6
    )
    untested = rows("P3")["s7"]
    assert "B" not in untested
    assert (untested["C"].months["2023-03"], untested["D"].months["2023-03"]) == ("19.502", "0.03085")


def test_other_guidelines_have_no_such_tables() -> None:
    statement = statement_of(input_of("P1"))
    assert statement.lines
    assert fuels_of(statement) == []
    assert obtained_of(statement) == []


def year_submitted(stage: Stage) -> str:
    stage.submitted()
    year = open_year(stage)
    clock.tick(timedelta(days=200))
    answered(stage, year["id"], year)
    stage.ok(stage.post("alpha_manager", f"periods/{year['id']}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year['id']}/signing/", f"periods/{year['id']}/submission/")
    return str(year["id"])


@pytest.mark.db
def test_a_years_report_freezes_and_prints_both_tables_and_a_month_has_none(stage: Stage) -> None:
    year = year_submitted(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=year)
        tables = loads(report.content)["tables"]
        coal, diesel = tables["fuel"]["fuels"]
        assert (coal["zh"], coal["en"], diesel["zh"]) == ("煤", "Coal", "柴油")
        by_letter = {row["letter"]: row for row in coal["rows"]}
        assert list(by_letter) == ["A", "B", "E", "F"]
        assert by_letter["A"]["months"] == [{"month": "2026-06", "value": "152340.62"}]
        assert by_letter["F"]["year"] == COAL
        assert {row["letter"]: row["year"] for row in diesel["rows"]}["G"] == DIESEL
        zh, en = html_of(report, "zh"), html_of(report, "en")
        assert "表 C.3 化石燃料燃烧排放" in zh
        assert "Table C.5 How calorific value and carbon content were obtained" in en
        assert re.search("A 燃料消耗量.*?152,340.62", zh, re.DOTALL)
        tests = zh.split("表 C.5", 1)[1].split("<h2>", 1)[0]
        assert "实测（CNAS L1234）" in tests
        assert tests.count("未实测（缺省值）") == 2, "of diesel, whose figures are defaults"
        assert "未填写" in tests, "nobody tested the coal's heat, and nobody says so"
        opened = open_paper(report.content.encode())
        assert opened.holds
        assert pages_show(opened, en).holds
        assert not pages_show(opened, en.replace("0.490647", "0.390647")).holds
        sheets = {one.name: one for one in tables_of(report, "en")}
        row = next(one for one in sheets["Table C.3"].rows if one[0] == "Coal" and one[1].startswith("F "))
        assert (row[3 + 5], row[-1]) == (COAL, COAL)
        assert len(sheets["Table C.5"].rows) == 4
        month = Report.objects.get(period__period="2026-06")
        assert "tables" not in loads(month.content)
        assert "C.3" not in html_of(month, "zh")
