"""A real network for the tests marked `fabric`; where its programs are missing, one line says so."""

import pytest
from network.programs import ProgramsMissing, find

from tests.network.running import RealNetwork

SKIPPED = pytest.StashKey[tuple[int, str]]()


def pytest_collection_modifyitems(config, items):
    """Skip what needs real peers where there are none."""
    try:
        find()
    except ProgramsMissing as missing:
        marked = [item for item in items if item.get_closest_marker("fabric")]
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=str(missing)))
        config.stash[SKIPPED] = (len(marked), str(missing))


def pytest_terminal_summary(terminalreporter, config):
    """How much of real Fabric was not tried, and why."""
    count, reason = config.stash.get(SKIPPED, (0, ""))
    if count:
        terminalreporter.write_line(f"real Fabric: {count} tests skipped. {reason}", yellow=True)


@pytest.fixture(scope="session")
def network(tmp_path_factory):
    """One running network for the tests that only talk to it."""
    running = RealNetwork(tmp_path_factory.mktemp("real"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def own_network(tmp_path):
    """A network of one's own, to be broken."""
    running = RealNetwork(tmp_path)
    try:
        running.start()
        yield running
    finally:
        running.stop()
