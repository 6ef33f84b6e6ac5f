"""Each grade as the API tells it: of an activity, of a typed value, and of the tonnes by the weakest."""

from typing import Any

import pytest

from ingest.hot.models import Month
from tests.accounting.stage import CARBON, PDF, Stage, never_calibrated

pytestmark = pytest.mark.db


@pytest.fixture
def period(stage: Stage) -> str:
    return stage.open()


def shown(stage: Stage, period: str) -> Any:
    return stage.ok(stage.get("alpha_head", f"periods/{period}/"))


def grades(stage: Stage, period: str) -> dict[str, str]:
    """Of the activity, by stream."""
    return {line["stream"]: line["grade"] for line in shown(stage, period)["lines"]}


def shares(stage: Stage, period: str) -> dict[str, str]:
    """Per cent of the tonnes by the grade of the weakest datum behind them."""
    return {row["grade"]: row["percent"] for row in shown(stage, period)["grades"]}


def enter(stage: Stage, period: str, values: list[tuple[str, str, str, str]], origin: str) -> None:
    """Typed values (stream, name, text, unit) with one file behind them."""
    content = PDF + repr((values, origin)).encode()
    file = stage.upload("alpha_manager", content, kind="other", period=period, accreditation="")
    evidence = [stage.ok(file, 201)["id"]]
    told = [
        {"stream": stream, "name": name, "text": text, "unit": unit, "origin": origin, "evidence": evidence}
        for stream, name, text, unit in values
    ]
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": told}))


def carbon(stage: Stage, period: str, origin: str) -> None:
    enter(stage, period, [("coal", name, text, "%") for name, text in CARBON.items()], origin)


def test_a_signed_and_calibrated_meter_is_a_an_unsigned_reading_makes_b_and_no_certificate_c(
    stage: Stage, period: str
) -> None:
    assert grades(stage, period)["diesel"] == "A"
    Month.objects.filter(meter__meter="oil").update(signed=96 * 30 - 1)
    assert grades(stage, period)["diesel"] == "B"
    never_calibrated("oil")
    assert grades(stage, period)["diesel"] == "C"


def test_the_worst_meter_and_the_weakest_parameter_decide(stage: Stage, period: str) -> None:
    carbon(stage, period, "measured")
    assert grades(stage, period)["coal"] == "A"
    assert shares(stage, period) == {"A": "0.1", "B": "99.9"}, "the laboratory's carbon is no signed reading"
    Month.objects.filter(meter__meter="feeder-b").update(signed=0)
    assert grades(stage, period)["coal"] == "B"
    carbon(stage, period, "substituted")
    assert shares(stage, period) == {"A": "0.1", "C": "99.9"}


def test_a_typed_quantity_is_d_whoever_it_came_from_and_takes_the_meters_place(
    stage: Stage, period: str
) -> None:
    carbon(stage, period, "measured")
    enter(stage, period, [("coal", "quantity", "152340.62", "t")], "supplier")
    assert grades(stage, period) == {"coal": "D", "diesel": "A", "grid": "A"}
    assert shares(stage, period) == {"A": "0.1", "D": "99.9"}


@pytest.mark.parametrize(
    ("origin", "grade"),
    [("measured", "B"), ("supplier", "B"), ("calculated", "B"), ("default", "C"), ("substituted", "C")],
)
def test_a_parameter_s_grade_goes_by_where_it_comes_from(
    stage: Stage, period: str, origin: str, grade: str
) -> None:
    carbon(stage, period, "measured")
    enter(stage, period, [("diesel", "ncv", "42.652", "GJ/t")], origin)
    values = [one for row in shown(stage, period)["streams"] for one in row["values"]]
    assert {one["grade"] for one in values if one["stream"] == "diesel"} == {grade}
    assert grade in shares(stage, period)
