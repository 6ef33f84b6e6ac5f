"""An answer counts for the figures it was given to: other figures ask again, and two meters answer apart."""

from datetime import timedelta
from typing import Any

import pytest
from kit import clock

from accounting.answers import digest_of
from accounting.models import RemarkAnswer, Report, ReportingPeriod
from accounting.services.freezing import loads
from ingest.hot.models import Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, Stage

pytestmark = pytest.mark.db
FILLED = {"remark": "hours_filled", "stream": "coal"}


def fill(meter: str, hours: int) -> None:
    Month.objects.filter(meter__meter=meter).update(estimated=hours)


def shown(stage: Stage, period: str) -> Any:
    """The period after the pre-check has looked at its data, whether or not it let it through."""
    stage.post("alpha_manager", f"periods/{period}/readiness/")
    return stage.ok(stage.get("alpha_manager", f"periods/{period}/"))


def filled(stage: Stage, period: str) -> list[dict[str, Any]]:
    return [one for one in shown(stage, period)["remarks"] if one["name"] == "hours_filled"]


def readiness(stage: Stage, period: str) -> str:
    body = stage.post("alpha_manager", f"periods/{period}/readiness/").json()
    return str(body.get("refusal", body.get("state")))


def say(stage: Stage, period: str, text: str, **more: str) -> Any:
    return stage.post("alpha_manager", f"periods/{period}/answers/", FILLED | {"text": text} | more)


def test_an_answer_to_a_hundred_hours_is_none_to_seven_hundred(stage: Stage) -> None:
    period = stage.ready()
    fill("feeder-a", 100)
    assert readiness(stage, period) == "remark_unanswered"
    assert len(filled(stage, period)) == 1
    stage.ok(say(stage, period, "皮带秤检修"))
    assert readiness(stage, period) == "ready"
    fill("feeder-a", 700)
    assert readiness(stage, period) == "remark_unanswered"
    (remark,) = filled(stage, period)
    assert (remark["answer"], remark["answered_before"]) == ("", "皮带秤检修")
    stage.ok(say(stage, period, "整月停用，按给煤机"))
    (remark,) = filled(stage, period)
    assert (remark["answer"], remark["answered_before"]) == ("整月停用，按给煤机", "")
    assert readiness(stage, period) == "ready"
    # The figures of the first word again: it stands.
    fill("feeder-a", 100)
    (remark,) = filled(stage, period)
    assert (remark["answer"], remark["answered_before"]) == ("皮带秤检修", "")


def test_the_report_and_the_pre_check_have_the_word_for_these_figures_alone(stage: Stage) -> None:
    period = stage.ready()
    fill("feeder-a", 100)
    shown(stage, period)
    stage.ok(say(stage, period, "皮带秤检修"))
    fill("feeder-a", 200)
    shown(stage, period)
    checks = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))["checks"]
    assert [one["verdict"] for one in checks if one["check"] == "answers"] == ["failed"]
    stage.ok(say(stage, period, "检修延长"))
    assert readiness(stage, period) == "ready"
    stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        content = loads(Report.objects.get(period=period).content)
    assert [one["answer"] for one in content["remarks"] if one["name"] == "hours_filled"] == ["检修延长"]


def two_meters(stage: Stage) -> str:
    """A period whose coal runs over two meters, 100 and 200 hours of them filled."""
    period = stage.ready()
    fill("feeder-a", 100)
    fill("feeder-b", 200)
    assert len(filled(stage, period)) == 2
    return period


def test_two_meters_of_one_stream_are_answered_apart(stage: Stage) -> None:
    period = two_meters(stage)
    one, other = filled(stage, period)
    assert one["facts_digest"] != other["facts_digest"]
    assert say(stage, period, "都检修").json()["refusal"] == "field_invalid"
    stage.ok(say(stage, period, "皮带秤检修", facts_digest=one["facts_digest"]))
    first, second = filled(stage, period)
    assert (first["answer"], second["answer"]) == ("皮带秤检修", "")
    # What stands of one meter is no earlier word to the other.
    assert second["answered_before"] == ""
    stage.ok(say(stage, period, "B 秤检修", facts_digest=other["facts_digest"]))
    assert [row["answer"] for row in filled(stage, period)] == ["皮带秤检修", "B 秤检修"]
    fill("feeder-b", 300)
    first, second = filled(stage, period)
    assert (first["answer"], second["answer"], second["answered_before"]) == ("皮带秤检修", "", "B 秤检修")


def test_a_word_to_figures_that_are_gone_is_refused(stage: Stage) -> None:
    period = stage.ready()
    fill("feeder-a", 100)
    (remark,) = filled(stage, period)
    fill("feeder-a", 200)
    shown(stage, period)
    answer = say(stage, period, "皮带秤检修", facts_digest=remark["facts_digest"])
    assert answer.json()["refusal"] == "figures_changed"
    assert say(stage, period, "x", facts_digest="0" * 64).json()["refusal"] == "figures_changed"


def test_an_answer_of_a_time_that_kept_no_digest_still_counts(stage: Stage) -> None:
    period = stage.ready()
    fill("feeder-a", 100)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        RemarkAnswer.objects.create(
            period=ReportingPeriod.objects.get(pk=period),
            **FILLED,
            text="旧说明",
            person="per_x",
            answered_at=clock.now() - timedelta(days=1),
        )
    assert readiness(stage, period) == "ready"
    fill("feeder-a", 700)
    (remark,) = filled(stage, period)
    assert remark["answer"] == "旧说明"
    # A word of today goes before it.
    stage.ok(say(stage, period, "整月停用"))
    (remark,) = filled(stage, period)
    assert remark["answer"] == "整月停用"


def test_the_digest_is_of_the_facts_alone_in_any_order() -> None:
    assert digest_of({"meter": "a", "percent": "13.9"}) == digest_of({"percent": "13.9", "meter": "a"})
    assert digest_of({"meter": "a", "percent": "13.9"}) != digest_of({"meter": "a", "percent": "97.2"})
    assert digest_of({}) != digest_of({"field": ""})
