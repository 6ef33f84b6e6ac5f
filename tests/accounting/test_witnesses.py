"""Physics witnesses: what a law says of a month beside the plant's own past."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.domain.witnesses import Day, Hour, Law, LawKind, Verdict, Watch, judge, judge_all, stuck
from bench import witnesses as bench
from bench.witness_plants import history, with_fault

HEAT = Law(slug="heat", kind=LawKind.HEAT, left="煤|coal", right="电|power")
MEAL = Law(slug="meal", kind=LawKind.PROCESS, left="生料|raw meal", right="熟料|clinker")
PARTS = Law(slug="main", kind=LawKind.SUBMETERS, left="分表|parts", right="总表|main")


def month(level: int, *, scale: str = "1", idle: int = 100) -> list[Day]:
    """Thirty days whose left is idle + 3 x right, scaled."""
    loads = [Decimal(level + 7 * (day % 9)) for day in range(30)]
    return [Day((idle + 3 * load) * Decimal(scale), load) for load in loads]


PAST = [month(200), month(260), month(230)]


@pytest.mark.parametrize(
    ("scale", "verdict"),
    [
        ("1", Verdict.HOLDS),
        ("0.98", Verdict.HOLDS),
        ("0.95", Verdict.LOW),
        ("1.06", Verdict.HIGH),
        ("0.001", Verdict.UNIT),
    ],
)
def test_a_month_is_held_against_the_line_of_the_past(scale: str, verdict: Verdict) -> None:
    assert judge(HEAT, month(310, scale=scale), PAST).verdict is verdict


@pytest.mark.parametrize(
    ("scale", "verdict"),
    [
        ("1", Verdict.HOLDS),
        ("0.98", Verdict.HOLDS),
        ("0.95", Verdict.LOW),
        ("1.05", Verdict.HIGH),
        ("0.001", Verdict.UNIT),
    ],
)
def test_raw_meal_is_held_against_the_clinker_that_its_process_carbon_comes_of(
    scale: str, verdict: Verdict
) -> None:
    past = [month(level, idle=5) for level in (200, 260, 230)]
    assert judge(MEAL, month(310, scale=scale, idle=5), past).verdict is verdict
    # Clinker typed higher than the kiln feed allows is the same law from its other side.
    more = [Day(day.left, (day.right or Decimal(0)) * Decimal("1.06")) for day in month(310, idle=5)]
    assert judge(MEAL, more, past).verdict is Verdict.LOW


def test_another_load_alone_is_no_alarm_because_idling_burns_too() -> None:
    found = judge(HEAT, month(80), PAST)
    assert found.verdict is Verdict.HOLDS
    assert found.deviation is not None
    assert abs(found.deviation) < Decimal("0.001")


def test_without_a_past_parts_are_held_against_the_main_meter_and_heat_is_left_open() -> None:
    days = [Day(Decimal(96), Decimal(100))] * 30
    assert judge(PARTS, days, []).verdict is Verdict.LOW
    assert judge(HEAT, days, []).verdict is Verdict.UNKNOWN


def test_exchanged_meters_are_named_as_such_on_both_sides() -> None:
    one, two = month(200, idle=50), month(500, idle=400)
    swapped = (
        [Day(b.left, a.right) for a, b in zip(one, two, strict=True)],
        [Day(a.left, b.right) for a, b in zip(one, two, strict=True)],
    )
    other = Law(slug="heat2", kind=LawKind.HEAT, left="二号|second", right="二号机|unit 2")
    past = [[month(210, idle=50), month(240, idle=50)], [month(510, idle=400), month(540, idle=400)]]
    watches = [
        Watch(law=HEAT, days=swapped[0], past=past[0]),
        Watch(law=other, days=swapped[1], past=past[1]),
    ]
    found = judge_all(watches)
    assert {one.verdict for one in found} == {Verdict.SWAPPED}
    assert "second" in found[0].words("en")
    assert "second" not in found[0].words("zh")


def test_a_register_that_stands_while_its_partner_runs_is_stuck_and_a_stop_of_both_is_not() -> None:
    running = [Hour(Decimal(3), Decimal(1))] * 20
    still = [Hour(Decimal(0), Decimal(1))] * 7
    stopped = [Hour(Decimal(0), Decimal(0))] * 50
    assert stuck(HEAT, running + still, usual_hours=0) is not None
    assert stuck(HEAT, running + stopped, usual_hours=0) is None
    assert stuck(HEAT, running + still, usual_hours=5) is None


@pytest.mark.parametrize("fault", bench.RIGHT)
def test_a_fault_in_a_simulated_plant_is_found_within_its_month(fault: str) -> None:
    chance = random.Random(f"test/{fault}")  # noqa: S311
    told = with_fault(chance, history(chance, "cement", months=5), fault)
    assert {one.verdict for one in bench.residuals(told)} & bench.RIGHT[fault]


def test_a_clean_simulated_month_is_left_in_peace() -> None:
    told = history(random.Random("test/clean"), "power", months=5)  # noqa: S311
    assert not any(one.verdict.alarms for one in bench.residuals(told))


def test_meters_of_fuels_of_unlike_worth_are_exchanged_by_their_quantities() -> None:
    """A pair in heat, of 27 and 21 GJ/t, and a pair of heat and quantity."""
    one = month(200, idle=0), month(500, idle=400)
    swapped = (
        [Day(b.left, a.right) for a, b in zip(*one, strict=True)],
        [Day(a.left, b.right) for a, b in zip(*one, strict=True)],
    )
    past = [[month(210, idle=50), month(240, idle=50)], [month(510, idle=400), month(540, idle=400)]]
    other = Law(slug="heat2", kind=LawKind.HEAT, left="二号|second", right="二号机|unit 2")

    def worth(days: list[Day], gj: int) -> list[Day]:
        return [Day(None if day.left is None else day.left * gj, day.right) for day in days]

    for values in ((27, 21), (27, None)):
        watches = []
        for law, days, before, gj in zip((HEAT, other), swapped, past, values, strict=True):
            plain = Watch(law=law, days=days, past=before)
            hot = replace(
                plain, law=replace(law, in_heat=True), days=worth(days, gj or 1),
                past=[worth(each, gj or 1) for each in before], quantities=plain,
            )  # fmt: skip
            watches.append(hot if gj else plain)
        assert {found.verdict for found in judge_all(watches)} == {Verdict.SWAPPED}
