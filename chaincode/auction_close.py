"""The close of an auction: who gets how much, one price for all, and everything else back.

Anybody who trades may send it when its time has come: the outcome is fixed by what is on the ledger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CloseAuction, LotInput
from lexicon.records import Auction, Frozen, MarketParameters, SealedBid, SessionState, Trade
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AuctionState, BidState, Side, TradeKind

from chaincode import allowances, auctions, coin, trades
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

Filled = list[tuple[SealedBid, int]]
# So many are read with the auction, absent or not; an auction of more bids asks once more.
USUAL_BIDS = 16


def named_to_close(args: CloseAuction, _: str) -> Iterator[Name]:
    """Session, rules, the auction and the bids that it may have; what they lock is known after these."""
    yield name(SessionState)
    yield name(MarketParameters)
    yield name(Auction, args.auction)
    yield from (name(SealedBid, args.auction, n) for n in range(USUAL_BIDS))


def close_auction(draft: Draft, args: CloseAuction, caller: Caller) -> None:
    """Gives lots and coin to whom they belong now, at one price, and the rest back.

    A bid that was not revealed, and what a frozen account bid or a frozen lot holds, counts for nothing.
    Raises Refused: auction_unknown, auction_not_open, bidding_open, reveal_open, market_halted.
    """
    draft.want(*named_to_close(args, caller.account))
    session = draft.parameters(SessionState)
    auction = auctions.find(draft, args.auction)
    if auctions.bidding(auction, session):
        raise Refused(Refusal.BIDDING_OPEN)
    bids = _bids(draft, auction)
    # Without a bid only who opened it may end it early.
    waiting = any(bid.state is BidState.SEALED for bid in bids) if bids else caller.account != auction.account
    if waiting and auctions.revealing(auction, session):
        raise Refused(Refusal.REVEAL_OPEN)
    if session.halted is not None:
        raise Refused(Refusal.MARKET_HALTED)
    draft.want(*auctions.behind(draft, auction, bids))
    settle = _sell if auction.side is Side.SELL else _purchase
    filled, price = settle(draft, auction, bids, session)
    won = {bid.n: quantity for bid, quantity in filled}
    for bid in bids:
        state = BidState.WON if bid.n in won else BidState.LOST
        draft.put(replace(bid, state=state, filled_t=won.get(bid.n, 0)), auction.auction, bid.n)
    closed = replace(auction, state=AuctionState.CLOSED, price_cents=price, sold_t=sum(won.values()))
    draft.put(closed, args.auction)


def fill(bids: Sequence[SealedBid], quantity: int, side: Side = Side.SELL) -> Filled:
    """(bid, tonnes) of those that get something: by price, then in their order, until nothing is left.

    Of a sale the highest prices come first, of a purchase the lowest.
    """
    filled: Filled = []
    up = 1 if side is Side.BUY else -1
    for bid in sorted(bids, key=lambda bid: (up * bid.price_cents, bid.n)):
        part = min(bid.quantity, quantity)
        if part == 0:
            break
        filled.append((bid, part))
        quantity -= part
    return filled


def _bids(draft: Draft, auction: Auction) -> list[SealedBid]:
    draft.want(*auctions.named_bids(auction))
    return [
        draft.need(SealedBid, auction.auction, n, refusal=Refusal.BID_UNKNOWN, n=n)
        for n in range(auction.bids)
    ]


def _valid(draft: Draft, auction: Auction, bids: Sequence[SealedBid]) -> list[SealedBid]:
    """Revealed bids of accounts that may trade; none while that is kept from who opened the auction."""
    if draft.find(Frozen, auction.account) is not None:
        return []
    return [bid for bid in bids if bid.state is BidState.REVEALED and draft.find(Frozen, bid.account) is None]


def _sell(
    draft: Draft, auction: Auction, bids: Sequence[SealedBid], session: SessionState
) -> tuple[Filled, int | None]:
    """One seller's lots to the winners, who pay the lowest accepted price out of their locked coin."""
    pool: Sequence[LotInput] = auctions.unheld(draft, auction, auction.lots)
    held = [part for part in auction.lots if part not in pool]
    filled = fill(_valid(draft, auction, bids), sum(part.quantity for part in pool))
    price = min((bid.price_cents for bid, _ in filled), default=None)
    cost = {bid.n: quantity * (price or 0) for bid, quantity in filled}
    for bid in bids:
        if bid.coin is not None:
            coin.pay_out(draft, bid.coin, [(auction.account, cost[bid.n])] if bid.n in cost else [])
    for place, (bid, quantity) in enumerate(filled):
        parts, pool = allowances.split(pool, quantity)
        trade = _trade(draft, auction, session, bid=bid, place=place, lots=parts, price=price or 0)
        _deliver(draft, trade, session)
    allowances.release(draft, auction.unit, auction.vintage, [*pool, *held])
    return filled, price


def _purchase(
    draft: Draft, auction: Auction, bids: Sequence[SealedBid], session: SessionState
) -> tuple[Filled, int | None]:
    """The winners' lots to one buyer, who pays each the highest accepted price out of her locked coin."""
    free = {bid.n: auctions.unheld(draft, auction, bid.lots) for bid in bids}
    able = [_at_most(bid, sum(part.quantity for part in free[bid.n])) for bid in bids]
    filled = fill([bid for bid in _valid(draft, auction, able) if bid.quantity], auction.quantity, Side.BUY)
    price = max((bid.price_cents for bid, _ in filled), default=None)
    if auction.coin is not None:
        payments = [(bid.account, quantity * (price or 0)) for bid, quantity in filled]
        coin.pay_out(draft, auction.coin, payments)
    won = {bid.n: quantity for bid, quantity in filled}
    places = {bid.n: place for place, (bid, _) in enumerate(filled)}
    for bid in bids:
        parts, left = allowances.split(free[bid.n], won.get(bid.n, 0))
        if parts:
            trade = _trade(
                draft, auction, session, bid=bid, place=places[bid.n], lots=parts, price=price or 0
            )
            _deliver(draft, trade, session)
        held = [part for part in bid.lots if part not in free[bid.n]]
        allowances.release(draft, auction.unit, auction.vintage, [*left, *held])
    return filled, price


def _at_most(bid: SealedBid, available: int) -> SealedBid:
    """The bid as far as its lots can be delivered now."""
    return replace(bid, quantity=min(bid.quantity, available))


def _deliver(draft: Draft, trade: Trade, session: SessionState) -> None:
    for use in allowances.as_uses(trade.unit, trade.vintage, trade.lots):
        allowances.deliver(draft, use, trade.buyer, session)
    trades.write(draft, trade, session)


def _trade(
    draft: Draft,
    auction: Auction,
    session: SessionState,
    *,
    bid: SealedBid,
    place: int,
    lots: tuple[LotInput, ...],
    price: int,
) -> Trade:
    """The trade of a bid that won; the bidder counts as its taker."""
    selling = auction.side is Side.SELL
    return Trade(
        tx=draft.tx,
        i=place,
        listing=auction.auction,
        k=bid.n,
        session=session.session,
        unit=auction.unit,
        vintage=auction.vintage,
        seller=auction.account if selling else bid.account,
        buyer=bid.account if selling else auction.account,
        taker=bid.account,
        quantity=sum(part.quantity for part in lots),
        price_cents=price,
        lots=lots,
        kind=TradeKind.AUCTION,
    )
