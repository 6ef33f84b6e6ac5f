"""Auctions: opened with lots or coin, sealed bids, their revelation, the close.

A bid's quantity and price are known to the bidder's browser alone until she reveals them: the server chooses
the coin or lots that the bid locks, and passes the digest on.
"""

from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.commitment import bid_digest
from lexicon.market_arguments import Bid, CloseAuction, OpenAuction, RevealBid
from lexicon.records import MarketParameters
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AllowanceUnit, AuctionState, BidState, SessionPhase, Side
from lexicon.transactions import Transaction, to_args

from market import selectors
from market.models import Auction, SealedBid
from market.selectors import MarketState
from market.services import checks, orders, signed
from market.services.orders import Draft, Wish
from tenants.access import Viewer
from tenants.services import intents


def to_open(account: str, wish: Wish) -> Draft:
    """An auction made ready to sign; the wish's price is the floor of a sale, the ceiling of a purchase.

    Raises: Refused market_closed, market_halted, orders_frozen, instrument_not_traded, price_off_tick,
    quantity_off_lot, holding_too_small, balance_too_small, too_many_inputs.
    """
    _check_terms(account, wish)
    selling = wish.side is Side.SELL
    cents = wish.quantity * wish.price_cents
    lots = tuple(orders.lot_input(part) for part in orders.lots_for(account, wish)) if selling else ()
    auction = OpenAuction(
        auction=orders.new_id("auc"),
        side=wish.side,
        unit=wish.unit,
        vintage=wish.vintage,
        quantity=wish.quantity,
        floor_cents=wish.price_cents if selling else None,
        ceiling_cents=None if selling else wish.price_cents,
        inputs=lots,
        coins=() if selling else orders.coins_for(account, cents),
    )
    return Draft(Transaction.OPEN_AUCTION, to_args(auction), wish.quantity, cents)


def to_bid(account: str, auction: str, *, digest: str, most: int) -> Draft:
    """A sealed bid made ready to sign. most: 0.01 coin that it may cost (of a sale), t that it may deliver.

    Raises: Refused market_closed, market_halted, orders_frozen, auction_unknown, auction_not_open,
    self_trade, holding_too_small, balance_too_small, too_many_inputs.
    """
    row = _biddable(account, auction)
    if row.side == Side.SELL:
        made = Bid(auction=auction, digest=digest, maximum_cents=most, coins=orders.coins_for(account, most))
        return Draft(Transaction.BID, to_args(made), 0, most)
    wish = Wish(
        side=Side.SELL, unit=AllowanceUnit(row.unit), vintage=row.vintage, quantity=most, price_cents=1
    )
    lots = tuple(orders.lot_input(part) for part in orders.lots_for(account, wish))
    return Draft(Transaction.BID, to_args(Bid(auction=auction, digest=digest, lots=lots)), most, 0)


def open_(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed auction. Raises: Refused as `to_open`, auction_exists, and for what the inputs are."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.OPEN_AUCTION,
        kind=OpenAuction,
        check=lambda given: _check_opening(viewer, given),
    )


def bid(viewer: Viewer, auction: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed bid. Raises: Refused as `to_bid`, intent_not_as_shown, and for what the inputs are."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.BID,
        kind=Bid,
        check=lambda given: _check_bid(viewer, auction, given),
    )


