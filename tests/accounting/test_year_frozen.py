"""A year holds what its months submitted, whatever becomes of the plant's model afterwards."""

from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounting.domain.audit_checks import Check, Verdict, checks_of
from accounting.models import ReportingPeriod, SourceStream
from accounting.services.gathering import copied
from ingest.hot.models import Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, COAL, DIESEL, MODEL, MONTH, PLANT, STREAMS, TOTAL, Stage
from tests.accounting.test_year import open_year

db = pytest.mark.db
NO_COAL: dict[str, Any] = MODEL | {"streams": STREAMS[1:]}
HALF_THE_COAL: dict[str, Any] = MODEL | {
    "streams": [STREAMS[0] | {"meters": {"quantity": ["feeder-a"]}}, *STREAMS[1:]]
}
LATE = "271544.202114"


def save(stage: Stage, model: dict[str, Any]) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))


def remarks(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in shown["remarks"]}


def verdict(stage: Stage, period: str, check: str = "months") -> dict[str, Any]:
    found = stage.ok(stage.get("alpha_head", f"periods/{period}/checks/"))["checks"]
    (row,) = [row for row in found if row["check"] == check]
    return row


@db
def test_a_stream_taken_out_of_the_model_stays_in_the_year_of_the_month_that_submitted_it(
    stage: Stage,
) -> None:
    month = stage.submitted()
    save(stage, NO_COAL)
    year = open_year(stage)
    assert year["total_tco2"] == TOTAL
    assert [line["stream"] for line in year["lines"]] == ["06.coal", "06.diesel", "06.grid"]
    assert (year["lines"][0]["name_zh"], year["lines"][0]["tco2e"]) == ("煤 2026-06", COAL)
    assert year["lines"][0]["meters"] == ["feeder-a", "feeder-b"]
    assert year["year"]["bridge"][0]["difference_g"] == "0"
    assert set(remarks(year)) == {"months_missing"}
    assert verdict(stage, year["id"])["verdict"] == "passed"
    shown = stage.ok(stage.get("alpha_head", f"periods/{month}/"))
    assert (shown["adjustment_g"], [one["slug"] for one in shown["streams"]]) == (
        "0", ["coal", "diesel", "grid"],
    )  # fmt: skip


@db
def test_a_meter_bound_otherwise_changes_neither_the_year_nor_the_month(stage: Stage) -> None:
    month = stage.submitted()
    save(stage, HALF_THE_COAL)
    year = open_year(stage)
    assert (year["total_tco2"], year["year"]["bridge"][0]["difference_g"]) == (TOTAL, "0")
    assert stage.ok(stage.get("alpha_head", f"periods/{month}/"))["adjustment_g"] == "0"


@db
def test_a_late_reading_still_reaches_the_year_which_asks_why_it_differs(stage: Stage) -> None:
    stage.submitted()
    save(stage, HALF_THE_COAL)
    Month.objects.filter(meter__meter="grid-in", month=MONTH).update(count=315_640, version=2)
    year = open_year(stage)
    assert year["total_tco2"] == LATE
    told = remarks(year)["year_differs"]
    assert told["needs_answer"]
    assert "57.030000" in told["words"]["zh"]
    assert "57.030000 t in all from what was submitted for 2026-06" in told["words"]["en"]
    row = verdict(stage, year["id"])
    assert (row["verdict"], len(row["found"])) == ("warned", 1)


@db
def test_a_month_withdrawn_after_a_rebind_holds_until_the_model_is_said_for_it(stage: Stage) -> None:
    month = stage.submitted()
    save(stage, HALF_THE_COAL)
    stage.sign_route("alpha_head", f"periods/{month}/withdrawal/")
    shown = stage.ok(stage.get("alpha_head", f"periods/{month}/"))
    assert (shown["state"], shown["total_tco2"]) == ("ready", TOTAL)
    told = remarks(shown)["model_differs"]
    assert told["needs_answer"]
    assert "coal" in told["words"]["en"]
    year = open_year(stage)
    assert year["total_tco2"] == TOTAL
    assert remarks(year)["months_open"]["level"] == "blocking"
    # Said once more while the month is open, the model is the month's.
    save(stage, HALF_THE_COAL)
    shown = stage.ok(stage.get("alpha_head", f"periods/{month}/"))
    half = shown["lines"][0]
    assert (half["meters"], half["quantity"]) == (["feeder-a"], "76170.31")
    assert "model_differs" not in remarks(shown)
    assert shown["history"][-1]["act"] == "model"


