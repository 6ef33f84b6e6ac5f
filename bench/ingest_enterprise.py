"""An enterprise with a plant: `python -m bench.inside bench.ingest_enterprise FILE FOLDER`."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from kit import clock
from lexicon.terms import AccountKind, AccountState, Role
from proof.batches import public_key

from ingest.services import plants
from ingest.simulation.device import gateway_key
from ingest.simulation.plant import PlantSpec, load
from ingest.simulation.runs import key_path
from tenants.access import Viewer, within
from tenants.models import Organisation, User
from tenants.services.schemas import create_tenant, prepare_database

VALID_DAYS = 200


def main() -> None:
    """Migrates, makes enterprise, plant, gateway and meters, prints the sign-in."""
    prepare_database()
    spec = load(Path(sys.argv[1]))
    viewer = _viewer()
    assert viewer.tenant is not None  # noqa: S101 (made with it)
    with within(viewer.tenant):
        plants.create_plant(viewer, plant=spec.id, name_zh=spec.name_zh, name_en=spec.name_en)
        key = public_key(gateway_key(key_path(Path(sys.argv[2]), spec.id)))
        made = plants.create_gateway(viewer, gateway="gw-1", name="bench", key=key)
        _meters(viewer, spec)
    print(json.dumps({"username": made.username, "password": made.password}))


def _viewer() -> Viewer:
    organisation = Organisation.objects.create(
        account="acc_benchbenchbe",
        kind=AccountKind.ENTERPRISE,
        name="bench",
        status=AccountState.ACTIVE,
        created_at=clock.now(),
    )
    return Viewer(
        person="per_benchbenchbe",
        name="bench",
        user=User(),
        account=organisation.account,
        kind=AccountKind.ENTERPRISE,
        role=Role.HEAD,
        organisation=organisation.name,
        tenant=create_tenant(organisation),
    )


def _meters(viewer: Viewer, spec: PlantSpec) -> None:
    for meter in spec.meters:
        plants.create_meter(
            viewer,
            plants.NewMeter(
                plant=spec.id,
                slug=meter.slug,
                name_zh=meter.name_zh,
                name_en=meter.name_en,
                medium=meter.medium,
                unit=meter.unit,
                least_count=meter.least_count,
                digits=meter.digits,
                interval_s=meter.interval_s,
                stream=meter.stream,
                gateway="gw-1",
                valid_from=clock.now() - timedelta(days=VALID_DAYS),
            ),
        )
