"""A gateway's key ended by a signed intent, through the route of one of its meters."""

from typing import Any

import pytest
from django_tenants.utils import schema_context
from kit import clock
from kit.outbox import OutboxRow

from ingest.hot.models import GatewayKey
from ingest.models import Meter
from tenants.services.reasons import digest_of
from tests import world
from tests.ingest.conftest import NOON
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
REASON = "网关失窃"


@pytest.fixture
def meter(client_of: Any, frozen_clock: Any, settings: Any) -> dict[str, Any]:
    """A meter whose gateway signs, on the ledger as its first installation."""
    assert frozen_clock == NOON
    settings.LEDGER_NETWORK = world.NETWORK
    made: dict[str, Any] = provision(client_of("alpha_operator")).json()
    return made


def registered() -> None:
    with schema_context(world.HOUSES["alpha"].schema):
        Meter.objects.update(chain=Meter.Chain.REGISTERED, registered_tx="0" * 64)


def revoke(client: Any, meter: dict[str, Any], reason: str = REASON, **changed: Any) -> Any:
    args = {
        "account": world.HOUSES["alpha"].account,
        "plant": "plant-1",
        "meter": "coal-1",
        "n": 0,
        "reason_digest": digest_of(REASON),
        **changed,
    }
    signed = world.signed_intent("alpha_operator", "revoke_meter_key", args, now=clock.now())
    return client.post(f"{API}/meters/{meter['id']}/key/", {**signed, "reason": reason}, format="json")


def test_a_key_is_ended_by_the_signed_words_of_the_enterprise(client_of: Any, meter: Any) -> None:
    operator = client_of("alpha_operator")
    registered()
    shown = operator.get(f"{API}/meters/{meter['id']}/key/").json()
    assert shown["revoked"] is False
    answer = revoke(operator, meter)
    assert answer.status_code == 202, answer.json()
    row = OutboxRow.objects.get(pk=answer.json()["intent_id"])
    assert (row.name, row.subject) == ("revoke_meter_key", "meter:plant-1/coal-1")


def test_the_words_the_installation_and_the_key_are_held_against_what_is_known(
    client_of: Any, meter: Any
) -> None:
    operator = client_of("alpha_operator")
    assert revoke(operator, meter).json()["refusal"] == "meter_unknown"
    registered()
    assert revoke(operator, meter, "  ").json()["refusal"] == "field_invalid"
    assert revoke(operator, meter, "something else").json()["refusal"] == "intent_not_as_shown"
    assert revoke(operator, meter, n=1).json()["refusal"] == "intent_not_as_shown"
    GatewayKey.objects.update(revoked_at=NOON)
    assert operator.get(f"{API}/meters/{meter['id']}/key/").json()["revoked"] is True
    assert revoke(operator, meter).json()["refusal"] == "meter_key_missing"
