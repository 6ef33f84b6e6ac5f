"""The live topic of a plant: who may listen, and the state it begins with."""

from collections.abc import Mapping
from typing import Any

from kit import live
from lexicon.rights import Right, may

from ingest.hot.models import MeterIndex
from ingest.selectors.directory import facts_of
from ingest.series import chosen
from ingest.services.live import shown
from tenants.access import within
from tenants.models import Tenant


def register() -> None:
    """Own `plant.<tenant>.<plant>`."""
    live.register("plant", permit=_is_own, snapshot=_newest)


def _is_own(viewer: Any, topic: str) -> bool:
    """Members of the enterprise whose plant it is."""
    parts = topic.split(".")
    if len(parts) != 3 or viewer.tenant is None or not may(viewer.role, Right.SEE_ENTERPRISE):
        return False
    _, tenant, plant = parts
    if viewer.tenant.schema_name != tenant:
        return False
    with within(viewer.tenant):
        return MeterIndex.objects.filter(tenant=tenant, plant=plant).exists()


def _newest(topic: str) -> Mapping[str, Any]:
    """The newest reading of each of the plant's meters."""
    _, tenant, plant = topic.split(".")
    with within(Tenant.objects.get(schema_name=tenant)):
        meters = {row.pk: facts_of(row) for row in MeterIndex.objects.filter(tenant=tenant, plant=plant)}
        newest = chosen().last(list(meters))
    return {"meters": {meters[key].meter: shown(point, meters[key]) for key, point in newest.items()}}
