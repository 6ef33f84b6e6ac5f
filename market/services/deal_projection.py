"""What block agreements, auctions, bids, redemptions, cancellations, carry-over and freezes mean for the read
models. `market.services.projection` calls this; as there, nothing is read but the event.
"""

from typing import Any

from django.db import models
from ledger.events import LedgerEvent
from lexicon import records
from lexicon.events import Write
from lexicon.intents import instant_from_text
from lexicon.terms import BlockState

from market.models import (
    Auction,
    BlockDeal,
    Cancellation,
    Carried,
    CarryLimit,
    FrozenAccount,
    Redemption,
    SealedBid,
    TrustedCounterparty,
)


def stamp(event: LedgerEvent) -> dict[str, Any]:
    """What every row written by an event carries."""
    return {"tx_id": event.tx_id, "block_number": event.block_number, "at": event.at}


def block(event: LedgerEvent, write: Write) -> BlockDeal:
    """A block agreement; who proposed it stays from its first writing."""
    record = records.record(records.BlockOffer, write.value or {})
    answered = record.state is not BlockState.PROPOSED
    return BlockDeal(
        block=record.block,
        account=record.account,
        counterparty=record.counterparty,
        side=record.side,
        unit=record.unit,
        vintage=record.vintage,
        quantity=record.quantity,
        price_cents=record.price_cents,
        session=record.session,
        state=record.state,
        proposed_by=event.person,
        proposed_at=event.at,
        proposed_tx=event.tx_id,
        answered_account=event.account if answered else "",
        answered_by=event.person if answered else "",
        **stamp(event),
    )


def auction(event: LedgerEvent, write: Write) -> Auction:
    """An auction as it now is."""
    record = records.record(records.Auction, write.value or {})
    return Auction(
        auction=record.auction,
        account=record.account,
        unit=record.unit,
        vintage=record.vintage,
        side=record.side,
        quantity=record.quantity,
        floor_cents=record.floor_cents,
        ceiling_cents=record.ceiling_cents,
        session=record.session,
        bids=record.bids,
        state=record.state,
        price_cents=record.price_cents,
        sold_t=record.sold_t,
        opened_at=event.at,
        opened_tx=event.tx_id,
        **stamp(event),
    )


def bid(event: LedgerEvent, write: Write) -> SealedBid:
    """A bid as it now is."""
    record = records.record(records.SealedBid, write.value or {})
    return SealedBid(
        auction=record.auction,
        n=record.n,
        account=record.account,
        digest=record.digest,
        maximum_cents=record.maximum_cents,
        locked_t=sum(part.quantity for part in record.lots),
        state=record.state,
        quantity=record.quantity,
        price_cents=record.price_cents,
        filled_t=record.filled_t,
        bid_at=event.at,
        bid_by=event.person,
        **stamp(event),
    )


def cancellation(event: LedgerEvent, write: Write) -> Cancellation:
    """A cancellation as it now is."""
    record = records.record(records.Cancellation, write.value or {})
    return Cancellation(
        cancellation=record.cancellation,
        account=record.account,
        quantity=sum(lot.quantity for lot in record.lots),
        lots=(write.value or {})["lots"],
        reason_digest=record.reason_digest,
        state=record.state,
        proposed_by=record.proposed_by,
        proposed_at=event.at,
        confirmed_by=record.confirmed_by or "",
        **stamp(event),
    )


def carry_limit(event: LedgerEvent, write: Write) -> CarryLimit:
    """What an account may carry over, and has carried."""
    record = records.record(records.CarryLimit, write.value or {})
    return CarryLimit(
        account=record.account,
        to_vintage=record.to_vintage,
        sold_t=record.sold_t,
        bought_t=record.bought_t,
        limit_t=record.limit_t,
        carried_t=record.carried_t,
        **stamp(event),
    )


def carried(event: LedgerEvent, write: Write) -> Carried:
    """A carry-over; it never changes."""
    record = records.record(records.Carried, write.value or {})
    return Carried(
        carry=record.carry,
        account=record.account,
        unit=record.unit,
        to_vintage=record.to_vintage,
        lots=(write.value or {})["lots"],
        quantity=record.quantity,
        serial_from=record.serial_from,
        carried_by=record.carried_by,
        **stamp(event),
    )


def redemption(event: LedgerEvent, write: Write) -> Redemption:
    """A redemption; it never changes."""
    record = records.record(records.Redemption, write.value or {})
    return Redemption(
        redemption=record.redemption,
        account=record.account,
        amount_cents=record.amount_cents,
        payout_digest=record.payout_digest,
        redeemed_by=record.redeemed_by,
        **stamp(event),
    )


def frozen(event: LedgerEvent, write: Write) -> FrozenAccount:
    """An account that cannot trade."""
    record = records.record(records.Frozen, write.value or {})
    return FrozenAccount(account=record.account, reason_digest=record.reason_digest, **stamp(event))


def trusted(event: LedgerEvent, write: Write) -> TrustedCounterparty:
    """A counterparty that an account trusts."""
    record = records.record(records.Trust, write.value or {})
    return TrustedCounterparty(
        account=record.account,
        counterparty=record.counterparty,
        since=instant_from_text(record.since),
        **stamp(event),
    )


def drop(event: LedgerEvent) -> None:
    """Accounts that may trade again, and counterparties that are trusted no more, lose their row."""
    thawed = [str(write.key[0]) for write in event.written("freeze") if write.value is None]
    if thawed:
        FrozenAccount.objects.filter(pk__in=thawed).delete()
    for write in event.written("trust"):
        if write.value is None:
            TrustedCounterparty.objects.filter(account=write.key[0], counterparty=write.key[1]).delete()


# What a row keeps from the event that made it.
BORN: dict[type[models.Model], tuple[str, ...]] = {
    BlockDeal: ("proposed_by", "proposed_at", "proposed_tx"),
    Auction: ("opened_at", "opened_tx"),
    SealedBid: ("bid_at", "bid_by"),
    Cancellation: ("proposed_at",),
}
