"""Equipment of streams, measuring devices, departments: kept, in plan and report, or not stated."""

import json
import re
from html import unescape
from typing import Any

import pytest
from lexicon import canonical

from accounting.domain.entity import equipment_fields
from accounting.models import QualityPlan, Report
from accounting.paper import open_paper, pages_show
from accounting.services import plans, prechecks
from accounting.services.freezing import loads
from accounting.services.rendering import html_of
from accounting.services.report_tables import tables_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CERTIFICATE, MODEL, PLANT, Stage
from tests.accounting.test_entity import check_of

pytestmark = pytest.mark.db
PATH = f"plant-models/{PLANT}/equipment/"
PLAN = f"plant-models/{PLANT}/plan/"
COAL = {
    "production_unit": "1 号机组", "equipment": "1 号锅炉 HG-1025/17.5-YM11", "capacity": "1025 t/h",
    "department": "燃料部",
}  # fmt: skip
FEEDER = {
    "device_model": "ICS-20A 皮带秤",
    "device_place": "1 号炉给煤机",
    "calibration_every": "每月实物校验",
}


def said(stage: Stage, of: str, owner: str, **facts: str) -> Any:
    return stage.put("alpha_manager", PATH, {"of": of, "owner": owner, "facts": facts})


def given(stage: Stage) -> None:
    """Everything that a report of this plant asks for, but the department of the power bought."""
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    stage.ok(said(stage, "stream", "coal", **COAL))
    stage.ok(said(stage, "stream", "diesel", **COAL | {"department": "运行部"}))
    stage.ok(said(stage, "stream", "grid", **{**COAL, "department": ""}))
    for meter in ("feeder-a", "feeder-b", "oil", "grid-in"):
        stage.ok(said(stage, "meter", meter, **FEEDER))
    stage.ok(said(stage, "plant", "", other_equipment="汽轮机 N300-16.7、发电机 QFSN-300"))


def report_of(stage: Stage) -> Report:
    period = stage.submitted()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        return Report.objects.get(period_id=period)


def test_facts_are_kept_by_owner_taken_away_and_wrong_ones_are_refused_whole(stage: Stage) -> None:
    given(stage)
    owners = {(one["of"], one["owner"]): one for one in stage.ok(stage.get("alpha_head", PATH))["owners"]}
    assert [key for key in owners if key[0] == "stream"] == [
        ("stream", "coal"), ("stream", "diesel"), ("stream", "grid"),
    ]  # fmt: skip
    texts = {one["name"]: one["text"] for one in owners["stream", "coal"]["facts"]}
    assert texts == COAL
    stage.ok(said(stage, "meter", "oil", device_model=""))
    owners = {(one["of"], one["owner"]): one for one in stage.ok(stage.get("alpha_head", PATH))["owners"]}
    assert {one["name"]: one["text"] for one in owners["meter", "oil"]["facts"]}["device_model"] == ""
    for of, owner, facts, status, word in (
        ("meter", "nowhere", {"device_model": "x"}, 404, ""),
        ("stream", "feeder-a", {"department": "x"}, 404, ""),
        ("meter", "oil", {"department": "运行部"}, 400, "department"),
        ("stream", "coal", {"capacity": "长" * 61, "department": "不应保存"}, 400, "设备铭牌能力"),
        ("stream", "coal", {"department": "燃料\n部"}, 400, "数据获取负责部门"),
    ):
        answer = said(stage, of, owner, **facts)
        assert answer.status_code == status, facts
        problem = answer.json()
        assert all(problem[part]["zh"] and problem[part]["en"] for part in ("what", "meaning", "action"))
        assert word in problem["what"]["zh"]
    owners = {(one["of"], one["owner"]): one for one in stage.ok(stage.get("alpha_head", PATH))["owners"]}
    assert {one["name"]: one["text"] for one in owners["stream", "coal"]["facts"]} == COAL
    assert stage.put("alpha_trader", PATH, {"of": "plant", "facts": {}}).status_code == 403
    assert stage.put("beta_head", PATH, {"of": "plant", "facts": {}}).status_code == 404


def test_the_filed_plan_names_device_model_place_and_the_department_responsible(stage: Stage) -> None:
    given(stage)
    stage.ok(stage.client_of("alpha_operator").post("/api/v1/calibrations/", CERTIFICATE, format="json"), 201)
    stage.sign_route("alpha_head", f"{PLAN}signing/", PLAN)
    shown = stage.ok(stage.get("alpha_head", PLAN))
    plan = shown["results"][0]["plan"]
    assert (plan["schema"], shown["current"]) == ("tanheng-plan/2", True)
    coal, diesel, grid = plan["streams"]
    assert (coal["department"], coal["equipment"], coal["unit"]) == ("燃料部", COAL["equipment"], "t")
    assert grid["department"] == "", "nobody said it, and nothing stands in for it"
    [oil] = diesel["meters"]
    assert (oil["device_model"], oil["device_place"], oil["calibration_every"], oil["required_percent"]) == (
        *FEEDER.values(), "0.5",
    )  # fmt: skip
    stage.ok(said(stage, "stream", "grid", department="电气部"))
    assert stage.ok(stage.get("alpha_head", PLAN))["current"] is False, "the plan in force is behind"


