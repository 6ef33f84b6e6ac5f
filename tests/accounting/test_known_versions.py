"""The time machine over versions: what was submitted and minted stays as it was known on its day."""

from datetime import timedelta

import pytest
from kit import clock

from tests.accounting.stage import CASE, TOTAL, Stage
from tests.accounting.test_main_path import verify_again

pytestmark = pytest.mark.db
LATER_TOTAL = "271544.202114"


def test_a_minted_figure_stays_as_known_on_its_day_when_a_corrected_version_is_minted(stage: Stage) -> None:
    period = stage.minted()
    clock.tick(timedelta(days=2))
    stage.corrected(period)
    clock.tick(timedelta(days=1))
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    clock.tick(timedelta(days=1))
    verify_again(stage, period, CASE.removesuffix("1") + "2")
    days = stage.ok(stage.get("alpha_head", f"periods/{period}/known/"))["results"]
    assert [(row["day"], row["state"], row["version"]) for row in days] == [
        ("2026-07-15", "minted", 1),
        ("2026-07-17", "collecting", 2),
        ("2026-07-18", "submitted", 2),
        ("2026-07-19", "minted", 2),
    ]
    for day, total in (("2026-07-15", TOTAL), ("2026-07-16", TOTAL), ("2026-07-17", LATER_TOTAL)):
        known = stage.ok(stage.get("alpha_head", f"periods/{period}/known/{day}/"))
        assert known["total_tco2"] == total, day
