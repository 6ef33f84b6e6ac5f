"""Devices whose numbers do not count by one: told as exactly as any, at a cost that no device can raise."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from ingest.calendar import day_of_ns
from ingest.hot.models import DaySequence, Quarantine
from ingest.hot.models import Sequence as SequenceRow
from ingest.message import Arrived
from ingest.selectors.today import equations
from ingest.sequences import PART_BITS, SequenceSet, part_of
from ingest.services import knowing
from tests.ingest.conftest import NOW_MS, Device, add_meter
from tests.ingest.test_plain import START_MS, clear, tables

pytestmark = pytest.mark.db
SECOND = 1_000


def held() -> list[tuple[str, int | None]]:
    return sorted(Quarantine.objects.values_list("reason", "seq"))


def short_memory(monkeypatch: pytest.MonkeyPatch, *, most: int, kept: int) -> None:
    monkeypatch.setattr(knowing, "RANGES_MAX", most)
    monkeypatch.setattr(knowing, "RANGES_KEPT", kept)


def by_tens(chance: random.Random, device: Device, other: Device) -> list[Arrived]:
    """Numbers in steps of ten and in disorder; repeats, other contents, flaws; batches with holes between."""
    messages = []
    for n in range(60):
        ts_ms = START_MS + n * 900 * SECOND
        messages.append(other.single(f"{n}", seq=10 * n, ts_ms=ts_ms))
        if chance.random() < 0.2:
            messages.append(other.single(f"{n + 1}", seq=10 * n, ts_ms=ts_ms))
        if chance.random() < 0.2:
            messages.append(other.single(f"{n}", seq=10 * n, ts_ms=ts_ms + 60 * SECOND))
        if chance.random() < 0.2:
            messages.append(other.single("NaN", seq=10 * n + 3, ts_ms=ts_ms))
        messages.append(device.batch([f"{n}.5", f"{n}.75"], ts_ms=ts_ms))
        device.seq += chance.choice([0, 0, 2])
    messages += chance.choices(messages, k=40)
    chance.shuffle(messages)
    return messages


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("restarts", [False, True])
def test_a_short_memory_decides_as_a_long_one(
    new_store: Callable[[], Any],
    device: Device,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    restarts: bool,
) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    messages = by_tens(random.Random(seed), device, other)  # noqa: S311

    def run() -> tuple[Any, Any]:
        store, told = new_store(), []
        for at in range(0, len(messages), 9):
            if restarts:
                store = new_store()
            done = store.store(messages[at : at + 9], now_ms=NOW_MS)
            told.append((done.readings, done.repeats, [(one.boot, one.to) for one in done.receipts]))
        left = tables(store)
        del left["seen"]
        return left, told

    long = run()
    assert not SequenceRow.objects.exclude(floor=-1).exists()
    clear()
    for path in new_store().segments.home.rglob("*.gz"):
        path.unlink()
    short_memory(monkeypatch, most=6, kept=3)
    assert run() == long
    assert all(len(row.seen.ranges()) <= 6 for row in SequenceRow.objects.all())
    assert SequenceRow.objects.exclude(floor=-1).exists()


def of_a_clock(device: Device, n: int) -> Arrived:
    """A reading whose number is its instant."""
    ts_ms = START_MS + n * 40 * SECOND
    return device.single(f"{n}", seq=ts_ms, ts_ms=ts_ms)


def flushes(messages: Sequence[Arrived], size: int) -> list[Sequence[Arrived]]:
    return [messages[at : at + size] for at in range(0, len(messages), size)]


def test_a_clock_as_number_makes_no_row_long_and_every_reading_is_still_known(
    new_store: Callable[[], Any], device: Device
) -> None:
    store = new_store()
    for flush in flushes([of_a_clock(device, n) for n in range(3_000)], 100):
        assert store.store(flush, now_ms=NOW_MS).readings == 100
    row = SequenceRow.objects.get()
    assert len(row.seen.ranges()) <= knowing.RANGES_MAX
    assert max(len(day.stored.ranges()) for day in DaySequence.objects.all()) == 1
    assert sum(len(day.stored) for day in DaySequence.objects.all()) == 3_000
    assert all({part_of(n) for n in (day.stored.first, day.stored.last)} == {day.part} for day in days())

    for again in (store, new_store()):
        old = of_a_clock(device, 5)
        assert again.store([old], now_ms=NOW_MS).repeats == 1
        assert held() == []
    store = new_store()
    ts_ms = START_MS + 5 * 40 * SECOND
    store.store([device.single("6", seq=ts_ms, ts_ms=ts_ms)], now_ms=NOW_MS)
    store.store([device.single("6", seq=ts_ms + 40 * SECOND, ts_ms=ts_ms + 1)], now_ms=NOW_MS)
    assert held() == [("sequence_fork", ts_ms), ("sequence_fork", ts_ms + 40 * SECOND)]
    late = device.single("5.5", seq=ts_ms + 20 * SECOND, ts_ms=ts_ms + 20 * SECOND)
    assert store.store([late], now_ms=NOW_MS).readings == 1
    assert store.store([late], now_ms=NOW_MS).repeats == 1


def test_numbers_that_do_not_count_by_one_tell_of_no_missing_readings(store: Any, device: Device) -> None:
    other = add_meter(Device(meter="coal-2", key=device.key))
    day = day_of_ns(START_MS * 1_000_000)
    store.store([of_a_clock(device, n) for n in range(40)], now_ms=NOW_MS)
    losing = [n for n in range(60) if n % 3]
    store.store([other.single(f"{n}", seq=n, ts_ms=START_MS + n * SECOND) for n in losing], now_ms=NOW_MS)
    told = equations([device.index, other.index], day)
    assert (told[device.index].issued, told[device.index].stored, told[device.index].missing) == (
        None,
        40,
        None,
    )
    assert (told[other.index].issued, told[other.index].missing) == (59, 19)


def days() -> list[DaySequence]:
    return list(DaySequence.objects.all())


def test_every_second_number_fills_a_part_and_no_more(store: Any, device: Device) -> None:
    messages = [device.single(f"{n}", seq=2 * n, ts_ms=START_MS + n * SECOND) for n in range(1 << PART_BITS)]
    for flush in flushes(messages, 512):
        store.store(flush, now_ms=NOW_MS)
    assert sorted(len(day.stored.ranges()) for day in days()) == [1 << PART_BITS - 1] * 2


def test_what_fills_an_old_hole_moves_the_receipt_on(
    device: Device, new_store: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    short_memory(monkeypatch, most=8, kept=4)
    batches = [device.batch([f"{n}.25", f"{n}.5"], ts_ms=START_MS + n * 900 * SECOND) for n in range(60)]
    store = new_store()
    for batch in batches[1::2]:
        (receipt,) = store.store([batch], now_ms=NOW_MS).receipts
        assert receipt.to == 0
    for n, batch in enumerate(batches[:-2:2], start=1):
        if n == 20:
            store = new_store()
        (receipt,) = store.store([batch], now_ms=NOW_MS).receipts
        assert receipt.to == 4 * n
    (receipt,) = store.store([batches[-2]], now_ms=NOW_MS).receipts
    assert (receipt.to, SequenceRow.objects.get().floor) == (120, -1)
    assert held() == []


def test_a_break_in_the_chain_behind_the_memory_is_found(
    device: Device, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_memory(monkeypatch, most=8, kept=4)
    batches = [device.batch([f"{n}"], ts_ms=START_MS + n * 900 * SECOND) for n in range(80)]
    for batch in [one for n, one in enumerate(batches) if n % 4 != 1]:
        store.store([batch], now_ms=NOW_MS)
    assert SequenceRow.objects.get().floor > 8
    device.seq, device.previous = 6, "0" * 64
    store.store([device.batch(["5"], ts_ms=START_MS + 5 * 900 * SECOND)], now_ms=NOW_MS)
    # It names another batch before it, and the one after it does not name it.
    assert held() == [("batch_chain_broken", 6), ("batch_chain_broken", 7)]
    store.store([batches[9]], now_ms=NOW_MS)
    assert len(held()) == 2


def test_a_reading_of_long_ago_that_comes_again_is_no_fork(store: Any, device: Device) -> None:
    day_ms = 86_400_000
    first = device.single("1", seq=7, ts_ms=NOW_MS - 200 * day_ms)
    store.store([first], now_ms=NOW_MS)
    store.store([first], now_ms=NOW_MS + 250 * day_ms)
    assert held() == [("reading_too_old", 7)]
    assert [(len(day.stored), len(day.refused)) for day in days()] == [(1, 0)]


def test_days_of_an_older_home_are_cut_into_parts_and_back(device: Device) -> None:
    """The migration's statements, on a table as it was."""
    import importlib

    from django.db import connection

    statements = importlib.import_module("ingest.hot.migrations.0011_parts_of_days")
    wide = SequenceSet([5, 4_000, 20_000], [7, 9_000, 20_000])
    with connection.cursor() as cursor:
        cursor.execute("drop index hot_daysequence_by_number")
        cursor.execute(statements.AS_ONE)
        cursor.execute(
            "insert into hot_daysequence (meter_id, day, boot, stored, quarantined, refused) "
            "values (%s, '2026-07-01', 0, %s::int8multirange, '{[8,9)}', '{}')",
            [device.index, wide.text()],
        )
        cursor.execute(statements.BY_PARTS)
    assert {
        day.part: (day.stored.ranges(), day.quarantined.ranges(), day.refused.ranges()) for day in days()
    } == {
        0: ([(5, 7), (4_000, 4_095)], [(8, 8)], []),
        1: ([(4_096, 8_191)], [], []),
        2: ([(8_192, 9_000)], [], []),
        4: ([(20_000, 20_000)], [], []),
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.AS_ONE)
        cursor.execute("select day, stored::text, quarantined::text, refused::text from hot_daysequence")
        assert cursor.fetchall() == [(date(2026, 7, 1), wide.text(), "{[8,9)}", "{}")]
