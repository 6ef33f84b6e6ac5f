"""What plants of one guideline are compared by, and where one stands among its peers. Pure, exact.

Knows sums and ranks; which enterprises are in a group, and who may read of it, is for others to say.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from lexicon.units import Unit, grams_from_t

from accounting.domain.detail import net_of
from accounting.domain.exact import number
from accounting.domain.registry import GUIDELINES
from accounting.domain.statement import Line, SourceStream, Statement
from accounting.domain.trees import evaluate

FILE = GUIDELINES / "peers.toml"
# With fewer other enterprises one of them could be guessed from the sum.
OTHERS_MIN = 5
# Two groups of one period differ by more than so many, so that their difference tells nobody's figure either.
CHANGED_MIN = OTHERS_MIN + 1
Stream = tuple[str, str]
"""(kind, item)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Emissions of some subtotals over what was made, in tonnes per `unit`'s denominator.

    over: streams with what one of their base unit counts for; empty: the lines of fuels over their heat, GJ.
    """

    id: str
    zh: str
    en: str
    unit: str
    subtotals: tuple[str, ...]
    over: Mapping[Stream, Fraction]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a measure in whole numbers: grams, and millionths of a tonne or GJ (never 0)."""

    emissions_g: int
    over_micro: int

    @property
    def ratio(self) -> Fraction:
        """Tonnes per tonne or GJ, unrounded."""
        return Fraction(self.emissions_g, self.over_micro)

    def __add__(self, other: "Sides") -> "Sides":
        return Sides(self.emissions_g + other.emissions_g, self.over_micro + other.over_micro)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a plant stands: `peers` other enterprises, their mean, and the share of them below it (equal
    ones by half), as fractions; edge: "lowest" or "highest" where it is beyond all of them."""

    peers: int
    mean: Fraction
    percentile: Fraction
    deviation: Fraction
    edge: str


@cache
def measures() -> Mapping[str, tuple[Measure, ...]]:
    """By guideline; one that is not named is compared by nothing."""
    found: dict[str, tuple[Measure, ...]] = {}
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["measure"]:
        measure = Measure(
            id=row["id"],
            zh=row["zh"],
            en=row["en"],
            unit=row["unit"],
            subtotals=tuple(row.get("subtotals", ())),
            over={_stream(name): number(text) for name, text in row.get("over", {}).items()},
        )
        for guideline in row["guidelines"]:
            found[guideline] = (*found.get(guideline, ()), measure)
    return found


def sides_of(measure: Measure, statement: Statement) -> Sides | None:
    """Both sides of a measure in a statement; None where something of them is not known or not positive."""
    if statement.blocked or statement.inputs is None:
        return None
    if measure.over:
        emitted: Fraction | None = sum(
            (statement.subtotals.get(name, Fraction(0)) for name in measure.subtotals), Fraction(0)
        )
        over = _made(measure, statement)
    else:
        lines = [line for line in statement.lines if line.stream.kind == "fuel"]
        emitted, over = sum((line.value for line in lines), Fraction(0)), _heat(lines)
    if not emitted or over is None or emitted < 0:
        return None
    sides = Sides(grams_from_t(emitted), grams_from_t(over))
    return sides if sides.over_micro > 0 else None


def place_of(own: Sides, others: Sequence[Sides]) -> Place | None:
    """Where a plant stands among other enterprises; None while they are fewer than OTHERS_MIN."""
    if len(others) < OTHERS_MIN:
        return None
    mean = total(others).ratio
    ratios = [one.ratio for one in others]
    lower, equal = sum(one < own.ratio for one in ratios), ratios.count(own.ratio)
    edge = "lowest" if own.ratio < min(ratios) else "highest" if own.ratio > max(ratios) else ""
    return Place(
        peers=len(others),
        mean=mean,
        percentile=(lower + Fraction(equal, 2)) / len(others),
        deviation=own.ratio / mean - 1,
        edge=edge,
    )


def total(sides: Iterable[Sides]) -> Sides:
    """The sum of both sides."""
    return sum(sides, Sides(0, 0))


def is_due(kept: Mapping[str, Sides], now: Mapping[str, Sides]) -> bool:
    """Whether a group (sides by enterprise) is to be made anew: it differs in CHANGED_MIN enterprises."""
    names = {*kept, *now}
    return sum(kept.get(name) != now.get(name) for name in names) >= CHANGED_MIN


def _stream(name: str) -> Stream:
    kind, _, item = name.partition(":")
    return kind, item


def _made(measure: Measure, statement: Statement) -> Fraction | None:
    """What was made, by its weights; None where a stream of it tells no quantity."""
    by_line = {line.stream.id: line for line in statement.lines}
    made = Fraction(0)
    for stream in statement.inputs.streams if statement.inputs else ():
        weight = measure.over.get((stream.kind, stream.item))
        if weight is None:
            continue
        quantity = _quantity(stream, by_line.get(stream.id))
        if quantity is None:
            return None
        made += weight * quantity
    return made


def _heat(lines: Sequence[Line]) -> Fraction | None:
    """Heat of the fuels, GJ; None where one has no calorific value."""
    heat = Fraction(0)
    for line in lines:
        quantity, value = _quantity(line.stream, line), _calorific(line)
        if quantity is None or value is None:
            return None
        heat += quantity * value
    return heat


def _calorific(line: Line) -> Fraction | None:
    """GJ per base unit of the fuel's quantity, as its line or whoever gave the stream has it."""
    given = next((one for one in line.parameters if one.name == "ncv"), line.stream.parameters.get("ncv"))
    known = given is not None and given.unit in (Unit.GJ_PER_T, Unit.GJ_PER_10K_NM3)
    return given.value if given is not None and known and given.fits(line.stream.quantity.unit) else None


def _quantity(stream: SourceStream, line: Line | None) -> Fraction | None:
    """The quantity in base units, of a balance its net; None without either."""
    if stream.quantity.value is not None:
        return stream.quantity.value
    net = net_of(line.tree) if line else None
    return evaluate(net.node) if net else None
