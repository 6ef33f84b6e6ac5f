"""What the broker saw of gateways: for the page where somebody waits for a first reading."""

from collections.abc import Mapping
from datetime import datetime

from ingest.hot.models import BrokerSighting


def note(connected: Mapping[str, datetime], refused_at: datetime | None) -> None:
    """Keeps when gateways were let in, and when anybody was turned away. Raises DatabaseError."""
    for username, at in connected.items():
        BrokerSighting.objects.update_or_create(username=username, defaults={"connected_at": at})
    if refused_at is not None:
        BrokerSighting.objects.update_or_create(
            username=BrokerSighting.NOBODY, defaults={"refused_at": refused_at}
        )