def test_a_plan_of_the_first_form_stays_in_force_until_something_more_is_said(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    stage.sign_route("alpha_head", f"{PLAN}signing/", PLAN)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = QualityPlan.objects.get(plant=PLANT)
        first = json.loads(row.content) | {"schema": "tanheng-plan/1"}
        del first["other_equipment"]
        for stream in first["streams"]:
            for name in ("production_unit", "equipment", "capacity", "department"):
                del stream[name]
            for meter in stream["meters"]:
                for name in ("device_model", "device_place", "calibration_every", "serial"):
                    del meter[name]
        # What the program of commit 2dcf95b made of this model, whose meters had no certificates then.
        bare = {"certificate": "", "calibrated_until": "", "required_percent": ""}
        then = [one | {"meters": [row | bare for row in one["meters"]]} for one in first["streams"]]
        assert (
            canonical.digest(first | {"streams": then})
            == "0b0d1665ceac0a28e62d9bf6874832508fed89b1fa2867b833efccef0aa7d38a"
        )
        row.content, row.digest = canonical.encode_text(first), canonical.digest(first)
        QualityPlan.objects.filter(pk=row.pk).update(content=row.content, digest=row.digest)
        assert plans.in_force(ALPHA, PLANT)[1] is True
    stage.ok(said(stage, "meter", "oil", device_model="CMF100"))
    assert stage.ok(stage.get("alpha_head", PLAN))["current"] is False


def test_a_report_has_each_streams_equipment_and_devices_or_says_that_they_are_not_stated(
    stage: Stage,
) -> None:
    given(stage)
    report = report_of(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        pages = {language: unescape(html_of(report, language)) for language in ("zh", "en")}
        sheets = {one.name: one for one in tables_of(report, "en")}
        checks = {one["check"]: one for one in prechecks.of_report(report)["checks"]}
    table = pages["zh"].split("表 C.2 机组及主要生产设施", 1)[1].split("<h2>", 1)[0]
    rows = [re.findall("<td.*?>(.*?)</td>", row) for row in table.split("<tr>")[2:]]
    assert rows[0] == ["煤", *COAL.values()]
    assert rows[2] == ["购电", "1 号机组", COAL["equipment"], "1025 t/h", "未填写"]
    assert ["煤", "feeder-b", *FEEDER.values()] == [*rows[6][:3], rows[6][4], rows[6][6]]
    assert "汽轮机 N300-16.7" in table
    assert "Table C.2 Units and main equipment" in pages["en"]
    assert "not given" in pages["en"].split("Table C.2", 1)[1].split("<h2>", 1)[0]
    assert sheets["Equipment"].rows[0][:7] == ("Coal", *COAL.values(), "feeder-a", FEEDER["device_model"])
    assert checks["equipment"]["found"] == [
        {
            "zh": "未填：购电 数据获取负责部门",
            "en": "not given: Grid power Department responsible for the data",
        }
    ]
    opened = open_paper(report.content.encode())
    assert opened.holds
    assert pages_show(opened, pages["en"]).holds
    assert pages_show(opened, pages["en"].replace("ICS-20A", "ICS-17A")).detail == FEEDER["device_model"]


def test_what_nobody_said_is_named_before_the_signature_and_stays_empty_in_the_report(stage: Stage) -> None:
    period = stage.ready()
    found = check_of(stage, period, "equipment")
    assert found["verdict"] == "warned"
    named = found["found"][0]["zh"]
    assert all(word in named for word in ("煤 主要设备", "feeder-a 测量设备型号", "购电 数据获取负责部门"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=period)
    table = loads(report.content)["equipment"]
    assert {text for row in table["streams"] for name in COAL for text in [row[name]]} == {""}
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert html_of(report, "zh").count("未填写") > len(equipment_fields())


def test_another_fact_between_reading_and_signing_is_refused(stage: Stage) -> None:
    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    stage.ok(said(stage, "meter", "oil", device_model="CMF100"))
    answer = stage.signed("alpha_head", f"periods/{period}/submission/", fact)
    assert answer.json()["refusal"] == "figures_changed"


def test_a_typed_streams_equipment_stands_without_a_device(stage: Stage) -> None:
    streams = [one | {"meters": {}} if one["slug"] == "diesel" else one for one in MODEL["streams"]]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL | {"streams": streams}))
    owners = {one["owner"] for one in stage.ok(stage.get("alpha_head", PATH))["owners"]}
    assert {"diesel", "oil"} <= owners
    stage.sign_route("alpha_head", f"{PLAN}signing/", PLAN)
    plan = stage.ok(stage.get("alpha_head", PLAN))["results"][0]["plan"]
    assert [(one["by"], one["meters"]) for one in plan["streams"] if one["slug"] == "diesel"] == [
        ("entry", [])
    ]


def test_every_guideline_asks_for_equipment_and_each_fact_has_an_owner() -> None:
    assert {one.of for one in equipment_fields().values()} == {"stream", "meter", "plant"}
    asked = {name for name, one in equipment_fields().items() if "plan" in one.demanded}
    assert {"device_model", "department"} <= asked
    assert {"mee", "ndrc"} == set(equipment_fields()["equipment"].demanded)
