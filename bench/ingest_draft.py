"""A plant whose model burns what one meter measures: `python -m bench.inside bench.ingest_draft MONTH...`.

Makes plant, meter and model in the pipe's enterprise, opens those months, prints the tenant's schema.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from decimal import Decimal

from kit import clock
from lexicon.terms import AccountKind, Medium, Role
from lexicon.units import Unit

from accounting.services.periods import open_period
from accounting.services.plant_models import ModelSpec, StreamSpec, set_model
from bench.ingest_enterprise import VALID_DAYS
from bench.ingest_rates import LATE_METER, METERED_PLANT
from ingest.services import plants
from tenants.access import Viewer, within
from tenants.models import Tenant, User


def main() -> None:
    """Command line: the months."""
    tenant = Tenant.objects.exclude(organisation=None).get()
    viewer = _viewer(tenant)
    with within(tenant):
        plants.create_plant(viewer, plant=METERED_PLANT, name_zh="基准厂", name_en="Bench")
        plants.create_meter(
            viewer,
            plants.NewMeter(
                plant=METERED_PLANT, slug=LATE_METER, name_zh="柴油", name_en="Diesel", medium=Medium.OIL,
                unit=Unit.TONNE, least_count=Decimal("0.01"), digits=12, interval_s=1_800, stream="",
                gateway="gw-1", valid_from=clock.now() - timedelta(days=VALID_DAYS),
                calibrated_until=(clock.now() + timedelta(days=VALID_DAYS)).date(),
            ),
        )  # fmt: skip
        diesel = StreamSpec(
            slug="diesel", kind="fuel", item="diesel", unit="t", name_zh="柴油", name_en="Diesel",
            meters={"quantity": [LATE_METER]},
        )  # fmt: skip
        set_model(
            viewer, METERED_PLANT, ModelSpec(guideline="ndrc-2013-cement", region="anhui", streams=[diesel])
        )
        for month in sys.argv[1:]:
            open_period(viewer, plant=METERED_PLANT, period=month)
    print(json.dumps({"schema": tenant.schema_name}))


def _viewer(tenant: Tenant) -> Viewer:
    organisation = tenant.organisation
    assert organisation is not None  # noqa: S101 (asked for with one)
    return Viewer(
        person="per_benchbenchbe", name="bench", user=User(), account=organisation.account,
        kind=AccountKind.ENTERPRISE, role=Role.HEAD, organisation=organisation.name, tenant=tenant,
    )  # fmt: skip
