"""Takes: delivery against payment of one or several clips in one transaction, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CoinInput, LotInput, Take, TakeClip
from lexicon.records import Coin, Frozen, ListingClip, MarketParameters, SessionState, Trade
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ListingState, Side

from chaincode import allowances, coin, listings, positions, trades
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named_to_take(args: Take, account: str) -> Iterator[Name]:
    """What trading needs, clips and coin; what the clips lock is known after these."""
    yield from listings.named_to_trade(account)
    yield from (name(ListingClip, taken.listing, taken.k) for taken in args.takes[: allowances.INPUTS_MAX])
    yield from coin.named_coins(args.coins)


def take(draft: Draft, args: Take, caller: Caller) -> None:
    """Trades at the listings' prices.

    Raises Refused: holder_not_allowed, bad_argument (nothing taken), market_closed, market_halted,
    orders_frozen (yours), too_many_inputs, input_twice, quantity_off_lot, listing_unknown, listing_expired,
    listing_not_open, self_trade, price_moved, clip_too_small, takes_mixed, bad_argument (coins and lots);
    taking a sell: coin_unknown, coin_not_yours, coin_locked, balance_too_small; taking a buy: lot_unknown,
    lot_not_yours, lot_held, lot_not_free, lot_too_small, not_tradable_yet, inputs_do_not_match; then
    orders_frozen (theirs), lot_held (theirs), position_limit.
    """
    listings.require_holder(caller)
    if not args.takes:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.takes")
    draft.want(*named_to_take(args, caller.account))
    session = listings.open_market(draft, caller.account)
    clips = _clips(draft, args, caller, session)
    if clips[0].side is Side.SELL:
        _buy(draft, args, caller, clips, session)
    else:
        _sell(draft, args, caller, clips, session)


def _clips(draft: Draft, args: Take, caller: Caller, session: SessionState) -> list[ListingClip]:
    """The clips taken, each fit to be taken as the taker saw it."""
    if len(args.takes) > allowances.INPUTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=allowances.INPUTS_MAX)
    if len({(taken.listing, taken.k) for taken in args.takes}) != len(args.takes):
        raise Refused(Refusal.INPUT_TWICE)
    lot_t = draft.parameters(MarketParameters).lot_t
    if any(taken.quantity % lot_t for taken in args.takes):
        raise Refused(Refusal.QUANTITY_OFF_LOT, lot=lot_t)
    clips = [_fit_clip(draft, taken, caller, session) for taken in args.takes]
    if len({(clip.side, clip.unit, clip.vintage) for clip in clips}) > 1:
        raise Refused(Refusal.TAKES_MIXED)
    if args.lots if clips[0].side is Side.SELL else args.coins:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots" if args.lots else "args.coins")
    return clips


def _fit_clip(draft: Draft, taken: TakeClip, caller: Caller, session: SessionState) -> ListingClip:
    clip = draft.need(ListingClip, taken.listing, taken.k, refusal=Refusal.LISTING_UNKNOWN)
    if not allowances.live(session, clip.session):
        raise Refused(Refusal.LISTING_EXPIRED)
    if clip.state not in listings.OPEN_STATES:
        raise Refused(Refusal.LISTING_NOT_OPEN, state=clip.state)
    if clip.account == caller.account:
        raise Refused(Refusal.SELF_TRADE)
    if clip.price_cents != taken.price_cents:
        raise Refused(Refusal.PRICE_MOVED)
    if clip.quantity < taken.quantity:
        raise Refused(Refusal.CLIP_TOO_SMALL, available=clip.quantity)
    return clip


def _buy(
    draft: Draft, args: Take, caller: Caller, clips: Sequence[ListingClip], session: SessionState
) -> None:
    """Taking sells: the taker's coin to the sellers, their lots to the taker, change back."""
    total = coin.spend(draft, args.coins, caller.account)
    cost = sum(taken.quantity * taken.price_cents for taken in args.takes)
    if total < cost:
        raise Refused(Refusal.BALANCE_TOO_SMALL, needed=cost, available=total)
    draft.want(*_behind(draft, clips, caller))
    _require_takeable(draft, clips)
    for place, (taken, clip) in enumerate(zip(args.takes, clips, strict=True)):
        delivered, left = allowances.split(clip.lots, taken.quantity)
        for use in allowances.as_uses(clip.unit, clip.vintage, delivered):
            allowances.deliver(draft, use, caller.account, session)
        cents = taken.quantity * taken.price_cents
        coin.pay(draft, owner=clip.account, amount_cents=cents, parents=args.coins)
        _rewrite(draft, clip, taken.quantity, lots=left, locked=None)
        _record(
            draft, clip, taken, place, seller=clip.account, caller=caller, lots=delivered, session=session
        )
    coin.pay(draft, owner=caller.account, amount_cents=total - cost, parents=args.coins)


