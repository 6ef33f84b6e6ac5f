"""Lots as an event leaves them, and the movements between what was and what is: the edges of a trace."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ledger.events import LedgerEvent
from lexicon import records

from market.models import Lot, Movement
from market.services.upsert import upsert

Instrument = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A range of serials that changed owner or state."""

    serial_from: int
    serial_to: int
    giver: str
    receiver: str
    state_before: str
    state_after: str


def apply(event: LedgerEvent, stamp: dict[str, Any]) -> None:
    """Rewrite the lots of an event and note what moved."""
    written: dict[Instrument, dict[int, records.Lot | None]] = defaultdict(dict)
    for write in event.written("lot"):
        unit, vintage, serial = str(write.key[0]), int(write.key[1]), int(write.key[2])
        written[unit, vintage][serial] = (
            records.record(records.Lot, write.value) if write.value is not None else None
        )
    number = 0
    for (unit, vintage), lots in written.items():
        before = list(Lot.objects.filter(unit=unit, vintage=vintage, serial_from__in=lots))
        after = [lot for lot in lots.values() if lot is not None]
        pieces = moved(before, after)
        Movement.objects.bulk_create(
            _movement(event, stamp, (unit, vintage), number + place, piece)
            for place, piece in enumerate(pieces)
        )
        number += len(pieces)
        gone = [serial for serial, lot in lots.items() if lot is None]
        if gone:
            Lot.objects.filter(unit=unit, vintage=vintage, serial_from__in=gone).delete()
        upsert(Lot, [_row(lot, stamp) for lot in after])


def moved(before: list[Lot], after: list[records.Lot]) -> list[Piece]:
    """The ranges whose owner or state differs; what nobody had before was issued."""
    pieces: list[Piece] = []
    for lot in sorted(after, key=lambda lot: lot.serial_from):
        known = [
            old for old in before if old.serial_from <= lot.serial_to and lot.serial_from <= old.serial_to
        ]
        if not known:
            pieces.append(Piece(lot.serial_from, lot.serial_to, "", lot.owner, "", lot.state))
        pieces.extend(
            Piece(
                max(lot.serial_from, old.serial_from),
                min(lot.serial_to, old.serial_to),
                old.owner,
                lot.owner,
                old.state,
                lot.state,
            )
            for old in sorted(known, key=lambda old: old.serial_from)
            if (old.owner, old.state) != (lot.owner, lot.state)
        )
    return pieces


def _row(lot: records.Lot, stamp: dict[str, Any]) -> Lot:
    return Lot(
        unit=lot.unit,
        vintage=lot.vintage,
        serial_from=lot.serial_from,
        serial_to=lot.serial_to,
        owner=lot.owner,
        state=lot.state,
        listing=lot.listing or "",
        listing_session=lot.listing_session,
        tradable_from_session=lot.tradable_from_session,
        hold=lot.hold or "",
        parent=lot.parent,
        origin=lot.origin,
        **stamp,
    )


def _movement(
    event: LedgerEvent, stamp: dict[str, Any], instrument: Instrument, number: int, piece: Piece
) -> Movement:
    return Movement(
        number=number,
        name=event.name,
        unit=instrument[0],
        vintage=instrument[1],
        serial_from=piece.serial_from,
        serial_to=piece.serial_to,
        giver=piece.giver,
        receiver=piece.receiver,
        state_before=piece.state_before,
        state_after=piece.state_after,
        **stamp,
    )
