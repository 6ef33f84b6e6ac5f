"""Allocation data in a year's verification report: whose report has them, what they come to, and in print."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

import pytest

from accounting.domain.registry import Label, guidelines
from accounting.domain.supplementary import Form
from accounting.models import VerificationCase
from accounting.services.allocation_data import OF_A_MONTH, allocation_forms, allocation_of
from accounting.services.verification_pages import verification_html, verification_tables
from accounting.services.verification_parts import Approved
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import input_of
from tests.accounting.stage import ALPHA, COAL, DIESEL, Stage
from tests.accounting.test_year import step, year_case


def statement(case_id: str, period: str, **entered: str) -> dict[str, Any]:
    """What a frozen statement has of what the annex asks for."""
    data: dict[str, Any] = input_of(case_id)
    table = [{"id": name, "entered": True, "value": value} for name, value in entered.items()]
    return {
        "guideline": {"id": data["guideline"]},
        "period": period,
        "input": data,
        "supplementary": {"rows": table},
    }


def values(table: dict[str, Any]) -> dict[str, str]:
    return {row["en"]: row["value"] for row in table["rows"]}


def test_guidelines_of_the_national_market_have_a_table_and_every_other_says_why_not() -> None:
    forms = allocation_forms()
    assert set(forms) == set(guidelines())
    with_table = {name for name, form in forms.items() if isinstance(form, Form)}
    assert with_table == {name for name, one in guidelines().items() if one.regime == "ets"}
    for name, form in forms.items():
        if isinstance(form, Label):
            assert form.zh, name
            assert form.en, name
        else:
            assert not form.verified, "no current print of the annex was at hand"


def test_power_data_are_the_statements_and_the_supplementary_tables_and_nothing_is_made_up() -> None:
    told = values(allocation_of(statement("P3", "2023", load="71.5", hours="6120")))
    assert told["Load factor"] == "71.5"
    assert told["Operating hours"] == "6120"
    assert told["Heat ratio, the year's"] == "", "nobody entered it"
    assert told["Emissions of fossil fuels"] == "808106.230019"
    assert told["Emissions of purchased electricity"] == "711.802836"
    assert told["Verified emissions, total"] == "808818.032855"
    assert told["Electricity generated, Qe"] == "981450.500000"


def test_a_clinker_line_counts_neither_purchased_power_nor_heat_and_says_its_intensity() -> None:
    told = values(allocation_of(statement("CK-1", "2026")))
    line, clinker = told["Verified emissions of the line, without purchased power and heat"], told["Clinker"]
    assert clinker
    assert line
    assert told["Emissions per tonne of clinker"].startswith("0.")


def test_a_smelters_intensity_is_of_direct_emissions_and_power_stands_apart() -> None:
    told = values(allocation_of(statement("A24-1", "2026")))
    assert told["Liquid aluminium"]
    assert told["Emissions of purchased electricity"]
    direct, output = (Fraction(told[name]) for name in ("Verified direct emissions", "Liquid aluminium"))
    intensity = Fraction(told["Direct emissions per tonne of output"])
    assert abs(intensity - direct / output) <= Fraction(1, 10**6)


def test_months_and_sectors_without_allowances_say_why_there_is_none() -> None:
    month = allocation_of(statement("CK-1", "2026-06"))
    assert month == {"none": {"zh": OF_A_MONTH.zh, "en": OF_A_MONTH.en}}
    glass = allocation_of(statement("FG-1", "2026"))
    assert "没有配额" in glass["none"]["zh"]
    # The guideline's own reason, also for a month.
    assert allocation_of(statement("FG-1", "2026-06")) == glass


def minted_year(stage: Stage) -> dict[str, Any]:
    """The verification report of a year that two inspectors visited."""
    _, case = year_case(stage)
    step(stage, case, "lead_auditor", "site_visit", note="煤场、皮带秤、化验室，1 月 12 日")
    stage.sign_route("second_inspector", f"{case}/visit/")
    step(stage, case, "lead_auditor", "findings_closed", note="无不符合项")
    step(stage, case, "technical_reviewer", "technical_review", note="已复核抽样与复算")
    stage.sign_route("approver", f"{case}/approval/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        told: dict[str, Any] = json.loads(
            VerificationCase.objects.get(pk=case.removeprefix("cases/")).verification
        )
    return told


@pytest.mark.db
def test_a_years_verification_prints_the_annex_the_visit_and_the_verifiers_notes(stage: Stage) -> None:
    told = minted_year(stage)
    text = json.dumps(told, ensure_ascii=False)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        zh, en = (unescape(verification_html(text, to, approved=Approved())) for to in ("zh", "en"))
        sheets = {one.name: one for one in verification_tables(text, "en", approved=Approved())}
    annex = zh.split("<h3>配额分配相关数据</h3>", 1)[1].split("<h3>", 1)[0]
    rows = re.findall(r'<tr><td>(.*?)</td><td class="n">(.*?)</td><td>(.*?)</td></tr>', annex)
    assert ("发电量 Qe", "未填写", "MWh") in rows
    burnt = f"{Decimal(COAL) + Decimal(DIESEL):,}"
    assert ("化石燃料燃烧排放量", burnt, "tCO₂") in rows
    assert "尚未与原文核对" in annex
    assert "Load factor" in en.split("<h3>Allocation data</h3>", 1)[1].split("<h3>", 1)[0]
    assert next(row for row in sheets["Allocation data"].rows if row[0] == "Load factor")[1] == "not given"
    # Two people saw the site, and what the verifiers noted stands with the process.
    assert "<td>查、看</td>" in zh
    assert "无不符合项" in zh
    assert "已复核抽样与复算" in zh
    assert "现场核查第二人确认" in zh
    assert [one["act"] for one in told["acts"]].count("attest_visit") == 1
    assert "<td>购电</td>" not in zh, "a year's line is named with its month"
    assert "<td>购电 2026-06</td>" in zh
