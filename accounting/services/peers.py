"""Where a plant stands among the peers of its guideline, without any of them being seen.

Figures are those of signed statements, kept in the shared schema and read here only: own ones by their
enterprise, others' through groups alone, whose members no answer names (ADR 0059).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from kit import clock, schema
from lexicon.terms import ReportState
from lexicon.units import Rounding, rounded

from accounting.chain.models import PeerFigure, PeerGroup
from accounting.domain.compute import statement_of
from accounting.domain.peers import Sides, is_due, measures, place_of, sides_of, total
from accounting.domain.statement import Statement
from accounting.models import Report, ReportingPeriod
from accounting.services.freezing import loads
from tenants.models import Tenant

# Statements that count: submitted, and not taken back, returned or superseded since.
COUNTING = (ReportState.SUBMITTED, ReportState.IN_VERIFICATION, ReportState.MINTED)
# What a page shows: two measures of two years' months.
ROWS_MAX = 48
# The measure of a row without a figure.
LOOKED_AT = ""
Group = tuple[str, str, str]
"""(guideline, measure, period)"""


def keep(period: ReportingPeriod, statement: Statement | None = None) -> None:
    """The figures of a period's newest statement that counts; outside an enterprise's schema nothing.

    statement: its calculation, where the caller has it; else it is made again from the frozen input, once.
    """
    tenant = schema.current()
    if not isinstance(tenant, Tenant) or not tenant.organisation_id:
        return
    place = {"tenant": tenant.schema_name, "plant": period.plant, "period": period.period}
    report = Report.objects.filter(period=period, state__in=COUNTING).order_by("-version").first()
    rows = PeerFigure.objects.filter(**place)
    if report is not None and rows.filter(version=report.version).exists():
        return
    rows.delete()
    if report is not None:
        PeerFigure.objects.bulk_create(
            PeerFigure(
                **place,
                account=tenant.organisation_id,
                version=report.version,
                guideline=period.guideline,
                measure=measure,
                emissions_g=sides.emissions_g,
                over_micro=sides.over_micro,
                kept_at=clock.now(),
            )
            for measure, sides in _measured(report, period.guideline, statement)
        )


def keep_all() -> None:
    """All periods of the schema on the connection: statements signed before there were figures."""
    for period in ReportingPeriod.objects.filter(reports__state__in=COUNTING).distinct():
        keep(period)


def renew() -> int:
    """Make the groups anew of which enough has changed; how many were made.

    A group is only made when it differs from the one before in more enterprises than one could be told from.
    """
    made = 0
    for key in _touched():
        with transaction.atomic():
            made += _renewed(key)
    return made


def of_plant(plant: str, *, until: str = "") -> list[dict[str, Any]]:
    """A plant's measures by period, newest first, each with its place among other enterprises or without.

    until: a period's name; later ones are left out. Amounts are text with six decimals, percentages with one.
    """
    tenant = schema.current()
    if not isinstance(tenant, Tenant):
        return []
    rows = PeerFigure.objects.filter(tenant=tenant.schema_name, plant=plant).exclude(measure=LOOKED_AT)
    if until:
        rows = rows.filter(period__lte=until)
    own = list(rows.order_by("-period", "measure")[:ROWS_MAX])
    groups = {
        (one.guideline, one.measure, one.period): one
        for one in PeerGroup.objects.filter(period__in={row.period for row in own})
    }
    return [_row(row, groups.get((row.guideline, row.measure, row.period))) for row in own]


def _measured(report: Report, guideline: str, statement: Statement | None) -> Iterator[tuple[str, Sides]]:
    """Each measure with a figure, after an empty one: it says that this version was looked at."""
    yield LOOKED_AT, Sides(0, 0)
    known = measures().get(guideline, ())
    made = statement or (statement_of(loads(report.content)["input"]) if known else None)
    for measure in known:
        if made is not None and (sides := sides_of(measure, made)) is not None:
            yield measure.id, sides


def _touched() -> list[Group]:
    """Groups some of whose figures are newer than they are, or that do not exist yet."""
    made = {
        (one.guideline, one.measure, one.period): one.made_at for one in PeerGroup.objects.defer("members")
    }
    names = ("guideline", "measure", "period")
    rows = (
        PeerFigure.objects.exclude(measure=LOOKED_AT)
        .order_by()
        .values(*names)
        .annotate(newest=Max("kept_at"))
    )
    found = [((row["guideline"], row["measure"], row["period"]), row["newest"]) for row in rows]
    return [key for key, newest in found if key not in made or made[key] <= newest]


def _renewed(key: Group) -> bool:
    guideline, measure, period = key
    place = {"guideline": guideline, "measure": measure, "period": period}
    group = PeerGroup.objects.select_for_update().filter(**place).first()
    now = _by_enterprise(place)
    if not is_due(_members(group), now):
        return False
    members = {account: [str(one.emissions_g), str(one.over_micro)] for account, one in now.items()}
    PeerGroup.objects.update_or_create(
        guideline=guideline,
        measure=measure,
        period=period,
        defaults={"members": members, "made_at": clock.now()},
    )
    return True


def _by_enterprise(place: Mapping[str, str]) -> dict[str, Sides]:
    """Sums of each enterprise: who has several plants counts once."""
    found: dict[str, list[Sides]] = {}
    for row in PeerFigure.objects.filter(**place).order_by("account"):
        found.setdefault(row.account, []).append(Sides(row.emissions_g, row.over_micro))
    return {account: total(sides) for account, sides in found.items()}


def _members(group: PeerGroup | None) -> dict[str, Sides]:
    return {name: Sides(int(one), int(two)) for name, (one, two) in (group.members if group else {}).items()}


def _row(own: PeerFigure, group: PeerGroup | None) -> dict[str, Any]:
    measure = next(one for one in measures()[own.guideline] if one.id == own.measure)
    sides = Sides(own.emissions_g, own.over_micro)
    others = [one for account, one in _members(group).items() if account != own.account]
    # One answer for a figure of each group: who submitted anew and looked, again and again, could find the
    # figure of another by halves.
    place = place_of(sides, others) if group and own.kept_at <= group.made_at else None
    return {
        "period": own.period,
        "measure": measure.id,
        "words": {"zh": measure.zh, "en": measure.en},
        "unit": measure.unit,
        "own": str(rounded(sides.ratio, Rounding.CASE)),
        "peers": place.peers if place else None,
        "mean": str(rounded(place.mean, Rounding.CASE)) if place else None,
        "percentile": str(rounded(100 * place.percentile, Rounding.PERCENT)) if place else None,
        "deviation_percent": str(rounded(100 * place.deviation, Rounding.PERCENT)) if place else None,
        "edge": place.edge if place else "",
        "made_at": group.made_at if group else None,
    }
