"""Grades and remarks on the data behind a period, and the input that is assembled from it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.terms import Grade

from accounting.domain.assembly import Setting, Source, Typed, assemble, metered_text
from accounting.domain.compute import compute_json
from accounting.domain.quality import Metered, about_jump, about_meters, grade_of, worst

LAST = date(2026, 6, 30)


def metered(name: str = "m", quantity: str = "10.00", **changes: object) -> Metered:
    given = {
        "meter": name, "quantity": Decimal(quantity), "unit": "t", "hours": 720, "estimated": 0,
        "ambiguous": 0, "readings": 2880, "signed": 2880, "calibrated_until": None, "version": 1,
    }  # fmt: skip
    return Metered(**given | changes)


def source(**changes: object) -> Source:
    given = {
        "slug": "coal", "kind": "fuel", "item": "coal", "variant": "", "unit": "t",
        "meters": {"quantity": ("a", "b")}, "metered": (metered("a"), metered("b", "0.01")), "typed": (),
    }  # fmt: skip
    return Source(**given | changes)


GRADES = [
    ({}, Grade.A),
    ({"signed": 2879}, Grade.B),
    ({"signed": 0}, Grade.B),
    ({"readings": 0, "signed": 0}, Grade.B),
    ({"estimated": 1}, Grade.C),
    ({"ambiguous": 1}, Grade.C),
    ({"uncalibrated_days": 1}, Grade.C),
]


@pytest.mark.parametrize(("changes", "grade"), GRADES)
def test_a_meter_is_as_good_as_its_worst_hour(changes: dict, grade: Grade) -> None:
    assert grade_of([metered(), metered(**changes)]) == grade


def test_nothing_known_is_grade_d() -> None:
    assert worst([]) == Grade.D
    assert source(metered=(), meters={}).grade() == Grade.D


REMARKS = [
    ({}, []),
    ({"hours": 719}, ["hours_missing"]),
    ({"estimated": 72}, []),
    ({"estimated": 73}, ["hours_filled"]),
    ({"ambiguous": 1}, ["hours_ambiguous"]),
    ({"calibrated_until": date(2026, 6, 29), "uncalibrated_days": 1}, ["uncalibrated"]),
    ({"uncalibrated_days": 30}, ["calibration_missing"]),
    ({"calibrated_until": LAST}, []),
]


@pytest.mark.parametrize(("changes", "names"), REMARKS)
def test_gaps_and_calibration_are_remarked(changes: dict, names: list[str]) -> None:
    found = about_meters("coal", [metered(**changes)], hours=720)
    assert [remark.name.name for remark in found] == names


JUMPS = [(130, 100, 0), (131, 100, 1), (69, 100, 1), (70, 100, 0), (5, 0, 0), (5, None, 0), (131, -100, 1)]


@pytest.mark.parametrize(("now", "before", "count"), JUMPS)
def test_a_change_of_more_than_thirty_percent_is_remarked(now: int, before: int | None, count: int) -> None:
    assert len(about_jump("coal", now_g=now, before_g=before)) == count


def test_meters_are_summed_in_the_streams_unit_and_a_missing_one_is_no_zero() -> None:
    assert metered_text(source(), "quantity") == "10.01"
    grams = source(metered=(metered("a"), metered("b", "5", unit="kg")))
    assert metered_text(grams, "quantity") == "10.005"
    assert metered_text(source(metered=(metered("a"),)), "quantity") is None
    assert metered_text(source(meters={}), "quantity") is None


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_the_sum_of_meters_is_exact(counts: list[int]) -> None:
    rows = tuple(metered(f"m{n}", format(Decimal(count).scaleb(-3), "f")) for n, count in enumerate(counts))
    text = metered_text(
        source(meters={"quantity": tuple(row.meter for row in rows)}, metered=rows), "quantity"
    )
    assert Decimal(text) == Decimal(sum(counts)).scaleb(-3)


SETTING = Setting(
    guideline="ndrc-2013-cement",
    rule_version="",
    factor_sets={
        "fuel": "ndrc-2013-cement", "process": "ndrc-2013-cement",
        "grid": "mee-average-2023-provincial", "gwp": "ar2",
    },
    region="anhui",
    period="2026-06",
    entity="x",
)  # fmt: skip


def test_a_two_way_power_meter_gives_a_balance_and_what_is_typed_goes_before_meters() -> None:
    grid = source(
        slug="grid", kind="electricity", item="grid", unit="MWh",
        meters={"balance.purchased": ("in",), "balance.sold": ("out",)},
        metered=(metered("in", "8020.5", unit="MWh"), metered("out", "455000", unit="kWh")),
    )  # fmt: skip
    data = assemble(SETTING, [grid]).data
    assert data["streams"][0]["balance"] == {"purchased": "8020.5", "sold": "455", "unit": "MWh"}
    assert compute_json(data)["total_tco2e"] == "4957.672150"
    typed = Typed("balance.sold", "0", "MWh", "supplier", Grade.D, ())
    data = assemble(SETTING, [source(**{**_fields(grid), "typed": (typed,)})]).data
    assert data["streams"][0]["balance"]["sold"] == "0"


def test_a_stream_without_quantity_is_left_for_the_calculation_to_name() -> None:
    data = assemble(SETTING, [source(metered=())]).data
    assert {one["name"] for one in compute_json(data)["remarks"] if one["blocks"]} == {"quantity_missing"}


def _fields(one: Source) -> dict[str, object]:
    return {name: getattr(one, name) for name in Source.__slots__}


@pytest.mark.parametrize(
    ("typed", "expected"), [((), Grade.A), ((Grade.B,), Grade.B), ((Grade.B, Grade.D), Grade.D)]
)
def test_tonnes_are_no_better_than_the_weakest_datum_they_come_of(
    typed: tuple[Grade, ...], expected: Grade
) -> None:
    values = tuple(
        Typed(name="ncv", text="20", unit="GJ/t", origin="measured", grade=grade, evidence=())
        for grade in typed
    )
    assert source(typed=values).grade() is Grade.A
    assert source(typed=values).tonnes_grade() is expected
