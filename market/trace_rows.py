"""Movements and lots of ranges of serials, as a provenance graph takes them."""

from django.db.models import Q

from market.domain.provenance import Holding, Move, Span
from market.models import Lot, Movement

# A page can show about this many; more is told as cut.
MOVES_MAX = 2000


def moves_of(instrument: tuple[str, int], spans: list[Span]) -> list[Move]:
    """Movements that touch the ranges, in chain order."""
    rows = Movement.objects.filter(_in(spans), unit=instrument[0], vintage=instrument[1])
    return [
        Move(
            tx_id=row.tx_id,
            name=row.name,
            block_number=row.block_number,
            at=row.at.isoformat(),
            serial_from=row.serial_from,
            serial_to=row.serial_to,
            giver=row.giver,
            receiver=row.receiver,
            state_after=row.state_after,
        )
        for row in rows.order_by("block_number", "at", "tx_id", "number")[:MOVES_MAX]
    ]


def holdings_of(instrument: tuple[str, int], spans: list[Span]) -> list[Holding]:
    """The lots that hold the ranges now."""
    rows = Lot.objects.filter(_in(spans), unit=instrument[0], vintage=instrument[1])
    return [Holding(row.serial_from, row.serial_to, row.owner, row.state) for row in rows]


def _in(spans: list[Span]) -> Q:
    found = Q(pk__in=[])
    for first, last in spans:
        found |= Q(serial_from__lte=last, serial_to__gte=first)
    return found
