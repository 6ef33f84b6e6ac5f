"""Block agreements: a large trade between two named accounts, proposed by one and accepted by the other.

Source: exchange rules of 2021-06-22: at least 100,000 t, a wider band, not in the quote nor in the close.
"""

from collections.abc import Iterator
from dataclasses import replace

from lexicon.market_arguments import AcceptBlock, CoinInput, DeclineBlock, LotInput, ProposeBlock
from lexicon.records import (
    Account,
    BlockOffer,
    Coin,
    Frozen,
    MarketParameters,
    SessionState,
    Trade,
    instrument,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, AccountState, BlockState, SessionPhase, Side, TradeKind

from chaincode import allowances, coin, listings, positions, trades, trust
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

_PHASES = (SessionPhase.BLOCK,)


def named_to_propose(args: ProposeBlock, account: str) -> Iterator[Name]:
    """What trading needs, the block that must not be there, the counterparty, trust in it, and all inputs."""
    yield from listings.named_to_trade(account)
    yield name(BlockOffer, args.block)
    yield name(Account, args.counterparty)
    yield from trust.named(account, args.counterparty)
    yield from allowances.named_lots(allowances.as_uses(args.unit, args.vintage, args.inputs))
    yield from coin.named_coins(args.coins)


def named_to_answer(args: AcceptBlock | DeclineBlock, account: str) -> Iterator[Name]:
    """What trading needs and the block; what it locks is known when it was read."""
    yield from listings.named_to_trade(account)
    yield name(BlockOffer, args.block)
    yield from coin.named_coins(args.coins if isinstance(args, AcceptBlock) else ())


def propose_block(draft: Draft, args: ProposeBlock, caller: Caller) -> None:
    """A large trade offered to one counterparty, good for this session, with its lots or coin locked.

    Raises Refused: holder_not_allowed, market_closed, market_halted, orders_frozen, block_exists,
    blocks_not_traded, quantity_too_small, quantity_off_lot, instrument_not_traded, price_off_tick,
    price_out_of_band, self_trade, account_unknown, account_not_active, holder_not_allowed (theirs),
    counterparty_limit; selling: bad_argument (coins), too_many_inputs, input_twice, lot_unknown,
    lot_not_yours, lot_held, lot_not_free, lot_too_small, not_tradable_yet, inputs_do_not_match; buying:
    bad_argument (lots), too_many_inputs, input_twice, coin_unknown, coin_not_yours, coin_locked,
    balance_too_small, position_limit.
    """
    listings.require_holder(caller)
    draft.want(*named_to_propose(args, caller.account))
    session = listings.open_market(draft, caller.account, _PHASES)
    if draft.find(BlockOffer, args.block) is not None:
        raise Refused(Refusal.BLOCK_EXISTS, block=args.block)
    _check_terms(draft, args)
    _check_counterparty(draft, args, caller)
    if args.side is Side.SELL:
        _lock_lots(draft, args, caller, session)
    elif args.inputs:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.inputs")
    offer = BlockOffer(
        block=args.block,
        account=caller.account,
        counterparty=args.counterparty,
        side=args.side,
        unit=args.unit,
        vintage=args.vintage,
        quantity=args.quantity,
        price_cents=args.price_cents,
        lots=args.inputs,
        coin=None,
        session=session.session,
        state=BlockState.PROPOSED,
    )
    if args.side is Side.BUY:
        offer = replace(offer, coin=_lock_coin(draft, args, caller, session))
    draft.put(offer, args.block)


def accept_block(draft: Draft, args: AcceptBlock, caller: Caller) -> None:
    """The counterparty's word: delivery against payment of the whole block.

    Raises Refused: holder_not_allowed, market_closed, market_halted, orders_frozen (yours), block_unknown,
    block_not_yours, block_expired, block_not_open, price_moved, inputs_do_not_match (quantity), bad_argument
    (coins and lots), counterparty_limit; buying: too_many_inputs, input_twice, coin_unknown, coin_not_yours,
    coin_locked, balance_too_small; selling: too_many_inputs, input_twice, lot_unknown, lot_not_yours,
    lot_held, lot_not_free, lot_too_small, not_tradable_yet, inputs_do_not_match; then orders_frozen (theirs),
    lot_held (theirs), position_limit.
    """
    listings.require_holder(caller)
    draft.want(*named_to_answer(args, caller.account))
    session = listings.open_market(draft, caller.account, _PHASES)
    offer = _offer(draft, args.block, caller, session)
    if caller.account != offer.counterparty:
        raise Refused(Refusal.BLOCK_NOT_YOURS)
    if offer.price_cents != args.price_cents:
        raise Refused(Refusal.PRICE_MOVED)
    if offer.quantity != args.quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=offer.quantity)
    if args.lots if offer.side is Side.SELL else args.coins:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots" if args.lots else "args.coins")
    _fetch_behind(draft, offer, caller, args.lots)
    trust.require(draft, caller.account, offer.account, offer.quantity)
    if offer.side is Side.SELL:
        _buy(draft, args, caller, offer, session)
    else:
        _sell(draft, args, caller, offer, session)
    draft.put(replace(offer, state=BlockState.ACCEPTED), args.block)


