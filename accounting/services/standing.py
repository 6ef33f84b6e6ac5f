"""Where each period stands, kept in the shared schema for the regulator's wall; written here only."""

from functools import partial

from django.db import transaction
from kit import live, schema
from lexicon.terms import PeriodState, ReportState

from accounting import metered
from accounting.chain.models import PeriodStanding
from accounting.domain.year import is_year
from accounting.models import Report, ReportingPeriod
from accounting.services import clocks
from tenants.models import Tenant

TOPIC = "oversight"
# In these a period's figures follow its data; `states.OPEN`, which imports this module.
OPEN = (PeriodState.COLLECTING, PeriodState.READY, PeriodState.RETURNED)


def keep(period: ReportingPeriod) -> None:
    """Copies a period's state, running total and minted total; outside an enterprise's schema nothing.

    Ingest learns here whether the month is closed, because every change of state passes through.
    """
    tenant = schema.current()
    if not isinstance(tenant, Tenant) or not tenant.organisation_id:
        return
    if not is_year(period.period):
        metered.keep_closing(period.plant, period.period, is_open=period.state in OPEN)
    total = (period.result or {}).get("total_g")
    minted = Report.objects.filter(period=period, state=ReportState.MINTED).order_by("-version").first()
    PeriodStanding.objects.update_or_create(
        tenant=tenant.schema_name,
        plant=period.plant,
        period=period.period,
        defaults={
            "account": tenant.organisation_id,
            "state": period.state,
            "total_g": None if total is None else int(total),
            "minted_g": minted.total_g if minted else None,
            **clocks.summary(period),
        },
    )


def keep_all() -> None:
    """All periods of the schema on the connection: what was there before the table was."""
    for period in ReportingPeriod.objects.all():
        keep(period)


def tell() -> None:
    """After the commit, overseers' pages are told to read again; no figure travels with it.

    After, because the topic's row would else stay locked for as long as the transaction lasts.
    """
    transaction.on_commit(partial(live.publish, TOPIC, {"kind": "periods"}), robust=True)
