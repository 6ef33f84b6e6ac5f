"""Taking what others offer: several clips at once, each at its own price, all or nothing."""

from collections.abc import Mapping, Sequence

from kit.outbox import OutboxRow
from lexicon.market_arguments import Take, TakeClip
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Side
from lexicon.transactions import Transaction

from market.models import Listing, ListingClip
from market.selectors import MarketState
from market.services import checks, signed
from tenants.access import Viewer


def take(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed take. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(
        viewer, body, name=Transaction.TAKE, kind=Take, check=lambda order: _check(viewer, order)
    )


def _check(viewer: Viewer, order: Take) -> str:
    """Raises: Refused market_closed, listing_unknown, listing_expired, listing_not_open, self_trade,
    takes_mixed, price_moved, clip_too_small, quantity_off_lot, quantity_too_large, and what the payment or
    the lots are refused for."""
    state, parameters = checks.open_market()
    checks.no_repetition((part.listing, part.k) for part in order.takes)
    clips = [_clip(viewer, part, state) for part in order.takes]
    listings = {(clip.listing.side, clip.listing.unit, clip.listing.vintage) for clip in clips}
    if len(listings) != 1:
        refuse(Refusal.TAKES_MIXED)
    for part, clip in zip(order.takes, clips, strict=True):
        _check_clip(part, clip)
    total_t = sum(part.quantity for part in order.takes)
    checks.quantity(total_t, parameters)
    side, unit, vintage = listings.pop()
    if side == Side.SELL:
        cents = sum(part.quantity * part.price_cents for part in order.takes)
        checks.coins(viewer.account, order.coins, cents, state=state)
    else:
        checks.lots(viewer.account, unit, vintage, order.lots, state=state, selling=True)
        if sum(part.quantity for part in order.lots) != total_t:
            refuse(Refusal.INPUTS_DO_NOT_MATCH, quantity=total_t)
    return f"take:{_first(order.takes)}"


def _first(takes: Sequence[TakeClip]) -> str:
    """Takes of one clip go up in the order they were signed: who was first is tried first."""
    return f"{takes[0].listing}:{takes[0].k}"


def _clip(viewer: Viewer, part: TakeClip, state: MarketState) -> ListingClip:
    listing = Listing.objects.filter(pk=part.listing).first()
    clip = ListingClip.objects.filter(listing=listing, k=part.k).first() if listing else None
    if listing is None or clip is None:
        refuse(Refusal.LISTING_UNKNOWN)
    if listing.session != state.session:
        refuse(Refusal.LISTING_EXPIRED)
    if not clip.quantity_open:
        refuse(Refusal.LISTING_NOT_OPEN, state=clip.state)
    if listing.account == viewer.account:
        refuse(Refusal.SELF_TRADE)
    clip.listing = listing
    return clip


def _check_clip(part: TakeClip, clip: ListingClip) -> None:
    if part.price_cents != clip.listing.price_cents:
        refuse(Refusal.PRICE_MOVED)
    if part.quantity > clip.quantity_open:
        refuse(Refusal.CLIP_TOO_SMALL, available=clip.quantity_open)
