"""A real influxd for a module's tests, which may stop and kill it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from operations.influx_bucket import NoBucket, made_at

from tests.ingest.series.influx_server import GIVEN, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("influx"))
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A bucket of ours: at somebody's server one that is made for this module and removed after it."""
    if not GIVEN:
        yield request.getfixturevalue("server").url
        return
    with ExitStack() as stack:
        try:
            bucket = stack.enter_context(made_at(GIVEN))
        except NoBucket as error:
            pytest.skip(str(error))
        yield bucket.url
