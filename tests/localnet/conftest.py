"""One running network for the tests that only talk to it; those that break things start their own."""

import pytest

from tests.localnet.running import RunningNetwork


@pytest.fixture(scope="session")
def network(tmp_path_factory):
    running = RunningNetwork(tmp_path_factory.mktemp("network"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def own_network(tmp_path):
    """A network of one's own, to be broken."""
    running = RunningNetwork(tmp_path)
    try:
        running.start()
        yield running
    finally:
        running.stop()
