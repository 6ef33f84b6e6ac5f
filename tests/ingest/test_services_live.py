"""Live frames: the newest of each meter, at most two a second and plant."""

from typing import Any

import pytest
from kit import live
from kit.models import LiveFrame

from ingest import topics
from ingest.services import live as ticking
from ingest.services.live import Ticker
from tests.ingest.conftest import NOW_MS, Device, add_meter

pytestmark = pytest.mark.db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(ticking.time, "monotonic", lambda: now[0])
    return now


def newest(stored: Any) -> list[Any]:
    return [one.point for one in stored.fresh.values()]


def test_a_plant_has_two_frames_a_second_with_the_newest_of_each_meter(
    store: Any, device: Device, clock: list[float]
) -> None:
    ticker = Ticker(store.directory)
    for n in range(20):
        clock[0] += 0.1
        stored = store.store([device.single(f"{n}.00", seq=n + 1, ts_ms=NOW_MS + n)], now_ms=NOW_MS)
        ticker.add(newest(stored))
        ticker.publish()
    clock[0] += 1
    ticker.publish()
    frames = list(LiveFrame.objects.order_by("seq").values_list("topic", "data"))
    assert 4 <= len(frames) <= 6
    assert {topic for topic, _ in frames} == {"plant.t_000001.plant-1"}
    assert frames[-1][1]["meters"]["coal-1"] == {
        "value": "19.00",
        "unit": "t",
        "at": "2026-07-15T04:00:00.019Z",
        "quality": "good",
        "signed": False,
    }
    assert ticker.due_in_s() == float("inf")


def test_a_late_reading_does_not_take_the_place_of_a_newer_one(
    store: Any, device: Device, clock: list[float]
) -> None:
    ticker = Ticker(store.directory)
    for seq, ts_ms in ((2, NOW_MS), (1, NOW_MS - 60_000)):
        stored = store.store([device.single(f"{seq}.00", seq=seq, ts_ms=ts_ms)], now_ms=NOW_MS)
        ticker.add(newest(stored))
    ticker.publish()
    assert LiveFrame.objects.get().data["meters"]["coal-1"]["value"] == "2.00"


def test_two_plants_have_frames_of_their_own(store: Any, device: Device, clock: list[float]) -> None:
    other = add_meter(Device(plant="plant-2"))
    ticker = Ticker(store.directory)
    stored = store.store([device.single("1.00", seq=1), other.single("2.00", seq=1)], now_ms=NOW_MS)
    ticker.add(newest(stored))
    ticker.publish()
    assert LiveFrame.objects.values("topic").distinct().count() == 2


def test_the_topic_begins_with_the_newest_readings_and_is_the_enterprise_s_own(
    store: Any, device: Device, viewer: Any
) -> None:
    store.store([device.single("5.00", seq=1)], now_ms=NOW_MS)
    owner = live.owner_of("plant.t_000001.plant-1")
    assert owner is not None
    assert owner.snapshot("plant.t_000001.plant-1")["meters"]["coal-1"]["value"] == "5.00"
    for name, topic, may in (
        ("alpha_operator", "plant.t_000001.plant-1", True),
        ("alpha_operator", "plant.t_000001.plant-9", False),
        ("alpha_operator", "plant.t_000002.plant-1", False),
        ("alpha_operator", "plant", False),
        ("beta_operator", "plant.t_000001.plant-1", False),
        ("regulator_1", "plant.t_000001.plant-1", False),
    ):
        assert owner.permit(viewer(name), topic) is may, (name, topic)
    assert topics.register() is None


def test_a_plant_of_a_thousand_meters_is_told_in_frames_that_fit(
    store: Any, device: Device, clock: list[float]
) -> None:
    from dataclasses import replace

    from lexicon.terms import ReadingQuality

    from ingest.hot.models import MeterIndex
    from ingest.intake import Point
    from ingest.selectors.directory import facts_of

    facts = facts_of(MeterIndex.objects.get(pk=device.index))
    many = {n: replace(facts, key=n, meter=f"a-meter-with-a-long-name-{n}") for n in range(1_000)}

    class Directory:
        def by_key(self, key: int) -> Any:
            return many[key]

    ticker = Ticker(Directory())  # type: ignore[arg-type]
    ticker.add(Point(n, NOW_MS * 10**6, 10**9 + n, 1, 1, ReadingQuality.UNCERTAIN, True) for n in many)
    ticker.publish()
    frames = list(LiveFrame.objects.order_by("seq").values_list("data", flat=True))
    assert sum(len(frame["meters"]) for frame in frames) == 1_000
    assert ticker.due_in_s() == float("inf")


def test_more_meters_than_go_at_once_go_in_turn_and_none_is_left_out(
    store: Any, device: Device, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "METERS_AT_ONCE", 2)
    others = [add_meter(Device(meter=f"coal-{n}", key=device.key)) for n in range(2, 5)]
    ticker = Ticker(store.directory)
    for seq, wanted in ((1, {"coal-1", "coal-2"}), (2, {"coal-3", "coal-4"}), (3, {"coal-1", "coal-2"})):
        sent = [one.single(f"{seq}.00", seq=seq, ts_ms=NOW_MS + seq) for one in (device, *others)]
        ticker.add(newest(store.store(sent, now_ms=NOW_MS)))
        ticker.publish()
        shown = LiveFrame.objects.order_by("seq").last()
        assert shown is not None
        assert set(shown.data["meters"]) == wanted
        assert {one["value"] for one in shown.data["meters"].values()} == {f"{seq}.00"}
        assert ticker.due_in_s() > 0
        clock[0] += 0.6
    ticker.publish()
    assert ticker.due_in_s() == float("inf")
