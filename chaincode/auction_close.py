"""The close of an auction: who gets how much, one price for all, and everything else back.

Anybody who trades may send it when its time has come: the outcome is fixed by what is on the ledger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CloseAuction, LotInput
from lexicon.records import Auction, Frozen, Lot, SealedBid, SessionState, Trade
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AuctionState, BidState, TradeKind

from chaincode import allowances, auctions, coin, trades
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named_to_close(args: CloseAuction, _: str) -> Iterator[Name]:
    """The session and the auction; its bids are known when it was read, and their coin after them."""
    yield name(SessionState)
    yield name(Auction, args.auction)


def close_auction(draft: Draft, args: CloseAuction, caller: Caller) -> None:
    """Gives the lots to the winners at one price, the coin to the seller, and the rest back.

    A bid that was not revealed, and what a frozen account bid or a frozen lot holds, counts for nothing.
    Raises Refused: auction_unknown, auction_not_open, bidding_open, reveal_open, market_halted.
    """
    draft.want(*named_to_close(args, caller.account))
    session = draft.parameters(SessionState)
    auction = auctions.find(draft, args.auction)
    if auctions.bidding(auction, session):
        raise Refused(Refusal.BIDDING_OPEN)
    bids = _bids(draft, auction)
    # Without a bid only its seller may end it early.
    waiting = any(bid.state is BidState.SEALED for bid in bids) if bids else caller.account != auction.account
    if waiting and auctions.revealing(auction, session):
        raise Refused(Refusal.REVEAL_OPEN)
    if session.halted is not None:
        raise Refused(Refusal.MARKET_HALTED)
    draft.want(*auctions.behind(draft, auction, bids))
    offered = _offered(draft, auction)
    filled = fill(_valid(draft, auction, bids), sum(part.quantity for part in offered))
    price = min((bid.price_cents for bid, _ in filled), default=None)
    left = _deliver(draft, auction, session, filled=filled, offered=offered, price=price or 0)
    held = [part for part in auction.lots if part not in offered]
    allowances.release(draft, auction.unit, auction.vintage, [*left, *held])
    _settle_bids(draft, auction, bids, {bid.n: quantity for bid, quantity in filled}, price or 0)
    closed = replace(
        auction,
        state=AuctionState.CLOSED,
        price_cents=price,
        sold_t=sum(quantity for _, quantity in filled),
    )
    draft.put(closed, args.auction)


def fill(bids: Sequence[SealedBid], offered: int) -> list[tuple[SealedBid, int]]:
    """(bid, tonnes) of those that get something: by price, then in their order, until nothing is left."""
    filled: list[tuple[SealedBid, int]] = []
    for bid in sorted(bids, key=lambda bid: (-bid.price_cents, bid.n)):
        quantity = min(bid.quantity, offered)
        if quantity == 0:
            break
        filled.append((bid, quantity))
        offered -= quantity
    return filled


def _bids(draft: Draft, auction: Auction) -> list[SealedBid]:
    draft.want(*auctions.named_bids(auction))
    return [
        draft.need(SealedBid, auction.auction, n, refusal=Refusal.BID_UNKNOWN, n=n)
        for n in range(auction.bids)
    ]


def _offered(draft: Draft, auction: Auction) -> list[LotInput]:
    """The auction's lots that nobody holds; none while its seller is frozen."""
    if draft.find(Frozen, auction.account) is not None:
        return []
    lots: list[LotInput] = []
    for part in auction.lots:
        lot: Lot = allowances.locked_lot(draft, auction.unit, auction.vintage, part.serial_from)
        if lot.hold is None:
            lots.append(part)
    return lots


def _valid(draft: Draft, auction: Auction, bids: Sequence[SealedBid]) -> list[SealedBid]:
    return [bid for bid in bids if bid.state is BidState.REVEALED and draft.find(Frozen, bid.account) is None]


def _deliver(
    draft: Draft,
    auction: Auction,
    session: SessionState,
    *,
    filled: Sequence[tuple[SealedBid, int]],
    offered: Sequence[LotInput],
    price: int,
) -> Sequence[LotInput]:
    """Lots to the winners, a trade each; gives the lots that are left."""
    pool: Sequence[LotInput] = offered
    for place, (bid, quantity) in enumerate(filled):
        parts, pool = allowances.split(pool, quantity)
        for use in allowances.as_uses(auction.unit, auction.vintage, parts):
            allowances.deliver(draft, use, bid.account, session)
        trade = Trade(
            tx=draft.tx,
            i=place,
            listing=auction.auction,
            k=bid.n,
            session=session.session,
            unit=auction.unit,
            vintage=auction.vintage,
            seller=auction.account,
            buyer=bid.account,
            taker=bid.account,
            quantity=quantity,
            price_cents=price,
            lots=parts,
            kind=TradeKind.AUCTION,
        )
        trades.write(draft, trade, session)
    return pool


def _settle_bids(
    draft: Draft, auction: Auction, bids: Sequence[SealedBid], filled: dict[int, int], price: int
) -> None:
    """Winners pay the seller out of their locked coin; all that is over is free again."""
    for bid in bids:
        quantity = filled.get(bid.n, 0)
        payments = [(auction.account, quantity * price)] if quantity else []
        coin.pay_out(draft, bid.coin, payments)
        state = BidState.WON if quantity else BidState.LOST
        draft.put(replace(bid, state=state, filled_t=quantity), auction.auction, bid.n)
