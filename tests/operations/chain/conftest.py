"""The ledger in memory of the market's tests, and three running peers."""

import asyncio

import pytest

from tests.chaincode.test_on_localnet import Contract
from tests.market.conftest import ledger, market
from tests.operations.chain.traded import trade

__all__ = ["ledger", "market"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Three peers on which something was issued and traded."""
    contract = Contract(tmp_path_factory.mktemp("traded"))
    try:
        contract.start()
        contract.town = asyncio.run(trade(contract.network))
        yield contract
    finally:
        contract.stop()
