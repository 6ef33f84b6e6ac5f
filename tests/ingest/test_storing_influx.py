"""Storing into a store beside the database: what a crash left between the two is told once all the same."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from ingest.hot.models import DirtyHour, Quarantine, SignedBatch
from ingest.segments import Segments
from ingest.selectors.directory import Directory
from ingest.series import SeriesUnavailable
from ingest.series.influx import InfluxSeries
from ingest.services.storing import Store, known_end, store_each
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device, add_meter
from tests.ingest.series.influx_double import Double, answering

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000


@pytest.fixture
def double() -> Iterator[Double]:
    with answering() as made:
        yield made


@pytest.fixture
def new_influx_store(db: None, double: Double, tmp_path: Path) -> Any:
    """new_influx_store(): a writer with an empty memory, as after a restart."""

    def make() -> Store:
        directory = Directory()
        series = InfluxSeries(f"http://org:token@127.0.0.1:{double.server_port}/bucket", directory.by_key)
        return Store(
            directory=directory, series=series, segments=Segments(tmp_path / "segments", known_end=known_end)
        )

    return make


def counts(double: Double) -> list[int]:
    return sorted(int(fields["count"].rstrip("i")) for fields in double.points.values())


def test_a_crash_between_the_two_stores_leaves_each_reading_once(
    new_influx_store: Any, device: Device, double: Double, monkeypatch: Any
) -> None:
    messages = [
        device.batch(["1", "2"], ts_ms=START_MS),
        device.single("3", ts_ms=START_MS + 9 * QUARTER_MS, seq=1),
        device.single("4", ts_ms=START_MS + 10 * QUARTER_MS),
        device.single("5", ts_ms=START_MS + 11 * QUARTER_MS),
    ]

    def crash(*_: Any) -> None:
        raise OperationalError("the database died")

    store = new_influx_store()
    monkeypatch.setattr(Store, "_record", crash)
    with pytest.raises(OperationalError):
        store.store(messages, now_ms=NOW_MS)
    monkeypatch.undo()
    # Redelivered in another order to a worker that remembers nothing.
    stored = new_influx_store().store(messages[::-1], now_ms=NOW_MS)
    assert counts(double) == [100, 200, 300, 400, 500]
    assert stored.readings == 5
    assert SignedBatch.objects.count() == 1


def test_a_store_that_is_away_decides_nothing(new_influx_store: Any, device: Device, double: Double) -> None:
    store = new_influx_store()
    message = device.batch(["1", "2"], ts_ms=START_MS)
    double.mood = "away"
    with pytest.raises(SeriesUnavailable):
        store.store([message], now_ms=NOW_MS)
    assert DirtyHour.objects.count() == 0
    double.mood = "ok"
    assert store.store([message], now_ms=NOW_MS).readings == 2
    assert counts(double) == [100, 200]


@pytest.mark.parametrize("spoiling", ["no line at all", 'count="text"'])
def test_a_line_that_the_store_refuses_is_found_and_takes_no_neighbour_with_it(
    new_influx_store: Any, device: Device, double: Double, monkeypatch: Any, spoiling: str
) -> None:
    """400 refuses a whole batch and 422 one line of it; either way the culprit alone is held."""
    other = add_meter(Device(meter="coal-2", key=device.key))
    store = new_influx_store()
    lines = store.series._lines

    def spoilt(points: Any) -> list[str]:
        bad = f"meter={other.meter} "
        return [
            line.replace(" count=", f" {spoiling} count=" if spoiling[0] == "n" else f" {spoiling},x=")
            if bad in line
            else line
            for line in lines(points)
        ]

    monkeypatch.setattr(store.series, "_lines", spoilt)
    messages = [device.single(str(n), seq=n, ts_ms=START_MS + n) for n in range(1, 6)]
    messages.insert(2, other.single("9", seq=1, ts_ms=START_MS))
    done = list(store_each(store, messages, now_ms=NOW_MS))
    assert sum(one.readings for one, _ in done) == 5
    (row,) = Quarantine.objects.all()
    assert row.meter_name == "coal-2"
    assert [count for count in counts(double) if count != 900] == [100, 200, 300, 400, 500]


def test_rows_are_committed_only_when_the_other_store_has_confirmed(
    new_influx_store: Any, device: Device, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_influx_store()
    first, second = (device.batch([str(n)], ts_ms=START_MS + n * QUARTER_MS) for n in range(2))
    assert store.store([first], now_ms=NOW_MS).readings == 1
    record = Store._record

    def trouble_meanwhile(*words: Any) -> None:
        record(*words)
        assert SignedBatch.objects.count() == 2

    monkeypatch.setattr(Store, "_record", trouble_meanwhile)
    double.mood = "away"
    with pytest.raises(SeriesUnavailable):
        store.store([second], now_ms=NOW_MS)
    assert SignedBatch.objects.count() == 1
    monkeypatch.undo()
    double.mood = "ok"
    assert store.store([second], now_ms=NOW_MS).readings == 1
    # What was appended in vain is not in the segment, which holds each batch once.
    (segment,) = SignedBatch.objects.values_list("segment", flat=True).distinct()
    packed = (store.segments.home / segment).read_bytes()
    assert gzip.decompress(packed) == first.payload + b"\n" + second.payload + b"\n"
