"""What a verification changed: each line as first reported and as confirmed, and why."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from lexicon.terms import ReportState

from accounting.models import Finding, Report
from accounting.services.freezing import loads

_MINTED = (ReportState.MINTED, ReportState.SUPERSEDED)
Rows = list[dict[str, Any]]


def results_of(statement: Mapping[str, Any]) -> list[dict[str, str]]:
    """Reported and verified amount of each line, in grams; approval says that they are the same."""
    return [
        {
            "stream": line["stream"],
            "zh": line["name_zh"] or line["item_zh"],
            "en": line["name_en"] or line["item_en"],
            "reported_g": line["grams"],
            "verified_g": line["grams"],
        }
        for line in statement["lines"]
    ]


def first_of(report: Report) -> Report | None:
    """What was reported before: the first version verified since the last minted one, else that one.

    None where this version is the first; versions that the enterprise withdrew were never verified.
    """
    before = [one for one in _versions(report) if one.version < report.version]
    minted = [one.version for one in before if one.state in _MINTED]
    since = [one for one in before if not minted or one.version > max(minted)]
    return next(iter(since), None) or (before[-1] if before else None)


def corrections_of(report: Report, first: Report | None) -> Rows:
    """Each version from the first reported to this one with its total in grams and its reason; none
    where nothing was corrected."""
    if first is None:
        return []
    return [
        {
            "version": one.version,
            "digest": one.digest,
            "total_g": str(one.total_g),
            "reason": one.reason,
        }
        for one in _versions(report)
        if one.version >= first.version
    ]


def compared(report: Report, first: Report | None) -> dict[str, Rows]:
    """`results` with what was reported before (`before_g`, empty for a line that was not there), the versions
    that changed the line and the findings on it; `removed`, lines that only the earlier version has."""
    now = results_of(loads(report.content))
    then = {one["stream"]: one for one in results_of(loads(first.content))} if first else {}
    found, changed = _findings(report, first), _changed_in(report, first)
    streams = {one["stream"] for one in now}
    results = [
        {
            **one,
            "before_g": then.get(one["stream"], {}).get("reported_g", "") if first else one["reported_g"],
            "changed_in": changed.get(one["stream"], []),
            "findings": [row for row in found if row["stream"] == one["stream"]],
        }
        for one in now
    ]
    removed = [
        {
            **{name: one[name] for name in ("stream", "zh", "en")},
            "before_g": one["reported_g"],
            "changed_in": changed.get(one["stream"], []),
            "findings": [row for row in found if row["stream"] == one["stream"]],
        }
        for one in then.values()
        if one["stream"] not in streams
    ]
    return {"results": results, "removed": removed}


def _versions(report: Report) -> Sequence[Report]:
    rows = Report.objects.filter(period=report.period, version__lte=report.version)
    return list(rows.exclude(state__in=["", ReportState.WITHDRAWN]).order_by("version"))


def _changed_in(report: Report, first: Report | None) -> dict[str, list[int]]:
    """By stream the versions whose line differs from the version before: it was changed, came, or went."""
    rows = [one for one in _versions(report) if first and one.version >= first.version]
    told = [
        (one.version, {line["stream"]: line["grams"] for line in loads(one.content)["lines"]}) for one in rows
    ]
    found: dict[str, list[int]] = {}
    for (_, before), (version, now) in pairwise(told):
        for stream in sorted({*before, *now}):
            if before.get(stream) != now.get(stream):
                found.setdefault(stream, []).append(version)
    return found


def _findings(report: Report, first: Report | None) -> Rows:
    """Findings of this version and of those it corrects, as reasons of a change."""
    since = first.version if first else report.version
    rows = Finding.objects.filter(
        case__report__period=report.period,
        case__report__version__gte=since,
        case__report__version__lte=report.version,
    ).exclude(raised_tx="")
    return [
        {
            "version": row.case.report.version,
            "number": row.number,
            "stream": row.stream,
            "text": row.text,
            "outcome": row.outcome,
        }
        for row in rows.select_related("case__report").order_by("case__report__version", "number")
    ]
