"""Plants, gateways and meters of the tests, made by the services."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.terms import Medium
from lexicon.units import Unit
from proof.batches import public_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def made_meter(viewer: Any, *, plant: str = "plant-1", gateway: str = "gw-1", slug: str = "coal-1") -> Any:
    """A meter with its plant and gateway, in the viewer's schema."""
    from ingest.models import Gateway, Plant
    from ingest.services import plants

    if not Plant.objects.filter(pk=plant).exists():
        plants.create_plant(viewer, plant=plant, name_zh="厂", name_en="Plant", sector="power")
    if not Gateway.objects.filter(pk=gateway).exists():
        plants.create_gateway(viewer, gateway=gateway, name="网关", key=public_key(KEY))
    return plants.create_meter(
        viewer,
        plants.NewMeter(
            plant=plant,
            slug=slug,
            name_zh="原煤皮带秤",
            name_en="Coal belt scale",
            medium=Medium.COAL,
            unit=Unit.TONNE,
            least_count=Decimal("0.01"),
            digits=8,
            interval_s=900,
            stream="fuel:coal",
            gateway=gateway,
            valid_from=datetime(2025, 10, 1, tzinfo=UTC),
        ),
    )
