"""Residuals of physics laws are stored with the month and stay as they were at submission."""

from typing import Any

import pytest
from django.db.models import F

from accounting.services import witnessing
from ingest.hot.models import Day, MeterIndex
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
