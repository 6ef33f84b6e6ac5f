"""The product's contract on real peers: accounts, issue, sessions, trade, refusal, provenance."""

import pytest

from tests.chaincode.test_on_localnet import test_the_main_job_runs_on_three_real_peers  # noqa: F401
from tests.network.running import product_network

pytestmark = pytest.mark.fabric


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A network whose chaincode is the product's."""
    with product_network(tmp_path_factory.mktemp("contract")) as made:
        yield made
