"""Supplementary data tables of a year's report: whose report carries one, what is entered, what is computed.

Pure: forms are data (`guidelines/supplementary.toml`); a table is made of form, statement and entered rows.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from lexicon.accounting_terms import Indicator
from lexicon.units import NotANumber

from accounting.domain.entity import unseen_in
from accounting.domain.exact import number, tco2e_text
from accounting.domain.registry import GUIDELINES, Label, guidelines
from accounting.domain.statement import Line, Statement
from accounting.domain.unit_tables import fuel_heat_gj
from accounting.domain.year import activity_of

FILE = GUIDELINES / "supplementary.toml"
ENTERED, LINES, SUBTOTALS = "entered", "lines", "subtotals"
STREAMS, INDICATOR, FUEL_HEAT = "streams", "indicator", "fuel_heat"
_BY_ITEM, _NAMED = (LINES, STREAMS), (ENTERED, SUBTOTALS, INDICATOR, FUEL_HEAT)
_OF_ROWS = ("sum", "difference", "product", "quotient", "percent")
TEXT_MAX = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form. rule: how it comes about; terms: rows or subtotals it is made of.

    lines: item, variant and what to take of the report's lines, or of streams without a line their quantity;
    is_text: words are entered, no number; is_optional: entered where it applies, missed nowhere;
    within: the least and the most that may be entered.
    """

    id: str
    label: Label
    unit: str
    rule: str
    terms: tuple[str, ...] = ()
    lines: tuple[str, str, str] = ("", "", "")
    is_text: bool = False
    is_optional: bool = False
    within: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A guideline's table. needs: item and variant without which there is none; at_most: one row, another."""

    guideline: str
    label: Label
    clause: Label
    basis: Label
    verified: bool
    rows: tuple[Row, ...]
    needs: tuple[str, str] | None
    at_most: tuple[tuple[str, str], ...]

    @property
    def head(self) -> dict[str, str | bool]:
        """What a report says above the table, in both languages; verified: read against the print."""
        return {
            "zh": self.label.zh,
            "en": self.label.en,
            "clause_zh": self.clause.zh,
            "clause_en": self.clause.en,
            "basis_zh": self.basis.zh,
            "basis_en": self.basis.en,
            "verified": self.verified,
        }

    def row(self, row_id: str) -> Row | None:
        return next((one for one in self.rows if one.id == row_id), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """A row with its value as text; empty while something that was to be entered is missing."""

    row: Row
    text: str


@cache
def forms() -> Mapping[str, Form | Label]:
    """For every guideline its form, or why no table is asked for. Raises ValueError as `read_forms`."""
    return read_forms(FILE)


def read_forms(path: Path) -> Mapping[str, Form | Label]:
    """The tables of a file, for every guideline one or why there is none.

    Raises ValueError when a guideline has neither or both, or a row names what is not there.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Form | Label] = {row["guideline"]: Label(row["zh"], row["en"]) for row in table["none"]}
    for one in table["form"]:
        if one["guideline"] in found:
            raise ValueError(f"{one['guideline']}: a form and none")
        found[one["guideline"]] = _form(one)
    if set(found) != set(guidelines()):
        raise ValueError(f"{path.name}: {sorted(set(found) ^ set(guidelines()))}")
    return found


def form_of(guideline: str, statement: Statement) -> Form | None:
    """The table that a year's report of a guideline carries; None where none is asked for."""
    form = forms()[guideline]
    if isinstance(form, Label):
        return None
    if form.needs is not None and not _lines(statement, *form.needs):
        return None
    return form


def fault_of(row: Row, text: str) -> Label | None:
    """What is wrong with an entered text, in both languages; None where nothing is."""
    if len(text) > TEXT_MAX or not text.strip():
        return Label(f"应为 1 至 {TEXT_MAX} 个字符", f"1 to {TEXT_MAX} characters")
    if unseen := unseen_in(text):
        return unseen
    if row.is_text:
        return None
    try:
        value = number(text)
    except NotANumber:
        return Label("应为十进制数", "a decimal number")
    if row.within is not None and not number(row.within[0]) <= value <= number(row.within[1]):
        least, most = row.within
        return Label(f"应在 {least} 至 {most} {row.unit} 之间", f"{least} to {most} {row.unit}")
    return Label("不能为负", "must not be negative") if value < 0 else None


def cells_of(form: Form, statement: Statement, entered: Mapping[str, str]) -> list[Cell]:
    """Every row with its value: entered ones as entered, computed ones with six decimals, HALF_UP."""
    values: dict[str, Fraction | None] = {}
    for row in form.rows:
        if not row.is_text:
            _value(form, row, statement, entered, values)
    return [
        Cell(row, entered.get(row.id, "") if row.rule == ENTERED else _text(values[row.id]))
        for row in form.rows
    ]


def missing_in(cells: Sequence[Cell]) -> list[Row]:
    """Rows that a person still has to enter."""
    return [one.row for one in cells if one.row.rule == ENTERED and not (one.text or one.row.is_optional)]


def above_in(form: Form, cells: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Pairs of rows of which the first is above the second and must not be."""
    by_id = {one.row.id: one for one in cells}
    pairs = [(by_id[low], by_id[high]) for low, high in form.at_most]
    return [
        (low, high) for low, high in pairs if low.text and high.text and number(low.text) > number(high.text)
    ]


def _value(
    form: Form,
    row: Row,
    statement: Statement,
    entered: Mapping[str, str],
    values: dict[str, Fraction | None],
) -> Fraction | None:
    """A row's exact value, computed once; None while it cannot be said."""
    if row.id in values:
        return values[row.id]
    values[row.id] = None
    if row.rule == ENTERED:
        values[row.id] = number(entered[row.id]) if entered.get(row.id) else None
    elif row.rule == SUBTOTALS:
        values[row.id] = sum((statement.subtotals.get(name, Fraction(0)) for name in row.terms), Fraction(0))
    elif row.rule == INDICATOR:
        values[row.id] = statement.indicators.get(row.terms[0])
    elif row.rule == FUEL_HEAT:
        values[row.id] = fuel_heat_gj(statement)
    elif row.rule == STREAMS:
        values[row.id] = _quantity(statement, *row.lines[:2])
    elif row.rule == LINES:
        item, variant, take = row.lines
        found = _lines(statement, item, variant)
        values[row.id] = sum(
            (line.value if take == "tco2" else activity_of(line) for line in found), Fraction(0)
        )
    else:
        terms = [_value(form, one, statement, entered, values) for one in _terms(form, row)]
        known = [one for one in terms if one is not None]
        values[row.id] = _combined(row.rule, known) if len(known) == len(terms) else None
    return values[row.id]


def _quantity(statement: Statement, item: str, variant: str) -> Fraction | None:
    """What the streams of an item came to; None without any."""
    streams = statement.inputs.streams if statement.inputs else ()
    found = [one.quantity.value for one in streams if (one.item, one.variant) == (item, variant)]
    return sum((one or Fraction(0) for one in found), Fraction(0)) if found else None


def _combined(rule: str, terms: Sequence[Fraction]) -> Fraction | None:
    if rule == "sum":
        return sum(terms, Fraction(0))
    first, second = terms
    if rule == "difference":
        return first - second
    if rule == "product":
        return first * second
    if not second:
        return None
    return 100 * first / second if rule == "percent" else first / second


def _lines(statement: Statement, item: str, variant: str) -> list[Line]:
    return [one for one in statement.lines if (one.stream.item, one.stream.variant) == (item, variant)]


def _terms(form: Form, row: Row) -> list[Row]:
    return [one for name in row.terms if (one := form.row(name)) is not None]


def _text(value: Fraction | None) -> str:
    return "" if value is None else tco2e_text(value)


def _form(table: Mapping[str, Any]) -> Form:
    rows = tuple(_row(one) for one in table["row"])
    needs = table.get("needs")
    form = Form(
        guideline=table["guideline"],
        label=Label(table["zh"], table["en"]),
        clause=Label(table["clause_zh"], table["clause_en"]),
        basis=Label(table["basis_zh"], table["basis_en"]),
        verified=table["verified"],
        rows=rows,
        needs=(needs["item"], needs["variant"]) if needs else None,
        at_most=tuple((low, high) for low, high in table.get("at_most", ())),
    )
    subtotals = guidelines()[form.guideline].subtotals
    for row in rows:
        known = subtotals if row.rule == SUBTOTALS else [one.id for one in rows]
        if row.rule != INDICATOR and not set(row.terms) <= set(known):
            raise ValueError(f"{form.guideline} {row.id}: {row.terms}")
    return form


def _row(table: Mapping[str, Any]) -> Row:
    rules = [name for name in (*_BY_ITEM, *_NAMED, *_OF_ROWS) if name in table]
    if len(rules) != 1:
        raise ValueError(f"{table['id']}: one way to come about, not {rules}")
    (rule,) = rules
    terms: tuple[str, ...] = ()
    lines = ("", "", "")
    if rule in (LINES, STREAMS):
        lines = (table[rule]["item"], table[rule]["variant"], table[rule].get("take", ""))
    elif rule == INDICATOR:
        terms = (Indicator(table[rule]),)
    elif rule not in (ENTERED, FUEL_HEAT):
        terms = tuple(table[rule])
    return Row(
        id=table["id"],
        label=Label(table["zh"], table["en"]),
        unit=table["unit"],
        rule=rule,
        terms=terms,
        lines=lines,
        is_text=table.get("text", False),
        is_optional=table.get("optional", False),
        within=(within[0], within[1]) if (within := table.get("within")) else None,
    )
