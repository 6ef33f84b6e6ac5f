"""Clauses in English: what a formula, a factor or a data rule is stated by, in the language of who reads.

Statements and frozen reports keep a clause as its source words it, in Chinese. The English wordings of
documents and of what stands in them are data (`guidelines/clauses.toml`).
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from accounting.domain.data_rules import data_rules
from accounting.domain.factors import factor_sets
from accounting.domain.registry import GUIDELINES, guidelines

FILE = GUIDELINES / "clauses.toml"
# A factor's document and clause stand apart by the first, a formula's by the second, two rules by the last.
AFTER_DOCUMENT, BETWEEN_RULES = ("，", " "), "；"


@dataclass(frozen=True, slots=True)
class _Wordings:
    """English by Chinese: documents, the longest first, and what stands in them."""

    documents: Mapping[str, str]
    clauses: Mapping[str, str]


def clause_text(clause: str, language: str) -> str:
    """A clause in a language, zh or en; what an enterprise wrote itself stays in its own words."""
    if language == "zh":
        return clause
    return _english(clause) or clause


def every_clause() -> tuple[str, ...]:
    """Every clause that a guideline, a line, a parameter or an adjustment can name, in order, each once."""
    return tuple(dict.fromkeys((*_of_formulas(), *_of_factors(), *_of_data_rules())))


def _of_formulas() -> Iterator[str]:
    for guideline in guidelines().values():
        yield guideline.source
        yield from (formula.clause for formula in guideline.rules.formulas.values())


def _of_factors() -> Iterator[str]:
    for one in factor_sets().values():
        for row in one.rows:
            yield from (row.source, f"{row.source}{AFTER_DOCUMENT[0]}{row.clause}")


def _of_data_rules() -> Iterator[str]:
    rules = data_rules()
    yield from (rule.clause for rule in (*rules.gaps.values(), *rules.calibrations.values()))
    for rule in rules.calibrations.values():
        yield from (f"{rule.clause}{BETWEEN_RULES}{one.clause}" for one in rules.accuracies.values())
    yield rules.accreditation.clause


# What people typed comes here, too: it must not stay for ever.
@lru_cache(maxsize=1_024)
def _english(clause: str) -> str | None:
    """None where the whole has no English wording."""
    whole = _one(clause)
    if whole is not None:
        return whole
    for at, sign in enumerate(clause):
        if sign != BETWEEN_RULES:
            continue
        first, second = _one(clause[:at]), _one(clause[at + 1 :])
        if first is not None and second is not None:
            return f"{first}; {second}"
    return None


def _one(clause: str) -> str | None:
    """A document's English and that of what stands in it, or None."""
    words = _wordings()
    for document, english in words.documents.items():
        if clause == document:
            return english
        for sign in AFTER_DOCUMENT:
            inside = words.clauses.get(clause.removeprefix(document + sign))
            if inside is not None and clause.startswith(document + sign):
                return f"{english}, {inside}"
    return words.clauses.get(clause)


@cache
def _wordings() -> _Wordings:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    longest_first = sorted(table["documents"].items(), key=lambda row: -len(row[0]))
    return _Wordings(documents=dict(longest_first), clauses=table["clauses"])
