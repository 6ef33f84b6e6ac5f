"""What the data behind a period lets one say: grades, and remarks on gaps, jumps and calibration. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lexicon.terms import Grade
from lexicon.units import Rounding, rounded

from accounting.domain.remarks import Name, Remark

# Proposals of the sector research, not figures of a guideline; each crossing must be explained by a person.
FILLED_SHARE_MAX = Fraction(1, 10)
JUMP_MAX = Fraction(3, 10)


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter's month: what its register ran on, in `unit`, and how well that is known."""

    meter: str
    quantity: Decimal
    unit: str
    hours: int
    estimated: int
    ambiguous: int
    readings: int
    signed: int
    calibrated_until: date | None
    version: int
    uncalibrated_days: int = 0
    integrated: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """A stream's line in the month before, in grams."""

    stream: str
    grams: int


def grade_of(meters: Sequence[Metered]) -> Grade:
    """The grade of a metered quantity, by its worst meter: A signed, B measured, C less than that."""
    if any(_is_weak(meter) for meter in meters):
        return Grade.C
    return Grade.A if all(meter.readings == meter.signed > 0 for meter in meters) else Grade.B


def _is_weak(meter: Metered) -> bool:
    """Filled hours, a drop nobody explained, a rate integrated, or days without calibration."""
    return bool(meter.estimated or meter.ambiguous or meter.integrated or meter.uncalibrated_days)


def worst(grades: Sequence[Grade]) -> Grade:
    """The worst of some grades; nothing at all is D."""
    return max(grades, default=Grade.D)


def about_meters(stream: str, meters: Sequence[Metered], *, hours: int) -> list[Remark]:
    """Remarks on a stream's meters. hours: hours of the period."""
    remarks: list[Remark] = []
    for meter in meters:
        facts = {"meter": meter.meter}
        missing = hours - meter.hours
        if missing > 0:
            remarks.append(Remark(Name.hours_missing, stream, facts | {"hours": str(missing)}))
        if meter.ambiguous:
            remarks.append(Remark(Name.hours_ambiguous, stream, facts | {"hours": str(meter.ambiguous)}))
        if Fraction(meter.estimated, hours) > FILLED_SHARE_MAX:
            share = rounded(Fraction(100 * meter.estimated, hours), Rounding.PERCENT)
            remarks.append(Remark(Name.hours_filled, stream, facts | {"percent": str(share)}))
        if meter.uncalibrated_days:
            remarks.append(_about_calibration(stream, meter))
    return remarks


def _about_calibration(stream: str, meter: Metered) -> Remark:
    """A certificate that ended, with its day; else days that no certificate was ever there for."""
    if meter.calibrated_until is not None:
        facts = {"meter": meter.meter, "day": meter.calibrated_until.isoformat()}
        return Remark(Name.uncalibrated, stream, facts)
    facts = {"meter": meter.meter, "days": str(meter.uncalibrated_days)}
    return Remark(Name.calibration_missing, stream, facts)


def about_jump(stream: str, *, now_g: int, before_g: int | None) -> list[Remark]:
    """A line that moved by more than 30 % against the month before wants a word."""
    if not before_g:
        return []
    change = Fraction(now_g - before_g, before_g)
    if abs(change) <= JUMP_MAX:
        return []
    return [Remark(Name.month_jump, stream, {"percent": str(rounded(100 * change, Rounding.PERCENT))})]
