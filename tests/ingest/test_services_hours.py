"""Dirty hours to hours, days and months, whatever order readings come in."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit import clock
from lexicon.terms import ReadingQuality

from ingest.calendar import day_of_hour, month_days, month_hours
from ingest.hot.models import Day, Declaration, DirtyHour, Hour, Month
from ingest.intake import Point, point_time_ns
from ingest.series import EmbeddedSeries
from ingest.services.hours import mark_silent, recompute, recompute_from
from ingest.services.storing import mark_dirty
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device, add_meter

pytestmark = pytest.mark.db
# Midnight in Shanghai at the end of June: the batches of these tests cross a day and a month.
MIDNIGHT_MS = month_hours("2026-07")[0] * 3_600_000


def compute(store: Any) -> None:
    while recompute(directory=store.directory, series=store.series):
        pass
    assert DirtyHour.objects.count() == 0


def sums(device: Device) -> tuple[int, int, int]:
    return tuple(
        sum(model.objects.filter(meter_id=device.index).values_list("count", flat=True))
        for model in (Hour, Day, Month)
    )  # type: ignore[return-value]


def test_hours_days_and_months_are_the_register_s_difference(store: Any, device: Device) -> None:
    start = MIDNIGHT_MS - 10 * QUARTER_MS
    store.store([device.batch([f"{n}.25" for n in range(21)], ts_ms=start)], now_ms=NOW_MS)
    compute(store)
    assert sums(device) == (2000, 2000, 2000)
    june, july = Month.objects.order_by("month")
    assert (june.month, june.count, july.month, july.count) == ("2026-06", 1000, "2026-07", 1000)
    assert set(Day.objects.values_list("day", flat=True)) == {date(2026, 6, 30), date(2026, 7, 1)}


def test_a_late_reading_changes_hour_day_and_month_and_raises_their_version(
    store: Any, device: Device
) -> None:
    first, late, last = (
        device.batch([value], ts_ms=MIDNIGHT_MS + n * 3_600_000)
        for n, value in ((0, "10"), (2, "12"), (5, "20"))
    )
    store.store([first, last], now_ms=NOW_MS)
    compute(store)
    assert list(Hour.objects.order_by("hour").values_list("count", flat=True)) == [200, 200, 200, 200, 200, 0]
    # Five hours of the gap, and the last one, whose end nobody read.
    assert Month.objects.get().estimated == 6
    store.store([late], now_ms=NOW_MS)
    compute(store)
    assert list(Hour.objects.order_by("hour").values_list("count", flat=True)) == [100, 100, 266, 267, 267, 0]
    month = Month.objects.get()
    assert (month.count, month.version) == (1000, 2)


def test_an_hour_that_loses_its_consumption_is_gone(store: Any, device: Device) -> None:
    store.store(
        [device.batch(["1"], ts_ms=MIDNIGHT_MS), device.single("5", ts_ms=MIDNIGHT_MS + 30 * 3_600_000)],
        now_ms=NOW_MS,
    )
    compute(store)
    spread = Hour.objects.count()
    Declaration.objects.create(
        meter_id=device.index,
        t_ns=(MIDNIGHT_MS + 3_600_000) * 1_000_000,
        change="replaced",
        old_end=100,
        new_start=500,
        person="per_x",
        declared_at="2026-07-15T04:00:00Z",
    )
    mark_dirty([(device.index, month_hours("2026-07")[0])])
    compute(store)
    assert spread > 2
    assert Hour.objects.count() == 2
    assert sums(device) == (0, 0, 0)


def test_a_mark_made_while_computing_is_not_lost(store: Any, device: Device) -> None:
    store.store([device.batch(["1", "2"], ts_ms=MIDNIGHT_MS)], now_ms=NOW_MS)

    class Marking(EmbeddedSeries):
        def spans(self, *args: Any, **kwargs: Any) -> Any:
            found = super().spans(*args, **kwargs)
            mark_dirty([(device.index, month_hours("2026-07")[0])])
            return found

    recompute(directory=store.directory, series=Marking())
    assert DirtyHour.objects.count() == 1


def test_what_comes_while_a_pass_works_on_other_meters_is_computed_once(store: Any, device: Device) -> None:
    """The second meter's reading comes while the first one is computed: the pass has it, none is left."""
    second = add_meter(Device(meter="coal-2", key=device.key))
    for one in (device, second):
        store.store([one.batch(["1", "2"], ts_ms=MIDNIGHT_MS)], now_ms=NOW_MS)
    later = [second.batch(["4"], ts_ms=MIDNIGHT_MS + 2 * QUARTER_MS)]

    class Arriving(EmbeddedSeries):
        def spans(self, meter: int, **kwargs: Any) -> Any:
            if meter == device.index:
                store.store(later, now_ms=NOW_MS)
            return super().spans(meter, **kwargs)

    recompute(directory=store.directory, series=Arriving())
    assert DirtyHour.objects.count() == 0
    assert Hour.objects.get(meter_id=second.index).count == 300


