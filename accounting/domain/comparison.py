"""Two results side by side: each stream's change in tonnes, what of it is activity and what is factor. Pure.

Tonnes are activity times a rate, so with q, r before and q', r' after the change is (q' - q) r + (r' - r) q',
exactly. A stream that is only on one side is all activity.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lexicon.units import Rounding, Unit, convert, rounded

from accounting.domain.exact import number
from accounting.domain.trees import Json
from accounting.domain.year import slug_of

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """A stream on one side: activity in `unit`, tonnes, factors as they were used."""

    quantity: Fraction
    unit: str
    tonnes: Fraction
    factors: Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stream on both sides; activity and factor sum to the change of tonnes. line: for its names."""

    stream: str
    line: Line
    before: Side | None
    after: Side | None
    activity: Fraction
    factor: Fraction

    @property
    def change(self) -> Fraction:
        return self.activity + self.factor

    def as_json(self) -> dict[str, Json]:
        return {
            "stream": self.stream,
            "name_zh": self.line["name_zh"],
            "name_en": self.line["name_en"],
            "subtotal": self.line["subtotal"],
            "kind": self.line["kind"],
            "before": _side(self.before),
            "after": _side(self.after),
            "change_tco2e": _tonnes(self.change),
            "activity_tco2e": _tonnes(self.activity),
            "factor_tco2e": _tonnes(self.factor),
            "factors": _factors(self.before, self.after),
        }


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[Difference]:
    """Every stream of two results, those of the later first in its order. Lines as pages show them."""
    old, new = _by_stream(before), _by_stream(after)
    return [
        _difference(stream, old.get(stream, []), new.get(stream, []))
        for stream in dict.fromkeys([*new, *old])
    ]


def total_change(found: Iterable[Difference]) -> Fraction:
    """The change of the total in tonnes."""
    return sum((one.change for one in found), Fraction(0))


def _by_stream(lines: Sequence[Line]) -> dict[str, list[Line]]:
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(slug_of(line["stream"]), []).append(line)
    return grouped


def _difference(stream: str, old: list[Line], new: list[Line]) -> Difference:
    unit = (new or old)[0]["unit"]
    before, after = _sum(old, unit), _sum(new, unit)
    activity, factor = _causes(before, after)
    return Difference(stream, (new or old)[0], before, after, activity, factor)


def _sum(lines: list[Line], unit: str) -> Side | None:
    """A stream's lines as one, in `unit` where they are of its kind; a year has one for each month."""
    if not lines:
        return None
    quantities = [_in_unit(line, unit) for line in lines]
    known = [one for one in quantities if one is not None]
    return Side(
        quantity=sum(known, Fraction(0)),
        unit=unit if len(known) == len(lines) else lines[0]["unit"],
        tonnes=sum((number(line["tco2e"]) for line in lines), Fraction(0)),
        factors={
            one["name"]: (one["value"], one["unit"], one["source"]) for one in lines[-1].get("parameters", ())
        },
    )


def _in_unit(line: Line, unit: str) -> Fraction | None:
    if not line["quantity"] or Unit(line["unit"]).dimension != Unit(unit).dimension:
        return None
    return convert(number(line["quantity"]), Unit(line["unit"]), Unit(unit))


def _causes(before: Side | None, after: Side | None) -> tuple[Fraction, Fraction]:
    """By how many tonnes the activity and the factors changed the stream."""
    old = before.tonnes if before else Fraction(0)
    new = after.tonnes if after else Fraction(0)
    if (
        before is None
        or after is None
        or not before.quantity
        or not after.quantity
        or before.unit != after.unit
    ):
        return new - old, Fraction(0)
    rate = old / before.quantity
    activity = (after.quantity - before.quantity) * rate
    return activity, new - old - activity


def _factors(before: Side | None, after: Side | None) -> list[Json]:
    """Factors that are not the same on both sides."""
    old = before.factors if before else {}
    new = after.factors if after else {}
    return [
        {"name": name, "before": _text(old.get(name)), "after": _text(new.get(name))}
        for name in dict.fromkeys([*new, *old])
        if before and after and old.get(name) != new.get(name)
    ]


def _text(value: tuple[str, str, str] | None) -> Json:
    return {"value": value[0], "unit": value[1], "source": value[2]} if value else None


def _side(side: Side | None) -> Json:
    if side is None:
        return None
    return {"quantity": _tonnes(side.quantity), "unit": side.unit, "tco2e": _tonnes(side.tonnes)}


def _tonnes(value: Fraction) -> str:
    return format(rounded(value, Rounding.CASE), "f")
