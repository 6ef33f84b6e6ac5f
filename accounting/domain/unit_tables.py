"""Tables C.3 and C.5 of a power unit's yearly report: fuels by month, and how their figures were obtained.

Pure: made of the statement's own lines, so that no figure in them can differ from the lines. Words are data
(`guidelines/unit_tables.toml`). Source: MEE 2022 No. 485, annex C.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from accounting.domain.exact import number, plain_text, tco2e_text
from accounting.domain.registry import GUIDELINES, Label
from accounting.domain.statement import Line, Parameter, Statement
from accounting.domain.year import slug_of

FILE = GUIDELINES / "unit_tables.toml"
CO2_OF_CARBON = Fraction(44, 12)
# Weights of a mean over the year: what a row is a property of.
_HEAT, _CARBON = "heat", "carbon"


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of C.3. months: texts by month, those that have a figure; year: sum or weighted mean."""

    letter: str
    label: Label
    unit: str
    months: Mapping[str, str]
    year: str


@dataclass(frozen=True, slots=True)
class Fuel:
    """A fuel over the year. stream: its id outside the year."""

    stream: str
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Obtained:
    """A row of C.5. months: by month where the property's figure comes from, empty where there is none."""

    stream: str
    label: Label
    months: Mapping[str, str]


@cache
def words() -> Mapping[str, Any]:
    """The file of the tables' words."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def fuels_of(statement: Statement) -> list[Fuel]:
    """C.3: each fuel with the rows that have a figure in some month; none for other guidelines."""
    return [Fuel(slug, _rows(lines)) for slug, lines in _by_stream(statement).items()]


def obtained_of(statement: Statement) -> list[Obtained]:
    """C.5: of each fuel its calorific value and its carbon; none for other guidelines."""
    return [
        Obtained(
            slug,
            Label(one["zh"], one["en"]),
            {line.stream.period: _source(line, one["parameters"]) for line in lines},
        )
        for slug, lines in _by_stream(statement).items()
        for one in words()["tests"]["property"]
    ]


def fuel_heat_gj(statement: Statement) -> Fraction | None:
    """Heat of all fuels over the year, GJ: quantity times calorific value; None where one of them has none.

    Source: MEE 2022 No. 485, annex C, rows of biomass; the fuels there are fossil ones.
    """
    months = [_month(line) for lines in _by_stream(statement).values() for line in lines]
    if not months or any(one.c is None and one.a for one in months):
        return None
    return sum((one.weight(_HEAT) for one in months), Fraction(0))


def _by_stream(statement: Statement) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    if statement.inputs is None or statement.inputs.guideline != words()["guideline"]:
        return found
    for line in statement.lines:
        if line.stream.kind == "fuel":
            found.setdefault(slug_of(line.stream.id), []).append(line)
    return found


def _source(line: Line, names: Sequence[str]) -> str:
    given = _given(line)
    return next((given[name].source for name in names if name in given), "")


def _given(line: Line) -> Mapping[str, Parameter]:
    """What the line was calculated with, and what was reported beside it."""
    return {**line.stream.parameters, **{one.name: one for one in line.parameters}}


@dataclass(frozen=True, slots=True)
class _Month:
    """One line in the letters of C.3; None for what it was not calculated with and does not report."""

    period: str
    a: Fraction
    b: Fraction | None
    c: Fraction | None
    d: Fraction | None
    e: Fraction
    value: Fraction

    def weight(self, of: str) -> Fraction:
        """What a mean over the year weighs this month with."""
        heat = self.a * (self.c or Fraction(0))
        if of == _HEAT:
            return heat
        return self.a * self.b if self.b is not None else heat * (self.d or Fraction(0))


def _month(line: Line) -> _Month:
    used = {one.name: one for one in line.parameters}
    given = _given(line)
    a, e = line.stream.quantity.value or Fraction(0), used["oxidation"].value
    by_heat = "cc" in used
    burnt = a * e * CO2_OF_CARBON
    return _Month(
        period=line.stream.period,
        a=a,
        b=None if by_heat or not burnt else line.value / burnt,
        c=given["ncv"].value if "ncv" in given else None,
        d=used["cc"].value if by_heat else None,
        e=e,
        value=line.value,
    )


def _rows(lines: Sequence[Line]) -> tuple[Cells, ...]:
    months = [_month(line) for line in lines]
    unit = str(lines[0].stream.quantity.unit)
    amount = {month.period: month.a for month in months}
    rows = {
        "A": _cells("A", unit, amount, sum(amount.values(), Fraction(0)), exact=True),
        "B": _mean("B", f"tC/{unit}", {one.period: (one.b, one.a) for one in months}),
        "C": _mean("C", f"GJ/{unit}", {one.period: (one.c, one.a) for one in months}, exact=True),
        "D": _mean("D", "tC/GJ", {one.period: (one.d, one.weight(_HEAT)) for one in months}, exact=True),
        "E": _mean("E", "%", {one.period: (one.e * 100, one.weight(_CARBON)) for one in months}, exact=True),
        "F": _sum("F", [one for one in months if one.d is None]),
        "G": _sum("G", [one for one in months if one.d is not None]),
    }
    return tuple(row for row in rows.values() if row is not None)


def _sum(letter: str, months: Sequence[_Month]) -> Cells | None:
    values = {one.period: one.value for one in months}
    return _cells(letter, "tCO2", values, sum(values.values(), Fraction(0))) if values else None


def _mean(
    letter: str, unit: str, cells: Mapping[str, tuple[Fraction | None, Fraction]], *, exact: bool = False
) -> Cells | None:
    """A row with its weighted mean; None where no month has a figure. cells: value and weight by month."""
    known = {period: (value, weight) for period, (value, weight) in cells.items() if value is not None}
    if not known:
        return None
    weight = sum((one for _, one in known.values()), Fraction(0))
    mean = sum((value * one for value, one in known.values()), Fraction(0)) / weight if weight else None
    if len(alike := {value for value, _ in known.values()}) == 1:
        (mean,) = alike
    return _cells(letter, unit, {period: value for period, (value, _) in known.items()}, mean, exact=exact)


def _cells(
    letter: str, unit: str, values: Mapping[str, Fraction], year: Fraction | None, *, exact: bool = False
) -> Cells:
    label = next(Label(one["zh"], one["en"]) for one in words()["fuel"]["row"] if one["letter"] == letter)
    said = _text if exact else tco2e_text
    texts = {period: said(value) for period, value in values.items()}
    return Cells(letter, label, unit, texts, "" if year is None else said(year))


def _text(value: Fraction) -> str:
    """As it was given; a mean, which has more decimals or no end of them, with six."""
    rounded = tco2e_text(value)
    return plain_text(value) if number(rounded) == value else rounded
