"""Factor sets: dated, sourced default values. Never edited: a change is a set that succeeds another.

Those of the programs are `accounting/factors/*.toml`. A published one is JSON: a browser finds it in the same
folder, a report carries it, and a server asks its database (`published`).
"""

import json
import tomllib
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lexicon.factor_lines import next_of, number_of
from lexicon.units import Unit

from accounting.domain.conversions import parameter_in_base
from accounting.domain.exact import number

FACTORS = Path(__file__).resolve().parent.parent / "factors"
ROLES = ("fuel", "process", "grid", "gwp")
SCHEMA = "tanheng-factors/1"


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
    """A named set. roles: what it may serve as; regional: its rows differ by region; by_name: rows again.

    succeeds, since: of a published one, which it follows and the month (`YYYY-MM`) it is in force from.
    """

    id: str
    zh: str
    en: str
    roles: tuple[str, ...]
    regional: bool
    regions: tuple[str, ...]
    rows: tuple[Factor, ...]
    digest: str
    by_name: Mapping[tuple[str, str], tuple[Factor, ...]]
    succeeds: str = ""
    since: str = ""

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


class _Sets(UserDict[str, FactorSet]):
    """The programs' sets; a name that is not among them is one on trial, or one that was published."""

    def __contains__(self, name: object) -> bool:
        return name in self.data or self._other(str(name)) is not None

    def __missing__(self, name: str) -> FactorSet:
        found = self._other(name)
        if found is None:
            raise KeyError(name)
        return found

    def _other(self, name: str) -> FactorSet | None:
        return _on_trial.get().get(name) or published.find(name)


class _Published:
    """Published sets by id, read once each: what was published never changes."""

    def __init__(self) -> None:
        self._text_of: Callable[[str], str | None] = lambda _: None
        self._found: dict[str, FactorSet] = {}

    def ask(self, text_of: Callable[[str], str | None]) -> None:
        """Have a program say where published sets are; text_of(id): the set's text, or None."""
        self._text_of = text_of

    def find(self, name: str) -> FactorSet | None:
        """A published set by its id, or None."""
        if number_of(name) == 1:
            return None
        if name not in self._found:
            text = self._text_of(name)
            if text is None:
                return None
            self._found[name] = read_published(text)
        return self._found[name]

    def forget(self) -> None:
        """Read all of them again: the database is another one."""
        self._found.clear()


published = _Published()
_on_trial: ContextVar[Mapping[str, FactorSet]] = ContextVar(
    "factor_sets_on_trial", default=MappingProxyType({})
)


@contextmanager
def trying(*sets: FactorSet) -> Iterator[None]:
    """Inside, these sets are there, too, for this thread alone. None takes the place of the programs' own."""
    token = _on_trial.set({**_on_trial.get(), **{one.id: one for one in sets}})
    try:
        yield
    finally:
        _on_trial.reset(token)


@cache
def factor_sets() -> Mapping[str, FactorSet]:
    """Every set by id. Raises ValueError when a file lacks a source, a date or a readable value."""
    files = (*sorted(FACTORS.glob("*.toml")), *sorted(FACTORS.glob("*.json")))
    return _Sets({found.id: found for found in map(_load, files)})


def _load(path: Path) -> FactorSet:
    if path.suffix == ".json":
        found = read_published(path.read_text(encoding="utf-8"))
    else:
        content = path.read_bytes()
        found = _set(tomllib.loads(content.decode()), sha256(content).hexdigest())
    if found.id != path.stem:
        raise ValueError(f"{path.name}: the id is the file's name")
    return found


def read_published(text: str) -> FactorSet:
    """The set of a published text. Raises ValueError for one that is none."""
    table = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    if not isinstance(table, dict) or table.get("schema") != SCHEMA:
        raise ValueError("not a factor set")
    found = _set(table, sha256(text.encode()).hexdigest())
    if not found.since or found.id != next_of(found.succeeds):
        raise ValueError(f"{found.id}: a published set succeeds another, from a month on")
    return found


def _set(table: Mapping[str, Any], digest: str) -> FactorSet:
    head, shared = table["set"], table.get("shared", {})
    rows = tuple(_row(shared | row) for row in table.get("row", ()))
    if not set(head["roles"]) <= set(ROLES):
        raise ValueError(f"{head['id']}: a role that is none")
    regional = bool(head.get("regional", False))
    return FactorSet(
        id=head["id"],
        zh=head["zh"],
        en=head["en"],
        roles=tuple(head["roles"]),
        regional=regional,
        regions=tuple(sorted({row.variant for row in rows})) if regional else (),
        rows=rows,
        digest=digest,
        by_name=_by_name(rows),
        succeeds=head.get("succeeds", ""),
        since=head.get("since", ""),
    )


def with_rows(base: FactorSet, rows: Iterable[Factor]) -> FactorSet:
    """A set with other rows, for a trial; it has the digest of the one it was made of."""
    kept = tuple(rows)
    return replace(base, rows=kept, by_name=_by_name(kept))


def _refuse(_: str) -> object:
    raise ValueError("a number that is not text")


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
