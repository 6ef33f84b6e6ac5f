"""Golden data sets: exact sums in kWh, t, Nm3 and GJ, in whatever order and however often readings come."""

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.hot.models import Day, Declaration, DirtyHour, Hour, MeterIndex, Month
from ingest.services.storing import mark_dirty
from ingest.units import quantity_step, quantity_unit
from tests.ingest.golden_hours import add, arrive, expected, sums
from tests.ingest.golden_sets import NAMES, load

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _noon(frozen_clock: Any) -> None:
    """All hours of the sets are over."""


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_set_gives_its_sums(name: str, store: Any) -> None:
    golden = load(name)
    meter = add(golden)
    arrive(store, golden.points(meter))
    assert sums(golden, meter) == expected(golden)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32), parts=st.integers(1, 6))
def test_any_order_and_any_duplication_of_a_golden_set_gives_the_same_sums(
    name: str, store: Any, seed: int, parts: int
) -> None:
    from django.db import connection

    golden = load(name)
    found = MeterIndex.objects.filter(plant="plant-1").first()
    meter = int(found.pk) if found else add(golden)
    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point")
    for model in (Hour, Day, Month, DirtyHour):
        model.objects.all().delete()
    points = golden.points(meter)
    chance = random.Random(seed)  # noqa: S311
    shuffled = points + chance.choices(points, k=len(points))
    chance.shuffle(shuffled)
    size = -(-len(shuffled) // parts)
    for start in range(0, len(shuffled), size):
        arrive(store, shuffled[start : start + size])
    assert sums(golden, meter) == expected(golden)


def test_a_late_refill_turns_one_golden_set_into_the_other(store: Any) -> None:
    before, after = load("heat_gap"), load("heat_gap_refilled")
    meter = add(before)
    points = after.points(meter)
    arrive(store, points[:5])
    assert sums(before, meter) == expected(before)
    version = Hour.objects.get(meter_id=meter, hour=points[0].t_ns // 3_600_000_000_000).version
    arrive(store, points[5:])
    assert sums(after, meter) == expected(after)
    assert Hour.objects.get(meter_id=meter, hour=points[0].t_ns // 3_600_000_000_000).version > version


def test_a_declared_reset_turns_one_golden_set_into_the_other(store: Any) -> None:
    before, after = load("gas_drop_undeclared"), load("gas_reset_declared")
    meter = add(before)
    arrive(store, before.points(meter))
    assert sums(before, meter) == expected(before)
    for one in after.declarations():
        Declaration.objects.create(meter_id=meter, **one)
    mark_dirty([(meter, before.points(meter)[0].t_ns // 3_600_000_000_000)])
    arrive(store, [])
    assert sums(after, meter) == expected(after)


def test_quantities_are_exact_decimals_of_their_steps() -> None:
    assert quantity_step("kW", Decimal("0.1")) == Decimal("0.0001")
    assert (quantity_unit("kW"), quantity_unit("t/h"), quantity_unit("kWh")) == ("kWh", "t", "kWh")
