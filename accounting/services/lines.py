"""A statement's lines as pages, the frozen report and the auditor see them: one shape for all."""

from collections.abc import Mapping
from typing import Any

from accounting.domain.assembly import Source
from accounting.domain.detail import activity_text, activity_unit, parameter_json
from accounting.domain.effects import adjustments_json
from accounting.domain.registry import guidelines
from accounting.domain.statement import Line, Statement
from accounting.domain.trees import as_json
from accounting.models import ReportingPeriod, SourceStream
from accounting.services.gathering import names_in


def lines_of(
    statement: Statement, sources: tuple[Source, ...], *, period: ReportingPeriod
) -> list[dict[str, Any]]:
    """Every line with names, activity, factors and their sources, grade, evidence, tree, amounts."""
    return lines_with(statement, sources, names_in(period))


def lines_with(
    statement: Statement, sources: tuple[Source, ...], names: Mapping[str, SourceStream]
) -> list[dict[str, Any]]:
    """The same with the names of streams by their ids, kept or not."""
    by_slug = {source.slug: source for source in sources}
    return [
        _line(statement, line, by_slug[line.stream.id], names.get(line.stream.id)) for line in statement.lines
    ]


def _line(statement: Statement, line: Line, source: Source, row: SourceStream | None) -> dict[str, Any]:
    guideline = guidelines()[statement.inputs.guideline] if statement.inputs else None
    kind = guideline.stream_type(kind=line.stream.kind, item=line.stream.item) if guideline else None
    label = kind.items[line.stream.item] if kind else None
    return {
        "stream": line.stream.id,
        "name_zh": _named(row.name_zh if row else "", line.stream.period),
        "name_en": _named(row.name_en if row else "", line.stream.period),
        "period": line.stream.period,
        "kind": line.stream.kind,
        "item": line.stream.item,
        "item_zh": label.zh if label else "",
        "item_en": label.en if label else "",
        "subtotal": line.subtotal,
        "formula": line.formula,
        "clause": line.clause,
        "quantity": activity_text(line),
        "unit": activity_unit(line),
        "origin": _origin(source),
        "grade": str(source.grade()),
        "meters": sorted({slug for slugs in source.meters.values() for slug in slugs}),
        "evidence": list(source.evidence()),
        "adjustments": adjustments_json(line, source),
        "parameters": [parameter_json(parameter) for parameter in line.parameters],
        "tree": as_json(line.tree),
        "grams": str(line.grams),
        "tco2e": line.tco2e,
    }


def _named(name: str, month: str) -> str:
    """A stream's name; inside a year with its month."""
    return f"{name} {month}".strip() if month else name


def _origin(source: Source) -> str:
    """Where the activity datum comes from: what was typed and is used, or the meters."""
    used = source.used()
    return used[0].origin if used else "measured"
