"""What the wall knows of periods: states and totals in the shared schema, told to the regulator alone."""

from typing import Any

import pytest
from kit import live
from kit.models import LiveFrame

from accounting import tasks
from accounting.chain.models import PeriodStanding
from tenants.access import within
from tests import world
from tests.accounting.stage import ALPHA, MONTH, PLANT, TOTAL, Stage

pytestmark = pytest.mark.db
OVERVIEW = "oversight/overview/"


def wall(stage: Stage, who: str = "regulator_1") -> Any:
    return stage.ok(stage.get(who, OVERVIEW))["wall"]


def alpha(shown: Any) -> Any:
    [found] = [row for row in shown["standings"] if row["account"] == ALPHA]
    return found


def test_the_wall_follows_a_month_from_its_opening_to_the_minted_report(stage: Stage) -> None:
    assert alpha(wall(stage))["months"] == []
    stage.ready()
    [month] = alpha(wall(stage))["months"]
    assert month == {"plant": PLANT, "period": MONTH, "state": "ready", "total_tco2": TOTAL}
    assert wall(stage)["minted_tco2"] == "0"


def test_a_minted_month_counts_for_its_year_and_no_other(stage: Stage) -> None:
    stage.minted()
    shown = wall(stage)
    assert (shown["year"], shown["minted_tco2"], alpha(shown)["minted_tco2"]) == (2026, TOTAL, TOTAL)
    assert alpha(shown)["months"][0]["state"] == "minted"
    PeriodStanding.objects.update(period="2025-06")
    assert wall(stage)["minted_tco2"] == "0"


def test_an_administrator_sees_states_and_no_tonnes(stage: Stage) -> None:
    stage.minted()
    shown = wall(stage, "administrator_1")
    assert shown["minted_tco2"] is None
    assert alpha(shown)["minted_tco2"] is None
    assert [(row["state"], row["total_tco2"]) for row in alpha(shown)["months"]] == [("minted", None)]
    assert TOTAL not in stage.get("administrator_1", OVERVIEW).content.decode()


@pytest.mark.parametrize("who", ["alpha_head", "alpha_operator", "beta_head", "lead_auditor"])
def test_nobody_else_has_the_wall_or_its_topic(stage: Stage, viewer: Any, who: str) -> None:
    assert stage.get(who, OVERVIEW).status_code == 403
    owner = live.owner_of("oversight")
    assert owner is not None
    assert owner.permit(viewer(who), "oversight") is False


def test_what_is_told_carries_no_figure(stage: Stage, django_capture_on_commit_callbacks: Any) -> None:
    stage.ledger.play_all()
    with django_capture_on_commit_callbacks(execute=True):
        stage.ready()
    told = [f.data for f in LiveFrame.objects.filter(topic="oversight") if f.data.get("kind") == "periods"]
    assert told
    assert all(data == {"kind": "periods"} for data in told)


def test_periods_from_before_the_table_are_taken_over_when_the_task_worker_starts(
    stage: Stage, tenant: Any
) -> None:
    stage.ready()
    before = PeriodStanding.objects.values_list("account", "plant", "period", "state", "total_g").get()
    PeriodStanding.objects.all().delete()
    tasks.keep_standings()
    assert (
        PeriodStanding.objects.values_list("account", "plant", "period", "state", "total_g").get() == before
    )
    with within(tenant("beta")):
        assert PeriodStanding.objects.count() == 1, world.HOUSES["beta"].account
