"""The projection: what each object that an event wrote means for the read models.

Called once an event inside the follower's transaction. It reads the event and its own rows, never the ledger
and never another table, so that a rebuild from block 0 gives equal rows.
"""

from collections.abc import Callable

from django.db import models
from ledger.events import LedgerEvent
from lexicon import records
from lexicon.events import Write
from lexicon.intents import instant_from_text
from lexicon.terms import ListingState, ReportState, SessionPhase

from market.models import (
    Account,
    Auction,
    BlockDeal,
    Cancellation,
    Carried,
    CarryLimit,
    CoinOutput,
    FrozenAccount,
    Issue,
    Listing,
    ListingClip,
    MintedReport,
    Obligation,
    Parameters,
    Redemption,
    SealedBid,
    Session,
    Supply,
    Surrender,
    Trade,
    TrustedCounterparty,
)
from market.selectors import TRADING
from market.services import deal_projection, lots
from market.services.deal_projection import stamp
from market.services.upsert import upsert

OPEN_STATES = (ListingState.OPEN, ListingState.PARTLY_TAKEN)


def apply(event: LedgerEvent) -> None:
    """Take over everything of the market's that an event wrote. Raises Refused for a foreign shape.

    One statement a table and event, however many rows: this is on the way of every confirmation.
    """
    lots.apply(event, stamp(event))
    deal_projection.drop(event)
    _coins(event)
    _listings(event)
    for kind, (model, read) in READERS.items():
        rows = [read(event, write) for write in event.written(kind) if write.value is not None]
        upsert(model, rows, born=BORN.get(model, ()))
    for write in event.written("params"):
        if write.key[0] == "session":
            _session(event, records.record(records.SessionState, write.value or {}))


def _account(event: LedgerEvent, write: Write) -> Account:
    record = records.record(records.Account, write.value or {})
    return Account(
        account=record.account,
        kind=record.kind,
        msp=record.msp,
        sector=record.sector or "",
        state=record.state,
        alone_surrender_t=record.own_limits.surrender_t if record.own_limits else 0,
        alone_cancel_t=record.own_limits.cancel_t if record.own_limits else 0,
        untrusted_block_t=record.own_limits.block_t if record.own_limits else None,
        **stamp(event),
    )


def _parameters(event: LedgerEvent, write: Write) -> Parameters:
    return Parameters(group=str(write.key[0]), values=write.value, **stamp(event))


def _session(event: LedgerEvent, state: records.SessionState) -> None:
    row = Session.objects.filter(pk=state.session).first() or Session(session=state.session)
    if state.phase in TRADING:
        # Turns from one phase of an open session to another are no new opening.
        row.opened_at = row.opened_at or event.at
    elif row.phase != state.phase:
        setattr(row, "closed_at" if state.phase is SessionPhase.CLOSED else "settled_at", event.at)
    row.phase = state.phase
    row.halted = state.halted is not None
    row.auctioned = state.auctioned
    row.closes = {close.instrument: str(close.price_cents) for close in state.closes}
    row.tx_id, row.block_number, row.at = event.tx_id, event.block_number, event.at
    row.save()
    if state.phase not in TRADING:
        # A listing holds for its session; the ledger sweeps nothing, its locks are void by rule.
        over = Listing.objects.filter(session__lte=state.session, state__in=OPEN_STATES)
        ListingClip.objects.filter(listing__in=over, state__in=OPEN_STATES).update(state=ListingState.EXPIRED)
        over.update(state=ListingState.EXPIRED)


def _supply(event: LedgerEvent, write: Write) -> Supply:
    record = records.record(records.Supply, write.value or {})
    token = records.instrument(record.unit, record.vintage) if record.unit and record.vintage else "coin"
    return Supply(
        token=token,
        cap=record.cap,
        issued=record.issued,
        redeemed=record.redeemed,
        cancelled=record.cancelled,
        **stamp(event),
    )


def _coins(event: LedgerEvent) -> None:
    """New outputs, and those that were spent: they stay, with the transaction that spent them."""
    writes = list(event.written("coin"))
    upsert(
        CoinOutput,
        [_coin(event, write) for write in writes if write.value is not None],
        key=("tx", "n"),
        born=("origin", "created_name", "created_block", "created_at"),
    )
    spent = models.Q(pk__in=[])
    for write in writes:
        if write.value is None:
            spent |= models.Q(tx=write.key[0], n=write.key[1])
    if any(write.value is None for write in writes):
        CoinOutput.objects.filter(spent).update(spent_tx=event.tx_id, **stamp(event))


def _coin(event: LedgerEvent, write: Write) -> CoinOutput:
    record = records.record(records.Coin, write.value or {})
    return CoinOutput(
        tx=write.key[0],
        n=write.key[1],
        owner=record.owner,
        amount_cents=record.amount_cents,
        listing=record.listing or "",
        listing_session=record.listing_session,
        origin=record.origin or "",
        created_name=event.name,
        created_block=event.block_number,
        created_at=event.at,
        **stamp(event),
    )


def _listings(event: LedgerEvent) -> None:
    """Clips, and the figures of their listings, which are the sums over all clips."""
    clips = [records.record(records.ListingClip, write.value or {}) for write in event.written("listing")]
    if not clips:
        return
    rows = [_clip(record) for record in clips]
    if event.name == "list":
        # All its clips are here: nothing has to be read.
        upsert(Listing, [_summed(_new_listing(event, clips), rows)])
        upsert(ListingClip, rows, key=("listing", "k"))
        return
    upsert(ListingClip, rows, key=("listing", "k"))
    touched = Listing.objects.filter(pk__in={clip.listing for clip in clips}).prefetch_related("clips")
    upsert(Listing, [_stamped(event, _summed(row, list(row.clips.all()))) for row in touched])


