"""Factor sets: dated, sourced default values read from `accounting/factors/*.toml`. Never edited."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from lexicon.units import Unit

from accounting.domain.conversions import parameter_in_base
from accounting.domain.exact import number

FACTORS = Path(__file__).resolve().parent.parent / "factors"
ROLES = ("fuel", "process", "grid", "gwp")


@cache
def _in_base(parameter: str, text: str, unit: str) -> tuple[Fraction, Unit]:
    """A row's value in the unit of its formula; the rows are few and are asked for in every line."""
    return parameter_in_base(parameter, number(text), unit)


@dataclass(frozen=True, slots=True)
class Factor:
    """One row: the default of a parameter for an item (and variant or region) from a date on.

    An empty text is a row whose value nobody has read in the guideline yet: it blocks until it is known.
    """

    item: str
    parameter: str
    variant: str
    text: str
    unit: str
    valid_from: str
    source: str
    clause: str
    verified: bool

    @property
    def known(self) -> bool:
        """Whether the row has a value at all."""
        return bool(self.text)

    @property
    def value(self) -> Fraction:
        """The value in the unit its formula expects. Raises NotANumber for a row that is not known."""
        return _in_base(self.parameter, self.text, self.unit)[0]

    @property
    def base_unit(self) -> Unit:
        return _in_base(self.parameter, self.text or "0", self.unit)[1]


@dataclass(frozen=True, slots=True)
class FactorSet:
    """A named set. roles: what it may serve as; regional: its rows differ by region; by_name: rows again."""

    id: str
    zh: str
    en: str
    roles: tuple[str, ...]
    regional: bool
    regions: tuple[str, ...]
    rows: tuple[Factor, ...]
    digest: str
    by_name: Mapping[tuple[str, str], tuple[Factor, ...]]

    def defaults(self, *, item: str, parameter: str) -> tuple[Factor, ...]:
        """All rows of an item's parameter, whatever their variant or date."""
        return self.by_name.get((item, parameter), ())


def pick(rows: Iterable[Factor], *, variant: str, on: str) -> Factor | None:
    """The latest row on a date (`YYYY-MM-DD`): of the variant if it has one, else the plain one."""
    valid = [row for row in rows if row.valid_from <= on]
    matching = [row for row in valid if row.variant == variant] or [row for row in valid if not row.variant]
    return max(matching, key=lambda row: row.valid_from, default=None)


def in_force(rows: Iterable[Factor], *, on: str) -> list[Factor]:
    """The rows that hold on a date (`YYYY-MM-DD`): of each variant the latest alone."""
    latest: dict[str, Factor] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        if row.valid_from <= on:
            latest[row.variant] = row
    return list(latest.values())


@cache
def factor_sets() -> Mapping[str, FactorSet]:
    """Every set by id. Raises ValueError when a file lacks a source, a date or a readable value."""
    return {found.id: found for found in (_load(path) for path in sorted(FACTORS.glob("*.toml")))}


def _load(path: Path) -> FactorSet:
    content = path.read_bytes()
    table = tomllib.loads(content.decode())
    head, shared = table["set"], table.get("shared", {})
    rows = tuple(_row(shared | row) for row in table.get("row", ()))
    if head["id"] != path.stem or not set(head["roles"]) <= set(ROLES):
        raise ValueError(f"{path.name}: the id is the file's name and roles are known")
    regional = bool(head.get("regional", False))
    return FactorSet(
        id=head["id"],
        zh=head["zh"],
        en=head["en"],
        roles=tuple(head["roles"]),
        regional=regional,
        regions=tuple(sorted({row.variant for row in rows})) if regional else (),
        rows=rows,
        digest=sha256(content).hexdigest(),
        by_name=_by_name(rows),
    )


def _by_name(rows: Iterable[Factor]) -> dict[tuple[str, str], tuple[Factor, ...]]:
    """Rows by item and parameter, in their order."""
    found: dict[tuple[str, str], tuple[Factor, ...]] = {}
    for row in rows:
        name = (row.item, row.parameter)
        found[name] = (*found.get(name, ()), row)
    return found


def _row(row: Mapping[str, Any]) -> Factor:
    if not row.get("source") or not row.get("clause") or not isinstance(row.get("verified"), bool):
        raise ValueError(f"a factor row without source, clause or mark: {row}")
    parameter_in_base(row["parameter"], number(row["value"] or "0"), row["unit"])
    return Factor(
        item=row["item"],
        parameter=row["parameter"],
        variant=row.get("variant", ""),
        text=row["value"],
        unit=row["unit"],
        valid_from=row["valid_from"],
        source=row["source"],
        clause=row["clause"],
        verified=row["verified"],
    )
