"""Values of a calculation: what is given, what comes out. Frozen, exact, without any way to change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lexicon.units import Unit, grams_from_t

from accounting.domain.conversions import fits
from accounting.domain.exact import tco2e_text
from accounting.domain.remarks import Remark
from accounting.domain.trees import Node

SOURCES = ("measured", "calculated", "supplier", "default", "substituted")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One factor or property of a stream. value in base unit `unit`; given as written by whoever gave it."""

    name: str
    value: Fraction
    unit: Unit
    source: str
    given: str = ""
    given_unit: str = ""
    factor_set: str = ""
    clause: str = ""
    verified: bool = True

    def fits(self, quantity: Unit) -> bool:
        """Whether a value per tonne or per gas volume goes with a quantity in this unit."""
        return fits(self.unit, quantity)


@dataclass(frozen=True, slots=True)
class Quantity:
    """The activity of a stream in base unit `unit`: a given value, or the fields of a balance."""

    unit: Unit
    value: Fraction | None
    balance: Mapping[str, Fraction] = field(default_factory=dict)
    given: str = ""
    given_unit: str = ""


@dataclass(frozen=True, slots=True)
class SourceStream:
    """One stream as given. residues: ids of residue streams its oxidation is calculated from."""

    id: str
    kind: str
    item: str
    variant: str
    period: str
    quantity: Quantity
    parameters: Mapping[str, Parameter]
    residues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthRules:
    """What one month of a year goes by where it is not what the year says: version, all sets, region."""

    rule_version: str
    factor_sets: Mapping[str, str]
    region: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """A whole calculation's input: guideline id, rule version, factor sets by role, periods and streams.

    months: by name those that go by rules of their own.
    """

    guideline: str
    rule_version: str
    factor_sets: Mapping[str, str]
    periods: tuple[str, ...]
    entity: str
    region: str
    streams: tuple[SourceStream, ...]
    months: Mapping[str, MonthRules] = field(default_factory=dict)

    def rules_in(self, period: str) -> MonthRules:
        """What the streams of a period go by."""
        return self.months.get(period) or MonthRules(self.rule_version, self.factor_sets, self.region)

    def versions_used(self) -> tuple[str, ...]:
        """The rule versions of the periods, each once, in their order; empty without versions."""
        return tuple(
            dict.fromkeys(one for period in self.periods if (one := self.rules_in(period).rule_version))
        )

    def sets_used(self) -> tuple[tuple[str, str], ...]:
        """Role and factor set of all periods, each once, in the order of the alphabet."""
        return tuple(
            sorted({one for period in self.periods for one in self.rules_in(period).factor_sets.items()})
        )


@dataclass(frozen=True, slots=True)
class Line:
    """The signed contribution of one stream in tCO2e. value is unrounded; tree holds every value."""

    stream: SourceStream
    subtotal: str
    formula: str
    clause: str
    tree: Node
    value: Fraction
    parameters: tuple[Parameter, ...]

    @property
    def tco2e(self) -> str:
        return tco2e_text(self.value)

    @property
    def grams(self) -> int:
        return grams_from_t(self.value)


@dataclass(frozen=True, slots=True)
class Statement:
    """The result: lines, subtotals and total in tCO2e, unrounded. Empty lines when a remark blocks."""

    inputs: Inputs | None
    lines: tuple[Line, ...]
    subtotals: Mapping[str, Fraction]
    total: Fraction
    indicators: Mapping[str, Fraction]
    remarks: tuple[Remark, ...]

    @property
    def blocked(self) -> bool:
        return any(remark.blocks for remark in self.remarks)

    @property
    def grams(self) -> int:
        """The minted total: whole grams HALF_UP from the unrounded total; lines need not sum to it."""
        return grams_from_t(self.total)
