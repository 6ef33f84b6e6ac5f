"""Auctions of one seller or one buyer: sealed bids, covered and revealed, filled at one price.

Bids are taken in the session's phase `auction`; they are numbered in the auction's own record, so that their
order is that of the blocks and none can be left out at the close. Source: exchange rules of 2021-06-22 (one
seller or buyer, several bid); Shanghai pilot: not below the floor, by price, then by time, up to the offered
quantity; one price, the lowest accepted bid's. A purchase is the same turned round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.commitment import bid_digest
from lexicon.market_arguments import Bid, LotInput, OpenAuction, RevealBid
from lexicon.records import Auction, Coin, Frozen, Lot, MarketParameters, SealedBid, SessionState, instrument
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AuctionState, BidState, SessionPhase, Side

from chaincode import allowances, coin, listings, positions
from chaincode.callers import Caller
from chaincode.sessions import reference_cents
from chaincode.state import Draft, Name, name

# The close reads every bid and every lot: together they stay within a transaction's inputs.
BIDS_MAX = 100
LOTS_MAX = 100
# A purchase has many sellers: none of them takes the close's room for the others.
LOTS_OF_BID = 10
# An auction is announced while the market is open; bids come in its own phase.
_OPENING = (SessionPhase.OPEN, SessionPhase.BLOCK, SessionPhase.AUCTION)
_BIDDING = (SessionPhase.AUCTION,)


def named_to_open(args: OpenAuction, account: str) -> Iterator[Name]:
    """What trading needs, the auction that must not be there, and the lots or the coin."""
    yield from listings.named_to_trade(account)
    yield name(Auction, args.auction)
    yield from allowances.named_lots(allowances.as_uses(args.unit, args.vintage, args.inputs))
    yield from coin.named_coins(args.coins)


def named_to_bid(args: Bid, account: str) -> Iterator[Name]:
    """What trading needs, the auction and the coin; lots are known by its instrument."""
    yield from listings.named_to_trade(account)
    yield name(Auction, args.auction)
    yield from coin.named_coins(args.coins)


def named_to_reveal(args: RevealBid, account: str) -> Iterator[Name]:
    """What trading needs, the auction and the bid."""
    yield from listings.named_to_trade(account)
    yield name(Auction, args.auction)
    yield name(SealedBid, args.auction, args.n)


def open_auction(draft: Draft, args: OpenAuction, caller: Caller) -> None:
    """Lots for the highest bidders, or coin for the lowest; locked until the auction is closed.

    Raises Refused: holder_not_allowed, market_closed, market_halted, orders_frozen, auction_exists,
    bad_argument (of the other side), instrument_not_traded, price_off_tick, quantity_off_lot; selling:
    too_many_inputs, input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small,
    not_tradable_yet, inputs_do_not_match; buying: too_many_inputs, input_twice, coin_unknown, coin_not_yours,
    coin_locked, balance_too_small, position_limit.
    """
    listings.require_holder(caller)
    draft.want(*named_to_open(args, caller.account))
    session = listings.open_market(draft, caller.account, _OPENING)
    if draft.find(Auction, args.auction) is not None:
        raise Refused(Refusal.AUCTION_EXISTS, auction=args.auction)
    limit_cents = _one_side(args)
    _check_terms(draft, args, limit_cents, session)
    locked = None
    if args.side is Side.SELL:
        _lock_offer(draft, args, caller, session)
    else:
        cost = args.quantity * limit_cents
        locked = coin.lock(draft, args.coins, caller.account, cost, listing=args.auction, until=None)
        draft.want(*positions.named(draft, [caller.account]))
        positions.check(draft, caller.account, args.quantity, session)
    auction = Auction(
        auction=args.auction,
        account=caller.account,
        side=args.side,
        unit=args.unit,
        vintage=args.vintage,
        quantity=args.quantity,
        floor_cents=args.floor_cents,
        ceiling_cents=args.ceiling_cents,
        lots=args.inputs,
        coin=locked,
        session=session.session,
        bids=0,
        state=AuctionState.OPEN,
    )
    draft.put(auction, args.auction)


def bid(draft: Draft, args: Bid, caller: Caller) -> None:
    """A sealed bid with coin (or lots) locked for the most that it can cost; it cannot be taken back.

    Raises Refused: holder_not_allowed, market_closed, market_halted, orders_frozen, auction_unknown,
    auction_not_open, self_trade, too_many_bids, bad_argument (of the other side); for lots: too_many_inputs,
    input_twice, coin_unknown, coin_not_yours, coin_locked, balance_too_small; for coin: too_many_inputs,
    input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small, not_tradable_yet.
    """
    listings.require_holder(caller)
    draft.want(*named_to_bid(args, caller.account))
    session = listings.open_market(draft, caller.account, _BIDDING)
    auction = find(draft, args.auction)
    # One bids in the auction's own session; later its price is no secret any more.
    if auction.session != session.session:
        raise Refused(Refusal.AUCTION_NOT_OPEN, state=auction.state)
    if auction.account == caller.account:
        raise Refused(Refusal.SELF_TRADE)
    if auction.bids >= BIDS_MAX:
        raise Refused(Refusal.TOO_MANY_BIDS, limit=BIDS_MAX)
    sealed = SealedBid(
        auction=args.auction,
        n=auction.bids,
        account=caller.account,
        digest=args.digest,
        lots=args.lots,
        state=BidState.SEALED,
    )
    if auction.side is Side.SELL:
        sealed = _with_coin(draft, args, sealed)
    else:
        _lock_bid(draft, args, caller, auction, session)
    draft.put_fresh(sealed, args.auction, auction.bids)
    grown = replace(auction, bids=auction.bids + 1, bid_lots=auction.bid_lots + len(args.lots))
    draft.put(grown, args.auction)


def reveal_bid(draft: Draft, args: RevealBid, caller: Caller) -> None:
    """Says what a bid was, after bidding and before the session is settled.

    Raises Refused: auction_unknown, auction_not_open, bidding_open, reveal_over, bid_unknown, bid_not_yours,
    bid_already_revealed, digest_mismatch; for lots: price_below_floor, price_off_tick, quantity_off_lot,
    maximum_too_small, position_limit; for coin: price_above_ceiling, price_off_tick, quantity_off_lot,
    lot_too_small.
    """
    draft.want(*named_to_reveal(args, caller.account))
    session = draft.parameters(SessionState)
    auction = find(draft, args.auction)
    if bidding(auction, session):
        raise Refused(Refusal.BIDDING_OPEN)
    if not revealing(auction, session):
        raise Refused(Refusal.REVEAL_OVER)
    sealed = draft.need(SealedBid, args.auction, args.n, refusal=Refusal.BID_UNKNOWN, n=args.n)
    if sealed.account != caller.account:
        raise Refused(Refusal.BID_NOT_YOURS)
    if sealed.state is not BidState.SEALED:
        raise Refused(Refusal.BID_ALREADY_REVEALED)
    digest = bid_digest(
        auction=args.auction,
        account=caller.account,
        quantity=args.quantity,
        price_cents=args.price_cents,
        nonce=args.nonce,
    )
    if digest != sealed.digest:
        raise Refused(Refusal.DIGEST_MISMATCH)
    _check_revealed(draft, args, auction, sealed)
    if auction.side is Side.SELL:
        draft.want(*positions.named(draft, [caller.account]))
        positions.check(draft, caller.account, args.quantity, session)
    opened = replace(sealed, state=BidState.REVEALED, quantity=args.quantity, price_cents=args.price_cents)
    draft.put(opened, args.auction, args.n)


def find(draft: Draft, auction: str) -> Auction:
    """An auction that is not closed. Raises Refused: auction_unknown, auction_not_open."""
    found = draft.need(Auction, auction, refusal=Refusal.AUCTION_UNKNOWN, auction=auction)
    if found.state is not AuctionState.OPEN:
        raise Refused(Refusal.AUCTION_NOT_OPEN, state=found.state)
    return found


def bidding(auction: Auction, session: SessionState) -> bool:
    """Whether bids may still come."""
    return auction.session == session.session and session.phase in _BIDDING


def revealing(auction: Auction, session: SessionState) -> bool:
    """Whether bids may be revealed: until the auction's session is settled."""
    return auction.session == session.session and session.phase is not SessionPhase.SETTLED