def _sell(
    draft: Draft, args: Take, caller: Caller, clips: Sequence[ListingClip], session: SessionState
) -> None:
    """Taking buys: the taker's lots to the buyers, their locked coin to the taker."""
    uses = allowances.as_uses(clips[0].unit, clips[0].vintage, args.lots)
    allowances.check_named(uses)
    # The buyers' coin with the lots: one round.
    draft.want(*allowances.named_lots(uses), *_behind(draft, clips, caller))
    for use in uses:
        allowances.require_tradable(allowances.usable(draft, use, caller.account, session), session)
        allowances.put(draft, allowances.use_front(draft, use, caller.account, session))
    quantity = sum(taken.quantity for taken in args.takes)
    if sum(use.quantity for use in uses) != quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=quantity)
    _require_takeable(draft, clips)
    pool: tuple[LotInput, ...] = args.lots
    for place, (taken, clip) in enumerate(zip(args.takes, clips, strict=True)):
        delivered, pool = allowances.split(pool, taken.quantity)
        for use in allowances.as_uses(clip.unit, clip.vintage, delivered):
            allowances.deliver(draft, use, clip.account, session)
        locked = _pay_from_clip(draft, clip, taken, caller, session)
        _rewrite(draft, clip, taken.quantity, lots=(), locked=locked)
        _record(
            draft, clip, taken, place, seller=caller.account, caller=caller, lots=delivered, session=session
        )


def _behind(draft: Draft, clips: Sequence[ListingClip], caller: Caller) -> Iterator[Name]:
    """What is known once the clips are read: what they lock, and how those who listed them stand."""
    yield from (named for clip in clips for named in listings.locked(clip))
    yield from (name(Frozen, clip.account) for clip in clips)
    yield from positions.named(draft, [caller.account, *(clip.account for clip in clips)])


def _require_takeable(draft: Draft, clips: Sequence[ListingClip]) -> None:
    """Raises Refused: orders_frozen, lot_held."""
    for clip in clips:
        listings.require_unfrozen(draft, clip.account)
    for clip in clips:
        for part in clip.lots:
            allowances.require_unheld(allowances.locked_lot(draft, clip.unit, clip.vintage, part.serial_from))


def _pay_from_clip(
    draft: Draft, clip: ListingClip, taken: TakeClip, caller: Caller, session: SessionState
) -> CoinInput | None:
    """Pays the taker out of a buy clip's locked coin; what stays locked is its output, if anything."""
    if clip.coin is None:
        raise Refused(Refusal.COIN_UNKNOWN)
    locked = draft.need(Coin, clip.coin.tx, clip.coin.n, refusal=Refusal.COIN_UNKNOWN)
    draft.delete(Coin, clip.coin.tx, clip.coin.n)
    cents = taken.quantity * clip.price_cents
    coin.pay(draft, owner=caller.account, amount_cents=cents, parents=(clip.coin,))
    return coin.pay(
        draft,
        owner=clip.account,
        amount_cents=locked.amount_cents - cents,
        parents=(clip.coin,),
        listing=clip.listing,
        session=session.session,
    )


def _rewrite(
    draft: Draft,
    clip: ListingClip,
    quantity: int,
    *,
    lots: tuple[LotInput, ...],
    locked: CoinInput | None,
) -> None:
    left = clip.quantity - quantity
    state = ListingState.PARTLY_TAKEN if left else ListingState.TAKEN
    listings.put(draft, replace(clip, quantity=left, lots=lots, coin=locked, state=state))


def _record(
    draft: Draft,
    clip: ListingClip,
    taken: TakeClip,
    place: int,
    *,
    seller: str,
    caller: Caller,
    lots: tuple[LotInput, ...],
    session: SessionState,
) -> None:
    trade = Trade(
        tx=draft.tx,
        i=place,
        listing=clip.listing,
        k=clip.k,
        session=clip.session,
        unit=clip.unit,
        vintage=clip.vintage,
        seller=seller,
        buyer=caller.account if seller == clip.account else clip.account,
        taker=caller.account,
        quantity=taken.quantity,
        price_cents=clip.price_cents,
        lots=lots,
    )
    positions.check(draft, trade.buyer, trade.quantity, session)
    trades.write(draft, trade, session)
