"""What an adjustment comes to in tonnes on its line, as pages and reports show it. Pure."""

from fractions import Fraction

from lexicon.units import Rounding, Unit, convert, rounded

from accounting.domain.adjustments import Adjustment, Cause
from accounting.domain.assembly import BALANCE, Source
from accounting.domain.exact import plain_text
from accounting.domain.statement import Line
from accounting.domain.trees import Json
from accounting.domain.year import activity_of

OUTWARD = frozenset({"sold", "closing", "other_use", "exported"})


def adjustments_json(line: Line, source: Source) -> list[Json]:
    """Every adjustment of a line's source: what was missing, by which rule, how much, and its tonnes.

    Tonnes go by the line's own tonnes per unit of activity; the premium is what is over a plain mean.
    """
    units = {one.meter: one.unit for one in source.metered}
    return [_adjustment(line, one, units[one.meter]) for one in source.adjustments if one.meter in units]


def _adjustment(line: Line, one: Adjustment, unit: str) -> Json:
    over = one.added - one.neutral if one.cause is Cause.GAP else one.added
    return {
        "meter": one.meter,
        "target": one.target,
        "cause": str(one.cause),
        "rule": one.rule.id,
        "zh": one.rule.zh,
        "en": one.rule.en,
        "clause": one.clause,
        "verified": one.verified,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "amount": one.amount,
        "added": plain_text(one.added),
        "unit": unit,
        "tco2e": _tonnes(line, one, one.added, unit),
        "premium_tco2e": _tonnes(line, one, over, unit),
    }


def _tonnes(line: Line, one: Adjustment, quantity: Fraction, unit: str) -> str:
    activity = activity_of(line)
    sign = -1 if one.target.removeprefix(BALANCE) in OUTWARD else 1
    base = convert(quantity, Unit(unit), line.stream.quantity.unit)
    tonnes = sign * base * line.value / activity if activity else Fraction(0)
    return format(rounded(tonnes, Rounding.CASE), "f")
