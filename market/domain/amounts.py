"""Whole smallest units as text in the unit that people read. Pure."""

from decimal import Decimal

GRAMS_PER_TONNE = Decimal(1_000_000)


def tonnes(grams: int) -> str:
    """Grams as text in tonnes, exact."""
    return format(Decimal(grams) / GRAMS_PER_TONNE, "f")
