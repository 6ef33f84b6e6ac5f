"""What the ledger says about meters and anchors. Idempotent: the same event again changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django_tenants.utils import get_tenant_model, tenant_context
from ledger.events import LedgerEvent
from lexicon.intents import instant_from_text

from ingest.hot.models import Anchor, GatewayKey
from ingest.models import Meter


def apply(event: LedgerEvent) -> None:
    """Marks registered meters, revoked keys and anchored days; events of other objects are not looked at."""
    for write in event.written("meter"):
        if write.value is not None:
            _meter(event.tx_id, write.value)
    for write in event.written("anchor"):
        if write.value is not None:
            _anchor(event.tx_id, event.at, write.value)


def _meter(tx_id: str, value: Mapping[str, Any]) -> None:
    tenant = get_tenant_model().objects.filter(organisation=value["account"]).first()
    if tenant is None:
        return
    with tenant_context(tenant):
        Meter.objects.filter(plant_id=value["plant"], slug=value["meter"], installation=value["n"]).update(
            chain=Meter.Chain.REGISTERED, registered_tx=tx_id
        )
    if value.get("revoked_at") and value.get("gateway_key"):
        # The key is its gateway's: revoked for one meter it is worth nothing for the others.
        GatewayKey.objects.filter(
            tenant=tenant.schema_name, fingerprint=value["gateway_key"]["fingerprint"], revoked_at=None
        ).update(revoked_at=instant_from_text(value["revoked_at"]))


def _anchor(tx_id: str, at: datetime, value: Mapping[str, Any]) -> None:
    Anchor.objects.filter(
        account=value["account"],
        plant=value["plant"],
        day=value["day"],
        n=value["n"],
        root=value["root"],
        tx_id="",
    ).update(tx_id=tx_id, anchored_at=at)
