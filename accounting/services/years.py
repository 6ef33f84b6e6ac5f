"""A year's own remarks, and what its page and report show besides the lines: bridge and weighted means."""

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from lexicon.terms import ReportState
from lexicon.units import Rounding, grams_from_t, rounded

from accounting.domain.exact import tco2e_text
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Statement
from accounting.domain.year import is_year, months_of, name_in_year, slug_of, streams_of, tonnes_of
from accounting.models import Report, ReportingPeriod
from accounting.services import states
from accounting.services.gathering import months_in

_KEPT = (ReportState.SUBMITTED, ReportState.IN_VERIFICATION, ReportState.MINTED)


def about_months(period: ReportingPeriod, statement: Statement) -> list[Remark]:
    """A year wants all its months, and each of them submitted: what is still open may change.

    Where it says something else than a month that was submitted, somebody says why.
    """
    rows = {row.period: row for row in months_in(period)}
    missing = [month for month in months_of(period.period) if month not in rows]
    unfinished = [month for month, row in rows.items() if row.state in states.OPEN]
    remarks = [Remark(Name.months_missing, "", {"months": ", ".join(missing)})] if missing else []
    if unfinished:
        remarks.append(Remark(Name.months_open, "", {"months": ", ".join(unfinished)}))
    return [*remarks, *_about_difference(period, statement)]


def _about_difference(period: ReportingPeriod, statement: Statement) -> list[Remark]:
    """Late readings, a calibration entered since, a figure of today: what a submitted month does not say."""
    if statement.blocked:
        return []
    rows = [row for row in _bridge(period, statement) if row["digest"] and row["state"] not in states.OPEN]
    off = {row["period"]: int(row["difference_g"]) for row in rows if row["difference_g"] != "0"}
    if not off:
        return []
    facts = {"months": ", ".join(off), "added": tco2e_text(Fraction(sum(off.values()), 10**6))}
    return [Remark(Name.year_differs, "", facts)]


def streams_submitted(period: ReportingPeriod) -> list[str]:
    """The ids inside a year of all streams that its submitted months have, as their reports say it."""
    months = months_in(period)
    kept = _kept(months)
    return [
        name_in_year(stream["id"], month.period)
        for month in months
        if month.pk in kept
        for stream in json.loads(kept[month.pk].content)["input"]["streams"]
    ]


def _kept(months: Sequence[ReportingPeriod]) -> dict[UUID, Report]:
    """By month the report that stands for it: the newest that is submitted, in verification or minted."""
    rows = Report.objects.filter(period__in=[month.pk for month in months], state__in=_KEPT)
    # Most callers ask for totals only; a whole report is read where it is looked into.
    return {row.period_id: row for row in rows.order_by("version").defer("content", "args")}


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
    kept = _kept(rows)
    for row in rows:
        report = kept.get(row.pk)
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
