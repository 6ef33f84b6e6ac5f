"""What rules put right in a frozen report, line by line, as its pages and sheets say it."""

from collections.abc import Mapping
from typing import Any

from accounting.domain.clauses import clause_text
from accounting.domain.exact import page_text, unit_text
from accounting.services.words import WORDS


def adjusted_of(content: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Lost hours filled and readings corrected: why, when, by which rule, how much, and its tonnes.

    Amounts have three decimals here; `exact` and `exact_premium` have those of the report. Raises KeyError
    for a language there is none of.
    """
    return [
        _row(one, line[f"name_{language}"] or line["stream"], language)
        for line in content["lines"]
        for one in line.get("adjustments", ())
    ]


def _row(one: Mapping[str, Any], stream: str, language: str) -> dict[str, str]:
    words = WORDS[language]
    return {
        "stream": stream,
        "meter": one["meter"],
        "why": words[one["cause"]].format(amount=one["amount"]),
        "days": one["first"] if one["first"] == one["last"] else f"{one['first']} – {one['last']}",
        "rule": one[language],
        "clause": clause_text(one["clause"], language),
        "checked": words["yes"] if one["verified"] else words["unverified"],
        "unverified": "" if one["verified"] else words["unverified"],
        "added": one["added"],
        "unit": one["unit"],
        "unit_shown": unit_text(one["unit"]),
        "tco2e": page_text(one["tco2e"]),
        "premium": page_text(one["premium_tco2e"]),
        "exact": one["tco2e"],
        "exact_premium": one["premium_tco2e"],
    }
