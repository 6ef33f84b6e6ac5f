"""What rules add for lost hours and for meters out of calibration: always on the safe side, exact, shown."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.domain.adjustments import (
    Cause,
    Certificate,
    Feed,
    MeterDay,
    adjustments_of,
    uncovered,
)
from accounting.domain.data_rules import Accuracy, data_rules
from accounting.domain.registry import guidelines

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
GAP = data_rules().gaps["conservative-2026"]
CALIBRATION = data_rules().calibrations["required-accuracy-2026"]
HALF = Accuracy(Fraction(5, 1000), "table", verified=False)


def month(quantity: int = 240, *, without: dict[int, int] | None = None) -> tuple[MeterDay, ...]:
    """June with equal days; without: by day of the month the hours that are known of it (0: no row)."""
    lost = without or {}
    days = [FIRST + timedelta(days=n) for n in range(30)]
    return tuple(
        MeterDay(day=day, count=quantity * lost.get(day.day, 24) // 24, hours=lost.get(day.day, 24))
        for day in days
        if lost.get(day.day, 24)
    )


def feed(**changes: object) -> Feed:
    given_ = {
        "meter": "m", "target": "quantity", "raises": True, "step": Fraction(1), "days": month(),
        "installed": None, "certificates": (Certificate(date.min, date(2027, 1, 1)),), "accuracy": HALF,
    }  # fmt: skip
    return Feed(**given_ | changes)


def added(one: Feed) -> list[tuple[Cause, int, Fraction]]:
    found = adjustments_of(one, first=FIRST, last=LAST, gap=GAP, calibration=CALIBRATION)
    return [(adjustment.cause, adjustment.amount, adjustment.added) for adjustment in found]


def test_a_whole_calibrated_month_is_left_alone() -> None:
    assert added(feed()) == []
    assert added(feed(certificates=(Certificate(date.min, LAST),))) == []


def test_lost_hours_take_the_higher_of_the_days_around_them_and_the_premium_is_what_is_over_their_mean() -> (
    None
):
    days = [*month(without={10: 12})]
    days[8] = MeterDay(day=date(2026, 6, 9), count=480, hours=24)
    (one,) = adjustments_of(feed(days=tuple(days)), first=FIRST, last=LAST, gap=GAP, calibration=CALIBRATION)
    assert (one.amount, one.added, one.neutral) == (12, 240, 180)
    assert (one.first, one.last, one.rule.id) == (date(2026, 6, 10), date(2026, 6, 10), "conservative-2026")


def test_hours_at_the_end_with_one_side_only_take_the_highest_day_near() -> None:
    days = [*month(without={29: 0, 30: 0})]
    days[26] = MeterDay(day=date(2026, 6, 27), count=300, hours=24)
    assert added(feed(days=tuple(days))) == [(Cause.GAP, 48, 600)]


def test_a_month_without_any_whole_day_is_not_made_up() -> None:
    assert added(feed(days=(MeterDay(day=FIRST, count=5, hours=3),))) == []


def test_hours_before_the_meter_was_there_are_not_lost() -> None:
    days = month(without=dict.fromkeys(range(1, 15), 0) | {15: 7})
    assert added(feed(days=days, installed=date(2026, 6, 15))) == []


def test_what_lowers_emissions_is_not_substituted_and_loses_its_accuracy() -> None:
    assert added(feed(raises=False, days=month(without={10: 12}))) == [(Cause.GAP, 12, 0)]
    until = Certificate(date.min, date(2026, 6, 20))
    assert added(feed(raises=False, certificates=(until,))) == [(Cause.UNCALIBRATED, 10, -12)]


def test_days_without_calibration_are_read_with_the_required_accuracy_on_top() -> None:
    until = Certificate(date.min, date(2026, 6, 20))
    assert added(feed(certificates=(until,))) == [(Cause.UNCALIBRATED, 10, 12)]
    stated = Certificate(date.min, date(2026, 6, 20), required=Fraction(2, 100))
    assert added(feed(certificates=(stated,))) == [(Cause.UNCALIBRATED, 10, 48)]
    assert added(feed(certificates=(until,), accuracy=None)) == []


def test_a_meter_found_worse_than_required_is_corrected_by_what_is_over() -> None:
    bad = Certificate(date.min, LAST, required=Fraction(1, 100), found=Fraction(3, 100))
    assert added(feed(certificates=(bad,))) == [(Cause.OUT_OF_ACCURACY, 30, 144)]
    good = Certificate(date.min, LAST, required=Fraction(1, 100), found=Fraction(1, 100))
    assert added(feed(certificates=(good,))) == []


def test_certificates_that_follow_one_another_leave_only_the_days_between_them() -> None:
    two = (Certificate(date.min, date(2026, 6, 10)), Certificate(date(2026, 6, 13), date(2027, 6, 12)))
    assert uncovered(two, first=FIRST, last=LAST) == [date(2026, 6, 11), date(2026, 6, 12)]


def test_a_meter_of_which_no_certificate_is_known_is_uncalibrated_since_it_was_installed() -> None:
    assert added(feed(certificates=())) == [(Cause.UNCALIBRATED, 30, 36)]
    assert added(feed(certificates=(), accuracy=None)) == []
    assert len(uncovered((), first=FIRST, last=LAST)) == 30
    assert len(uncovered((), first=FIRST, last=LAST, installed=date(2026, 6, 21))) == 10


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 24)), min_size=30, max_size=30), st.booleans()
)
def test_nothing_is_ever_added_to_the_enterprises_favour(rows: list[tuple[int, int]], raises: bool) -> None:
    days = tuple(
        MeterDay(day=FIRST + timedelta(days=n), count=count, hours=hours)
        for n, (count, hours) in enumerate(rows)
        if hours
    )
    certificates = (
        Certificate(date.min, date(2026, 6, 12), required=Fraction(1, 100), found=Fraction(2, 100)),
    )
    found = adjustments_of(
        feed(days=days, step=Fraction(1, 100), raises=raises, certificates=certificates),
        first=FIRST, last=LAST, gap=GAP, calibration=CALIBRATION,
    )  # fmt: skip
    for one in found:
        assert one.added >= 0 if raises else one.added <= 0
        if one.cause is Cause.GAP and raises:
            assert one.added >= one.neutral


@pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda guideline: guideline.id)
def test_every_guideline_names_its_rules_and_each_says_where_it_stands(guideline) -> None:
    rules = data_rules()
    for rule in (rules.gaps[guideline.gap], rules.calibrations[guideline.calibration]):
        assert rule.zh
        assert rule.en
        assert rule.clause
        assert isinstance(rule.verified, bool)
