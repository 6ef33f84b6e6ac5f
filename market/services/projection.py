"""The projection: what each object that an event wrote means for the read models.

Called once an event inside the follower's transaction. It reads the event and its own rows, never the ledger
and never another table, so that a rebuild from block 0 gives equal rows.
"""

from collections.abc import Callable
from typing import Any

from ledger.events import LedgerEvent
from lexicon import records
from lexicon.events import Write
from lexicon.terms import ListingState, ReportState, SessionPhase

from market.models import (
    Account,
    CoinOutput,
    Issue,
    Listing,
    ListingClip,
    MintedReport,
    Obligation,
    Parameters,
    Session,
    Supply,
    Surrender,
    Trade,
)
from market.services import lots

OPEN_STATES = (ListingState.OPEN, ListingState.PARTLY_TAKEN)


def apply(event: LedgerEvent) -> None:
    """Take over everything of the market's that an event wrote. Raises Refused for a foreign shape."""
    lots.apply(event, stamp(event))
    for write in event.writes:
        handler = HANDLERS.get(write.object)
        if handler is not None:
            handler(event, write)


def stamp(event: LedgerEvent) -> dict[str, Any]:
    """What every row written by an event carries."""
    return {"tx_id": event.tx_id, "block_number": event.block_number, "at": event.at}


def _account(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Account, write.value or {})
    Account.objects.update_or_create(
        account=record.account,
        defaults={
            "kind": record.kind,
            "msp": record.msp,
            "sector": record.sector or "",
            "state": record.state,
            **stamp(event),
        },
    )


def _parameters(event: LedgerEvent, write: Write) -> None:
    group = str(write.key[0])
    Parameters.objects.update_or_create(group=group, defaults={"values": write.value, **stamp(event)})
    if group == "session":
        _session(event, records.record(records.SessionState, write.value or {}))


def _session(event: LedgerEvent, state: records.SessionState) -> None:
    moments = {
        SessionPhase.OPEN: {"opened_at": event.at},
        SessionPhase.CLOSED: {"closed_at": event.at},
        SessionPhase.SETTLED: {"settled_at": event.at},
    }[state.phase]
    closes = {close.instrument: str(close.price_cents) for close in state.closes}
    Session.objects.update_or_create(
        session=state.session,
        defaults={"phase": state.phase, "closes": closes, **moments, **stamp(event)},
    )
    if state.phase is not SessionPhase.OPEN:
        # A listing holds for its session; the ledger sweeps nothing, its locks are void by rule.
        over = Listing.objects.filter(session__lte=state.session, state__in=OPEN_STATES)
        ListingClip.objects.filter(listing__in=over, state__in=OPEN_STATES).update(state=ListingState.EXPIRED)
        over.update(state=ListingState.EXPIRED)


def _supply(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Supply, write.value or {})
    token = records.instrument(record.unit, record.vintage) if record.unit and record.vintage else "coin"
    Supply.objects.update_or_create(
        token=token, defaults={"cap": record.cap, "issued": record.issued, **stamp(event)}
    )


def _coin(event: LedgerEvent, write: Write) -> None:
    tx, n = write.key
    if write.value is None:
        CoinOutput.objects.filter(tx=tx, n=n).update(spent_tx=event.tx_id, **stamp(event))
        return
    record = records.record(records.Coin, write.value)
    held = {
        "owner": record.owner,
        "amount_cents": record.amount_cents,
        "listing": record.listing or "",
        "listing_session": record.listing_session,
        **stamp(event),
    }
    born = {
        "origin": record.origin or "",
        "created_name": event.name,
        "created_block": event.block_number,
        "created_at": event.at,
    }
    CoinOutput.objects.update_or_create(tx=tx, n=n, defaults=held, create_defaults={**held, **born})


def _listing(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.ListingClip, write.value or {})
    offer = {
        "account": record.account,
        "side": record.side,
        "unit": record.unit,
        "vintage": record.vintage,
        "price_cents": record.price_cents,
        "session": record.session,
    }
    row, _ = Listing.objects.get_or_create(
        listing=record.listing,
        defaults={
            **offer,
            "person": event.person,
            "quantity": 0,
            "quantity_open": 0,
            "state": ListingState.OPEN,
            "listed_at": event.at,
            "listed_tx": event.tx_id,
            **stamp(event),
        },
    )
    ListingClip.objects.update_or_create(
        listing=row,
        k=record.k,
        defaults={
            "quantity": record.offered,
            "quantity_open": record.quantity if record.state in OPEN_STATES else 0,
            "state": record.state,
        },
    )
    _sum_listing(event, row)


