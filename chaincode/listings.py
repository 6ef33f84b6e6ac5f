"""Listings: an offer to sell or buy, written as clips that are locked and taken one by one.

Source: exchange rules of 2021-06-22 (band, tick, size, T+1); limits are dated parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import Clip, List, LotUse, Unlist
from lexicon.records import Coin, Frozen, ListingClip, MarketParameters, SessionState, instrument
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, ListingState, SessionPhase, Side

from chaincode import allowances, coin, positions
from chaincode.callers import Caller
from chaincode.sessions import reference_cents
from chaincode.state import Draft, Name, name

CLIPS_MAX = 16
# A band is written in hundredths of a percent of the reference price.
BAND_WHOLE = 10_000
# Phases in which listings are made and taken.
LISTED_TRADING = (SessionPhase.OPEN, SessionPhase.BLOCK)
OPEN_STATES = (ListingState.OPEN, ListingState.PARTLY_TAKEN)


def named_to_trade(account: str) -> Iterator[Name]:
    """Session, rules, and whether the account may trade."""
    yield name(SessionState)
    yield name(MarketParameters)
    yield name(Frozen, account)


def named_to_list(args: List, account: str) -> Iterator[Name]:
    """What trading needs, the listing that must not be there, and all inputs."""
    yield from named_to_trade(account)
    yield name(ListingClip, args.listing, 0)
    for clip in args.clips[:CLIPS_MAX]:
        yield from coin.named_coins(clip.coins)
        yield from allowances.named_lots(allowances.as_uses(args.unit, args.vintage, clip.inputs))


def named_to_unlist(args: Unlist, _: str) -> Iterator[Name]:
    """Session and all clips that the listing can have; absent ones cost little."""
    yield name(SessionState)
    yield from (name(ListingClip, args.listing, k) for k in range(CLIPS_MAX))


def list_(draft: Draft, args: List, caller: Caller) -> None:
    """An offer, good for this session, with its lots or coin locked.

    Raises Refused: holder_not_allowed, market_closed, market_halted, orders_frozen, listing_exists,
    bad_argument (no clip), too_many_clips, instrument_not_traded, price_off_tick, price_out_of_band,
    quantity_off_lot, quantity_too_large, too_many_inputs, input_twice; selling: lot_unknown, lot_not_yours,
    lot_held, lot_not_free, lot_too_small, not_tradable_yet, inputs_do_not_match; buying: coin_unknown,
    coin_not_yours, coin_locked, balance_too_small, position_limit.
    """
    require_holder(caller)
    draft.want(*named_to_list(args, caller.account))
    session = open_market(draft, caller.account)
    if draft.find(ListingClip, args.listing, 0) is not None:
        raise Refused(Refusal.LISTING_EXISTS, listing=args.listing)
    _check_terms(draft, args)
    if args.side is Side.SELL:
        _lock_lots(draft, args, caller, session)
    else:
        _lock_coin(draft, args, caller, session)


def unlist(draft: Draft, args: Unlist, caller: Caller) -> None:
    """Takes back what is left of a listing.

    Raises Refused: listing_unknown, listing_not_yours, listing_expired, listing_not_open.
    """
    draft.want(*named_to_unlist(args, caller.account))
    first = draft.need(ListingClip, args.listing, 0, refusal=Refusal.LISTING_UNKNOWN)
    if first.account != caller.account:
        raise Refused(Refusal.LISTING_NOT_YOURS)
    if not allowances.live(draft.parameters(SessionState), first.session):
        raise Refused(Refusal.LISTING_EXPIRED)
    clips = [
        draft.need(ListingClip, args.listing, k, refusal=Refusal.LISTING_UNKNOWN) for k in range(first.clips)
    ]
    left = [clip for clip in clips if clip.state in OPEN_STATES]
    if not left:
        raise Refused(Refusal.LISTING_NOT_OPEN, state=first.state)
    draft.want(*(named for clip in left for named in locked(clip)))
    for clip in left:
        _release(draft, clip)


def require_holder(caller: Caller) -> None:
    """Raises Refused (holder_not_allowed): regulator, registry, exchange and auditor never hold or trade."""
    if caller.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=caller.account)


def open_market(draft: Draft, account: str, phases: Sequence[SessionPhase] = LISTED_TRADING) -> SessionState:
    """The session, if the account may trade in it.

    Raises Refused: market_closed, market_halted, orders_frozen.
    """
    session = draft.parameters(SessionState)
    if session.phase not in phases:
        raise Refused(Refusal.MARKET_CLOSED)
    if session.halted is not None:
        raise Refused(Refusal.MARKET_HALTED)
    require_unfrozen(draft, account)
    return session


def require_unfrozen(draft: Draft, account: str) -> None:
    """Raises Refused (orders_frozen) while regulators keep the account from trading."""
    if draft.find(Frozen, account) is not None:
        raise Refused(Refusal.ORDERS_FROZEN)


def band(reference: int, width: int, tick: int) -> tuple[int, int]:
    """Lowest and highest price in cents, rounded inwards to the tick; width in hundredths of a percent."""
    low = -(-reference * (BAND_WHOLE - width) // (BAND_WHOLE * tick)) * tick
    high = reference * (BAND_WHOLE + width) // (BAND_WHOLE * tick) * tick
    return low, high


def check_price(draft: Draft, traded: str, price_cents: int, width: int) -> None:
    """Raises Refused: instrument_not_traded, price_off_tick, price_out_of_band."""
    market = draft.parameters(MarketParameters)
    reference = reference_cents(draft.parameters(SessionState), traded)
    if reference is None:
        unit, _, vintage = traded.partition("-")
        raise Refused(Refusal.INSTRUMENT_NOT_TRADED, unit=unit, vintage=int(vintage))
    if price_cents % market.tick_cents:
        raise Refused(Refusal.PRICE_OFF_TICK, tick=market.tick_cents)
    low, high = band(reference, width, market.tick_cents)
    if not low <= price_cents <= high:
        raise Refused(Refusal.PRICE_OUT_OF_BAND, low=low, high=high)


def put(draft: Draft, clip: ListingClip) -> None:
    """Writes a clip under its key."""
    draft.put(clip, clip.listing, clip.k)


def _put_new(draft: Draft, clip: ListingClip) -> None:
    """Writes a clip of a new listing; where its clip 0 is absent, no other exists."""
    draft.put_fresh(clip, clip.listing, clip.k)


def _check_terms(draft: Draft, args: List) -> None:
    if not args.clips:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.clips")
    if len(args.clips) > CLIPS_MAX:
        raise Refused(Refusal.TOO_MANY_CLIPS, limit=CLIPS_MAX)
    market = draft.parameters(MarketParameters)
    check_price(draft, instrument(args.unit, args.vintage), args.price_cents, market.band)
    if any(clip.quantity % market.lot_t for clip in args.clips):
        raise Refused(Refusal.QUANTITY_OFF_LOT, lot=market.lot_t)
    if sum(clip.quantity for clip in args.clips) > market.order_max_t:
        raise Refused(Refusal.QUANTITY_TOO_LARGE, limit=market.order_max_t)


def _lock_lots(draft: Draft, args: List, caller: Caller, session: SessionState) -> None:
    if any(clip.coins for clip in args.clips):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.clips.coins")
    uses = [use for clip in args.clips for use in allowances.as_uses(args.unit, args.vintage, clip.inputs)]
    _refuse_repeats(uses)
    draft.want(*(allowances.lot_name(use.unit, use.vintage, use.serial_from) for use in uses))
    # In order: a clip may use the rest of a lot whose front an earlier clip took.
    for k, clip in enumerate(args.clips):
        for use in allowances.as_uses(args.unit, args.vintage, clip.inputs):
            allowances.lock(draft, use, caller.account, session, listing=args.listing, until=session.session)
        if sum(use.quantity for use in clip.inputs) != clip.quantity:
            raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=clip.quantity)
        _put_new(draft, _clip(args, caller, session, k, clip))


def _refuse_repeats(uses: list[LotUse]) -> None:
    if len(uses) > allowances.INPUTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=allowances.INPUTS_MAX)
    if len({use.serial_from for use in uses}) != len(uses):
        raise Refused(Refusal.INPUT_TWICE)


def _lock_coin(draft: Draft, args: List, caller: Caller, session: SessionState) -> None:
    """Each clip locks one output of exactly its cost; what is over goes back at once."""
    if any(clip.inputs for clip in args.clips):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.clips.inputs")
    coins = tuple(named for clip in args.clips for named in clip.coins)
    total = coin.spend(draft, coins, caller.account)
    needed = sum(clip.quantity for clip in args.clips) * args.price_cents
    if total < needed:
        raise Refused(Refusal.BALANCE_TOO_SMALL, needed=needed, available=total)
    positions.check(draft, caller.account, sum(clip.quantity for clip in args.clips), session)
    for k, clip in enumerate(args.clips):
        locked = coin.pay(
            draft,
            owner=caller.account,
            amount_cents=clip.quantity * args.price_cents,
            parents=coins,
            listing=args.listing,
            session=session.session,
        )
        _put_new(draft, replace(_clip(args, caller, session, k, clip), coin=locked))
    coin.pay(draft, owner=caller.account, amount_cents=total - needed, parents=coins)


def _clip(args: List, caller: Caller, session: SessionState, k: int, clip: Clip) -> ListingClip:
    return ListingClip(
        listing=args.listing,
        k=k,
        account=caller.account,
        side=args.side,
        unit=args.unit,
        vintage=args.vintage,
        price_cents=args.price_cents,
        offered=clip.quantity,
        quantity=clip.quantity,
        lots=clip.inputs,
        coin=None,
        session=session.session,
        clips=len(args.clips),
        state=ListingState.OPEN,
    )


def locked(clip: ListingClip) -> Iterator[Name]:
    """What a clip locks."""
    yield from allowances.named_lots(allowances.as_uses(clip.unit, clip.vintage, clip.lots))
    if clip.coin is not None:
        yield name(Coin, clip.coin.tx, clip.coin.n)


def _release(draft: Draft, clip: ListingClip) -> None:
    """The clip's lots or coin become free again."""
    allowances.release(draft, clip.unit, clip.vintage, clip.lots)
    if clip.coin is not None:
        coin.release(draft, clip.coin)
    put(draft, replace(clip, state=ListingState.CANCELLED))
