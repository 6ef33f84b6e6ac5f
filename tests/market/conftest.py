"""A ledger in memory for the market's tests."""

import pytest

from tests import world
from tests.market.town import Town, town


@pytest.fixture
def ledger(db, frozen_clock, settings) -> Town:
    """The people of `tests.world` on a ledger in memory; nothing is issued, the market is closed."""
    settings.LEDGER_NETWORK = world.NETWORK
    return town()


@pytest.fixture
def market(ledger: Town) -> Town:
    """Alpha has 1,000 t, beta has 100,000.00 coin, session 1 is open."""
    ledger.open_market()
    return ledger
