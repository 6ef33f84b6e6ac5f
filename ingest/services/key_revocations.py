"""The end of a gateway's key, signed by the enterprise: what the key signed before keeps its proof."""

from collections.abc import Mapping

from django.db import transaction
from kit import outbox
from lexicon.evidence_arguments import RevokeMeterKey
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction

from ingest.hot.models import GatewayKey
from ingest.models import Meter
from tenants.access import Viewer
from tenants.services import reasons
from tenants.services.intents import accept


def revoked(viewer: Viewer, meter: Meter) -> bool | None:
    """Whether the key of the meter's gateway is ended; None where it has none."""
    if not meter.gateway.fingerprint:
        return None
    tenant = viewer.tenant.schema_name if viewer.tenant else ""
    rows = GatewayKey.objects.filter(tenant=tenant, fingerprint=meter.gateway.fingerprint)
    return not rows.filter(revoked_at=None).exists()


@transaction.atomic
def revoke(viewer: Viewer, meter: Meter, signed: Mapping[str, str], *, reason: str) -> outbox.OutboxRow:
    """Queue the signed `revoke_meter_key`; with it the key is worth nothing for any meter of its gateway.

    reason: the words whose digest is signed. Raises: Refused reason_required, meter_unknown (not on the
    ledger), meter_key_missing, and those of a signed intent.
    """
    words = reason.strip()
    if not words:
        refuse(Refusal.REASON_REQUIRED)
    if meter.chain != Meter.Chain.REGISTERED:
        refuse(Refusal.METER_UNKNOWN, meter=meter.slug, n=meter.installation)
    if revoked(viewer, meter) is not False:
        refuse(Refusal.METER_KEY_MISSING)
    args = RevokeMeterKey(
        account=viewer.account,
        plant=meter.plant_id,
        meter=meter.slug,
        n=meter.installation,
        reason_digest=reasons.digest_of(words),
    )
    row = accept(
        viewer,
        name=Transaction.REVOKE_METER_KEY,
        args=args,
        signed=signed,
        subject=f"meter:{meter.plant_id}/{meter.slug}",
    )
    reasons.keep(viewer, words)
    return row
