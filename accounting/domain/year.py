"""A year of a plant made of its months: names, weighted means, and the bridge to the months' totals. Pure.

Each month keeps its own factors and the year is their sum. With calorific value weighted by quantity, carbon
by heat and oxidation by carbon that is the guidelines' year of yearly sums and weighted means, unrounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from accounting.domain.assembly import Source
from accounting.domain.detail import net_of
from accounting.domain.statement import Line
from accounting.domain.trees import evaluate


@dataclass(frozen=True, slots=True)
class Mean:
    """A parameter of a stream over the year, weighted by quantity."""

    parameter: str
    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class StreamYear:
    """A stream over the year: activity in its base unit, tonnes, weighted means."""

    slug: str
    quantity: Fraction
    unit: str
    tco2e: Fraction
    means: tuple[Mean, ...]


def is_year(period: str) -> bool:
    """Whether a period's name is a year (`2026`) and not a month (`2026-06`)."""
    return "-" not in period


def months_of(year: str) -> tuple[str, ...]:
    """The twelve months of a year by name."""
    return tuple(f"{year}-{number:02d}" for number in range(1, 13))


def name_in_year(slug: str, month: str) -> str:
    """The id of a month's stream inside its year: `06.coal`. Slugs have no point."""
    return f"{month.partition('-')[2]}.{slug}"


def slug_of(stream: str) -> str:
    """The plant's stream behind an id, of a month or inside a year."""
    return stream.rpartition(".")[2]


def name_without(name: str, month: str) -> str:
    """What a line is called, without the month (`2026-06`) at the end of its name inside a year."""
    return name.removesuffix(month).strip()


def in_year(source: Source, month: str) -> Source:
    """A month's source under its name in the year."""
    return replace(source, slug=name_in_year(source.slug, month), period=month)


def activity_of(line: Line) -> Fraction:
    """The activity of a line in its base unit; of a balance its net."""
    given = line.stream.quantity.value
    net = None if given is not None else net_of(line.tree)
    return given if given is not None else evaluate(net.node) if net else Fraction(0)


def streams_of(lines: Sequence[Line]) -> list[StreamYear]:
    """The year of each stream, in the order in which they first come."""
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(slug_of(line.stream.id), []).append(line)
    return [_stream(slug, mine) for slug, mine in grouped.items()]


def tonnes_of(lines: Iterable[Line], month: str) -> Fraction:
    """The sum of a month's lines inside the year, unrounded."""
    return sum((line.value for line in lines if line.stream.period == month), Fraction(0))


def _stream(slug: str, lines: Sequence[Line]) -> StreamYear:
    names = dict.fromkeys(value.name for line in lines for value in line.parameters)
    means = [mean for name in names if (mean := _mean(name, lines)) is not None]
    return StreamYear(
        slug=slug,
        quantity=sum((activity_of(line) for line in lines), Fraction(0)),
        unit=str(lines[0].stream.quantity.unit),
        tco2e=sum((line.value for line in lines), Fraction(0)),
        means=tuple(means),
    )


def _mean(name: str, lines: Sequence[Line]) -> Mean | None:
    """None where units differ between months or nothing weighs."""
    pairs = [(activity_of(line), value) for line in lines for value in line.parameters if value.name == name]
    weight = sum((quantity for quantity, _ in pairs), Fraction(0))
    units = {str(value.unit) for _, value in pairs}
    if len(units) != 1 or not weight:
        return None
    product = sum((quantity * value.value for quantity, value in pairs), Fraction(0))
    return Mean(name, product / weight, units.pop())
