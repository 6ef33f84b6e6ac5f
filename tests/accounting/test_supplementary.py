"""Supplementary data tables: whose report carries one, what is computed, entered, and that it is frozen."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from kit import clock

from accounting.domain.compute import statement_of
from accounting.domain.registry import Label, guidelines
from accounting.domain.supplementary import (
    ENTERED,
    Form,
    above_in,
    cells_of,
    fault_of,
    form_of,
    forms,
    missing_in,
)
from accounting.entity_models import SupplementaryValue
from accounting.models import Report
from accounting.paper import open_paper, pages_show
from accounting.services.freezing import loads
from accounting.services.rendering import html_of
from accounting.services.report_tables import tables_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import input_of
from tests.accounting.stage import ALPHA, MONTH, PLANT, Stage
from tests.accounting.test_every_sector import case_of, model_of, values_of

YEAR = "2026"
ASKED = {"ndrc-2013-glass", "ndrc-2013-aviation", "ndrc-2013-chemicals", "mee-2022-power"}
CHEMICALS = {
    "product": "合成氨", "power_grid": "1000", "power_own": "500", "power_renewable": "300",
    "power_waste_heat": "200", "grid_factor": "0.5306", "heat": "2000", "heat_factor": "0.11",
    "output": "4000",
}  # fmt: skip


def cells(case_id: str, **entered: str) -> dict[str, str]:
    statement = statement_of(input_of(case_id))
    form = forms()[statement.inputs.guideline]
    assert isinstance(form, Form)
    return {one.row.id: one.text for one in cells_of(form, statement, entered)}


def test_a_table_is_asked_of_power_glass_aviation_and_chemicals_and_every_other_guideline_says_why() -> None:
    assert set(forms()) == set(guidelines())
    assert {name for name, one in forms().items() if isinstance(one, Form)} == ASKED
    for name, one in forms().items():
        if isinstance(one, Label):
            assert "补充数据表" in one.zh, name
            assert "supplementary table" in one.en, name
        else:
            # No form of the current year was read, and the report says so.
            assert not one.verified


def test_the_table_of_glass_has_the_report_own_emissions_and_their_share_of_a_tonne() -> None:
    expected = case_of("FG-1")["expected"]
    table = cells("FG-1", output="50000")
    assert table["co2"] == expected["total_tco2e"]
    assert table["carbonate"] == expected["subtotals"]["carbonate"]
    assert Fraction(table["intensity"]) == Fraction("0.231812")
    assert cells("FG-1")["intensity"] == cells("FG-1", output="0")["intensity"] == ""


def test_an_airlines_classes_take_the_factor_of_its_own_domestic_kerosene() -> None:
    fuel = {f"fuel_{n}": text for n, text in enumerate(("10000", "20000", "3000", "0", "500.5", "0"), 1)}
    turnover = {f"turnover_{n}": "1000" for n in range(1, 7)}
    table = cells("AV-1", **fuel, **turnover)
    assert (table["jet_domestic"], table["jet_factor"]) == ("41250.600000", "3.153150")
    assert table["fuel_all"] == "33500.500000"
    assert table["fuel_outside"] == "7750.100000"
    assert Fraction(table["co2_1"]) == Fraction("31531.5")
    # Six decimals of 33,500.5 t by 130,069.32939 t of CO2 in 41,250.6 t.
    assert table["co2_all"] == "105632.101575"
    assert Fraction(table["intensity"]) == Fraction("17.605350")
    assert cells("AV-1", **{**fuel, "fuel_3": ""})["co2_all"] == ""


def test_class_fuel_above_the_reports_own_kerosene_is_found() -> None:
    statement = statement_of(input_of("AV-1"))
    form = form_of("ndrc-2013-aviation", statement)
    assert form is not None
    entered = {f"fuel_{n}": "7000" for n in range(1, 7)}
    ((low, high),) = above_in(form, cells_of(form, statement, entered))
    assert (low.row.id, low.text, high.text) == ("fuel_all", "42000.000000", "41250.600000")
    entered["fuel_1"] = "6000"
    assert above_in(form, cells_of(form, statement, entered)) == []


def test_a_power_unit_completes_what_its_tables_of_production_and_auxiliary_data_ask() -> None:
    table = cells("P3", hours="2100", load="81.5", coal_origin="山西 大同")
    assert (table["hours"], table["load"], table["coal_origin"]) == ("2100", "81.5", "山西 大同")
    assert table["co2"] == case_of("P3")["expected"]["total_tco2e"]
    statement = statement_of(input_of("P3"))
    made = sum(
        one.quantity.value or Fraction(0)
        for one in statement.inputs.streams
        if one.item == "electricity_generated"
    )
    assert made
    assert Fraction(table["generation"]) == made
    assert Fraction(table["power_intensity"]) == Fraction(
        case_of("P3")["expected"]["indicators"]["power_tco2_per_mwh"]
    )
    # A unit of another kind: neither production nor heat was told, so nothing is said of them.
    assert cells("P4a")["generation"] == cells("P4a")["power_intensity"] == ""


def test_heat_of_biomass_is_what_the_fuels_do_not_explain_and_nobody_is_asked_who_burns_none() -> None:
    statement = statement_of(input_of("P3"))
    form = form_of("mee-2022-power", statement)
    assert form is not None
    bare = cells_of(form, statement, {})
    said = {one.row.id: one.text for one in bare}
    assert {"boiler_heat", "boiler_efficiency"}.isdisjoint(one.id for one in missing_in(bare))
    assert said["heat_in"] == said["biomass_heat"] == said["biomass_share"] == ""
    burnt = sum(
        (
            one.quantity.value * one.parameters["ncv"].value
            for one in statement.inputs.streams
            if one.kind == "fuel"
        ),
        Fraction(0),
    )
    assert Fraction(said["fossil_heat"]) == burnt > 0
    # Nine tenths of what goes in comes out, and a fifth of what goes in was biomass.
    heat = str(int(burnt / Fraction("0.8") * Fraction("0.9")))
    table = cells("P3", boiler_heat=heat, boiler_efficiency="90")
    assert Fraction(table["heat_in"]) == round(Fraction(heat) / Fraction("0.9"), 6)
    assert Fraction(table["biomass_heat"]) == Fraction(table["heat_in"]) - burnt
    assert table["biomass_share"].startswith(("19.99999", "20.00000"))
    # Its carbon counts nowhere: the total is that of the fuels.
    assert table["co2"] == case_of("P3")["expected"]["total_tco2e"]
    less = cells_of(form, statement, {"boiler_heat": "1000", "boiler_efficiency": "90"})
    assert [(low.row.id, high.row.id) for low, high in above_in(form, less)] == [("fossil_heat", "heat_in")]
    efficiency = form.row("boiler_efficiency")
    assert efficiency is not None
    assert fault_of(efficiency, "91.5") is None
    for wrong in ("0.915", "0", "101", "-90"):
        fault = fault_of(efficiency, wrong)
        assert fault is not None, wrong
        assert fault.zh == "应在 1 至 100 % 之间"


def test_fuels_without_a_calorific_value_say_no_heat() -> None:
    data = input_of("P3")
    [coal, *_] = [one for one in data["streams"] if one["item"] == "coal"]
    del coal["parameters"]["ncv"]
    statement = statement_of(data)
    form = form_of("mee-2022-power", statement)
    assert form is not None
    assert not statement.blocked
    assert {one.row.id: one.text for one in cells_of(form, statement, {})}["fossil_heat"] == ""


def test_an_airport_without_domestic_kerosene_is_asked_nothing() -> None:
    assert form_of("ndrc-2013-aviation", statement_of(input_of("AV-2"))) is None


def test_a_chemical_workshop_weighs_its_power_and_adds_feedstock_and_heat() -> None:
    table = cells("C1", **CHEMICALS)
    feedstock = Fraction(case_of("C1")["expected"]["subtotals"]["raw_material"])
    assert Fraction(table["power_co2"]) == Fraction("795.9")
    assert (table["power"], table["power_factor"]) == ("2000.000000", "0.397950")
    assert Fraction(table["heat_co2"]) == 220
    assert Fraction(table["co2"]) == feedstock + Fraction("1015.9")
    assert table["product"] == "合成氨"


def test_what_is_not_entered_is_named_and_what_is_wrong_is_refused() -> None:
    statement = statement_of(input_of("C1"))
    form = forms()["ndrc-2013-chemicals"]
    assert isinstance(form, Form)
    lacking = {one.id for one in missing_in(cells_of(form, statement, {"output": "1"}))}
    assert lacking == set(CHEMICALS) - {"output"}
    output, product = form.row("output"), form.row("product")
    assert output is not None
    assert product is not None
    assert [text for text in ("-1", "1e3", "一吨", " ", "1" * 81) if fault_of(output, text) is None] == []
    assert fault_of(output, "0") is None
    assert fault_of(product, "尿素") is None
    assert fault_of(product, "长" * 81) is not None
    assert fault_of(product, "尿\u202e素") is not None
    assert {one.id for one in form.rows if one.rule == ENTERED} == set(CHEMICALS)


def year_of(stage: Stage, case_id: str) -> str:
    """A year whose June is a worked case, submitted; the year's id."""
    case = case_of(case_id)
    data = case["input"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model_of(data)))
    period = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    evidence = stage.ok(stage.upload("alpha_manager", period=period), 201)["id"]
    body = {"values": values_of(data, evidence)}
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", body))
    answered(stage, period, shown)
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    year = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": YEAR}), 201)
    clock.tick(timedelta(days=200))
    answered(stage, year["id"], year)
    return str(year["id"])


