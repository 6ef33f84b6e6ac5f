"""A frozen period is edited by no path: each route refuses by name, and the database refuses what is left."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from accounting.models import ActivityRecord, Report, ReportingPeriod
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, API, MODEL, MONTH, PLANT, TOTAL, Stage

pytestmark = pytest.mark.db
VALUE = {"stream": "coal", "name": "carbon_ad", "text": "40", "unit": "%", "origin": "measured"}


def by_sheet(stage: Stage, period: str) -> Any:
    sheet = SimpleUploadedFile("june.csv", f"{MONTH},coal,carbon_ad,40,%,measured,\n".encode())
    path = f"{API}/periods/{period}/import/"
    return stage.client_of("alpha_manager").post(path, {"file": sheet}, format="multipart")


def by_removal(stage: Stage, period: str) -> Any:
    body = {"stream": "coal", "name": "carbon_ad"}
    path = f"{API}/periods/{period}/activity/"
    return stage.client_of("alpha_manager").delete(path, body, format="json")


PATHS: dict[str, Callable[[Stage, str], Any]] = {
    "typing": lambda stage, period: stage.post(
        "alpha_manager", f"periods/{period}/activity/", {"values": [VALUE]}
    ),
    "removing": by_removal,
    "a sheet": by_sheet,
    "an answer": lambda stage, period: stage.post(
        "alpha_manager", f"periods/{period}/answers/", {"remark": "evidence_missing", "text": "x"}
    ),
    "evidence": lambda stage, period: stage.upload("alpha_head", b"other %PDF-1.7\n%%EOF", period=period),
}


def test_every_route_that_edits_refuses_a_submitted_period_and_its_figures_stay(stage: Stage) -> None:
    period = stage.submitted()
    for name, edit in PATHS.items():
        answer = edit(stage, period)
        assert answer.json()["refusal"] == "period_locked", name
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL | {"streams": MODEL["streams"][:2]}))
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert shown["total_tco2"] == TOTAL
    assert [line["stream"] for line in shown["lines"]] == ["coal", "diesel", "grid"]


def test_the_database_refuses_what_no_route_would_do(stage: Stage) -> None:
    period = stage.submitted()

    def refused(work: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            work()

    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period=period)
        refused(lambda: Report.objects.filter(pk=report.pk).update(total_g=1))
        refused(lambda: Report.objects.filter(pk=report.pk).update(content="{}", digest="0" * 64))
        refused(report.delete)
        refused(lambda: ActivityRecord.objects.filter(period=period).update(text="40"))
        refused(
            lambda: ActivityRecord.objects.filter(period=period, name="moisture_ar")._raw_delete("default")
        )
        Report.objects.filter(pk=report.pk).update(minted_block=7)
        assert ReportingPeriod.objects.get(pk=period).state == "submitted"


def test_a_schema_made_from_the_script_has_the_same_guards(stage: Stage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.nspname, count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal"
            " and t.tgname like 'accounting_%' group by 1"
        )
        found = dict(cursor.fetchall())
    assert set(found.values()) == {2}
    assert len(found) >= 3
