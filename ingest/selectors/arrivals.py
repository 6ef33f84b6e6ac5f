"""What came from a meter's gateway since the meter was entered: its first reading, or what came instead."""

from dataclasses import dataclass
from typing import Any

from kit import schema
from lexicon.topics import Kind, MeterPath, build

from ingest.hot.models import Quarantine
from ingest.models import Meter
from ingest.selectors.readings import reading
from ingest.series import Series

# A person who connects a meter looks at the last few messages, not at a history.
INSTEAD_MAX = 5


@dataclass(frozen=True, slots=True)
class Arrival:
    """topic: where the meter's readings are expected; last: its newest; instead: newest first, not stored."""

    topic: str
    last: dict[str, Any] | None
    instead: list[Quarantine]


def arrival_of(meter: Meter, series: Series) -> Arrival:
    """The meter of the schema on the connection; other gateways' messages are not looked at."""
    tenant = str(schema.current().schema_name)
    path = MeterPath(tenant=tenant, gateway=meter.gateway_id, plant=meter.plant_id, meter=meter.slug)
    newest = series.last([meter.index]).get(meter.index)
    # The broker lets a gateway publish below its own name only, so the topic names the tenant, also where the
    # rest of it is no topic of ours.
    rows = Quarantine.objects.filter(
        topic__startswith=f"v1/{path.identity}/", received_at__gte=meter.created_at
    ).order_by("-received_at", "-id")
    return Arrival(
        topic=build(path, Kind.READING),
        last=reading(newest, meter) if newest else None,
        instead=list(rows[:INSTEAD_MAX]),
    )