def named_bids(auction: Auction) -> Iterator[Name]:
    """All bids, in their order."""
    yield from (name(SealedBid, auction.auction, n) for n in range(auction.bids))


def behind(draft: Draft, auction: Auction, bids: list[SealedBid]) -> Iterator[Name]:
    """What the close moves: lots, coin, and how all who take part stand."""
    accounts = [auction.account, *(sealed.account for sealed in bids)]
    lots = [*auction.lots, *(part for sealed in bids for part in sealed.lots)]
    coins = (auction.coin, *(sealed.coin for sealed in bids))
    yield from allowances.named_lots(allowances.as_uses(auction.unit, auction.vintage, lots))
    yield from (name(Coin, locked.tx, locked.n) for locked in coins if locked is not None)
    yield from (name(Frozen, account) for account in accounts)
    yield from positions.named(draft, accounts)


def unheld(draft: Draft, auction: Auction, lots: Sequence[LotInput]) -> list[LotInput]:
    """Those of locked lots that neither court nor regulator holds."""
    named = [(part, _locked(draft, auction, part)) for part in lots]
    return [part for part, lot in named if lot.hold is None]


def _locked(draft: Draft, auction: Auction, part: LotInput) -> Lot:
    return allowances.locked_lot(draft, auction.unit, auction.vintage, part.serial_from)


