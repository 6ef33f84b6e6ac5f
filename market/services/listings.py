"""Offers to sell and buy: placed and withdrawn by signed intents, checked against the read models first."""

from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import List, Unlist
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ListingState, Side
from lexicon.transactions import Transaction

from market.domain.inputs import CLIPS_MAX
from market.models import Listing
from market.selectors import MarketState
from market.services import checks, signed
from tenants.access import Viewer
from tenants.services import intents

OPEN = (ListingState.OPEN, ListingState.PARTLY_TAKEN)


def place(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed listing. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(
        viewer, body, name=Transaction.LIST, kind=List, check=lambda order: _check(viewer, order)
    )


def withdraw(viewer: Viewer, listing: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed withdrawal. Raises: Refused listing_unknown (also for another's), listing_not_open."""
    row = Listing.objects.filter(pk=listing, account=viewer.account).first()
    if row is None:
        refuse(Refusal.LISTING_UNKNOWN)
    if row.state not in OPEN:
        refuse(Refusal.LISTING_NOT_OPEN, state=row.state)
    return intents.accept(
        viewer,
        name=Transaction.UNLIST,
        args=Unlist(listing=listing),
        signed=body,
        subject=f"listing:{listing}",
    )


def _check(viewer: Viewer, order: List) -> str:
    """Raises: Refused market_closed, instrument_not_traded, price_off_tick, price_out_of_band,
    quantity_off_lot, quantity_too_large, too_many_clips, listing_exists, and for what the inputs are."""
    state, parameters = checks.open_market()
    checks.price(order.unit, order.vintage, order.price_cents, state=state, parameters=parameters)
    for clip in order.clips:
        checks.quantity(clip.quantity, parameters)
    checks.quantity(sum(clip.quantity for clip in order.clips), parameters)
    if not 1 <= len(order.clips) <= CLIPS_MAX:
        refuse(Refusal.TOO_MANY_CLIPS, limit=CLIPS_MAX)
    if Listing.objects.filter(pk=order.listing).exists():
        refuse(Refusal.LISTING_EXISTS, listing=order.listing)
    if order.side is Side.SELL:
        _check_lots(viewer, order, state)
    else:
        _check_coins(viewer, order, state)
    return f"listing:{order.listing}"


def _check_lots(viewer: Viewer, order: List, state: MarketState) -> None:
    inputs = [part for clip in order.clips for part in clip.inputs]
    checks.lots(viewer.account, order.unit, order.vintage, inputs, state=state, selling=True)
    for clip in order.clips:
        if sum(part.quantity for part in clip.inputs) != clip.quantity or clip.coins:
            refuse(Refusal.INPUTS_DO_NOT_MATCH, quantity=clip.quantity)


def _check_coins(viewer: Viewer, order: List, state: MarketState) -> None:
    if any(clip.inputs for clip in order.clips):
        refuse(Refusal.BAD_ARGUMENT, field="args.clips.inputs")
    coins = [coin for clip in order.clips for coin in clip.coins]
    cents = sum(clip.quantity for clip in order.clips) * order.price_cents
    checks.coins(viewer.account, coins, cents, state=state)
