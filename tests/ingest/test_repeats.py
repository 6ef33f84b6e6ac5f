"""Readings that come again count once, and the plant sees how many came and when it is too many."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ingest.hot.models import Repeat
from ingest.selectors.today import usual_repeats
from tenants.access import within
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device
from tests.ingest.made import KEY, made_meter

pytestmark = pytest.mark.db
START_MS = NOW_MS - 3_600_000
DAY_MS = 86_400_000
TODAY = date(2026, 7, 15)
NewStore = Callable[[], Any]


def rows() -> dict[tuple[int, date], int]:
    return {(one.meter_id, one.day): one.count for one in Repeat.objects.all()}


def test_a_batch_that_comes_again_is_counted_by_meter_and_day_of_arrival(
    new_store: NewStore, device: Device
) -> None:
    first, second = (
        device.batch(["1", "2"], ts_ms=START_MS),
        device.batch(["3"], ts_ms=START_MS + 2 * QUARTER_MS),
    )
    new_store().store([first, second], now_ms=NOW_MS)
    assert rows() == {}
    new_store().store([first, second, first], now_ms=NOW_MS)
    new_store().store([first], now_ms=NOW_MS)
    new_store().store([first], now_ms=NOW_MS + DAY_MS)
    assert rows() == {(device.index, TODAY): 7, (device.index, date(2026, 7, 16)): 2}


def test_unsigned_readings_with_and_without_a_number_are_counted_too(store: Any, device: Device) -> None:
    numbered, bare = device.single("1.00", seq=7, ts_ms=START_MS), device.single("2.00", ts_ms=START_MS + 5)
    store.store([numbered, bare], now_ms=NOW_MS)
    store.store([numbered, numbered, bare], now_ms=NOW_MS)
    assert rows() == {(device.index, TODAY): 3}


def test_what_is_no_repeat_is_not_counted(store: Any, device: Device) -> None:
    """A fork is evidence, and so it stays; torn bytes that come again are no reading."""
    torn = device.raw(b"torn")
    store.store([device.single("1.00", seq=7, ts_ms=START_MS), torn], now_ms=NOW_MS)
    store.store([device.single("9.00", seq=7, ts_ms=START_MS), torn], now_ms=NOW_MS)
    assert rows() == {}


def test_a_flush_that_fails_counts_nothing(store: Any, device: Device, monkeypatch: Any) -> None:
    first = device.batch(["1", "2"], ts_ms=START_MS)
    store.store([first], now_ms=NOW_MS)
    with monkeypatch.context() as broken:
        broken.setattr("ingest.services.storing.mark_dirty", _fails)
        with pytest.raises(OSError, match="no room"):
            store.store([first], now_ms=NOW_MS)
    assert rows() == {}
    store.store([first], now_ms=NOW_MS)
    assert rows() == {(device.index, TODAY): 2}


def _fails(*_: Any) -> None:
    raise OSError("no room")


def test_the_plant_s_day_tells_of_them_and_says_when_they_are_too_many(
    new_store: NewStore, viewer: Any, client_of: Any, frozen_clock: Any
) -> None:
    head = viewer("alpha_head")
    with within(head.tenant):
        made_meter(head)
    device = Device(key=KEY, tenant=head.tenant.schema_name)
    first = device.batch(["1", "2"], ts_ms=START_MS)
    new_store().store([first], now_ms=NOW_MS)

    def told(who: str = "alpha_operator") -> tuple[int, list[tuple[int, bool]]]:
        day = client_of(who).get("/api/v1/plants/plant-1/today/?day=2026-07-15").json()
        return day["repeated"], [(one["repeated"], one["repeated_much"]) for one in day["meters"]]

    assert told() == (0, [(0, False)])
    store, usual = new_store(), usual_repeats(900)
    assert usual == 192, "two days of quarters of an hour"
    for _ in range(usual // 2):
        store.store([first], now_ms=NOW_MS)
    assert told() == (usual, [(usual, False)])
    store.store([first], now_ms=NOW_MS)
    assert told() == (usual + 2, [(usual + 2, True)])
    day = client_of("alpha_operator").get("/api/v1/plants/plant-1/today/?day=2026-07-15").json()
    assert (day["stored"], day["quarantined"], day["refused"]) == (2, 0, 0), "they change nothing else"
    other = client_of("beta_head").get("/api/v1/plants/plant-1/today/?day=2026-07-15")
    assert other.status_code == 404