def _one_side(args: OpenAuction) -> int:
    """The floor of a sale or the ceiling of a purchase. Raises Refused: bad_argument (of the other side)."""
    selling = args.side is Side.SELL
    limit = args.floor_cents if selling else args.ceiling_cents
    field = "floor_cents" if selling else "ceiling_cents"
    if selling and (args.ceiling_cents is not None or args.coins):
        field = "ceiling_cents" if args.ceiling_cents is not None else "coins"
    elif not selling and (args.floor_cents is not None or args.inputs):
        field = "floor_cents" if args.floor_cents is not None else "inputs"
    elif limit is not None:
        return limit
    raise Refused(Refusal.BAD_ARGUMENT, field=f"args.{field}")


def _lock_offer(draft: Draft, args: OpenAuction, caller: Caller, session: SessionState) -> None:
    if len(args.inputs) > LOTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=LOTS_MAX)
    uses = allowances.as_uses(args.unit, args.vintage, args.inputs)
    allowances.want_lots(draft, uses)
    for use in uses:
        allowances.lock(draft, use, caller.account, session, listing=args.auction, until=None)
    if sum(use.quantity for use in uses) != args.quantity:
        raise Refused(Refusal.INPUTS_DO_NOT_MATCH, quantity=args.quantity)


def _with_coin(draft: Draft, args: Bid, sealed: SealedBid) -> SealedBid:
    """The bid of a buyer with its coin locked."""
    if args.maximum_cents is None or args.lots:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots" if args.lots else "args.maximum_cents")
    locked = coin.lock(
        draft, args.coins, sealed.account, args.maximum_cents, listing=args.auction, until=None
    )
    return replace(sealed, maximum_cents=args.maximum_cents, coin=locked)


def _lock_bid(draft: Draft, args: Bid, caller: Caller, auction: Auction, session: SessionState) -> None:
    """Locks the lots of a seller's bid."""
    if args.maximum_cents is not None or args.coins:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.coins" if args.coins else "args.maximum_cents")
    if not args.lots:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots")
    limit = min(LOTS_OF_BID, LOTS_MAX - auction.bid_lots)
    if len(args.lots) > limit:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=limit)
    uses = allowances.as_uses(auction.unit, auction.vintage, args.lots)
    allowances.want_lots(draft, uses)
    for use in uses:
        allowances.lock(draft, use, caller.account, session, listing=args.auction, until=None)


def _check_terms(draft: Draft, args: OpenAuction, limit_cents: int, session: SessionState) -> None:
    market = draft.parameters(MarketParameters)
    if reference_cents(session, instrument(args.unit, args.vintage)) is None:
        raise Refused(Refusal.INSTRUMENT_NOT_TRADED, unit=args.unit, vintage=args.vintage)
    if limit_cents % market.tick_cents:
        raise Refused(Refusal.PRICE_OFF_TICK, tick=market.tick_cents)
    if args.quantity % market.lot_t:
        raise Refused(Refusal.QUANTITY_OFF_LOT, lot=market.lot_t)


def _check_revealed(draft: Draft, args: RevealBid, auction: Auction, sealed: SealedBid) -> None:
    """A bid that could not be filled stays sealed, and what it locks goes back at the close."""
    market = draft.parameters(MarketParameters)
    if auction.floor_cents is not None and args.price_cents < auction.floor_cents:
        raise Refused(Refusal.PRICE_BELOW_FLOOR, floor=auction.floor_cents)
    if auction.ceiling_cents is not None and args.price_cents > auction.ceiling_cents:
        raise Refused(Refusal.PRICE_ABOVE_CEILING, ceiling=auction.ceiling_cents)
    if args.price_cents % market.tick_cents:
        raise Refused(Refusal.PRICE_OFF_TICK, tick=market.tick_cents)
    if args.quantity % market.lot_t:
        raise Refused(Refusal.QUANTITY_OFF_LOT, lot=market.lot_t)
    if sealed.maximum_cents is None:
        available = sum(part.quantity for part in sealed.lots)
        if args.quantity > available:
            raise Refused(Refusal.LOT_TOO_SMALL, available=available)
    elif args.quantity * args.price_cents > sealed.maximum_cents:
        raise Refused(Refusal.MAXIMUM_TOO_SMALL, maximum=sealed.maximum_cents)
