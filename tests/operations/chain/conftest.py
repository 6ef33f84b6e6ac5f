"""The ledger in memory of the market's tests, and three running peers."""

import pytest

from tests.market.conftest import ledger, market
from tests.operations.chain.traded import trading

__all__ = ["ledger", "market"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Three peers on which something was issued and traded."""
    with trading(tmp_path_factory.mktemp("traded")) as contract:
        yield contract
