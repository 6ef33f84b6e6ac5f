"""Counts as text in a meter's unit. Pure."""

from decimal import Decimal


def value_text(count: int, least_count: Decimal) -> str:
    """A count as decimal text in the meter's unit, with the digits of its least count."""
    return f"{count * least_count.normalize():f}"
