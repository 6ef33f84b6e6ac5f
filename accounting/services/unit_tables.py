"""Tables C.3 and C.5 as a power unit's yearly report freezes them, and as print says them."""

from collections.abc import Mapping, Sequence
from typing import Any

from lexicon.terms import EvidenceKind, Origin
from lexicon.units import Unit

from accounting.domain import unit_tables
from accounting.domain.exact import page_text, unit_text
from accounting.domain.statement import Statement
from accounting.domain.year import is_year, months_of, name_without, slug_of
from accounting.models import Evidence, ReportingPeriod

HALF = 6
NOTHING = "—"


def tables_of(
    period: ReportingPeriod, statement: Statement, lines: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """What a year's report freezes of them; None for a month, and where the guideline has no such tables.

    lines: of the report, which have names and evidence.
    """
    fuels = unit_tables.fuels_of(statement) if is_year(period.period) else []
    if not fuels:
        return None
    words, names = unit_tables.words(), _names(lines)
    laboratories = _laboratories(lines)
    return {
        "clause_zh": words["clause_zh"],
        "clause_en": words["clause_en"],
        "fuel": {
            "zh": words["fuel"]["zh"],
            "en": words["fuel"]["en"],
            "fuels": [
                {
                    "stream": fuel.stream,
                    **names[fuel.stream],
                    "rows": [
                        {
                            "letter": row.letter,
                            "zh": row.label.zh,
                            "en": row.label.en,
                            "unit": row.unit,
                            "months": [{"month": month, "value": text} for month, text in row.months.items()],
                            "year": row.year,
                        }
                        for row in fuel.rows
                    ],
                }
                for fuel in fuels
            ],
        },
        "tests": {
            "zh": words["tests"]["zh"],
            "en": words["tests"]["en"],
            "rows": [
                {
                    "stream": one.stream,
                    **names[one.stream],
                    "property_zh": one.label.zh,
                    "property_en": one.label.en,
                    "months": [
                        {
                            "month": month,
                            "how": how,
                            "laboratories": laboratories.get((one.stream, month), []),
                        }
                        for month, how in one.months.items()
                    ],
                }
                for one in unit_tables.obtained_of(statement)
            ],
        },
    }


def in_print(content: Mapping[str, Any], language: str, words: Mapping[str, str]) -> dict[str, Any] | None:
    """Both tables as a page (`halves`) and a sheet (`whole`) say them; None where the report has none."""
    tables = content.get("tables")
    if tables is None:
        return None
    months = months_of(content["period"])
    fuels: list[dict[str, Any]] = [
        {"name": _name(fuel, language), "rows": _rows(fuel, language, months)}
        for fuel in tables["fuel"]["fuels"]
    ]
    tests: list[dict[str, Any]] = [
        {
            "label": f"{_name(one, language)} · {one[f'property_{language}']}",
            "cells": [_obtained(_of(one, month), language, words) for month in months],
        }
        for one in tables["tests"]["rows"]
    ]
    return {
        "months": months,
        "follows": tables[f"clause_{language}"],
        "fuel": {
            "title": tables["fuel"][language],
            "whole": fuels,
            "fuels": [
                {"name": fuel["name"], "halves": _halves([_on_page(row) for row in fuel["rows"]])}
                for fuel in fuels
            ],
        },
        "tests": {"title": tables["tests"][language], "whole": tests, "halves": _halves(tests)},
    }


def _rows(fuel: Mapping[str, Any], language: str, months: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "letter": row["letter"],
            "label": row[language],
            "unit": row["unit"],
            "unit_shown": unit_text(row["unit"]),
            "cells": [_of(row, month).get("value", NOTHING) for month in months],
            "year": row["year"] or NOTHING,
        }
        for row in fuel["rows"]
    ]


def _on_page(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the workbook as a page has it: emissions with the decimals of the lines."""
    if row["unit"] != Unit.TCO2:
        return dict(row)
    cells = [cell if cell == NOTHING else page_text(cell) for cell in row["cells"]]
    return {**row, "cells": cells, "year": page_text(row["year"])}


def _of(row: Mapping[str, Any], month: str) -> Mapping[str, Any]:
    """What a row says of a month; nothing where it says nothing."""
    return next((one for one in row["months"] if one["month"] == month), {})


def _halves(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Half-years in which any row says something; what stands for the year goes with the last of them."""
    starts = [
        start
        for start in (0, HALF)
        if any(cell != NOTHING for row in rows for cell in row["cells"][start : start + HALF])
    ]
    return [
        {
            "numbers": [f"{number:02d}" for number in range(start + 1, start + HALF + 1)],
            "rows": [{**row, "cells": row["cells"][start : start + HALF]} for row in rows],
            "last": start == starts[-1],
        }
        for start in starts
    ]


def _obtained(month: Mapping[str, Any], language: str, words: Mapping[str, str]) -> str:
    """Where a month's figure comes from: untested, or the laboratories whose reports lie with the line."""
    if not month:
        return NOTHING
    if not month["how"]:
        return words["not_given"]
    origin = Origin(month["how"])
    if origin is Origin.DEFAULT:
        return words["untested"]
    said = str(getattr(origin, language))
    by = words["listed"].join(month["laboratories"])
    return said + (words["by_laboratory"].format(laboratories=by) if by else "")


def _name(row: Mapping[str, Any], language: str) -> str:
    return str(row[language] or row["stream"])


def _names(lines: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """By stream its names, without the month that a line's name has inside a year."""
    return {
        slug_of(line["stream"]): {
            language: name_without(str(line[f"name_{language}"]), line["period"]) for language in ("zh", "en")
        }
        for line in lines
    }


def _laboratories(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """By stream and month the laboratories of the reports that lie with its line."""
    digests = {digest for line in lines for digest in line["evidence"]}
    reports = Evidence.objects.filter(sha256__in=digests, kind=EvidenceKind.LAB_REPORT)
    named = {one.sha256: said for one in reports if (said := f"{one.laboratory} {one.accreditation}".strip())}
    return {
        (slug_of(line["stream"]), line["period"]): sorted(
            {named[digest] for digest in line["evidence"] if digest in named}
        )
        for line in lines
    }
