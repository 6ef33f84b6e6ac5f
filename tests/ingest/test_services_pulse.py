"""Readings a second by enterprise: counted as stored, told once a second at most, else unknown."""

from datetime import timedelta
from typing import Any

import pytest
from kit.models import LiveFrame

from ingest.hot.models import Alarm
from ingest.hot.models import Pulse as PulseRow
from ingest.selectors.pulses import arrivals
from ingest.services import pulse as pulses
from ingest.services.pulse import Pulse
from tests.ingest.conftest import NOON, NOW_MS, Device, add_meter

pytestmark = pytest.mark.db
ACCOUNT = "acc_alphaaaaaaaa"


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch, frozen_clock: Any) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(pulses.time, "monotonic", lambda: now[0])
    return now


def frames() -> list[Any]:
    return [frame.data for frame in LiveFrame.objects.filter(topic="oversight").order_by("seq")]


def stored(store: Any, device: Device, *numbers: int) -> Any:
    messages = [device.single(f"{n}.00", seq=n, ts_ms=NOW_MS - 1000 + n) for n in numbers]
    return store.store(messages, now_ms=NOW_MS).fresh


def test_a_second_has_one_frame_and_the_rate_is_that_of_what_was_stored(
    store: Any, device: Device, seconds: list[float]
) -> None:
    pulse = Pulse(store.directory)
    pulse.tell()
    for n in range(1, 41):
        seconds[0] = 100 + n / 4
        pulse.add(stored(store, device, n))
        pulse.tell()
    assert len(frames()) == 11, "the first that says nothing, then one a second"
    seconds[0] = 111.0
    pulse.tell()
    last = frames()[-1]
    assert last["kind"] == "readings"
    assert (last["per_s"], last["enterprises"]["t_000001"]["last_minute"]) == ("3.7", 40), (
        "three of second 100 are older than ten seconds"
    )
    assert last["enterprises"]["t_000001"]["last_at"].startswith("2026-07-15T03:59:59.040")
    row = PulseRow.objects.get()
    assert (row.tenant, row.readings_short, row.readings_window) == ("t_000001", 37, 40)


def test_a_reading_that_comes_again_is_not_counted_again(
    store: Any, device: Device, seconds: list[float]
) -> None:
    pulse = Pulse(store.directory)
    pulse.add(stored(store, device, 1))
    pulse.add(stored(store, device, 1))
    seconds[0] += 1
    pulse.tell()
    assert frames()[-1]["enterprises"]["t_000001"]["last_minute"] == 1


def test_silence_falls_to_zero_and_is_told_every_ten_seconds(
    store: Any, device: Device, seconds: list[float]
) -> None:
    pulse = Pulse(store.directory)
    pulse.add(stored(store, device, 1, 2))
    seconds[0] += 1
    pulse.tell()
    seconds[0] += 61
    pulse.tell()
    assert (frames()[-1]["per_s"], frames()[-1]["enterprises"]) == ("0.0", {})
    assert PulseRow.objects.get().readings_window == 0
    told = len(frames())
    for _ in range(9):
        seconds[0] += 1
        pulse.tell()
    assert len(frames()) == told
    seconds[0] += 1
    pulse.tell()
    assert len(frames()) == told + 1


def test_two_enterprises_have_rates_of_their_own(store: Any, device: Device, seconds: list[float]) -> None:
    other = add_meter(Device(tenant="t_000002", gateway="gw-2"))
    pulse = Pulse(store.directory)
    pulse.add(stored(store, device, 1, 2))
    pulse.add(stored(store, other, 1))
    seconds[0] += 1
    pulse.tell()
    told = frames()[-1]
    assert told["per_s"] == "0.3"
    assert {name: one["per_s"] for name, one in told["enterprises"].items()} == {
        "t_000001": "0.2",
        "t_000002": "0.1",
    }


def test_meters_are_online_for_three_of_their_intervals_and_what_is_held_counts_from_midnight(
    store: Any, device: Device, seconds: list[float]
) -> None:
    add_meter(Device(meter="coal-2"))
    store.store([device.single("1.00", seq=1), device.raw(b"{torn")], now_ms=NOW_MS)
    [found] = arrivals(now=NOON).values()
    assert (found.account, found.plants, found.plants_live) == (ACCOUNT, 1, 1)
    assert (found.meters, found.meters_online, found.age_s, found.quarantined_today) == (2, 1, 0, 1)
    later = arrivals(now=NOON + timedelta(minutes=46))[ACCOUNT]
    assert (later.plants_live, later.meters_online, later.age_s) == (0, 0, 46 * 60)
    assert arrivals(now=NOON + timedelta(days=1))[ACCOUNT].quarantined_today == 0


def test_open_alarms_are_counted_for_the_wall_and_ended_ones_are_not(store: Any, device: Device) -> None:
    for key, ended_at in (("silent:1", None), ("silent:2", NOON)):
        Alarm.objects.create(
            tenant="t_000001", plant="plant-1", kind="silent", key=key, since=NOON, raised_at=NOON,
            ended_at=ended_at,
        )  # fmt: skip
    assert arrivals(now=NOON)[ACCOUNT].alarms_open == 1


def test_nobody_knows_the_rate_when_the_worker_has_not_told_for_half_a_minute(
    store: Any, device: Device, seconds: list[float]
) -> None:
    assert arrivals(now=NOON)[ACCOUNT].per_s is None
    pulse = Pulse(store.directory)
    pulse.add(stored(store, device, 1))
    seconds[0] += 1
    pulse.tell()
    assert arrivals(now=NOON + timedelta(seconds=30))[ACCOUNT].per_s == "0.1"
    late = arrivals(now=NOON + timedelta(seconds=31))[ACCOUNT]
    assert (late.per_s, late.last_minute) == (None, None)
