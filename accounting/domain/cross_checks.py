"""Two sources of one datum, stocks that follow one another, values outside what was to be expected. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lexicon.units import Rounding, Unit, convert, rounded

from accounting.domain.assembly import BALANCE, QUANTITY, SECOND, Source, Typed, balance_of, metered_text
from accounting.domain.exact import measure_text, number, plain_text
from accounting.domain.purchased_energy import net_of
from accounting.domain.quality import JUMP_MAX
from accounting.domain.remarks import Name, Remark
from accounting.domain.trees import Json, Leaf, bind, evaluate

# The design's proposal for two sources of one datum; a crossing must be explained by a person.
SOURCES_DIFFER_MAX = Fraction(2, 100)
# The months of a plant that say what to expect of the next one.
HISTORY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect of a typed value, in `unit`; basis: `history` of so many months, or the `default`."""

    low: Fraction
    high: Fraction
    unit: str
    basis: str
    months: int = 0

    def as_json(self) -> dict[str, Json]:
        return {
            "low": _short(self.low),
            "high": _short(self.high),
            "unit": self.unit,
            "basis": self.basis,
            "months": self.months,
        }


def expected_of(
    earlier: Sequence[tuple[Fraction, str]], *, default: Fraction | None, unit: str
) -> Expected | None:
    """The range of a value: the plant's own history with 30 % on both sides, else the default's 30 %.

    earlier: values of earlier months with their unit, newest first; default: in `unit`.
    """
    alike = [
        convert(value, Unit(one), Unit(unit)) for value, one in earlier[:HISTORY_MONTHS] if _same(one, unit)
    ]
    if alike:
        return _around(min(alike), max(alike), unit, "history", len(alike))
    # Thirty per cent of nothing is nothing: a default of zero says what is assumed, not what to expect.
    return _around(default, default, unit, "default", 0) if default else None


def about_expected(stream: str, typed: Iterable[Typed], ranges: Mapping[str, Expected]) -> list[Remark]:
    """Remarks on typed values outside their range."""
    remarks = []
    for one in typed:
        found = ranges.get(one.name)
        if found is None or not _same(one.unit, found.unit):
            continue
        value = convert(number(one.text), Unit(one.unit), Unit(found.unit))
        if found.low <= value <= found.high:
            continue
        facts = {
            "field": one.name.removeprefix(BALANCE),
            "given": measure_text(one.text, one.unit),
            "low": _short(found.low),
            "high": measure_text(_short(found.high), found.unit),
            "basis": found.basis,
            "months": str(found.months),
        }
        remarks.append(Remark(Name.outside_expected, stream, facts))
    return remarks


def about_sources(source: Source, balance: Sequence[str]) -> list[Remark]:
    """A remark for each source of the activity that is over 2 % off the one that is used."""
    known = _sources(source, balance)
    if len(known) < 2:
        return []
    used, *others = known
    return [remark for other in others if (remark := _about_pair(source, used, other)) is not None]


def about_opening(source: Source, closing: Fraction | None) -> list[Remark]:
    """A remark when the opening stock is not last month's closing stock; closing in the stream's unit."""
    fields = balance_of(source)
    opening = fields.get("opening")
    if closing is None or not isinstance(opening, str) or number(opening) == closing:
        return []
    facts = {"opening": opening, "closing": plain_text(closing), "unit": source.unit}
    return [Remark(Name.opening_differs, source.slug, facts)]


def _sources(source: Source, balance: Sequence[str]) -> list[Fraction]:
    """All that is known of the activity, in the stream's unit; what the calculation uses comes first."""
    typed = {one.name: one for one in source.typed}
    found = [_in_unit(typed[QUANTITY], source.unit)] if QUANTITY in typed else []
    metered = metered_text(source, QUANTITY)
    found += [number(metered)] if metered is not None else []
    fields = balance_of(source)
    if fields and balance:
        leaves = {
            name: Leaf("input", name, number(fields.get(name, "0")), Unit(source.unit)) for name in balance
        }
        found.append(evaluate(bind(net_of(balance), leaves)))
    if SECOND in typed:
        found.append(_in_unit(typed[SECOND], source.unit))
    return found


def _about_pair(source: Source, used: Fraction, other: Fraction) -> Remark | None:
    whole = max(abs(used), abs(other))
    if not whole or abs(used - other) <= SOURCES_DIFFER_MAX * whole:
        return None
    facts = {
        "percent": str(rounded(100 * abs(used - other) / whole, Rounding.PERCENT)),
        "used": plain_text(used),
        "other": plain_text(other),
        "unit": source.unit,
    }
    return Remark(Name.sources_differ, source.slug, facts)


def _in_unit(one: Typed, unit: str) -> Fraction:
    return convert(number(one.text), Unit(one.unit), Unit(unit))


def _around(low: Fraction, high: Fraction, unit: str, basis: str, months: int) -> Expected:
    return Expected(low - abs(low) * JUMP_MAX, high + abs(high) * JUMP_MAX, unit, basis, months)


def _same(one: str, other: str) -> bool:
    return Unit(one).dimension == Unit(other).dimension


def _short(value: Fraction) -> str:
    """For reading: six decimals without trailing zeros."""
    text = format(rounded(value, Rounding.CASE), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
