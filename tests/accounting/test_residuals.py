"""Residuals of physics laws are stored with the month and stay as they were at submission."""

import json
from typing import Any

import pytest
from django.db.models import F
from kit.models import AuditEntry

from accounting.services import witnessing
from ingest.hot.models import Day, MeterIndex
from ingest.models import Meter
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, MONTH, PLANT, Stage

pytestmark = pytest.mark.db
PAIR = {"slug": "pair", "kind": "submeters", "left": ["feeder-a"], "right": ["feeder-b"]}


def declare(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/witnesses/", {"laws": [PAIR]}))


def laws(stage: Stage, who: str, path: str) -> dict[str, Any]:
    answer = stage.ok(stage.get(who, f"{path}/residuals/"))
    return {one["slug"]: one for one in answer["laws"]}


def five_percent_less() -> None:
    index = MeterIndex.objects.get(plant=PLANT, meter="feeder-a")
    Day.objects.filter(meter=index).update(count=F("count") * 95 / 100)


def test_each_law_is_told_with_formula_tolerance_meters_and_residual_by_month(stage: Stage) -> None:
    stage.open()
    declare(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        five_percent_less()
        assert witnessing.keep_next()
        assert not witnessing.keep_next()
    pair = laws(stage, "alpha_manager", f"plant-models/{PLANT}")["pair"]
    assert "分表" in pair["formula"]["zh"]
    assert pair["tolerance_percent"] == "1.50"
    assert [one["meter"] for one in pair["left"] + pair["right"]] == ["feeder-a", "feeder-b"]
    [month] = pair["months"]
    assert (month["period"], month["deviation_percent"], month["alarms"]) == (MONTH, "-5.00", True)


def test_what_was_submitted_keeps_its_residuals_and_its_auditor_sees_them(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/witnesses/", {"laws": []}))
    period = stage.open()
    declare(stage)
    ready(stage, period)
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        five_percent_less()
        while witnessing.keep_next():
            pass
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    [month] = laws(stage, "lead_auditor", f"cases/{CASE}")["pair"]["months"]
    assert (month["verdict"], month["deviation_percent"]) == ("holds", "0.00")


def ready(stage: Stage, period: str) -> None:
    """What `Stage.ready` does with a period that is open already."""
    stage.open = lambda: period  # type: ignore[method-assign]
    stage.ready()


def test_laws_are_tried_on_a_month_before_they_are_declared_and_nothing_is_kept(stage: Stage) -> None:
    stage.open()
    path = f"plant-models/{PLANT}/witnesses/"
    kinds = {one["kind"]: one for one in stage.ok(stage.get("alpha_manager", path))["kinds"]}
    assert set(kinds) == {"submeters", "heat", "process"}
    assert kinds["heat"]["tolerance_percent"] == "4.55"
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        five_percent_less()
    tried = stage.ok(stage.post("alpha_manager", f"{path}trial/", {"laws": [PAIR], "period": MONTH}))[
        "results"
    ]
    assert [(one["slug"], one["deviation_percent"], one["alarms"]) for one in tried] == [
        ("pair", "-5.00", True)
    ]
    after = stage.ok(stage.get("alpha_manager", path))
    assert (after["laws"], after["declared"]) == ([], False)


def test_what_a_plant_declares_takes_no_usual_law_away(stage: Stage) -> None:
    """Who is watched may add laws; a law of the same meters is no second one, a taken name gets an ending."""
    stage.open()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        main = Meter.objects.get(plant_id=PLANT, slug="feeder-b")
        Meter.objects.filter(plant_id=PLANT, slug="feeder-a").update(main=main)
    path = f"plant-models/{PLANT}/witnesses/"
    [usual] = stage.ok(stage.get("alpha_manager", path))["laws"]
    assert (usual["slug"], usual["usual"]) == ("main-feeder-b", True)
    same, harmless = (
        PAIR,
        {"slug": "main-feeder-b", "kind": "heat", "left": ["feeder-b"], "right": ["grid-in"]},
    )
    for laws_, found in (([], []), ([same], []), ([harmless], ["main-feeder-b-own"])):
        kept = stage.ok(stage.put("alpha_manager", path, {"laws": laws_}))
        assert [one["slug"] for one in kept["laws"]] == ["main-feeder-b", *found]
        assert [one["usual"] for one in kept["laws"]] == [True, *(False for _ in found)]
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        five_percent_less()
        while witnessing.keep_next():
            pass
    told = laws(stage, "alpha_manager", f"plant-models/{PLANT}")
    assert (told["main-feeder-b"]["usual"], told["main-feeder-b"]["months"][0]["alarms"]) == (True, True)
    assert told["main-feeder-b-own"]["usual"] is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"left": ["nowhere"]}, "nowhere"),
        ({"left": ["feeder-a", "feeder-b"]}, "feeder-b"),
        ({"left": ["feeder-a", "grid-in"]}, "MWh, t"),
        ({"left": ["grid-in"]}, "MWh, t"),
        ({"left": ["feeder-a", "feeder-a"]}, "feeder-a"),
    ],
)
def test_a_law_that_the_meters_do_not_allow_is_refused_with_the_reason(
    stage: Stage, change: dict[str, Any], words: str
) -> None:
    path = f"plant-models/{PLANT}/witnesses/"
    for answer in (
        stage.put("alpha_manager", path, {"laws": [PAIR | change]}),
        stage.post("alpha_manager", f"{path}trial/", {"laws": [PAIR | change], "period": MONTH}),
    ):
        assert answer.status_code == 400, answer.content
        assert answer.json()["refusal"] == "field_invalid"
        assert words in answer.content.decode()


def test_a_month_that_is_none_is_refused(stage: Stage) -> None:
    body = {"laws": [PAIR], "period": "2026-13"}
    answer = stage.post("alpha_manager", f"plant-models/{PLANT}/witnesses/trial/", body)
    assert answer.json()["refusal"] == "period_invalid"


def test_the_regulator_reads_an_enterprises_laws_for_a_purpose_and_nobody_else_does(stage: Stage) -> None:
    stage.open()
    declare(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert witnessing.keep_next()
    path = f"oversight/enterprises/{ALPHA}/witnesses/"
    assert stage.get("regulator_1", path).json()["refusal"] == "purpose_required"
    answer = stage.ok(stage.get("regulator_1", f"{path}?purpose=抽查"))
    found = {one["plant"]: one for one in answer["results"]}[PLANT]
    assert found["declared"] is True
    [law] = found["laws"]
    assert (law["slug"], law["months"][0]["verdict"]) == ("pair", "holds")
    entry = AuditEntry.objects.get(act="open_tenant")
    assert (entry.account, json.loads(entry.facts)["purpose"]) == (ALPHA, "抽查")
    for who in ("administrator_1", "alpha_head", "beta_head", "lead_auditor", "stranger"):
        assert stage.get(who, f"{path}?purpose=x").status_code == 403, who
    assert stage.get("", f"{path}?purpose=x").status_code == 401
    assert stage.put("regulator_1", f"plant-models/{PLANT}/witnesses/", {"laws": []}).status_code == 403
    nobody = stage.get("regulator_1", "oversight/enterprises/acc_nobody/witnesses/?purpose=x")
    assert nobody.json()["refusal"] == "not_found"
