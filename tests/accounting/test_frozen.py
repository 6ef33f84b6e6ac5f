"""A frozen period is edited by no path past the routes (`test_frozen_routes`): the database refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from kit import clock

from accounting.models import (
    ActivityRecord,
    Evidence,
    Finding,
    FindingMessage,
    RemarkAnswer,
    Report,
    ReportingPeriod,
    WorkLogEntry,
)
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, MODEL, PLANT, Stage

pytestmark = pytest.mark.db
VALUE = {"stream": "coal", "name": "carbon_ad", "text": "40", "unit": "%", "origin": "measured"}


def test_the_database_refuses_what_no_route_would_do(stage: Stage) -> None:
    period = stage.ready()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        RemarkAnswer.objects.create(
            period_id=period, remark="month_jump", text="x", person="per_x", answered_at=clock.now()
        )
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")

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
        mine = ReportingPeriod.objects.filter(pk=period)
        refused(lambda: mine.update(result={}, result_digest=""))
        refused(lambda: mine.update(guideline="ndrc-2013-power"))
        refused(lambda: mine.update(factor_sets={}))
        refused(lambda: mine._raw_delete("default"))
        refused(lambda: RemarkAnswer.objects.filter(period=period).update(text="other"))
        refused(lambda: RemarkAnswer.objects.filter(period=period)._raw_delete("default"))
        refused(lambda: Evidence.objects.filter(period=period).update(sha256="0" * 64))
        refused(lambda: Evidence.objects.filter(period=period).update(reported_on="2026-06-29"))
        refused(lambda: Evidence.objects.filter(period=period)._raw_delete("default"))
        Report.objects.filter(pk=report.pk).update(minted_block=7)
        assert ReportingPeriod.objects.get(pk=period).state == "submitted"


def test_the_database_keeps_the_work_log_and_the_findings_as_the_ledger_has_them(stage: Stage) -> None:
    period = stage.sampled()
    number = stage.raise_finding()
    stage.ok(stage.post("alpha_manager", f"periods/{period}/findings/{number}/reply/", {"text": "见附件"}))

    def refused(work: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            work()

    with within(Tenant.objects.get(organisation_id=ALPHA)):
        steps, found = WorkLogEntry.objects.exclude(tx_id=""), Finding.objects.filter(number=number)
        assert steps.count() == 2
        refused(lambda: steps.update(content="{}"))
        refused(lambda: steps._raw_delete("default"))
        refused(lambda: found.update(text="nothing"))
        refused(lambda: found.update(at_stake_g=0))
        refused(lambda: FindingMessage.objects.update(text="nothing"))
    stage.close_finding(number)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        refused(lambda: found.update(closed=False))


def test_there_is_no_administrators_way_into_a_period(stage: Stage) -> None:
    """No site of Django's own administration, and an administrator's session reaches no figure."""
    from django.conf import settings

    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    period = stage.submitted()
    for name, edit in ADMINISTRATOR.items():
        assert edit(stage, period).status_code in (403, 404), name


ADMINISTRATOR: dict[str, Callable[[Stage, str], Any]] = {
    "reading": lambda stage, period: stage.get("administrator_1", f"periods/{period}/"),
    "typing": lambda stage, period: stage.post(
        "administrator_1", f"periods/{period}/activity/", {"values": [VALUE]}
    ),
    "the model": lambda stage, _: stage.put("administrator_1", f"plant-models/{PLANT}/", MODEL),
    "withdrawing": lambda stage, period: stage.get("administrator_1", f"periods/{period}/withdrawal/"),
}


def test_a_schema_made_from_the_script_has_the_same_guards(stage: Stage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.nspname, count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal"
            " and t.tgname like 'accounting_%' group by 1"
        )
        found = dict(cursor.fetchall())
    assert set(found.values()) == {9}
    assert len(found) >= 3
