"""The factors of a frozen report as its third table says them, a stream's together."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from lexicon.accounting_terms import Property
from lexicon.terms import Origin

from accounting.domain.clauses import clause_text
from accounting.domain.exact import unit_text
from accounting.domain.registry import guidelines

Row = dict[str, Any]


def parameters_of(content: dict[str, Any], language: str) -> list[Row]:
    """Every parameter of every line with its label, source and the name of its stream."""
    guideline = guidelines()[content["guideline"]["id"]]
    found = []
    for line in content["lines"]:
        kind = guideline.stream_type(kind=line["kind"], item=line["item"])
        for one in line["parameters"]:
            known = kind.parameters.get(one["name"]) if kind else None
            shown = {
                "of": line["stream"],
                "stream": line[f"name_{language}"] or line["stream"],
                "label": known.zh if known and language == "zh" else getattr(Property(one["name"]), language),
                "clause": clause_text(one["clause"], language),
                "source": getattr(Origin(one["source"]), language),
                "unit_shown": unit_text(one["unit"]),
            }
            found.append(one | shown)
    return found


def grouped(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows by stream; `span`: over how many rows the clause stands that the next ones repeat, else 0.

    What is said once is laid out once: a page holds twice the rows, and is printed in less time.
    """
    return [_spans(list(own)) for _, own in groupby(rows, key=lambda row: row["stream"])]


def _spans(own: list[Row]) -> list[Row]:
    found: list[Row] = []
    for _, same in groupby(own, key=lambda row: (row["clause"], row["verified"])):
        alike = list(same)
        found += [one | {"span": len(alike) if at == 0 else 0} for at, one in enumerate(alike)]
    return found
