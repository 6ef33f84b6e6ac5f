"""Takes: delivery against payment of one or several clips in one transaction, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CoinInput, LotInput, Take, TakeClip
from lexicon.records import (
    Coin,
    ListingClip,
    Lot,
    MarketParameters,
    SessionState,
    SessionTrade,
    Trade,
    instrument,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ListingState, Side

from chaincode import allowances, coin, listings
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named_to_take(args: Take, _: str) -> Iterator[Name]:
    """Session, rules, clips and coin; what the clips lock is known after these."""
    yield name(SessionState)
    yield name(MarketParameters)
    yield from (name(ListingClip, taken.listing, taken.k) for taken in args.takes[: allowances.INPUTS_MAX])
    yield from coin.named_coins(args.coins)


def take(draft: Draft, args: Take, caller: Caller) -> None:
    """Trades at the listings' prices.

    Raises Refused: holder_not_allowed, bad_argument (nothing taken), market_closed, too_many_inputs,
    input_twice, quantity_off_lot, listing_unknown, listing_expired, listing_not_open, self_trade,
    price_moved, clip_too_small, takes_mixed, bad_argument (coins and lots); taking a sell: coin_unknown,
    coin_not_yours, coin_locked, balance_too_small; taking a buy: lot_unknown, lot_not_yours, lot_held,
    lot_not_free, lot_too_small, not_tradable_yet, inputs_do_not_match.
    """
    listings.require_holder(caller)
    if not args.takes:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.takes")
    draft.want(*named_to_take(args, caller.account))
    session = listings.open_market(draft)
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
    draft.want(*(named for clip in clips for named in listings.locked(clip)))
    for place, (taken, clip) in enumerate(zip(args.takes, clips, strict=True)):
        delivered, left = _split(clip.lots, taken.quantity)
        for part in delivered:
            _deliver(draft, clip, part, caller.account, session)
        cents = taken.quantity * taken.price_cents
        coin.pay(draft, owner=clip.account, amount_cents=cents, parents=args.coins)
        _rewrite(draft, clip, taken.quantity, lots=left, locked=None)
        _record(draft, clip, taken, place, seller=clip.account, caller=caller, lots=delivered)
    coin.pay(draft, owner=caller.account, amount_cents=total - cost, parents=args.coins)


def _sell(
    draft: Draft, args: Take, caller: Caller, clips: Sequence[ListingClip], session: SessionState
) -> None:
    """Taking buys: the taker's lots to the buyers, their locked coin to the taker."""
    uses = allowances.as_uses(clips[0].unit, clips[0].vintage, args.lots)
    allowances.check_named(uses)
    # The buyers' coin with the lots: one round.
    draft.want(*allowances.named_lots(uses), *(named for clip in clips for named in listings.locked(clip)))
    for use in uses:
        allowances.require_tradable(allowances.usable(draft, use, caller.account, session), session)
        allowances.put(draft, allowances.use_front(draft, use, caller.account, session))
    quantity = sum(taken.quantity for taken in args.takes)
    if sum(use.quantity for use in uses) != quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=quantity)
    pool: tuple[LotInput, ...] = args.lots
    for place, (taken, clip) in enumerate(zip(args.takes, clips, strict=True)):
        delivered, pool = _split(pool, taken.quantity)
        for part in delivered:
            _deliver(draft, clip, part, clip.account, session)
        locked = _pay_from_clip(draft, clip, taken, caller, session)
        _rewrite(draft, clip, taken.quantity, lots=(), locked=locked)
        _record(draft, clip, taken, place, seller=caller.account, caller=caller, lots=delivered)


def _split(lots: Sequence[LotInput], quantity: int) -> tuple[tuple[LotInput, ...], tuple[LotInput, ...]]:
    """The first `quantity` t of lots, and the rest; a lot on the edge is cut."""
    front: list[LotInput] = []
    for place, lot in enumerate(lots):
        if quantity < lot.quantity:
            rest = LotInput(serial_from=lot.serial_from + quantity, quantity=lot.quantity - quantity)
            if quantity:
                front.append(LotInput(serial_from=lot.serial_from, quantity=quantity))
            return tuple(front), (rest, *lots[place + 1 :])
        front.append(lot)
        quantity -= lot.quantity
    return tuple(front), ()


def _deliver(draft: Draft, clip: ListingClip, part: LotInput, owner: str, session: SessionState) -> None:
    """The front of a lot to its new owner, who may sell it from the next session on (T+1)."""
    lot = draft.need(
        Lot,
        clip.unit,
        clip.vintage,
        part.serial_from,
        refusal=Refusal.LOT_UNKNOWN,
        serial_from=part.serial_from,
    )
    front = allowances.freed(allowances.take_front(draft, lot, part.quantity))
    delivered = replace(front, owner=owner, tradable_from_session=session.session + 1)
    allowances.put(draft, delivered)


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
    draft.put_fresh(trade, draft.tx, place)
    traded = SessionTrade(
        instrument=instrument(clip.unit, clip.vintage),
        quantity=taken.quantity,
        price_cents=clip.price_cents,
    )
    draft.put_fresh(traded, clip.session, draft.tx, place)
