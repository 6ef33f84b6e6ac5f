"""A set-up that is written back is the one that was played, and only where it belongs."""

import pytest
from django.db import transaction

from market.models import Lot
from tenants.models import Organisation
from tests import kept, world
from tests.market import town as town_module
from tests.market.town import Town, town

pytestmark = pytest.mark.db


def opened() -> Town:
    made = town()
    made.open_market()
    return made


@pytest.fixture
def played(db, frozen_clock, settings, monkeypatch) -> tuple[Town, kept.Rows]:
    """A market that was played just now, and every row of it; the database is as before."""
    settings.LEDGER_NETWORK = world.NETWORK
    monkeypatch.setattr(town_module, "_played", kept.Memory())
    # What is rolled back here would count as a change of the test's own.
    monkeypatch.setattr(kept, "writes", lambda: 0)
    with transaction.atomic():
        made = opened()
        rows = kept.contents()
        transaction.set_rollback(True)
    assert not Lot.objects.exists()
    return made, rows


def test_every_row_and_the_whole_chain_come_back_as_they_were_played(played) -> None:
    made, rows = played
    again = opened()
    assert kept.contents() == rows
    assert Lot.objects.exists()
    assert (again.chain.state, again.chain._blocks) == (made.chain.state, made.chain._blocks)
    assert again.events == made.events


def test_what_a_test_does_to_its_town_stays_out_of_the_next(played) -> None:
    with transaction.atomic():
        first = opened()
        first.issue(world.HOUSES["beta"].account, "coin", 5, number=3)
        transaction.set_rollback(True)
    again = opened()
    assert (again.chain.height, again.chain.state) == (played[0].chain.height, played[0].chain.state)
    again.issue(world.HOUSES["beta"].account, "coin", 5, number=3)
    assert again.chain.height == first.chain.height


def test_a_test_that_changed_anything_before_plays_for_itself(ledger: Town) -> None:
    plays: list[str] = []
    ledger.set_up("a", lambda: plays.append("a"))
    ledger._path = ledger._path[:-1]
    ledger.set_up("a", lambda: plays.append("a again"))
    assert plays == ["a"]
    ledger._path = ledger._path[:-1]
    Organisation.objects.filter(account=world.HOUSES["alpha"].account).update(name="甲")
    ledger.set_up("a", lambda: plays.append("after a change"))
    assert plays == ["a", "after a change"]


def test_a_call_of_the_ledger_is_a_change_too(ledger: Town) -> None:
    plays: list[str] = []
    ledger.set_up("b", lambda: plays.append("b"))
    ledger._path = ledger._path[:-1]
    ledger.chain._nonce += 1
    ledger.set_up("b", lambda: plays.append("after a call"))
    assert plays == ["b", "after a call"]


def test_a_changed_row_is_taken_back_with_its_change(db) -> None:
    before = kept.contents()
    with transaction.atomic():
        Organisation.objects.filter(account=world.HOUSES["alpha"].account).update(name='甲, "(乙)\\')
        change = kept.difference(before, kept.contents())
        transaction.set_rollback(True)
    change.write()
    assert Organisation.objects.get(account=world.HOUSES["alpha"].account).name == '甲, "(乙)\\'
    with pytest.raises(AssertionError, match="not what the set-up began with"):
        change.write()
