"""Gaps as objects: found, made smaller, closed by a refill or by a person; closed months and adjustments."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from lexicon.refusals import Refused

from ingest.calendar import HOUR_NS, month_hours
from ingest.gaps import among, between, near_ns
from ingest.hot.models import Adjustment, Gap, MeterIndex, Month
from ingest.hours import compact
from ingest.intake import Point
from ingest.services import gaps
from ingest.services.closing import close_month, reopen_month
from ingest.services.hours import recompute
from tenants.access import within
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device
from tests.ingest.test_hours import REGISTER, point, registered, rising

MIDNIGHT_MS = month_hours("2026-07")[0] * 3_600_000


@pytest.fixture
def clockwork(frozen_clock: Any) -> None:
    """Time stands still in the middle of July."""


def compute(store: Any) -> None:
    while recompute(directory=store.directory, series=store.series):
        pass


def quarters(device: Device, first: int, last: int) -> Any:
    """A batch of quarter-hourly readings, numbers first to last since midnight, rising by one each."""
    values = [f"{n}.00" for n in range(first, last + 1)]
    return device.batch(values, ts_ms=MIDNIGHT_MS + first * QUARTER_MS)


@given(rising)
def test_gaps_among_spans_are_the_gaps_between_all_readings(steps: list[tuple[int, int]]) -> None:
    points: list[Point] = registered(steps)
    spans = compact(points, REGISTER)
    by_hour = {span.hour: [p.t_ns for p in points if p.t_ns // HOUR_NS == span.hour] for span in spans}
    found = among(spans, REGISTER.interval_ns, lambda span: by_hour[span.hour])
    assert found == between([p.t_ns for p in points], REGISTER.interval_ns)


@given(st.integers(1, 86_400))
def test_a_gap_is_longer_than_three_intervals_and_than_a_minute(interval_s: int) -> None:
    near = near_ns(interval_s * 1_000_000_000)
    assert between([0, near], interval_s * 1_000_000_000) == []
    assert between([0, near + 1], interval_s * 1_000_000_000) == [(0, near + 1)]
    assert near == max(180_000_000_000 * interval_s // 60, 60_000_000_000)


def test_full_hours_are_never_asked_for_their_readings() -> None:
    spans = compact([point(n * REGISTER.interval_ns, n, n) for n in range(40)], REGISTER)

    def asked(_span: Any) -> Any:
        raise AssertionError

    assert among(spans, REGISTER.interval_ns, asked) == []


@pytest.mark.db
def test_a_gap_is_found_shrinks_splits_and_closes_by_itself(
    store: Any, device: Device, clockwork: None
) -> None:
    parts = [quarters(device, *pair) for pair in ((0, 3), (4, 7), (8, 11), (12, 19), (20, 23))]
    store.store([parts[0], parts[4]], now_ms=NOW_MS)
    compute(store)
    gap = Gap.objects.get()
    assert (gap.from_ns // 10**6, gap.to_ns // 10**6) == (
        MIDNIGHT_MS + 3 * QUARTER_MS,
        MIDNIGHT_MS + 20 * QUARTER_MS,
    )
    assert gap.due_on == date(2026, 7, 18)
    Gap.objects.update(owner="per_x", due_on=date(2026, 7, 20))
    store.store([parts[2]], now_ms=NOW_MS)
    compute(store)
    first, second = Gap.objects.filter(closed_at=None).order_by("from_ns")
    assert (first.owner, second.owner, second.due_on) == ("per_x", "per_x", date(2026, 7, 20))
    assert first.found_to_ns == gap.to_ns > first.to_ns
    store.store([parts[1]], now_ms=NOW_MS)
    compute(store)
    assert Gap.objects.get(pk=first.pk).how == "refilled"
    store.store([parts[3]], now_ms=NOW_MS)
    compute(store)
    assert Gap.objects.filter(closed_at=None).count() == 0
    compute(store)
    assert Gap.objects.count() == 2


@pytest.mark.db
def test_a_gap_within_one_hour_of_a_fast_meter_is_found(store: Any, device: Device, clockwork: None) -> None:
    MeterIndex.objects.filter(pk=device.index).update(interval_s=60)
    minutes = [n for n in range(60) if not 20 <= n < 31]
    for n in minutes:
        store.store([device.single(f"{n}.00", ts_ms=MIDNIGHT_MS + n * 60_000, seq=n + 1)], now_ms=NOW_MS)
    compute(store)
    gap = Gap.objects.get()
    assert ((gap.to_ns - gap.from_ns) // 60_000_000_000) == 12


@pytest.mark.db
def test_an_accepted_gap_is_not_found_again_but_still_says_so(
    store: Any, device: Device, clockwork: None, viewer: Any
) -> None:
    store.store([quarters(device, 0, 3), quarters(device, 20, 23)], now_ms=NOW_MS)
    compute(store)
    operator = viewer("alpha_operator")
    with pytest.raises(Refused, match="reason_required"):
        gaps.accept(operator, Gap.objects.get(), note=" ")
    closed = gaps.accept(operator, Gap.objects.get(), note="网关缓存溢出")
    assert (closed.how, closed.person) == ("accepted", operator.person)
    with pytest.raises(Refused, match="gap_closed"):
        gaps.assign(operator, closed, owner="per_x", due_on=date(2026, 7, 20))
    device.seq, device.previous = 1_000, device.previous
    store.store([quarters(device, 10, 11)], now_ms=NOW_MS)
    compute(store)
    assert Gap.objects.count() == 1


@pytest.mark.db
def test_a_closed_month_is_adjusted_and_the_record_cannot_be_changed(
    store: Any, device: Device, clockwork: None, tenant: Any
) -> None:
    before, late, after = (
        device.batch([value], ts_ms=MIDNIGHT_MS + n * 3_600_000)
        for n, value in ((-30, "10"), (-9, "13"), (1, "20"))
    )
    store.store([before, after], now_ms=NOW_MS)
    compute(store)
    was = Month.objects.get(month="2026-06").count
    with within(tenant("alpha")):
        close_month("plant-1", "2026-06")
        close_month("plant-1", "2026-06")
    store.store([late], now_ms=NOW_MS)
    compute(store)
    row = Adjustment.objects.get()
    assert (row.month, row.before, row.after) == ("2026-06", was, Month.objects.get(month="2026-06").count)
    assert row.before != row.after
    for change in (lambda: Adjustment.objects.update(after=0), Adjustment.objects.all().delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    with within(tenant("alpha")):
        reopen_month("plant-1", "2026-06")
    store.store([device.batch(["14"], ts_ms=MIDNIGHT_MS - 8 * 3_600_000)], now_ms=NOW_MS)
    compute(store)
    assert Adjustment.objects.count() == 1


@pytest.mark.db
def test_hours_that_a_register_bridges_are_known_and_those_after_its_last_word_are_not(
    store: Any, device: Device, clockwork: None
) -> None:
    from ingest.selectors import covered

    store.store([quarters(device, 0, 3), quarters(device, 200, 203)], now_ms=NOW_MS)
    compute(store)
    known = covered([device.index], first=date(2026, 6, 30), last=date(2026, 7, 4))
    # From midnight of the first of July to the hour that holds its last reading, 50 hours later.
    assert known == {
        (device.index, date(2026, 7, 1)): 24,
        (device.index, date(2026, 7, 2)): 24,
        (device.index, date(2026, 7, 3)): 3,
    }
