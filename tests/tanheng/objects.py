"""Objects of alpha's that others must not find: each maker gives the path's parameters of one."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests import world

NOW = datetime(2026, 7, 15, tzinfo=UTC)


def colleague() -> dict[str, str]:
    """A person of alpha."""
    return {"person": world.person_id("alpha_operator")}


def token() -> dict[str, str]:
    """A token of each of alpha's people would be found by its owner only: this one is the head's."""
    from tenants.models import ApiToken

    row = ApiToken.objects.create(
        person_id=world.person_id("alpha_head"), name="x", digest=uuid.uuid4().hex, hint="abcd",
        created_at=NOW, expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return {"token_id": str(row.pk)}


def intent() -> dict[str, str]:
    """Something alpha has signed."""
    from kit.outbox import OutboxRow

    row = OutboxRow.objects.create(
        name="list", account=world.HOUSES["alpha"].account, intent_text="{}", organisation="enterprise",
        created_at=NOW,
    )  # fmt: skip
    return {"intent_id": str(row.pk)}


def meter() -> dict[str, str]:
    """A plant of alpha with a gateway and a meter."""
    from tenants.access import viewer_of_person, within
    from tests.ingest.made import made_meter

    viewer = viewer_of_person(world.person_id("alpha_head"))
    assert viewer is not None
    assert viewer.tenant is not None
    with within(viewer.tenant):
        row = made_meter(viewer)
        return {"plant": row.plant_id, "gateway": row.gateway_id, "meter": str(row.pk)}


def certificate() -> dict[str, str]:
    """A certificate of a gateway of alpha's."""
    from ingest.hot.models import BrokerCertificate

    made = meter()
    row = BrokerCertificate.objects.create(
        serial="c0ffee",
        username=f"{world.HOUSES['alpha'].schema}.{made['gateway']}",
        issued_at=NOW,
        expires_at=NOW,
    )
    return {"gateway": made["gateway"], "serial": row.serial}


def gap() -> dict[str, str]:
    """A gap of a meter of alpha's."""
    from ingest.hot.models import Gap
    from ingest.models import Meter

    made = meter()
    with _alpha():
        index = Meter.objects.get(pk=made["meter"]).index
    row = Gap.objects.create(
        meter_id=index, from_ns=0, to_ns=1, found_from_ns=0, found_to_ns=1, found_at=NOW, due_on=NOW.date()
    )
    return {"gap": str(row.pk)}


def alarm() -> dict[str, str]:
    """An alarm of a plant of alpha's."""
    from ingest.hot.models import Alarm

    row = Alarm.objects.create(
        tenant=world.HOUSES["alpha"].schema,
        plant="plant-1",
        kind="network",
        key="network:x",
        since=NOW,
        raised_at=NOW,
    )
    return {"alarm": str(row.pk)}


def _alpha() -> Any:
    """Alpha's schema."""
    from tenants.access import within
    from tenants.models import Tenant

    return within(Tenant.objects.get(schema_name=world.HOUSES["alpha"].schema))


def instrument() -> dict[str, str]:
    """A market in which CEA-2026 is traded."""
    from market.models import Session

    Session.objects.create(
        session=1, phase="closed", closes={"CEA-2026": "7023"}, tx_id="a" * 64, block_number=1, at=NOW
    )
    return {"instrument": "CEA-2026"}


MAKERS: dict[str, Callable[[], dict[str, str]]] = {
    "colleague": colleague,
    "token": token,
    "intent": intent,
    "plant": meter,
    "gateway": meter,
    "meter": meter,
    "gap": gap,
    "certificate": certificate,
    "alarm": alarm,
    "instrument": instrument,
}
