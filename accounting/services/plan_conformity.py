"""Whether a statement was made as the data quality plan says that the ledger had when it was signed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lexicon.factor_lines import first_of

from accounting.chain.models import ChainReport
from accounting.domain.factors import factor_sets
from accounting.domain.year import slug_of
from accounting.models import QualityPlan, Report
from accounting.services.gathering import sources_of

Difference = dict[str, str]


def conformity_of(report: Report, statement: Mapping[str, Any]) -> dict[str, Any]:
    """The plan in force at the submission and each point at which the statement departs from it.

    Compared are guideline, formulas, factor sets, region, streams, and the meters whose readings went into
    the lines. `plan` is null where none was filed by then; a difference names what, the stream, planned and
    found.
    """
    row = _in_force(report)
    if row is None:
        return {"plan": None, "differences": []}
    plan = {
        "version": row.version,
        "digest": row.digest,
        "tx": row.filed_tx,
        "filed_on": row.filed_at.strftime("%Y-%m-%d") if row.filed_at else "",
    }
    content: Mapping[str, Any] = json.loads(row.content)
    fed = {(one.slug, one.period): one.fed() for one in sources_of(report.period)}
    found = [*_rules(content, statement), *_streams(content, statement, fed)]
    return {"plan": plan, "differences": [dict(one) for one in dict.fromkeys(map(_frozen, found))]}


def _in_force(report: Report) -> QualityPlan | None:
    """The plan that the ledger had when it took the submission."""
    period = report.period
    taken = ChainReport.objects.filter(plant=period.plant, period=period.period, version=report.version).get(
        digest=report.digest
    )
    rows = QualityPlan.objects.filter(plant=period.plant, filed_at__lte=taken.submitted_at)
    return rows.exclude(filed_tx="").order_by("-version").first()


def _frozen(one: Difference) -> tuple[tuple[str, str], ...]:
    return tuple(one.items())


def _rules(plan: Mapping[str, Any], statement: Mapping[str, Any]) -> list[Difference]:
    """Guideline, its formulas, factor sets and region."""
    ours, theirs = statement["guideline"], plan["guideline"]
    pairs = [
        ("guideline", theirs["id"], ours["id"]),
        ("formulas", theirs["hash"][:16], ours["hash"][:16]),
        ("factor_sets", _sets(plan["factor_sets"]), _sets(_planned(statement["factor_sets"]))),
        ("region", plan["region"], statement["region"]),
    ]
    return [_difference(what, "", planned, found) for what, planned, found in pairs if planned != found]


def _planned(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """A plan names the set that a line begins with; going by a published successor is no departure."""
    return [
        one if first_of(one["id"]) == one["id"] else {"id": first, "digest": factor_sets()[first].digest}
        for one in rows
        for first in (first_of(one["id"]),)
    ]


def _sets(rows: Iterable[Mapping[str, str]]) -> str:
    """Sets by id and the start of their digest, so that another of the same name shows."""
    return ", ".join(sorted({f"{one['id']} {one['digest'][:8]}" for one in rows}))


def _streams(
    plan: Mapping[str, Any], statement: Mapping[str, Any], fed: Mapping[tuple[str, str], Iterable[str]]
) -> list[Difference]:
    """Streams that only one of both has, and lines that other meters fed than planned; a year's by month.

    fed: by stream and month, empty in a month's own statement.
    """
    planned = {one["slug"]: _joined(row["meter"] for row in one["meters"]) for one in plan["streams"]}
    reported = dict.fromkeys(slug_of(one["id"]) for one in statement["input"].get("streams", ()))
    found = [_difference("not_in_plan", slug, "", slug) for slug in reported if slug not in planned]
    found += [_difference("not_in_report", slug, slug, "") for slug in planned if slug not in reported]
    for line in statement["lines"]:
        slug = slug_of(line["stream"])
        by = _joined(fed.get((slug, line["period"]), line["meters"]))
        if planned.get(slug, by) != by:
            found.append(_difference("meters", slug, planned[slug], by))
    return found


def _joined(slugs: Iterable[str]) -> str:
    return ", ".join(sorted(set(slugs)))


def _difference(what: str, stream: str, planned: str, found: str) -> Difference:
    return {"what": what, "stream": stream, "planned": planned, "found": found}
