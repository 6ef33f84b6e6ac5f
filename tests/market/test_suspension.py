"""Suspension and reinstatement on the ledger, as sign-ins feel them."""

import pytest
from lexicon.canonical import digest

from tenants.models import Membership, Organisation, TwoStepAction
from tests import world
from tests.market import town as town_module
from tests.market.town import Town, town

pytestmark = pytest.mark.db


@pytest.fixture
def ledger(frozen_clock) -> Town:
    made = town()
    town_module._activate(made, "administrator_2")
    made.follow()
    return made


def decide(ledger: Town, number: int, act: str, **args: object) -> None:
    """Two administrators propose and confirm."""
    given = args | {"reason_digest": digest("reason")}
    action = f"susp_{number}"
    ledger.sign("administrator_1", "propose_action", {"action": action, "act": act, "act_args": given})
    ledger.sign("administrator_2", "confirm_action", {"action": action, "digest": digest(given)})
    ledger.follow()


def status(name: str) -> str:
    return Membership.objects.get(person=world.person_id(name), organisation=account()).status


def account() -> str:
    return world.HOUSES["alpha"].account


def test_a_suspended_person_is_out_and_a_reinstated_one_is_in_again(ledger: Town) -> None:
    person = world.person_id("alpha_trader")
    assert status("alpha_trader") == "active"
    decide(ledger, 1, "suspend", account=account(), person=person)
    assert (status("alpha_trader"), status("alpha_head")) == ("suspended", "active")
    decide(ledger, 2, "reinstate", account=account(), person=person)
    assert status("alpha_trader") == "active"
    assert TwoStepAction.objects.get(pk="susp_2").state == "executed"


def test_a_suspended_account_is_suspended_here_and_comes_back(ledger: Town) -> None:
    decide(ledger, 1, "suspend", account=account())
    assert Organisation.objects.get(pk=account()).status == "suspended"
    decide(ledger, 2, "reinstate", account=account())
    assert Organisation.objects.get(pk=account()).status == "active"
