"""The book of one instrument: open clips summed to price levels, best first."""

from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = 10
# One, in hundredths of a percent.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Offer:
    """An open clip: what is left of it, in t, at its price in 0.01 coin."""

    side: str
    price_cents: int
    quantity: int
    account: str


@dataclass(frozen=True, slots=True)
class Level:
    """All that is offered at one price; `own` is the viewer's part of it."""

    price_cents: int
    quantity: int
    offers: int
    own: int


def levels(offers: Iterable[Offer], side: str, *, viewer: str = "", limit: int = LEVELS) -> list[Level]:
    """The best levels of a side: sells from the lowest price up, buys from the highest down."""
    sums: dict[int, Level] = {}
    for offer in offers:
        if offer.side == side and offer.quantity > 0:
            level = sums.get(offer.price_cents, Level(offer.price_cents, 0, 0, 0))
            own = offer.quantity if viewer and offer.account == viewer else 0
            sums[offer.price_cents] = Level(
                offer.price_cents, level.quantity + offer.quantity, level.offers + 1, level.own + own
            )
    return [sums[price] for price in sorted(sums, reverse=side == "buy")][:limit]


def band(reference_cents: int, width: int, *, tick_cents: int = 1) -> tuple[int, int]:
    """Lowest and highest allowed price: the reference and `width` of it either way, rounded inwards.

    width: hundredths of a percent.

    Source: exchange announcement of 2021-06-22: listed orders within 10 % of the previous close.
    """
    unit = WHOLE * tick_cents
    low, high = reference_cents * (WHOLE - width), reference_cents * (WHOLE + width)
    return -(-low // unit) * tick_cents, high // unit * tick_cents