@db
def test_a_month_corrected_with_another_model_is_what_the_year_takes(stage: Stage) -> None:
    month = stage.minted()
    stage.ok(stage.post("alpha_head", f"periods/{month}/correction/", {"reason": "煤场已停用"}))
    save(stage, NO_COAL)
    shown = stage.ok(stage.get("alpha_head", f"periods/{month}/"))
    assert [line["stream"] for line in shown["lines"]] == ["diesel", "grid"]
    for remark in shown["remarks"]:
        if remark["needs_answer"]:
            body = {"remark": remark["name"], "stream": remark["stream"], "text": "煤场已停用"}
            stage.ok(stage.post("alpha_manager", f"periods/{month}/answers/", body))
    stage.ok(stage.post("alpha_manager", f"periods/{month}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{month}/signing/", f"periods/{month}/submission/")
    save(stage, MODEL)
    year = open_year(stage)
    assert [line["stream"] for line in year["lines"]] == ["06.diesel", "06.grid"]
    assert year["lines"][0]["tco2e"] == DIESEL
    assert set(remarks(year)) == {"months_missing"}
    assert verdict(stage, year["id"])["verdict"] == "passed"


@db
def test_a_signature_over_other_meters_than_those_of_now_is_refused(stage: Stage) -> None:
    """The feeders change places: every figure is the same, but what was shown is not what would be kept."""
    month = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{month}/signing/"))
    swapped = STREAMS[0] | {"meters": {"quantity": ["feeder-b", "feeder-a"]}}
    save(stage, MODEL | {"streams": [swapped, *STREAMS[1:]]})
    answer = stage.signed("alpha_head", f"periods/{month}/submission/", fact)
    assert answer.json()["refusal"] == "figures_changed"


@db
def test_a_stream_missing_from_the_year_fails_the_auditors_check(stage: Stage) -> None:
    """A month submitted before copies were kept: only its report knows what it had."""
    month = stage.submitted()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        without_copy(month)
    save(stage, NO_COAL)
    year = open_year(stage)
    assert [line["stream"] for line in year["lines"]] == ["06.diesel", "06.grid"]
    row = verdict(stage, year["id"])
    assert (row["verdict"], row["streams"]) == ("failed", ["06.coal"])
    assert row["found"] == [
        {"zh": "年度缺少已提交的排放源：06.coal", "en": "submitted, but not in the year: 06.coal"}
    ]
    assert remarks(year)["year_differs"]["needs_answer"]


def without_copy(month: str) -> None:
    """The month as an earlier release left it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table accounting_reportingperiod disable trigger accounting_figures_stay")
        ReportingPeriod.objects.filter(pk=month).update(streams=[])
        cursor.execute("alter table accounting_reportingperiod enable trigger accounting_figures_stay")


@db
def test_an_earlier_releases_month_gets_its_copy_where_the_model_says_what_its_report_does(
    stage: Stage,
) -> None:
    month = stage.submitted()
    fill = import_module("accounting.migrations.0010_streams_as_submitted").FILL
    with within(Tenant.objects.get(organisation_id=ALPHA)), connection.cursor() as cursor:
        kept = ReportingPeriod.objects.get(pk=month).streams
        assert kept == copied(SourceStream.objects.all())
        cursor.execute("alter table accounting_reportingperiod disable trigger accounting_figures_stay")
        ReportingPeriod.objects.filter(pk=month).update(streams=[])
        cursor.execute(fill)
        assert ReportingPeriod.objects.get(pk=month).streams == kept
        for change in ({"meters": {"quantity": ["feeder-a"]}}, {"slug": "brown-coal"}):
            ReportingPeriod.objects.filter(pk=month).update(streams=[])
            SourceStream.objects.filter(slug="coal").update(**change)
            cursor.execute(fill)
            assert ReportingPeriod.objects.get(pk=month).streams == []
        cursor.execute("alter table accounting_reportingperiod enable trigger accounting_figures_stay")


@db
def test_the_database_keeps_the_copy_of_a_submitted_month(stage: Stage) -> None:
    month = stage.submitted()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = ReportingPeriod.objects.filter(pk=month)
        assert row.get().streams == copied(SourceStream.objects.all())
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            row.update(streams=[])


def test_the_check_is_asked_of_a_year_only() -> None:
    year = {
        "input": {"guideline": "mee-2022-power", "streams": [{"id": "06.grid"}]}, "lines": [],
        "subtotals": [], "total_g": None, "remarks": [],
    }  # fmt: skip
    assert Check.months not in {one.check for one in checks_of(year)}
    found = {one.check: one for one in checks_of(year | {"submitted": ["06.coal", "06.grid"]})}
    assert (found[Check.months].verdict, found[Check.months].streams) == (Verdict.FAILED, ("06.coal",))
    found = {one.check: one for one in checks_of(year | {"submitted": ["06.grid"]})}
    assert found[Check.months].verdict is Verdict.PASSED
