"""A plant on a ledger in memory for the tests of accounting's services and routes."""

import pytest

from tests import world
from tests.accounting.stage import Stage, staged


@pytest.fixture
def stage(client_of, frozen_clock, settings) -> Stage:
    """Alpha's power plant with a metered June 2026; it is noon of 15 July."""
    settings.LEDGER_NETWORK = world.NETWORK
    return staged(client_of)
