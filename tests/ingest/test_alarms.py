"""Alarms: raised and ended by what is seen of meters, merged where the network or a gateway is the cause."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kit import clock
from lexicon.refusals import Refused
from lexicon.terms import AlarmKind

from ingest.alarms import Lag, Seen, of_clocks, of_silence
from ingest.calendar import HOUR_NS, day_of_hour
from ingest.hot.models import Alarm, BrokerLogin, Hour, MeterIndex
from ingest.services.watching import Watch, handle
from tests.ingest.conftest import NOW_MS, Device, add_meter

MINUTE_NS = 60_000_000_000
NOW_NS = NOW_MS * 1_000_000
NOW_HOUR = NOW_NS // HOUR_NS


def seen(key: int, *, age_min: int, gateway: str = "gw-1", plant: str = "plant-1", **more: Any) -> Seen:
    return Seen(
        key=key,
        tenant="t_000001",
        plant=plant,
        gateway=gateway,
        interval_ns=MINUTE_NS,
        last_ns=NOW_NS - age_min * MINUTE_NS,
        **more,
    )


def kinds(*meters: Seen) -> list[tuple[str, object]]:
    return [(one.kind.value, one.meter or one.gateway or one.plant) for one in of_silence(meters, NOW_NS)]


def test_one_silent_meter_with_lively_neighbours_is_the_meter() -> None:
    assert kinds(seen(1, age_min=16), seen(2, age_min=0)) == [("silent", 1)]
    assert kinds(seen(1, age_min=16)) == [("silent", 1)]


def test_three_intervals_are_no_silence() -> None:
    assert kinds(seen(1, age_min=3), seen(2, age_min=0)) == []


def test_all_meters_of_a_gateway_are_one_alarm() -> None:
    meters = [seen(n, age_min=16 + n) for n in range(14)]
    (one,) = of_silence([*meters, seen(90, age_min=0, gateway="gw-2")], NOW_NS)
    assert (one.kind, one.gateway, one.facts) == (AlarmKind.GATEWAY, "gw-1", {"meters": "14"})
    assert one.since_ns == meters[0].last_ns


def test_all_gateways_of_a_plant_are_the_network_and_another_plant_is_not_meant() -> None:
    away = [seen(n, age_min=9, gateway=f"gw-{n % 2}") for n in range(6)]
    assert kinds(*away, seen(9, age_min=0, plant="plant-2")) == [("network", "plant-1")]


def test_more_than_ten_that_fall_silent_within_five_minutes_are_one_alarm_beside_lively_neighbours() -> None:
    """A switch of half a hall; what has been silent for long, or fell silent later, stands by itself."""
    hall = [seen(n, age_min=20 + n % 5) for n in range(1, 12)]
    others = [seen(50, age_min=0), seen(51, age_min=90), seen(52, age_min=9)]
    assert kinds(*hall, *others) == [("network", "plant-1"), ("silent", 51), ("silent", 52)]
    (alarm, *_) = of_silence([*hall, *others], NOW_NS)
    assert alarm.facts == {"meters": "11"}
    assert kinds(*hall[1:], *others)[:2] == [("silent", 2), ("silent", 3)]


def test_a_clock_ahead_or_steadily_behind_is_told_and_is_no_silence() -> None:
    ahead, behind = seen(1, age_min=-2), seen(2, age_min=30, behind_ns=30 * MINUTE_NS)
    assert [(one.meter, one.facts["seconds"]) for one in of_clocks([ahead, behind], NOW_NS)] == [
        (1, "120"),
        (2, "-1800"),
    ]
    assert kinds(ahead, behind) == []
    assert of_clocks([seen(3, age_min=0)], NOW_NS) == []


def look(lag: Lag, n: int, last_min: float) -> int | None:
    """The n-th look, half a minute after the one before; the newest reading is of minute `last_min`."""
    now_ns = NOW_NS + n * MINUTE_NS // 2
    last_ns = NOW_NS + int(last_min * MINUTE_NS)
    return lag.look(1, last_ns=last_ns, now_ns=now_ns, interval_ns=MINUTE_NS // 6)


def test_a_device_that_goes_on_behind_the_time_has_a_slow_clock() -> None:
    lag = Lag()
    told = [look(lag, n, -10 + n / 2) for n in range(6)]
    assert told == [None, None, None, 10 * MINUTE_NS, 10 * MINUTE_NS, 10 * MINUTE_NS]


def test_a_refill_is_no_slow_clock() -> None:
    lag = Lag()
    assert [look(lag, n, -300 + 25 * n) for n in range(8)] == [None] * 8


def test_a_device_that_stopped_is_no_slow_clock() -> None:
    lag = Lag()
    assert [look(lag, n, -10) for n in range(8)] == [None] * 8


@pytest.fixture
def noon(frozen_clock: Any, settings: Any, tmp_path: Path) -> Path:
    """Time stands still at noon; the folder where ingest tells how it stands."""
    settings.TANHENG = replace(settings.TANHENG, home=tmp_path)
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def look_again(watch: Watch) -> int:
    clock.tick(timedelta(minutes=6))
    return watch.look()


@pytest.mark.db
def test_a_silence_is_raised_merged_and_ends_by_itself(
    noon: Path, device: Device, store: Any, viewer: Any
) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    store.store([device.batch(["1"], ts_ms=NOW_MS)], now_ms=NOW_MS)
    store.store([other.batch(["1"], ts_ms=NOW_MS - 3_600_000)], now_ms=NOW_MS)
    watch = Watch()
    assert watch.look() == 1
    assert watch.look() == 0
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.meter_id, alarm.ended_at) == ("silent", other.index, None)
    with pytest.raises(Refused, match="reason_required"):
        handle(viewer("alpha_operator"), alarm, note="")
    assert handle(viewer("alpha_operator"), alarm, note="已派单").person
    clock.tick(timedelta(hours=1))
    watch.look()
    assert Alarm.objects.get(ended_at=None).kind == "gateway"
    later = int(clock.now().timestamp() * 1000)
    store.store([device.batch(["2"], ts_ms=later), other.batch(["2"], ts_ms=later)], now_ms=later)
    look_again(watch)
    assert not Alarm.objects.filter(ended_at=None).exists()


@pytest.mark.db
@pytest.mark.parametrize("trouble", [{"connected": False}, {"away": True}, {"spool_bytes": 1}, {"at": 0}])
def test_while_the_platform_takes_nothing_no_plant_is_blamed(
    noon: Path, device: Device, store: Any, trouble: dict[str, object]
) -> None:
    well = {"at": time.time(), "connected": True}
    store.store([device.batch(["1"], ts_ms=NOW_MS - 3_600_000)], now_ms=NOW_MS)
    watch = Watch()
    (noon / "ingest.json").write_text(json.dumps(well | trouble))
    assert look_again(watch) == 0
    (noon / "ingest.json").write_text(json.dumps(well))
    clock.tick(timedelta(minutes=1))
    assert watch.look() == 0, "what was kept is still on its way"
    assert look_again(watch) == 1
    (noon / "ingest.json").write_text(json.dumps(well | trouble))
    look_again(watch)
    assert Alarm.objects.filter(ended_at=None).count() == 1, "what was known before stays"


@pytest.mark.db
def test_meters_never_heard_of_and_those_of_a_revoked_gateway_raise_nothing(
    noon: Path, device: Device, store: Any
) -> None:
    watch = Watch()
    assert watch.look() == 0
    store.store([device.batch(["1"], ts_ms=NOW_MS - 9_000_000)], now_ms=NOW_MS)
    BrokerLogin.objects.create(
        username="t_000001.gw-1", password_hash="x", revoked_at=clock.now(), changed_at=clock.now()
    )
    assert look_again(watch) == 0


@pytest.mark.db
def test_readings_held_for_a_fast_clock_raise_the_clock(noon: Path, device: Device, store: Any) -> None:
    store.store([device.single("1.00", ts_ms=NOW_MS + 432_000, seq=1)], now_ms=NOW_MS)
    Watch().look()
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.facts) == ("clock", {"seconds": "432"})


def hour(device: Device, ago: int, count: int) -> Hour:
    at = NOW_HOUR - ago
    return Hour(
        meter_id=device.index, hour=at, day=day_of_hour(at), count=count, n=4, slots=4, signed=4,
        estimated=False, ambiguous=False, computed_at=clock.now(),
    )  # fmt: skip


@pytest.mark.db
def test_a_register_that_stopped_moving_is_stuck_until_it_moves(noon: Path, device: Device) -> None:
    Hour.objects.bulk_create([hour(device, ago, 50 if ago > 6 else 0) for ago in range(1, 100)])
    watch = Watch()
    watch.look()
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.facts) == ("stuck", {"hours": "6"})
    Hour.objects.filter(hour=NOW_HOUR - 1).update(count=3)
    look_again(watch)
    assert Alarm.objects.get().ended_at is not None


@pytest.mark.db
def test_a_meter_that_often_rests_is_not_stuck(noon: Path, device: Device) -> None:
    Hour.objects.bulk_create([hour(device, ago, 50 * (ago % 2) if ago > 6 else 0) for ago in range(1, 100)])
    Watch().look()
    assert not Alarm.objects.exists()


@pytest.mark.db
def test_a_jump_ends_when_a_person_has_seen_to_it_and_does_not_come_back(
    noon: Path, device: Device, viewer: Any
) -> None:
    Hour.objects.bulk_create([hour(device, ago, 601 if ago == 3 else 100) for ago in range(1, 100)])
    watch = Watch()
    watch.look()
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.facts, alarm.key) == (
        "jump",
        {"times": "6"},
        f"jump:{device.index}:{NOW_HOUR - 3}",
    )
    assert look_again(watch) == 0
    handle(viewer("alpha_operator"), alarm, note="点火升负荷")
    assert look_again(watch) == 0
    assert Alarm.objects.get().ended_at is not None


@pytest.mark.db
def test_a_meter_that_sends_ten_times_what_it_should_is_told_until_a_person_has_seen_to_it(
    noon: Path, device: Device, viewer: Any
) -> None:
    """A reading each quarter of an hour is expected; the hour that is running counts, too."""
    rows = [hour(device, ago, 5) for ago in (0, 2, 30)]
    for row, n in zip(rows, (601, 600, 9_000), strict=True):
        row.n = n
    Hour.objects.bulk_create(rows)
    watch = Watch()
    watch.look()
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.facts) == ("flood", {"readings": "601", "times": "150"})
    assert alarm.key == f"flood:{device.index}:{NOW_HOUR}"
    Hour.objects.filter(hour=NOW_HOUR).update(n=700)
    look_again(watch)
    alarm.refresh_from_db()
    assert (alarm.facts["readings"], alarm.ended_at) == ("700", None)
    handle(viewer("alpha_operator"), alarm, note="间隔已改回 15 分钟")
    assert look_again(watch) == 0
    assert Alarm.objects.get().ended_at is not None


@pytest.mark.db
def test_a_queue_that_was_full_is_an_alarm_where_a_device_awaits_no_receipt(
    noon: Path, store: Any, device: Device, viewer: Any
) -> None:
    """Not of a plant whose gateway signs: it sends again what has no receipt."""
    from ingest.services.sightings import note

    signing = add_meter(Device(plant="plant-2", meter="coal-2", gateway="gw-2"))
    store.store([device.single(seq=1), signing.batch(["1"], ts_ms=NOW_MS)], now_ms=NOW_MS)
    at = clock.now() - timedelta(minutes=20)
    note({}, {}, {}, {"ingest": at})
    watch = Watch()
    watch.look()
    alarm = Alarm.objects.get(kind="broker")
    assert (alarm.tenant, alarm.plant, alarm.meter, alarm.since) == ("t_000001", "plant-1", None, at)
    handle(viewer("alpha_operator"), alarm, note="表底已核对")
    look_again(watch)
    assert Alarm.objects.get(kind="broker").ended_at is not None


@pytest.mark.db
def test_a_meter_of_many_readings_that_are_meant_is_no_flood(noon: Path, device: Device) -> None:
    MeterIndex.objects.filter(pk=device.index).update(interval_s=1)
    row = hour(device, 1, 5)
    row.n = 3_600
    Hour.objects.bulk_create([row])
    Watch().look()
    assert not Alarm.objects.exists()