def test_hours_whose_readings_are_no_longer_kept_stay_as_they_are(store: Any, device: Device) -> None:
    from django.db import connection

    hours = [MIDNIGHT_MS + n * 3_600_000 for n in range(6)]
    for n, ts_ms in enumerate(hours[:5]):
        store.store([device.batch([f"{10 * n}", f"{10 * n + 3}"], ts_ms=ts_ms)], now_ms=NOW_MS)
    compute(store)
    kept = list(Hour.objects.order_by("hour").values_list("hour", "count", "n"))
    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point where t < %s", [hours[4] * 1_000_000])
    store.store([device.batch(["50", "53"], ts_ms=hours[5])], now_ms=NOW_MS)
    compute(store)
    after = list(Hour.objects.order_by("hour").values_list("hour", "count", "n"))
    assert after[:4] == kept[:4]
    assert after[4:] == [(hours[4] // 3_600_000, 1000, 2), (hours[5] // 3_600_000, 300, 2)]


def test_past_hours_can_be_computed_alone(store: Any, device: Device) -> None:
    running = NOW_MS // 3_600_000
    late = device.batch(["1", "2"], ts_ms=NOW_MS - 5 * 3_600_000)
    store.store([late, device.batch(["3"], ts_ms=NOW_MS)], now_ms=NOW_MS)
    assert recompute(directory=store.directory, series=store.series, before=running) == 1
    assert list(DirtyHour.objects.values_list("hour", flat=True)) == [running]
    compute(store)
    assert sums(device) == (200, 200, 200)


def test_a_month_with_its_hours_costs_few_passes(store: Any, device: Device) -> None:
    first, after = month_days("2026-06")
    start = month_hours("2026-06")[0] * 3_600_000
    batches = [
        device.batch([f"{d * 96 + n}" for n in range(96)], ts_ms=start + d * 96 * QUARTER_MS)
        for d in range((after - first).days)
    ]
    store.store(batches, now_ms=NOW_MS)
    compute(store)
    month = Month.objects.get()
    assert (month.count, month.hours, month.estimated, month.slots) == ((30 * 96 - 1) * 100, 720, 0, 2880)
    assert month.signed == month.n == 2880


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 96), st.integers(0, 40)), min_size=2, max_size=25, unique_by=lambda s: s[0]
    ),
    seed=st.integers(0, 10_000),
    cuts=st.integers(1, 5),
)
def test_any_order_and_any_duplication_of_readings_gives_the_same_hours(
    device: Device, store: Any, steps: list[tuple[int, int]], seed: int, cuts: int
) -> None:
    level, points = 0, []
    for n, (quarter, step) in enumerate(sorted(steps), start=1):
        level += step
        t_ns = point_time_ns(MIDNIGHT_MS + quarter * QUARTER_MS, n)
        points.append(
            Point(
                meter=device.index,
                t_ns=t_ns,
                count=level,
                boot=1,
                seq=n,
                quality=ReadingQuality.GOOD,
                signed=True,
            )
        )
    expected = _hours_after([points], store, device)
    chance = random.Random(seed)  # noqa: S311
    shuffled = points + chance.choices(points, k=5)
    chance.shuffle(shuffled)
    size = max(1, len(shuffled) // cuts)
    parts = [shuffled[n : n + size] for n in range(0, len(shuffled), size)]
    assert _hours_after(parts, store, device) == expected
    assert sum(expected.values()) == points[-1].count - points[0].count


def _hours_after(parts: list[list[Point]], store: Any, device: Device) -> dict[int, int]:
    """Hours after writing and computing each part in turn, from nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point")
    for model in (Hour, Day, Month, DirtyHour):
        model.objects.all().delete()
    for part in parts:
        store.series.write(part)
        mark_dirty((point.meter, point.t_ns // 3_600_000_000_000) for point in part)
        compute(store)
    rows = dict(Hour.objects.values_list("hour", "count"))
    days = dict(Day.objects.values_list("day", "count"))
    for day, count in days.items():
        assert count == sum(value for hour, value in rows.items() if day_of_hour(hour) == day)
    assert sums(device) == (sum(rows.values()),) * 3
    return {hour: count for hour, count in rows.items() if count}


def test_running_hours_are_computed_a_slice_at_a_time_and_every_meter_comes_to_its_turn(
    store: Any, device: Device
) -> None:
    """A budget of nothing is one meter; what is late is not among them and waits for none of them."""
    devices = [device, *(add_meter(Device(meter=f"coal-{n}", key=device.key)) for n in (2, 3))]
    now = NOW_MS // 3_600_000
    for one in devices:
        store.store([one.batch(["1", "3"], ts_ms=now * 3_600_000, step_ms=60_000)], now_ms=NOW_MS + 120_000)
    late = replace(device, boot=2).batch(["0"], ts_ms=(now - 5) * 3_600_000)
    store.store([late], now_ms=NOW_MS)
    meters, after, seen = [one.index for one in devices], 0, list[int | None]()
    for _ in range(4):
        stopped = recompute_from(
            now, directory=store.directory, series=store.series, after=after, budget_s=0.0
        )
        seen.append(stopped)
        after = stopped or 0
    assert seen == [*meters, None]
    assert list(DirtyHour.objects.values_list("meter_id", "hour")) == [(device.index, now - 5)]
    assert set(Hour.objects.filter(hour=now).values_list("meter_id", flat=True)) == set(meters)
    assert recompute(directory=store.directory, series=store.series, before=now) == 1


def test_the_last_hour_before_a_silence_is_an_estimate_once_it_is_over(
    store: Any, device: Device, frozen_clock: Any
) -> None:
    """While it ran nobody could know. Of a meter that goes on, or was read near the end, nothing changes."""
    now = NOW_MS // 3_600_000
    going, near = (add_meter(Device(meter=f"coal-{n}", key=device.key)) for n in (2, 3))
    for one, minutes in ((device, (5, 10)), (going, (5, 10)), (near, (5, 58))):
        for minute in minutes:
            store.store(
                [one.batch(["1"], ts_ms=now * 3_600_000 + minute * 60_000)], now_ms=NOW_MS + 3_540_000
            )
    while recompute(directory=store.directory, series=store.series):
        pass
    assert not Hour.objects.filter(estimated=True).exists()
    clock.tick(timedelta(hours=1, minutes=6))
    later_ms = (now + 1) * 3_600_000 + 300_000
    store.store([going.batch(["3"], ts_ms=later_ms)], now_ms=later_ms)
    compute(store)
    assert mark_silent(now + 1) == 2
    compute(store)
    estimated = Hour.objects.filter(hour=now, estimated=True).values_list("meter_id", flat=True)
    assert device.index in estimated
    assert near.index not in estimated
