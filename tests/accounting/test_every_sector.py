"""A month of a plant of every guideline, typed on the period page: the worked total, and its report."""

from decimal import Decimal
from typing import Any

import pytest
from lexicon.terms import Sector

from accounting.domain.registry import guidelines
from accounting.models import Report
from accounting.services.rendering import html_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import all_cases
from tests.accounting.stage import ALPHA, MONTH, PLANT, Stage

pytestmark = pytest.mark.db
# One case of each guideline, with a stock balance, a deduction and a variant among them.
CASES = ("P2", "P4a", "G1", "S1", "C1", "C2", "A1", "A24-1", "MG-1", "FG-1", "CE-1", "CK-1", "TC-1", "AV-1")


# A default that goes by the plant's abatement device is named by whoever has one: none is assumed.
OF_A_DEVICE = {"removal", "utilisation"}


def case_of(case_id: str) -> dict[str, Any]:
    return next(case for case in all_cases() if case["id"] == case_id)


def model_of(data: dict[str, Any]) -> dict[str, Any]:
    streams = [
        {
            "slug": stream["id"],
            "kind": stream["kind"],
            "item": stream["item"],
            "variant": stream.get("variant", ""),
            "unit": (stream.get("quantity") or stream["balance"])["unit"],
            "name_zh": f"排放源 {stream['id']}",
            "name_en": f"Stream {stream['id']}",
        }
        for stream in data["streams"]
    ]
    sets = {role: name for role, name in data["factor_sets"].items() if role != "gwp"}
    return {
        "guideline": data["guideline"],
        "region": data.get("region", ""),
        "factor_sets": sets | {"gwp": data["factor_sets"]["gwp"]},
        "streams": streams,
    }


def values_of(data: dict[str, Any], evidence: str) -> list[dict[str, Any]]:
    """What a person types: activity, every parameter that is no default, and her abatement device."""
    typed = []
    for stream in data["streams"]:
        activity = stream.get("quantity") or stream["balance"]
        for field in set(activity) - {"unit"}:
            name = "quantity" if "quantity" in stream else f"balance.{field}"
            typed.append((stream["id"], name, activity[field], activity["unit"], "supplier"))
        for name, value in stream["parameters"].items():
            if value["source"] != "default" or name in OF_A_DEVICE:
                typed.append((stream["id"], name, value["value"], value["unit"], value["source"]))
    fields = ("stream", "name", "text", "unit", "origin")
    return [dict(zip(fields, row, strict=True)) | {"evidence": [evidence]} for row in typed]


@pytest.mark.parametrize("case_id", CASES)
def test_a_typed_month_gives_the_worked_total_and_a_report_in_both_languages(
    stage: Stage, case_id: str
) -> None:
    case = case_of(case_id)
    data, expected = case["input"], case["expected"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model_of(data)))
    opened = stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH})
    period = stage.ok(opened, 201)["id"]
    evidence = stage.ok(stage.upload("alpha_manager", period=period), 201)["id"]
    body = {"values": values_of(data, evidence)}
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", body))
    assert shown["total_tco2"] == expected["total_tco2e"], shown["remarks"]
    assert {line["stream"]: line["tco2e"] for line in shown["lines"]} == expected["lines"]
    assert {row["name"]: row["tco2e"] for row in shown["subtotals"]} == expected["subtotals"]
    for remark in shown["remarks"]:
        if remark["needs_answer"]:
            answer = {"remark": remark["name"], "stream": remark["stream"], "text": "算例"}
            stage.ok(stage.post("alpha_manager", f"periods/{period}/answers/", answer))
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    signing = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    assert signing["args"]["guideline"] == data["guideline"]
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period=period)
        zh, en = html_of(report, "zh"), html_of(report, "en")
    guideline = guidelines()[data["guideline"]]
    assert guideline.zh in zh
    assert guideline.en in en
    assert "尚未与原文核对" in zh or all(one["verified"] for one in parameters_of(shown))
    printed = f"{Decimal(expected['total_tco2e']):,}"
    assert printed in zh
    assert printed in en


def parameters_of(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for line in shown["lines"] for one in line["parameters"]]


def test_the_cases_above_are_of_every_guideline_and_every_sector() -> None:
    used = {case_of(case_id)["input"]["guideline"] for case_id in CASES}
    assert used == set(guidelines())
    assert {guideline.sector for guideline in guidelines().values()} == set(Sector)


def test_a_default_nobody_has_read_stops_the_month_by_name(stage: Stage) -> None:
    data = case_of("A24-1")["input"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model_of(data)))
    period = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    evidence = stage.ok(stage.upload("alpha_manager", period=period), 201)["id"]
    values = [one for one in values_of(data, evidence) if one["name"] != "cf4_factor"]
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
    blocking = [one for one in shown["remarks"] if one["level"] == "blocking"]
    assert [(one["name"], one["stream"]) for one in blocking] == [("factor_unknown", "s4")]
    answer = stage.post("alpha_manager", f"periods/{period}/readiness/")
    assert answer.json()["refusal"] == "factor_missing"
