"""What the broker saw of gateways: for the pages where somebody waits for a reading or misses one."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from lexicon.refusals import Refusal

from ingest.hot.models import BrokerSighting, MeterIndex, Quarantine
from ingest.reading import PAYLOAD_LIMIT


def note(
    connected: Mapping[str, datetime],
    turned_away: Mapping[str, datetime],
    too_large: Mapping[str, datetime],
    dropped: Mapping[str, datetime],
) -> None:
    """Keeps when gateways were let in, when anybody was turned away by a `password` or in the TLS
    `handshake`, whose message the broker did not take for its size, and that it dropped messages on their way
    to ingest. Raises DatabaseError."""
    for username, at in connected.items():
        BrokerSighting.objects.update_or_create(username=username, defaults={"connected_at": at})
    for how, at in turned_away.items():
        name = BrokerSighting.HANDSHAKE if how == "handshake" else BrokerSighting.NOBODY
        BrokerSighting.objects.update_or_create(username=name, defaults={"refused_at": at})
    for at in dropped.values():
        BrokerSighting.objects.update_or_create(username=BrokerSighting.DROPPED, defaults={"refused_at": at})
    for username, at in too_large.items():
        Quarantine.objects.bulk_create(_too_large(username, at), ignore_conflicts=True)


def _too_large(username: str, at: datetime) -> list[Quarantine]:
    """A row for each plant of the gateway, one an hour: a device sends such a message again and again.

    The broker read neither topic nor payload of it, so no meter is named.
    """
    tenant, _, gateway = username.partition(".")
    plants = MeterIndex.objects.filter(tenant=tenant, gateway=gateway).order_by("plant").values_list("plant")
    return [
        Quarantine(
            digest=sha256(f"too large {username} {plant} {at:%Y-%m-%dT%H}".encode()).hexdigest(),
            tenant=tenant,
            plant=plant,
            topic=f"v1/{username}/#",
            payload=b"",
            reason=Refusal.MESSAGE_TOO_LARGE,
            facts={"limit": PAYLOAD_LIMIT},
            state=Quarantine.State.REFUSED,
            received_at=at,
        )
        for plant in [one for (one,) in plants.distinct()] or [""]
    ]