def answered(stage: Stage, period: str, shown: dict[str, Any]) -> None:
    for remark in shown["remarks"]:
        if remark["needs_answer"]:
            body = {"remark": remark["name"], "stream": remark["stream"], "text": "算例"}
            stage.ok(stage.post("alpha_manager", f"periods/{period}/answers/", body))


def check_of(stage: Stage, period: str) -> dict[str, Any]:
    rows = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))["checks"]
    return next(one for one in rows if one["check"] == "supplementary")


@pytest.mark.db
def test_a_years_table_is_entered_checked_frozen_and_printed(stage: Stage) -> None:
    year = year_of(stage, "FG-1")
    path = f"periods/{year}/supplementary/"
    shown = stage.ok(stage.get("alpha_head", path))
    assert [one["id"] for one in shown["table"]["rows"] if one["entered"]] == ["output"]
    asked = check_of(stage, year)
    assert (asked["verdict"], asked["found"][0]["en"]) == (
        "warned", "not given: 2 Output of flat glass",
    )  # fmt: skip
    for values in ({"output": "-5"}, {"co2": "1"}, {"nonsense": "1"}):
        assert stage.put("alpha_manager", path, {"values": values}).json()["refusal"] == "field_invalid"
    shown = stage.ok(stage.put("alpha_manager", path, {"values": {"output": "50000"}}))
    assert {one["id"]: one["value"] for one in shown["table"]["rows"]}["intensity"] == "0.231812"
    assert check_of(stage, year)["verdict"] == "passed"
    stage.ok(stage.post("alpha_manager", f"periods/{year}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year}/signing/", f"periods/{year}/submission/")
    assert stage.put("alpha_manager", path, {"values": {"output": "1"}}).json()["refusal"] == "period_locked"
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=year)
        table = loads(report.content)["supplementary"]
        assert {one["id"]: one["value"] for one in table["rows"]}["output"] == "50000"
        zh, en = html_of(report, "zh"), html_of(report, "en")
        assert "平板玻璃生产企业温室气体排放报告补充数据表" in zh
        assert "尚未与原文核对" in zh.split("补充数据表", 2)[1] + zh.split("补充数据表", 2)[2]
        assert "50,000" in en
        assert "0.231812" in en
        opened = open_paper(report.content.encode())
        assert opened.holds
        assert not pages_show(opened, en.replace("50,000", "60,000")).holds
        sheet = next(one for one in tables_of(report, "zh") if one.name == "补充数据表")
        assert ("2 平板玻璃产量", "50000", "t", "填报") in sheet.rows
        with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
            SupplementaryValue.objects.filter(period_id=year).update(text="1")
    assert connection.in_atomic_block


@pytest.mark.db
def test_a_month_and_a_guideline_without_a_form_carry_none_and_say_why(stage: Stage) -> None:
    month = stage.submitted()
    shown = stage.ok(stage.get("alpha_head", f"periods/{month}/supplementary/"))
    assert (shown["table"], shown["none"]) == (None, None)
    answer = stage.put("alpha_manager", f"periods/{month}/supplementary/", {"values": {"hours": "1"}})
    assert answer.json()["refusal"] in {"period_locked", "field_invalid"}
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert "supplementary" not in loads(Report.objects.get(period_id=month).content)


@pytest.mark.db
def test_a_guideline_without_a_form_says_why_and_takes_none(stage: Stage) -> None:
    year = year_of(stage, "CE-1")
    shown = stage.ok(stage.get("alpha_head", f"periods/{year}/supplementary/"))
    assert shown["table"] is None
    assert "补充数据表" in shown["none"]["zh"]
    answer = stage.put("alpha_manager", f"periods/{year}/supplementary/", {"values": {"output": "1"}})
    assert answer.json()["refusal"] == "field_invalid"
    rows = stage.ok(stage.get("alpha_manager", f"periods/{year}/checks/"))["checks"]
    assert "supplementary" not in {one["check"] for one in rows}
