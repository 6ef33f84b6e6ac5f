"""What the broker saw of gateways: for the page where somebody waits for a first reading."""

from collections.abc import Mapping
from datetime import datetime

from ingest.hot.models import BrokerSighting


def note(connected: Mapping[str, datetime], turned_away: Mapping[str, datetime]) -> None:
    """Keeps when gateways were let in, and when anybody was turned away by a `password` or in the TLS
    `handshake`. Raises DatabaseError."""
    for username, at in connected.items():
        BrokerSighting.objects.update_or_create(username=username, defaults={"connected_at": at})
    for how, at in turned_away.items():
        name = BrokerSighting.HANDSHAKE if how == "handshake" else BrokerSighting.NOBODY
        BrokerSighting.objects.update_or_create(username=name, defaults={"refused_at": at})
