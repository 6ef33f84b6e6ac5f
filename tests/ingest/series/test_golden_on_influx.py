"""The golden data sets on a real InfluxDB: the same exact sums as on the embedded store."""

import random
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.selectors.directory import Directory
from ingest.series.influx import InfluxSeries
from tests.ingest.golden_hours import add, arrive, expected, sums
from tests.ingest.golden_sets import NAMES, load
from tests.ingest.series.influx_server import needs_influx

pytestmark = [pytest.mark.db, pytest.mark.influx, needs_influx]
PARTS = 4


@pytest.fixture
def store(db: None, url: str) -> Any:
    directory = Directory()
    return SimpleNamespace(directory=directory, series=InfluxSeries(url, directory.by_key))


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_set_in_any_order_and_twice_gives_its_sums(name: str, store: Any, frozen_clock: Any) -> None:
    golden = load(name)
    meter = add(golden)
    points = golden.points(meter)
    chance = random.Random(name)  # noqa: S311
    shuffled = chance.sample(points * 2, k=2 * len(points))
    size = -(-len(shuffled) // PARTS)
    for start in range(0, len(shuffled), size):
        arrive(store, shuffled[start : start + size])
    assert sums(golden, meter) == expected(golden)