def decline_block(draft: Draft, args: DeclineBlock, caller: Caller) -> None:
    """The counterparty's no, or the proposer's withdrawal: what was locked is free again.

    Raises Refused: block_unknown, block_not_yours, block_expired, block_not_open.
    """
    draft.want(*named_to_answer(args, caller.account))
    offer = _offer(draft, args.block, caller, draft.parameters(SessionState))
    _fetch_behind(draft, offer, caller)
    allowances.release(draft, offer.unit, offer.vintage, offer.lots)
    if offer.coin is not None:
        coin.release(draft, offer.coin)
    draft.put(replace(offer, state=BlockState.DECLINED), args.block)


def _check_terms(draft: Draft, args: ProposeBlock) -> None:
    market = draft.parameters(MarketParameters)
    if market.block_min_t is None:
        raise Refused(Refusal.BLOCKS_NOT_TRADED)
    if args.quantity < market.block_min_t:
        raise Refused(Refusal.QUANTITY_TOO_SMALL, least=market.block_min_t)
    if args.quantity % market.lot_t:
        raise Refused(Refusal.QUANTITY_OFF_LOT, lot=market.lot_t)
    listings.check_price(draft, instrument(args.unit, args.vintage), args.price_cents, market.block_band)


def _check_counterparty(draft: Draft, args: ProposeBlock, caller: Caller) -> None:
    if args.counterparty == caller.account:
        raise Refused(Refusal.SELF_TRADE)
    other = draft.need(Account, args.counterparty, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.counterparty)
    if other.state is not AccountState.ACTIVE:
        raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=args.counterparty)
    if other.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=args.counterparty)
    trust.require(draft, caller.account, args.counterparty, args.quantity)


def _lock_lots(draft: Draft, args: ProposeBlock, caller: Caller, session: SessionState) -> None:
    if args.coins:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.coins")
    uses = allowances.as_uses(args.unit, args.vintage, args.inputs)
    allowances.want_lots(draft, uses)
    for use in uses:
        allowances.lock(draft, use, caller.account, session, listing=args.block, until=session.session)
    if sum(use.quantity for use in uses) != args.quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=args.quantity)


def _lock_coin(draft: Draft, args: ProposeBlock, caller: Caller, session: SessionState) -> CoinInput:
    locked = coin.lock(
        draft,
        args.coins,
        caller.account,
        args.quantity * args.price_cents,
        listing=args.block,
        until=session.session,
    )
    draft.want(*positions.named(draft, [caller.account]))
    positions.check(draft, caller.account, args.quantity, session)
    return locked


