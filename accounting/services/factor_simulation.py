"""A proposed factor set tried on every enterprise's periods by the task worker, one enterprise a round.

Open periods are calculated from what is known now; frozen ones of the last year from their own report, as if
the factors had always held, and stay as they are. Kept are differences, never a total.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from kit import clock, schema
from lexicon import canonical
from lexicon.factor_lines import first_of

from accounting.chain.factor_models import FactorEffect, FactorProposal
from accounting.domain.assembly import assemble
from accounting.domain.factor_effects import Effect, effect_of, grams_text, renamed
from accounting.domain.factors import FactorSet, factor_sets, read_published
from accounting.domain.year import is_year
from accounting.models import Report, ReportingPeriod
from accounting.services import standing
from accounting.services.factor_versions import was_submitted
from accounting.services.gathering import setting_of, sources_of
from tenants.models import Tenant

SCHEMA = "tanheng-factor-simulation/1"
OPEN, YEAR, FROZEN = "open", "year", "frozen"


def simulate_next() -> bool:
    """Count the schema's enterprise for the oldest simulation that has not; true when it did."""
    tenant = schema.current()
    if not isinstance(tenant, Tenant) or not tenant.organisation_id:
        return False
    proposal = _running().exclude(done__contains=[tenant.schema_name]).order_by("asked_at").first()
    if proposal is None:
        return False
    base, later = factor_sets()[proposal.succeeds], read_published(proposal.text)
    rows = [
        FactorEffect(
            proposal=proposal, tenant=tenant.schema_name, account=tenant.organisation_id,
            plant=period.plant, period=period.period, kind=kind, state=period.state,
            effect_g=effect.grams,
            by_factor=[[place, grams_text(grams)] for place, grams in effect.by_factor if grams != 0],
        )
        for period, kind, effect in _effects(base, later)
    ]  # fmt: skip
    with transaction.atomic():
        locked = FactorProposal.objects.select_for_update().get(pk=proposal.pk)
        if locked.asked_at != proposal.asked_at or tenant.schema_name in locked.done:
            return True
        FactorEffect.objects.bulk_create(rows)
        locked.done = [*locked.done, tenant.schema_name]
        locked.save(update_fields=["done"])
    return True


@transaction.atomic
def finish() -> None:
    """A simulation that has counted every enterprise gets the digest that both persons sign."""
    everybody = set(Tenant.objects.exclude(organisation=None).values_list("schema_name", flat=True))
    for proposal in _running().select_for_update():
        if everybody - set(proposal.done):
            continue
        proposal.simulated_at = clock.now()
        proposal.simulation = _told(proposal)
        proposal.simulation_digest = canonical.digest(json.loads(proposal.simulation))
        proposal.save(update_fields=["simulated_at", "simulation", "simulation_digest"])


def _running() -> Any:
    return FactorProposal.objects.filter(withdrawn_at=None, simulated_at=None).exclude(asked_at=None)


def _effects(base: FactorSet, later: FactorSet) -> Iterator[tuple[ReportingPeriod, str, Effect]]:
    """Each period that goes by the line, its kind, and what the set does to it."""
    for period in ReportingPeriod.objects.order_by("plant", "period").defer("result"):
        if not _of_line(period.factor_sets, base.id):
            continue
        if takes(period, later):
            before, after = _open_inputs(period, later)
            kind = YEAR if is_year(period.period) else OPEN
            yield period, kind, effect_of(before, after, base, later)
        elif not is_year(period.period) and period.period >= _year_before(later.since):
            report = Report.objects.filter(period=period).exclude(state="").order_by("-version").first()
            given = json.loads(report.content)["input"] if report else None
            if given is not None and _of_line(given["factor_sets"], base.id):
                changed = renamed(given, later.id)
                yield period, FROZEN, effect_of(given, changed, base, later, always=True)


def takes(period: ReportingPeriod, later: FactorSet) -> bool:
    """Whether a period will go by a set once it is published: open, never submitted, from its month on."""
    last = f"{period.period}-12" if is_year(period.period) else period.period
    return last >= later.since and period.state in standing.OPEN and not was_submitted(period)


def _open_inputs(period: ReportingPeriod, later: FactorSet) -> tuple[dict[str, Any], dict[str, Any]]:
    """The input of an open period now, and with the set where it will be in force."""
    sources = sources_of(period)

    def sets_of(row: ReportingPeriod) -> Mapping[str, str]:
        own: dict[str, str] = row.factor_sets
        if not takes(row, later):
            return own
        return {
            role: later.id if first_of(name) == first_of(later.id) else name for role, name in own.items()
        }

    before = assemble(setting_of(period), sources).data
    return before, assemble(setting_of(period, sets_of), sources).data


def _of_line(sets: Mapping[str, str], name: str) -> bool:
    return any(first_of(one) == first_of(name) for one in sets.values())


def _year_before(month: str) -> str:
    year, number = month.split("-")
    return f"{int(year) - 1}-{number}"


def _told(proposal: FactorProposal) -> str:
    """What was simulated, as canonical JSON: the set's digest and the effect on each period."""
    rows = proposal.effects.order_by("account", "plant", "period")
    return canonical.encode_text(
        {
            "schema": SCHEMA,
            "factor_set": proposal.factor_set,
            "digest": proposal.digest,
            "succeeds": proposal.succeeds,
            "since": proposal.since,
            "at": proposal.simulated_at.strftime("%Y-%m-%dT%H:%M:%SZ") if proposal.simulated_at else "",
            "rows": [
                {
                    "account": row.account, "plant": row.plant, "period": row.period, "kind": row.kind,
                    "effect_g": grams_text(row.effect_g), "by_factor": row.by_factor,
                }
                for row in rows
            ],
        }
    )  # fmt: skip
