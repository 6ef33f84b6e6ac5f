"""A real influxd for a module's tests, which may stop and kill it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ingest.series.influx_server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("influx"))
    made.start()
    yield made
    made.kill()
