"""A year's own remarks, and what its page and report show besides the lines: bridge and weighted means."""

from collections.abc import Iterable
from typing import Any

from lexicon.terms import ReportState
from lexicon.units import Rounding, grams_from_t, rounded

from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Statement
from accounting.domain.year import is_year, months_of, slug_of, streams_of, tonnes_of
from accounting.models import Report, ReportingPeriod
from accounting.services import states
from accounting.services.gathering import months_in

_KEPT = (ReportState.SUBMITTED, ReportState.IN_VERIFICATION, ReportState.MINTED)


def about_months(period: ReportingPeriod) -> list[Remark]:
    """A year wants all its months, and each of them submitted: what is still open may change."""
    rows = {row.period: row for row in months_in(period)}
    missing = [month for month in months_of(period.period) if month not in rows]
    unfinished = [month for month, row in rows.items() if row.state in states.OPEN]
    remarks = [Remark(Name.months_missing, "", {"months": ", ".join(missing)})] if missing else []
    if unfinished:
        remarks.append(Remark(Name.months_open, "", {"months": ", ".join(unfinished)}))
    return remarks


def once(remarks: Iterable[Remark]) -> list[Remark]:
    """A year's remarks without repeats: what a month has answered is not asked again, and what is the same in
    every month is said once, at the first."""
    kept: dict[tuple[object, ...], Remark] = {}
    for remark in remarks:
        if remark.stream and remark.name.needs_answer:
            continue
        kept.setdefault((remark.name, slug_of(remark.stream), tuple(sorted(remark.facts.items()))), remark)
    return list(kept.values())


def summary(period: ReportingPeriod, statement: Statement) -> dict[str, Any] | None:
    """Bridge to the months' own totals and yearly sums with weighted means; None for a month."""
    if not is_year(period.period):
        return None
    return {"bridge": _bridge(period, statement), "streams": _streams(statement)}


def _bridge(period: ReportingPeriod, statement: Statement) -> list[dict[str, Any]]:
    """Each month: what its own statement says, what the year says, and the difference in grams."""
    found = []
    rows = months_in(period)
    totals = dict(
        ReportingPeriod.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "result__total_g")
    )
    for row in rows:
        report = Report.objects.filter(period=row, state__in=_KEPT).order_by("-version").first()
        own = report.total_g if report else totals[row.pk]
        grams = grams_from_t(tonnes_of(statement.lines, row.period))
        found.append(
            {
                "period": row.period,
                "state": row.state,
                "version": row.version,
                "digest": report.digest if report else "",
                "month_g": None if own is None else str(own),
                "year_g": str(grams),
                "difference_g": None if own is None else str(grams - int(own)),
            }
        )
    return found


def _streams(statement: Statement) -> list[dict[str, Any]]:
    return [
        {
            "stream": one.slug,
            "quantity": str(rounded(one.quantity, Rounding.CASE)),
            "unit": one.unit,
            "tco2e": str(rounded(one.tco2e, Rounding.CASE)),
            "means": [
                {"name": mean.parameter, "value": str(rounded(mean.value, Rounding.CASE)), "unit": mean.unit}
                for mean in one.means
            ],
        }
        for one in streams_of(statement.lines)
    ]
