"""The benches of the ledger run through on the embedded engine, with few of everything."""

import asyncio

import pytest

from bench import chain_crowds, chain_drive, chain_growth
from tests.chaincode.test_on_localnet import Contract

FEW = {"SELLERS": 2, "REPORTERS": 2}


@pytest.fixture
def home(tmp_path_factory):
    """The folder of a running network with the product's chaincode."""
    running = Contract(tmp_path_factory.mktemp("bench"))
    try:
        running.start()
        yield running.home
    finally:
        running.stop()


def test_the_state_is_filled_and_each_size_is_timed(home, monkeypatch):
    for name, few in FEW.items():
        monkeypatch.setattr(chain_growth, name, few)
    monkeypatch.setattr(chain_drive, "ALONE", 5)
    monkeypatch.setattr(chain_drive, "WARM_UP", 0)
    told = asyncio.run(chain_growth.measure(home, [32, 64]))
    assert set(told) == {"32", "64"}
    assert all(ms > 0 for row in told.values() for cost in row.values() for ms in cost.values())


def test_crowds_take_turns_and_each_has_its_rate_and_growth(home, monkeypatch):
    monkeypatch.setattr(chain_drive, "CLIENTS", 3)
    monkeypatch.setattr(chain_drive, "ROUND_S", 0.5)
    monkeypatch.setattr(chain_drive, "ROUND_WARM_UP_S", 0.1)
    told = asyncio.run(chain_crowds.drive(home))
    for kind in ("write", "take"):
        assert told["per_s"][kind] > 0
        # A peer that lags on a busy machine may cost an endorsement, which a new proposal gets; no refusal.
        assert set(told["failed"][kind]) <= {"ABORTED"}
        assert told["growth_bytes"][kind]["blocks"] > 1000
