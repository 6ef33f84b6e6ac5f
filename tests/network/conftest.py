"""A real network for the tests marked `fabric`; where its programs are missing, one line says so."""

import pytest
from network.programs import ProgramsMissing, find

from tests.network.running import RealNetwork


def pytest_collection_modifyitems(items):
    """Skip what needs real peers where there are none."""
    try:
        find()
    except ProgramsMissing as missing:
        for item in items:
            if item.get_closest_marker("fabric"):
                item.add_marker(pytest.mark.skip(reason=str(missing)))


def pytest_terminal_summary(terminalreporter):
    """How much of real Fabric was not tried, and why: told by the reports, whoever ran the tests."""
    try:
        find()
    except ProgramsMissing as missing:
        skipped = terminalreporter.stats.get("skipped", [])
        count = sum(str(missing) in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.write_line(f"real Fabric: {count} tests skipped. {missing}", yellow=True)


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