def _new_listing(event: LedgerEvent, clips: list[records.ListingClip]) -> Listing:
    first = clips[0]
    return Listing(
        listing=first.listing,
        account=first.account,
        person=event.person,
        side=first.side,
        unit=first.unit,
        vintage=first.vintage,
        price_cents=first.price_cents,
        session=first.session,
        quantity=0,
        quantity_open=0,
        state=ListingState.OPEN,
        listed_at=event.at,
        listed_tx=event.tx_id,
        **stamp(event),
    )


def _clip(record: records.ListingClip) -> ListingClip:
    return ListingClip(
        listing_id=record.listing,
        k=record.k,
        quantity=record.offered,
        quantity_open=record.quantity if record.state in OPEN_STATES else 0,
        state=record.state,
    )


def _summed(row: Listing, clips: list[ListingClip]) -> Listing:
    row.quantity = sum(clip.quantity for clip in clips)
    row.quantity_open = sum(clip.quantity_open for clip in clips)
    states = {clip.state for clip in clips}
    if row.quantity_open:
        row.state = ListingState.OPEN if states == {ListingState.OPEN} else ListingState.PARTLY_TAKEN
    else:
        row.state = ListingState.CANCELLED if ListingState.CANCELLED in states else ListingState.TAKEN
    return row


def _stamped(event: LedgerEvent, row: Listing) -> Listing:
    row.tx_id, row.block_number, row.at = event.tx_id, event.block_number, event.at
    return row


def _trade(event: LedgerEvent, write: Write) -> Trade:
    record = records.record(records.Trade, write.value or {})
    return Trade(
        trade=f"{record.tx}-{record.i}",
        i=record.i,
        session=record.session,
        listing=record.listing,
        k=record.k,
        unit=record.unit,
        vintage=record.vintage,
        quantity=record.quantity,
        price_cents=record.price_cents,
        amount_cents=record.quantity * record.price_cents,
        seller=record.seller,
        buyer=record.buyer,
        taker=record.taker,
        lots=[{"serial_from": str(part.serial_from), "quantity": str(part.quantity)} for part in record.lots],
        kind=record.kind,
        **stamp(event),
    )


def _issue(event: LedgerEvent, write: Write) -> Issue:
    record = records.record(records.Issue, write.value or {})
    return Issue(
        issue=record.issue,
        kind=record.kind,
        account=record.account,
        amount=record.amount,
        unit=record.unit or "",
        vintage=record.vintage,
        backing_digest=record.backing_digest,
        digest=record.digest,
        state=record.state,
        proposed_by=record.proposed_by,
        proposed_at=event.at,
        endorsed_by=record.endorsed_by or "",
        endorsed_at=event.at if record.endorsed_by else None,
        **stamp(event),
    )


def _obligation(event: LedgerEvent, write: Write) -> Obligation:
    record = records.record(records.Obligation, write.value or {})
    return Obligation(
        account=record.account,
        year=record.year,
        version=record.version,
        verified_g=record.verified_g,
        due_t=record.due_t,
        surrendered_t=record.surrendered_t,
        offset_t=record.offset_t,
        state=record.state,
        **stamp(event),
    )


def _surrender(event: LedgerEvent, write: Write) -> Surrender:
    record = records.record(records.SurrenderRecord, write.value or {})
    return Surrender(
        surrender=record.surrender,
        account=record.account,
        year=record.year,
        quantity=sum(lot.quantity for lot in record.lots),
        lots=(write.value or {})["lots"],
        state=record.state,
        proposed_by=record.proposed_by,
        proposed_at=event.at,
        confirmed_by=record.confirmed_by or "",
        **stamp(event),
    )


def _report(event: LedgerEvent, write: Write) -> MintedReport:
    """When it was minted stays, also when a correction takes its place."""
    record = records.record(records.Report, write.value or {})
    row = MintedReport(
        account=record.account,
        plant=record.plant,
        period=record.period,
        version=record.version,
        state=record.state,
        statement_digest=record.statement_digest,
        figures_root=record.figures_root,
        guideline=record.guideline,
        auditor=record.auditor or "",
        record=write.value,
        submitted_at=event.at,
        submitted_tx=event.tx_id,
        **stamp(event),
    )
    if record.state is ReportState.MINTED:
        row.minted_at, row.minted_tx = event.at, event.tx_id
    elif record.approval is not None:
        row.minted_at = instant_from_text(record.approval.at)
        row.minted_tx = record.approval.tx
    return row


Reader = Callable[[LedgerEvent, Write], models.Model]
READERS: dict[str, tuple[type[models.Model], Reader]] = {
    "account": (Account, _account),
    "params": (Parameters, _parameters),
    "supply": (Supply, _supply),
    "trade": (Trade, _trade),
    "issue": (Issue, _issue),
    "obligation": (Obligation, _obligation),
    "surrender": (Surrender, _surrender),
    "report": (MintedReport, _report),
    "block": (BlockDeal, deal_projection.block),
    "auction": (Auction, deal_projection.auction),
    "bid": (SealedBid, deal_projection.bid),
    "cancellation": (Cancellation, deal_projection.cancellation),
    "carrylimit": (CarryLimit, deal_projection.carry_limit),
    "carry": (Carried, deal_projection.carried),
    "redemption": (Redemption, deal_projection.redemption),
    "freeze": (FrozenAccount, deal_projection.frozen),
    "trust": (TrustedCounterparty, deal_projection.trusted),
}
# What a row keeps from the event that made it.
BORN: dict[type[models.Model], tuple[str, ...]] = {
    Issue: ("proposed_at",),
    Surrender: ("proposed_at",),
    MintedReport: ("submitted_at", "submitted_tx"),
    **deal_projection.BORN,
}
