"""The task worker follows late readings and leaves in peace the periods whose meters said nothing new."""

import pytest

from accounting import tasks
from accounting.models import ReportingPeriod
from ingest.hot.models import Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, MONTH, Stage

pytestmark = pytest.mark.db


@pytest.fixture
def calculated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The periods that were calculated, in order; the worker's memory is empty."""
    monkeypatch.setattr(tasks, "_followed", {})
    found: list[str] = []
    own = tasks.refresh

    def counted(period: ReportingPeriod) -> object:
        found.append(period.period)
        return own(period)

    monkeypatch.setattr(tasks, "refresh", counted)
    return found


def follow() -> int:
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        return tasks.follow_periods()


def test_a_late_reading_reaches_an_open_month_and_what_said_nothing_is_not_calculated_again(
    stage: Stage, calculated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    period = stage.ready()
    before = stage.ok(stage.get("alpha_head", f"periods/{period}/"))["total_tco2"]
    assert (follow(), calculated) == (0, [MONTH])
    assert (follow(), calculated) == (0, [MONTH])
    Month.objects.filter(meter__meter="grid-in", month=MONTH).update(count=315_640, version=2)
    assert (follow(), calculated) == (1, [MONTH, MONTH])
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert ReportingPeriod.objects.get(pk=period).result["total_tco2e"] != before
    assert (follow(), len(calculated)) == (0, 2)
    monkeypatch.setattr(tasks, "RECHECK_S", 0.0)
    assert (follow(), len(calculated)) == (0, 3)