def _offer(draft: Draft, block: str, caller: Caller, session: SessionState) -> BlockOffer:
    """An offer of the caller's or to her that still stands."""
    offer = draft.need(BlockOffer, block, refusal=Refusal.BLOCK_UNKNOWN, block=block)
    if caller.account not in (offer.account, offer.counterparty):
        raise Refused(Refusal.BLOCK_NOT_YOURS)
    if not allowances.live(session, offer.session):
        raise Refused(Refusal.BLOCK_EXPIRED)
    if offer.state is not BlockState.PROPOSED:
        raise Refused(Refusal.BLOCK_NOT_OPEN, state=offer.state)
    return offer


def _fetch_behind(draft: Draft, offer: BlockOffer, caller: Caller, lots: tuple[LotInput, ...] = ()) -> None:
    """What the offer locks, what its answer names by the offer's instrument, and how both sides stand."""
    draft.want(
        *allowances.named_lots(allowances.as_uses(offer.unit, offer.vintage, offer.lots)),
        *allowances.named_lots(allowances.as_uses(offer.unit, offer.vintage, lots)),
        *((name(Coin, offer.coin.tx, offer.coin.n),) if offer.coin else ()),
        name(Frozen, offer.account),
        *trust.named(caller.account, offer.account),
        *positions.named(draft, [caller.account, offer.account]),
    )


def _buy(draft: Draft, args: AcceptBlock, caller: Caller, offer: BlockOffer, session: SessionState) -> None:
    """The proposer sells: her locked lots against the caller's coin."""
    cost = offer.quantity * offer.price_cents
    total = coin.spend(draft, args.coins, caller.account)
    if total < cost:
        raise Refused(Refusal.BALANCE_TOO_SMALL, needed=cost, available=total)
    listings.require_unfrozen(draft, offer.account)
    for use in allowances.as_uses(offer.unit, offer.vintage, offer.lots):
        allowances.deliver(draft, use, caller.account, session)
    coin.pay(draft, owner=offer.account, amount_cents=cost, parents=args.coins)
    coin.pay(draft, owner=caller.account, amount_cents=total - cost, parents=args.coins)
    positions.check(draft, caller.account, offer.quantity, session)
    trades.write(draft, _trade(draft, offer, caller, seller=offer.account, lots=offer.lots), session)


def _sell(draft: Draft, args: AcceptBlock, caller: Caller, offer: BlockOffer, session: SessionState) -> None:
    """The proposer buys: the caller's lots against her locked coin."""
    uses = allowances.as_uses(offer.unit, offer.vintage, args.lots)
    allowances.want_lots(draft, uses)
    for use in uses:
        allowances.require_tradable(allowances.usable(draft, use, caller.account, session), session)
    if sum(use.quantity for use in uses) != offer.quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=offer.quantity)
    listings.require_unfrozen(draft, offer.account)
    for use in uses:
        allowances.deliver(draft, use, offer.account, session)
    if offer.coin is None:
        raise Refused(Refusal.COIN_UNKNOWN)
    coin.pay_out(draft, offer.coin, [(caller.account, offer.quantity * offer.price_cents)])
    positions.check(draft, offer.account, offer.quantity, session)
    trades.write(draft, _trade(draft, offer, caller, seller=caller.account, lots=args.lots), session)


def _trade(
    draft: Draft, offer: BlockOffer, caller: Caller, *, seller: str, lots: tuple[LotInput, ...]
) -> Trade:
    return Trade(
        tx=draft.tx,
        i=0,
        listing=offer.block,
        k=0,
        session=offer.session,
        unit=offer.unit,
        vintage=offer.vintage,
        seller=seller,
        buyer=caller.account if seller == offer.account else offer.account,
        taker=caller.account,
        quantity=offer.quantity,
        price_cents=offer.price_cents,
        lots=lots,
        kind=TradeKind.BLOCK,
    )
