"""The guidelines: one folder each, read once. Knows their shape, none of their content."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from accounting.domain.formulas import Rules
from accounting.domain.trees import Json, as_json

GUIDELINES = Path(__file__).resolve().parent.parent / "guidelines"


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DefaultOf:
    """Where a parameter's default stands when it is not in a row of the stream's own item and role."""

    role: str
    item: str
    parameter: str


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A parameter a stream may carry and the units it may be given in."""

    name: str
    zh: str
    meaning: str
    units: tuple[str, ...]
    default_of: DefaultOf | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One way to compute a stream. formula is None for residues and products, which have no line."""

    parameters: tuple[str, ...]
    formula: str | None
    line: str


@dataclass(frozen=True, slots=True)
class StreamType:
    """One kind of stream. factors: role of the factor set that holds its defaults.

    variants: by item, those that name a row of the report; what only chooses a default is in the set.
    """

    key: str
    kind: str
    subtotal: str
    factors: str
    items: Mapping[str, Label]
    variants: Mapping[str, tuple[str, ...]]
    quantity_units: tuple[str, ...]
    balance: tuple[str, ...]
    balance_only: bool
    meterable: bool
    parameters: Mapping[str, ParameterType]
    forms: tuple[Form, ...]
    note: str

    @property
    def has_line(self) -> bool:
        return bool(self.subtotal)

    @property
    def deducts(self) -> bool:
        """Whether the line lowers the total: fixed carbon, products, CO2 supplied."""
        return bool(self.forms) and self.forms[-1].line.startswith("-")

    def default_of(self, *, item: str, parameter: str) -> DefaultOf:
        """The row a parameter's default comes from: the item's own, unless the parameter names another."""
        named = self.parameters[parameter].default_of if parameter in self.parameters else None
        return named or DefaultOf(self.factors, item, parameter)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of a guideline's rules and the data months it holds for (both included)."""

    id: str
    first: str
    last: str
    fuel: str


@dataclass(frozen=True, slots=True)
class Guideline:
    """Everything about one guideline. factor_sets: role to the sets offered, the usual one first.

    gap, calibration: ids in data_rules.toml: for missing hours, for meters past their calibration.
    """

    id: str
    zh: str
    en: str
    sector: str
    regime: str
    source: str
    valid_from: str
    subtotals: tuple[str, ...]
    gap: str
    calibration: str
    factor_sets: Mapping[str, tuple[str, ...]]
    rule_versions: tuple[RuleVersion, ...]
    streams: tuple[StreamType, ...]
    rules: Rules
    folder: Path

    def stream_type(self, *, kind: str, item: str) -> StreamType | None:
        """The type of a stream by its kind and item, or None."""
        return next((found for found in self.streams if found.kind == kind and item in found.items), None)

    def versions_of(self, periods: Sequence[str]) -> tuple[str, ...]:
        """Ids of the rule versions that hold in any month of the periods, in order of time."""
        months = [month for period in periods for month in _edges(period)]
        return tuple(v.id for v in self.rule_versions if any(v.first <= month <= v.last for month in months))

    def published(self) -> dict[str, Json]:
        """The guideline's trees in their published form; its digest stands in reports and on the chain."""
        forms: dict[str, Json] = {}
        for kind in self.streams:
            for form in kind.forms:
                if form.formula is not None:
                    forms[form.formula] = as_json(self.rules.formulas[form.formula].tree)
        definitions: dict[str, Json] = {
            name: [as_json(tree) for tree in trees] for name, trees in self.rules.definitions.items()
        }
        subtotals: list[Json] = list(self.subtotals)
        return {"guideline": self.id, "formulas": forms, "definitions": definitions, "subtotals": subtotals}


@cache
def guidelines() -> Mapping[str, Guideline]:
    """Every guideline by id. Raises ValueError when a folder is not of the one shape."""
    folders = sorted(path.parent for path in GUIDELINES.glob("*/streams.toml"))
    return {found.id: found for found in map(_load, folders)}


def _load(folder: Path) -> Guideline:
    table = tomllib.loads((folder / "streams.toml").read_text(encoding="utf-8"))
    shared = {
        row["key"]: row for row in tomllib.loads((GUIDELINES / "shared.toml").read_text("utf-8"))["stream"]
    }
    rows = [shared[row["shared"]] if "shared" in row else row for row in table["stream"]]
    head = table["guideline"]
    rules: Rules = import_module(f"accounting.guidelines.{folder.name}.formulas").RULES
    streams = tuple(_stream(row) for row in rows)
    named = {form.formula for kind in streams for form in kind.forms if form.formula}
    if head["id"].replace("-", "_") != folder.name or named != set(rules.formulas):
        raise ValueError(f"{folder.name}: id, forms and formulas do not fit together")
    return Guideline(
        id=head["id"],
        zh=head["zh"],
        en=head["en"],
        sector=head["sector"],
        regime=head["regime"],
        source=head["source"],
        valid_from=head["valid_from"],
        subtotals=tuple(head["subtotals"]),
        gap=table["data_rules"]["gap"],
        calibration=table["data_rules"]["calibration"],
        factor_sets={role: tuple(sets) for role, sets in table["factor_sets"].items()},
        rule_versions=tuple(
            RuleVersion(row["id"], row["from"], row["to"], row["fuel"])
            for row in table.get("rule_version", ())
        ),
        streams=streams,
        rules=rules,
        folder=folder,
    )


def _stream(row: Mapping[str, Any]) -> StreamType:
    parameters = row.get("parameter", ())
    return StreamType(
        key=row["key"],
        kind=row["kind"],
        subtotal=row.get("subtotal", ""),
        factors=row["factors"],
        items={item["id"]: Label(item["zh"], item["en"]) for item in row["item"]},
        variants={item["id"]: tuple(item.get("variants", ())) for item in row["item"]},
        quantity_units=tuple(row["quantity_units"]),
        balance=tuple(row["balance"]),
        balance_only=row.get("balance_only", False),
        meterable=row["meterable"],
        parameters={p["name"]: _parameter(p) for p in parameters},
        forms=tuple(
            Form(tuple(form["parameters"]), form.get("formula"), form.get("line", ""))
            for form in row.get("form", ())
        ),
        note=row.get("note", ""),
    )


def _parameter(row: Mapping[str, Any]) -> ParameterType:
    named = row.get("default_of")
    return ParameterType(
        name=row["name"],
        zh=row["zh"],
        meaning=row["meaning"],
        units=tuple(row["units"]),
        default_of=DefaultOf(named["role"], named["item"], named["parameter"]) if named else None,
    )


def _edges(period: str) -> tuple[str, ...]:
    """First and last month of a period: a year covers twelve."""
    return (period,) if "-" in period else (f"{period}-01", f"{period}-12")