def reveal(viewer: Viewer, auction: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue what a bid was.

    Raises: Refused intent_not_as_shown, auction_unknown, auction_not_open, bidding_open, reveal_over,
    bid_unknown, bid_not_yours, bid_already_revealed, digest_mismatch.
    """
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.REVEAL_BID,
        kind=RevealBid,
        check=lambda given: _check_revelation(viewer, auction, given),
    )


def close(viewer: Viewer, auction: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the close. Raises: Refused auction_unknown, auction_not_open, bidding_open, reveal_open,
    market_halted."""
    row, state = _open_auction(auction), selectors.market_state()
    if selectors.stage_of(row, state) == "bidding":
        refuse(Refusal.BIDDING_OPEN)
    if not selectors.closable(row, state, viewer.account):
        refuse(Refusal.REVEAL_OPEN)
    if state.halted:
        refuse(Refusal.MARKET_HALTED)
    return intents.accept(
        viewer,
        name=Transaction.CLOSE_AUCTION,
        args=CloseAuction(auction=auction),
        signed=body,
        subject=f"auction:{auction}",
    )


def _open(account: str, phases: tuple[str, ...]) -> tuple[MarketState, MarketParameters]:
    """Raises: Refused market_closed, market_halted, orders_frozen."""
    state, parameters = selectors.market_state(), selectors.market_parameters()
    if parameters is None or state.phase not in phases:
        refuse(Refusal.MARKET_CLOSED)
    if state.halted:
        refuse(Refusal.MARKET_HALTED)
    checks.trading_allowed(account)
    return state, parameters


def _check_terms(account: str, wish: Wish) -> MarketState:
    state, parameters = _open(account, selectors.TRADING)
    if not selectors.price_band(wish.unit, wish.vintage, state=state, parameters=parameters)[0]:
        refuse(Refusal.INSTRUMENT_NOT_TRADED, unit=wish.unit, vintage=wish.vintage)
    if wish.price_cents % parameters.tick_cents:
        refuse(Refusal.PRICE_OFF_TICK, tick=parameters.tick_cents)
    if wish.quantity % parameters.lot_t:
        refuse(Refusal.QUANTITY_OFF_LOT, lot=parameters.lot_t)
    return state


def _check_opening(viewer: Viewer, given: OpenAuction) -> str:
    selling = given.side is Side.SELL
    limit = given.floor_cents if selling else given.ceiling_cents
    if limit is None:
        refuse(Refusal.BAD_ARGUMENT, field="args.floor_cents" if selling else "args.ceiling_cents")
    wish = Wish(
        side=given.side, unit=given.unit, vintage=given.vintage, quantity=given.quantity, price_cents=limit
    )
    state = _check_terms(viewer.account, wish)
    if Auction.objects.filter(pk=given.auction).exists():
        refuse(Refusal.AUCTION_EXISTS, auction=given.auction)
    if selling:
        checks.lots(viewer.account, given.unit, given.vintage, given.inputs, state=state, selling=True)
        if sum(part.quantity for part in given.inputs) != given.quantity:
            refuse(Refusal.INPUTS_DO_NOT_MATCH, quantity=given.quantity)
    else:
        checks.coins(viewer.account, given.coins, given.quantity * limit, state=state)
    return f"auction:{given.auction}"


def _check_bid(viewer: Viewer, auction: str, given: Bid) -> str:
    _require_same(auction, given.auction)
    row = _biddable(viewer.account, auction)
    state = selectors.market_state()
    if row.side == Side.SELL:
        if given.maximum_cents is None:
            refuse(Refusal.BAD_ARGUMENT, field="args.maximum_cents")
        checks.coins(viewer.account, given.coins, given.maximum_cents, state=state)
    else:
        checks.lots(viewer.account, row.unit, row.vintage, given.lots, state=state, selling=True)
    # Bids of one auction write the same record: they go up one after another.
    return f"auction:{auction}"


def _check_revelation(viewer: Viewer, auction: str, given: RevealBid) -> str:
    _require_same(auction, given.auction)
    stage = selectors.stage_of(_open_auction(auction), selectors.market_state())
    if stage in ("announced", "bidding"):
        refuse(Refusal.BIDDING_OPEN)
    if stage != "revealing":
        refuse(Refusal.REVEAL_OVER)
    row = SealedBid.objects.filter(auction=auction, n=given.n).first()
    if row is None:
        refuse(Refusal.BID_UNKNOWN, n=given.n)
    if row.account != viewer.account:
        refuse(Refusal.BID_NOT_YOURS)
    if row.state != BidState.SEALED:
        refuse(Refusal.BID_ALREADY_REVEALED)
    digest = bid_digest(
        auction=auction,
        account=viewer.account,
        quantity=given.quantity,
        price_cents=given.price_cents,
        nonce=given.nonce,
    )
    if digest != row.digest:
        refuse(Refusal.DIGEST_MISMATCH)
    return f"bid:{auction}:{given.n}"


def _biddable(account: str, auction: str) -> Auction:
    """An auction that takes this account's bids now."""
    state, _ = _open(account, (SessionPhase.AUCTION,))
    row = _open_auction(auction)
    if row.session != state.session:
        refuse(Refusal.AUCTION_NOT_OPEN, state=row.state)
    if row.account == account:
        refuse(Refusal.SELF_TRADE)
    return row


def _open_auction(auction: str) -> Auction:
    row = Auction.objects.filter(pk=auction).first()
    if row is None:
        refuse(Refusal.AUCTION_UNKNOWN, auction=auction)
    if row.state != AuctionState.OPEN:
        refuse(Refusal.AUCTION_NOT_OPEN, state=row.state)
    return row


def _require_same(auction: str, said: str) -> None:
    if auction != said:
        refuse(Refusal.INTENT_NOT_AS_SHOWN, field="args.auction")
