"""Counts as text in a meter's unit, and what a meter's hours are counted in. Pure.

A register's hours are whole least counts in its own unit. A rate's (kW, t/h) are whole thousandths of its
least count times one hour, in the unit that an hour of it makes (kWh, t).
"""

from decimal import Decimal

from lexicon.units import INTEGRALS, Unit

# An hour of a rate is rounded to a thousandth of the least count times one hour: half of that is its error.
STEPS = 1_000


def value_text(count: int, least_count: Decimal) -> str:
    """A count as decimal text in the meter's unit, with the digits of its least count."""
    return f"{count * least_count.normalize():f}"


def is_rate(unit: str) -> bool:
    """Whether a meter of this unit tells a rate, which is integrated, and not a register."""
    return unit in INTEGRALS


def quantity_unit(unit: str) -> str:
    """The unit of what a meter of this unit has counted or made in an hour."""
    return str(INTEGRALS[Unit(unit)]) if is_rate(unit) else unit


def quantity_step(unit: str, least_count: Decimal) -> Decimal:
    """What one count of a meter's hour, day or month is, in `quantity_unit`."""
    return least_count.normalize() / STEPS if is_rate(unit) else least_count.normalize()
