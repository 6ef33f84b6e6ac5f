"""The ledger in memory of the market's tests."""

from tests.market.conftest import ledger, market

__all__ = ["ledger", "market"]
