"""The short way gives what the long way gives, whatever comes in whatever order."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from ingest.hot.models import DaySequence, DirtyHour, Quarantine, Sequence, SignedBatch
from ingest.intake import MeterFacts
from ingest.message import Arrived
from ingest.plain import Plain
from ingest.routes import Route
from ingest.services import storing
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device, add_meter

START_MS = NOW_MS - 40 * 3_600_000


def tables(store: Any) -> dict[str, Any]:
    """Everything that storing leaves, except when it came."""
    points = store.series
    return {
        "points": {
            meter: points.range(meter, from_ns=0, to_ns=2**62)
            for meter in Sequence.objects.values_list("meter_id", flat=True)
        },
        "seen": sorted((s.meter_id, s.boot, s.seen.text(), s.last_ns) for s in Sequence.objects.all()),
        "days": sorted(
            (d.meter_id, d.day, d.boot, d.part, d.stored.text(), d.quarantined.text(), d.refused.text())
            for d in DaySequence.objects.all()
        ),
        "batches": sorted(
            SignedBatch.objects.values_list(
                "meter_id", "boot", "seq0", "seq1", "digest", "previous", "fingerprint", "day"
            )
        ),
        "held": sorted(Quarantine.objects.values_list("reason", "digest", "state")),
        "hours": sorted(DirtyHour.objects.values_list("meter_id", "hour")),
    }


def clear() -> None:
    from django.db import connection

    for model in (DaySequence, DirtyHour, Quarantine, Sequence, SignedBatch):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point; delete from hot_assignedsequence")


def traffic(device: Device, other: Device, chance: random.Random) -> list[Arrived]:
    """A day of two meters: batches, single readings with and without number, flaws, repeats, disorder."""
    messages = []
    for n in range(12):
        values = [f"{n}.{m:02d}" for m in range(4)]
        if chance.random() < 0.15:
            values[2] = "NaN"
        messages.append(device.batch(values, ts_ms=START_MS + n * 4 * QUARTER_MS))
        ts_ms = START_MS + n * 3_600_000
        fields: dict[str, Any] = {"value": f"{n}", "seq": n} | _spoilt(chance)
        messages.append(other.single(fields.pop("value"), ts_ms=ts_ms, **fields))
        messages.append(device.single(f"{n}.5", seq=n + 1, ts_ms=ts_ms + 7))
        if chance.random() < 0.3:
            messages.append(other.single(f"{n}", ts_ms=ts_ms + 5))
    for _ in range(8):
        messages.insert(chance.randrange(len(messages)), chance.choice(messages))
        at = chance.randrange(len(messages) - 1)
        messages[at], messages[at + 1] = messages[at + 1], messages[at]
    return messages


def _spoilt(chance: random.Random) -> dict[str, object]:
    return chance.choice([{}, {}, {}, {"unit": "kg"}, {"q": "bad"}, {"value": 7.25}, {"seq": 3}])


@pytest.mark.db
@pytest.mark.parametrize("seed", range(6))
def test_both_ways_leave_the_same(
    new_store: Callable[[], Any], device: Device, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    chance = random.Random(seed)  # noqa: S311
    messages = traffic(device, other, chance)
    cuts = sorted(chance.sample(range(1, len(messages)), 3))
    flushes = [messages[a:b] for a, b in zip([0, *cuts], [*cuts, len(messages)], strict=True)]

    def run() -> tuple[Any, int]:
        store = new_store()
        return store, sum(store.store(flush, now_ms=NOW_MS).readings for flush in flushes)

    store, stored = run()
    short = tables(store)
    clear()
    long_way = lambda messages, **_: (storing.Decision(), list(messages))  # noqa: E731
    monkeypatch.setattr(storing, "decide_plain", long_way)
    for path in store.segments.home.rglob("*.gz"):
        path.unlink()
    again, stored_again = run()
    assert tables(again) == short
    assert stored == stored_again


@pytest.mark.db
def test_what_is_plain_is_not_looked_up(store: Any, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("the long way was taken")

    monkeypatch.setattr(storing, "decide", never)
    first = [device.single("1.00", seq=1), device.single("1.5", seq=2, ts_ms=NOW_MS + 1)]
    assert store.store([*first, device.single(2, seq=9, ts_ms=NOW_MS + 2)], now_ms=NOW_MS).readings == 3
    batches = [device.batch(["3", "4.25"], ts_ms=NOW_MS + 1000 * n, step_ms=10) for n in (1, 2, 3)]
    assert store.store(batches, now_ms=NOW_MS).readings == 6


@pytest.mark.db
def test_what_came_to_each_meter_is_what_its_points_say(store: Any, device: Device) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    messages = [device.batch([f"{n}.5", f"{n}.75"], ts_ms=START_MS + n * 3_600_000) for n in range(3)]
    messages += [other.single(f"{n}.25", seq=n + 1, ts_ms=START_MS + n * 1_800_000) for n in range(5)]
    stored = store.store(messages, now_ms=NOW_MS)
    apart = {
        meter.index: store.series.range(meter.index, from_ns=0, to_ns=2**62) for meter in (device, other)
    }
    assert {key: tuple(fresh) for key, fresh in stored.fresh.items()} == {
        key: (points[-1], len(points)) for key, points in apart.items()
    }


def route(least_count: str, digits: int = 8) -> Route:
    from decimal import Decimal

    facts = MeterFacts(
        key=1, tenant="t_1", gateway="gw-1", plant="plant-1", meter="coal-1", unit="t",
        least_count=Decimal(least_count), digits=digits, interval_s=60, valid_from_ms=0,
    )  # fmt: skip
    return Route(facts, "v1/t_1.gw-1/plant-1/coal-1", False)


@pytest.mark.parametrize("least_count", ["0.01", "0.5", "1", "10", "0.025"])
def test_a_count_is_exact_or_left_to_the_long_way(least_count: str) -> None:
    from decimal import Decimal

    from ingest.intake import whole_counts

    one = route(least_count)
    chance = random.Random(3)  # noqa: S311
    texts = [f"{chance.randrange(10**6)}.{chance.randrange(1000):03d}" for _ in range(500)]
    texts += [str(chance.randrange(10**6)) for _ in range(100)] + [
        f"{chance.randrange(999)}.5" for _ in range(99)
    ]
    for text in texts:
        count = one.count(text)
        if count >= 0:
            assert count == whole_counts(Decimal(text), one.facts.least_count)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "1.",
        ".5",
        "01",
        "00",
        "-1",
        "+1",
        "1e3",
        "1_0",
        " 1",
        "1 ",
        "٣",
        "²",
        "NaN",
        "1.2.3",
        "9" * 31,
    ],
)
def test_what_is_no_plain_number_is_left_to_the_long_way(text: str) -> None:
    assert route("0.01", digits=18).count(text) == -1


def test_a_full_register_is_left_to_the_long_way() -> None:
    assert route("0.01", digits=3).count("9.99") == 999
    assert route("0.01", digits=3).count("10.00") == -1


def test_a_message_after_one_that_is_not_plain_waits_behind_it() -> None:
    one = route("1")
    plain = Plain(seen={}, tops={}, last_ns={}, tails={}, key_of=lambda *_: None, now_ms=NOW_MS)
    good = [
        Arrived("t", b'{"ts":%d,"value":"%d","unit":"t","seq":%d}' % (NOW_MS + n, n, n), NOW_MS)
        for n in (1, 2, 3)
    ]
    torn = Arrived("t", b"{", NOW_MS)
    rest = plain.sort([good[0], torn, good[1], good[2]], [one] * 4)
    assert rest == [torn, good[1], good[2]]
    assert [point.seq for point in plain.points] == [1]
