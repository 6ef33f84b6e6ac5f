"""`tanheng ledger rebuild` against a running peer: its streams, its bar, an edited row."""

import pytest
from click.testing import CliRunner, Result
from operations.chain import rebuild
from operations.chain.rebuild import PeerSource
from operations.commands import ledger as command

from market.models import Block, ChainEvent, Trade
from market.services import chain

pytestmark = pytest.mark.db


@pytest.fixture
def followed(running, db):
    """The read models as a follower leaves them, from the auditor's peer; the newest block's number."""
    with PeerSource(running.network, "auditor") as source:
        for event in source.events(0):
            rebuild._apply([event])
            if event.name == "take":
                break
        for block in source.blocks(0):
            chain.store_block(block)
            if block.number == event.block_number:
                break
    return event.block_number


def asked(running, monkeypatch, *options: str) -> Result:
    """The command as a person gives it, on this network and the tests' database."""
    monkeypatch.setattr(command, "_network", lambda: running.network)
    monkeypatch.setattr("operations.django_project.start", lambda: None)
    return CliRunner().invoke(command.ledger, ["rebuild", *options])


def test_the_read_models_are_equal_to_what_another_organisation_s_peer_sends(
    running, followed, monkeypatch, caplog
) -> None:
    assert Block.objects.count() == followed + 1
    assert ChainEvent.objects.filter(name="take").count() == Trade.objects.count() == 1
    done = asked(running, monkeypatch)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "equal, byte for byte"
    assert "from block 0" in done.stderr
    assert "100 %" in done.stderr
    # Not all that asyncio says: gRPC's poller of this process also tells of loops that other tests closed.
    assert "Task was destroyed but it is pending" not in caplog.text, "no stream left open"


def test_an_edited_row_is_counted_and_repaired_from_the_peer(running, followed, monkeypatch) -> None:
    price = Trade.objects.get().price_cents
    Trade.objects.update(price_cents=1)
    done = asked(running, monkeypatch)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "2 rows differ")
    assert Trade.objects.get().price_cents == 1, "without --repair nothing is changed"
    done = asked(running, monkeypatch, "--repair")
    assert done.exit_code == 0, done.output
    assert Trade.objects.get().price_cents == price
    assert asked(running, monkeypatch).exit_code == 0