def _sum_listing(event: LedgerEvent, row: Listing) -> None:
    """The listing's own figures from its clips."""
    clips = list(row.clips.all())
    row.quantity = sum(clip.quantity for clip in clips)
    row.quantity_open = sum(clip.quantity_open for clip in clips)
    states = {clip.state for clip in clips}
    if row.quantity_open:
        row.state = ListingState.OPEN if states == {ListingState.OPEN} else ListingState.PARTLY_TAKEN
    else:
        row.state = ListingState.CANCELLED if ListingState.CANCELLED in states else ListingState.TAKEN
    row.tx_id, row.block_number, row.at = event.tx_id, event.block_number, event.at
    row.save()


def _trade(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Trade, write.value or {})
    Trade.objects.update_or_create(
        trade=f"{record.tx}-{record.i}",
        defaults={
            "i": record.i,
            "session": record.session,
            "listing": record.listing,
            "k": record.k,
            "unit": record.unit,
            "vintage": record.vintage,
            "quantity": record.quantity,
            "price_cents": record.price_cents,
            "amount_cents": record.quantity * record.price_cents,
            "seller": record.seller,
            "buyer": record.buyer,
            "taker": record.taker,
            "lots": [
                {"serial_from": str(part.serial_from), "quantity": str(part.quantity)} for part in record.lots
            ],
            **stamp(event),
        },
    )


def _issue(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Issue, write.value or {})
    values = {
        "kind": record.kind,
        "account": record.account,
        "amount": record.amount,
        "unit": record.unit or "",
        "vintage": record.vintage,
        "backing_digest": record.backing_digest,
        "digest": record.digest,
        "state": record.state,
        "proposed_by": record.proposed_by,
        "endorsed_by": record.endorsed_by or "",
        "endorsed_at": event.at if record.endorsed_by else None,
        **stamp(event),
    }
    Issue.objects.update_or_create(
        issue=record.issue, defaults=values, create_defaults={**values, "proposed_at": event.at}
    )


def _obligation(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Obligation, write.value or {})
    Obligation.objects.update_or_create(
        account=record.account,
        year=record.year,
        defaults={
            "verified_g": record.verified_g,
            "due_t": record.due_t,
            "surrendered_t": record.surrendered_t,
            "offset_t": record.offset_t,
            "state": record.state,
            **stamp(event),
        },
    )


def _surrender(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.SurrenderRecord, write.value or {})
    values = {
        "account": record.account,
        "year": record.year,
        "quantity": sum(lot.quantity for lot in record.lots),
        "lots": (write.value or {})["lots"],
        "state": record.state,
        "proposed_by": record.proposed_by,
        "confirmed_by": record.confirmed_by or "",
        **stamp(event),
    }
    Surrender.objects.update_or_create(
        surrender=record.surrender, defaults=values, create_defaults={**values, "proposed_at": event.at}
    )


def _report(event: LedgerEvent, write: Write) -> None:
    record = records.record(records.Report, write.value or {})
    values = {
        "state": record.state,
        "statement_digest": record.statement_digest,
        "figures_root": record.figures_root,
        "guideline": record.guideline,
        "auditor": record.auditor or "",
        "record": write.value,
        **stamp(event),
    }
    if record.state is ReportState.MINTED:
        values |= {"minted_at": event.at, "minted_tx": event.tx_id}
    MintedReport.objects.update_or_create(
        account=record.account,
        plant=record.plant,
        period=record.period,
        version=record.version,
        defaults=values,
        create_defaults={**values, "submitted_at": event.at, "submitted_tx": event.tx_id},
    )


HANDLERS: dict[str, Callable[[LedgerEvent, Write], None]] = {
    "account": _account,
    "params": _parameters,
    "supply": _supply,
    "coin": _coin,
    "listing": _listing,
    "trade": _trade,
    "issue": _issue,
    "obligation": _obligation,
    "surrender": _surrender,
    "report": _report,
}
