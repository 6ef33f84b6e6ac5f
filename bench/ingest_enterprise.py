"""An enterprise with a plant: `python -m bench.inside bench.ingest_enterprise FILE FOLDER`."""

from __future__ import annotations

import base64
import json
import secrets
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from allauth.mfa.models import Authenticator
from kit import clock
from lexicon.terms import AccountKind, AccountState, Role
from proof.batches import public_key

from ingest.services import plants
from ingest.simulation.device import gateway_key
from ingest.simulation.plant import PlantSpec, load
from ingest.simulation.runs import key_path
from tenants.access import Viewer, within
from tenants.models import Membership, Organisation, Person, User
from tenants.services.schemas import create_tenant, prepare_database

VALID_DAYS = 200
EMAIL = "head@bench.test"


def main() -> None:
    """Migrates, makes enterprise, head, plant, gateway and meters; prints the two sign-ins."""
    prepare_database()
    spec = load(Path(sys.argv[1]))
    head = {
        "email": EMAIL,
        "password": secrets.token_urlsafe(16),
        "totp": base64.b32encode(secrets.token_bytes(20)).decode(),
    }
    viewer = _viewer(head)
    assert viewer.tenant is not None  # noqa: S101 (made with it)
    with within(viewer.tenant):
        plants.create_plant(viewer, plant=spec.id, name_zh=spec.name_zh, name_en=spec.name_en)
        key = public_key(gateway_key(key_path(Path(sys.argv[2]), spec.id)))
        made = plants.create_gateway(viewer, gateway="gw-1", name="bench", key=key)
        _meters(viewer, spec)
    told = {"tenant": viewer.tenant.schema_name, "head": head}
    print(json.dumps({"username": made.username, "password": made.password, **told}))


def _viewer(head: Mapping[str, str]) -> Viewer:
    organisation = Organisation.objects.create(
        account="acc_benchbenchbe",
        kind=AccountKind.ENTERPRISE,
        name="bench",
        status=AccountState.ACTIVE,
        created_at=clock.now(),
    )
    user = User.objects.create_user(head["email"], head["password"])
    Authenticator.objects.create(user=user, type="totp", data={"secret": head["totp"]})
    person = Person.objects.create(id="per_benchbenchbe", user=user, name="bench", created_at=clock.now())
    Membership.objects.create(
        person=person, organisation=organisation, role=Role.HEAD, status="active", created_at=clock.now()
    )
    return Viewer(
        person=person.id,
        name=person.name,
        user=user,
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
