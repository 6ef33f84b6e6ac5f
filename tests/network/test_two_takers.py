"""Two takers of one tonne at once, on real peers: through outbox and relay, exactly one wins."""

import pytest

from tests.market.test_on_localnet import (  # noqa: F401
    test_of_two_takers_at_once_exactly_one_wins_on_three_peers,
)
from tests.network.running import product_network

pytestmark = [pytest.mark.fabric, pytest.mark.db]


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A network whose chaincode is the product's."""
    with product_network(tmp_path_factory.mktemp("takers")) as made:
        yield made
