"""What can be read of the market: session, books, tapes, and what an account holds. Nothing here writes."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from lexicon.records import MarketParameters, record
from lexicon.terms import (
    AccountKind,
    AccountState,
    AuctionState,
    BidState,
    LotState,
    SessionPhase,
    TradeKind,
)

from market.domain.book import Level, Offer, band, levels
from market.domain.candles import Candle, Print, candles
from market.domain.inputs import CoinPart, LotPart
from market.models import (
    Account,
    Auction,
    BlockDeal,
    CoinOutput,
    FrozenAccount,
    Issue,
    Listing,
    ListingClip,
    Lot,
    Parameters,
    Redemption,
    SealedBid,
    Session,
    Trade,
    TrustedCounterparty,
)

TAPE = 50
PRINTS_MAX = 5000
# The most outputs that one of coin can be split into: the ledger's own limit.
SPLIT_MAX = 16
# Phases in which a session is open; in these its listings hold what they lock.
TRADING = (SessionPhase.OPEN, SessionPhase.BLOCK, SessionPhase.AUCTION)
LISTED_TRADING = (SessionPhase.OPEN, SessionPhase.BLOCK)


@dataclass(frozen=True, slots=True)
class MarketState:
    """The newest session (0: none yet), its phase, closes by instrument in 0.01 coin."""

    session: int
    phase: str
    opened_at: Any
    closes: dict[str, int]
    halted: bool = False
    auctioned: bool = False

    @property
    def open(self) -> bool:
        """Listed orders are taken, unless trading is halted."""
        return self.phase in LISTED_TRADING

    @property
    def running(self) -> bool:
        """The session is open, in whatever phase."""
        return self.phase in TRADING

    @property
    def agreeing(self) -> bool:
        """Block agreements are proposed and accepted, unless trading is halted."""
        return self.phase == SessionPhase.BLOCK

    def holds(self, session: int | None) -> bool:
        """A listing of that session still holds its lots or coin; an auction's (None) until it is closed."""
        return session is None or (self.running and session == self.session)

    @property
    def trading_session(self) -> int:
        """The session that an order of now would be in: this one, or the next when it is closed."""
        return self.session if self.running else self.session + 1


@dataclass(frozen=True, slots=True)
class Holding:
    """Allowances of one instrument, in t. `tradable` is the part of `free` that may be sold today."""

    unit: str
    vintage: int
    free: int
    tradable: int
    listed: int
    pending_surrender: int
    pending_cancellation: int
    surrendered: int
    held: int


@dataclass(frozen=True, slots=True)
class CoinBalance:
    """Coin of an account in 0.01 coin: free, locked in open listings, and how many free outputs it is in."""

    free_cents: int
    locked_cents: int
    outputs: int


@dataclass(frozen=True, slots=True)
class Quote:
    """One instrument now: allowed prices, book, last trades; prices in 0.01 coin, quantities in t."""

    unit: str
    vintage: int
    previous_close_cents: int
    low_cents: int
    high_cents: int
    sells: list[Level]
    buys: list[Level]
    last_cents: int | None
    volume: int
    tape: list[Trade]


def market_state() -> MarketState:
    """Where the market stands."""
    row = Session.objects.order_by("-session").first()
    if row is None:
        return MarketState(0, SessionPhase.CLOSED, None, {})
    closes = {instrument: int(price) for instrument, price in row.closes.items()}
    return MarketState(row.session, row.phase, row.opened_at, closes, row.halted, row.auctioned)


def market_parameters() -> MarketParameters | None:
    """The rules of the market on the ledger; None before `initialise`."""
    row = Parameters.objects.filter(group="market").first()
    return record(MarketParameters, row.values) if row else None


def locked(state: MarketState) -> Q:
    """Rows that an offer holds: a listing of its session only, an auction (no session) until it is closed."""
    holding = Q(listing_session__isnull=True)
    if state.running:
        holding |= Q(listing_session=state.session)
    return holding & ~Q(listing="")


def holdings(account: str, *, state: MarketState | None = None) -> list[Holding]:
    """What an account has of each instrument, newest vintage first; `state` spares asking for it."""
    state = state or market_state()
    sums: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for lot in Lot.objects.filter(owner=account):
        listed = lot.state == LotState.LISTED and state.holds(lot.listing_session)
        _count(sums[lot.unit, lot.vintage], lot, listed=listed, session=state.trading_session)
    return [
        Holding(
            unit,
            vintage,
            **{name: found[name] for name in _COUNTED},
        )
        for (unit, vintage), found in sorted(sums.items(), key=lambda item: (item[0][0], -item[0][1]))
    ]


_COUNTED = (
    "free", "tradable", "listed", "pending_surrender", "pending_cancellation", "surrendered", "held",
)  # fmt: skip


def _count(sums: dict[str, int], lot: Lot, *, listed: bool, session: int) -> None:
    if lot.hold or lot.state == LotState.PROVINCE_HELD:
        sums["held"] += lot.quantity
    elif lot.state in {LotState.FREE, LotState.LISTED} and not listed:
        sums["free"] += lot.quantity
        if lot.tradable_from_session <= session:
            sums["tradable"] += lot.quantity
    else:
        sums[lot.state] += lot.quantity


def usable_lots(account: str, *, unit: str = "", vintage: int = 0, tradable: bool = True) -> list[LotPart]:
    """Lots an order or a surrender may name; `tradable`: only those that may be sold today."""
    state = market_state()
    lots = Lot.objects.filter(owner=account, hold="", state__in=(LotState.FREE, LotState.LISTED))
    lots = lots.exclude(locked(state))
    if unit:
        lots = lots.filter(unit=unit, vintage=vintage)
    if tradable:
        lots = lots.filter(tradable_from_session__lte=state.trading_session)
    return [LotPart(lot.serial_from, lot.quantity) for lot in lots.order_by("serial_from")]


def usable_coins(account: str) -> list[CoinPart]:
    """Unspent outputs that no open listing holds."""
    rows = CoinOutput.objects.filter(owner=account, spent_tx="").exclude(locked(market_state()))
    return [CoinPart(row.tx, row.n, row.amount_cents) for row in rows.order_by("-amount_cents", "tx", "n")]


def coin_outputs(account: str) -> list[dict[str, Any]]:
    """An account's unspent outputs, the largest first, each with whether an offer or a bid holds it."""
    state = market_state()
    fields = ("tx", "n", "amount_cents", "listing", "listing_session", "created_name", "created_at")
    rows = CoinOutput.objects.filter(owner=account, spent_tx="").order_by("-amount_cents", "tx", "n")
    return [
        row | {"locked": bool(row["listing"]) and state.holds(row["listing_session"])}
        for row in rows.values(*fields)
    ]


def redemptions(account: str = "") -> QuerySet[Redemption]:
    """Coin that was paid out, to one account or to all."""
    return Redemption.objects.filter(account=account) if account else Redemption.objects.all()


def coin_balance(account: str, *, state: MarketState | None = None) -> CoinBalance:
    """An account's coin; `state` spares asking for it."""
    state = state or market_state()
    unspent = CoinOutput.objects.filter(owner=account, spent_tx="")
    free, held = [], 0
    for amount, listing, session in unspent.values_list("amount_cents", "listing", "listing_session"):
        if listing and state.holds(session):
            held += amount
        else:
            free.append(amount)
    return CoinBalance(sum(free), held, len(free))


def traded() -> list[dict[str, Any]]:
    """What is traded: unit, vintage, reference price in 0.01 coin."""
    prices = market_state().closes
    if not prices and (parameters := market_parameters()):
        prices = {close.instrument: close.price_cents for close in parameters.references}
    rows = []
    for name, price in sorted(prices.items()):
        unit, _, vintage = name.partition("-")
        rows.append({"unit": unit, "vintage": int(vintage), "reference_cents": price})
    return rows


def lots_of(account: str) -> QuerySet[Lot]:
    """An account's lots, those written last first."""
    return Lot.objects.filter(owner=account).order_by("-block_number", "unit", "vintage", "serial_from")


def open_clips(unit: str, vintage: int, *, state: MarketState | None = None) -> QuerySet[ListingClip]:
    """The clips that can be taken now, with their listings; `state` spares asking for it."""
    state = state or market_state()
    if not state.running:
        return ListingClip.objects.none()
    return ListingClip.objects.filter(
        listing__unit=unit, listing__vintage=vintage, listing__session=state.session, quantity_open__gt=0
    ).select_related("listing")


def offers(unit: str, vintage: int, *, state: MarketState | None = None) -> list[Offer]:
    """The open clips as the book takes them."""
    return [
        Offer(clip.listing.side, clip.listing.price_cents, clip.quantity_open, clip.listing.account)
        for clip in open_clips(unit, vintage, state=state)
    ]


def price_band(
    unit: str,
    vintage: int,
    *,
    state: MarketState | None = None,
    parameters: MarketParameters | None = None,
    blocks: bool = False,
) -> tuple[int, int, int]:
    """(previous close, lowest, highest allowed price) in 0.01 coin; zeros before the market has rules.

    blocks: of block agreements, whose band is wider.
    """
    parameters = parameters or market_parameters()
    if parameters is None:
        return 0, 0, 0
    name = f"{unit}-{vintage}"
    references = {close.instrument: close.price_cents for close in parameters.references}
    close = (state or market_state()).closes.get(name) or references.get(name, 0)
    width = parameters.block_band if blocks else parameters.band
    low, high = band(close, width, tick_cents=parameters.tick_cents)
    return close, low, high


def tape(unit: str, vintage: int, *, limit: int = TAPE) -> list[Trade]:
    """The newest listed trades of an instrument, newest first: other kinds are not in the live quote."""
    rows = Trade.objects.filter(unit=unit, vintage=vintage, kind=TradeKind.LISTED)
    return list(rows.order_by("-block_number", "-at", "-tx_id", "-i")[:limit])


def listed_trades(session: int) -> int:
    """How many listed trades a session has."""
    return Trade.objects.filter(session=session, kind=TradeKind.LISTED).count()


def quote(unit: str, vintage: int, *, viewer: str = "", state: MarketState | None = None) -> Quote:
    """One instrument as its page shows it."""
    state = state or market_state()
    close, low, high = price_band(unit, vintage, state=state)
    book = offers(unit, vintage, state=state)
    trades = tape(unit, vintage)
    session = state.session
    listed = Trade.objects.filter(unit=unit, vintage=vintage, session=session, kind=TradeKind.LISTED)
    volume = listed.aggregate(t=Sum("quantity"))
    return Quote(
        unit=unit,
        vintage=vintage,
        previous_close_cents=close,
        low_cents=low,
        high_cents=high,
        sells=levels(book, "sell", viewer=viewer),
        buys=levels(book, "buy", viewer=viewer),
        last_cents=trades[0].price_cents if trades else None,
        volume=volume["t"] or 0,
        tape=trades,
    )


def price_candles(unit: str, vintage: int, step: Any) -> list[Candle]:
    """Candles of the newest trades of an instrument, oldest first."""
    listed = Trade.objects.filter(unit=unit, vintage=vintage, kind=TradeKind.LISTED)
    newest = listed.order_by("-block_number", "-at", "-i")
    rows = reversed(newest[:PRINTS_MAX])
    return candles((Print(row.at, row.price_cents, row.quantity) for row in rows), step)


def own_listings(account: str) -> QuerySet[Listing]:
    """An account's listings."""
    return Listing.objects.filter(account=account).prefetch_related("clips")


def own_trades(account: str) -> QuerySet[Trade]:
    """Trades in which the account was seller or buyer."""
    return Trade.objects.filter(Q(seller=account) | Q(buyer=account))


def own_limits(account: str) -> dict[str, Any]:
    """What one person of the account may do alone, in t, and whether regulators keep it from trading."""
    row = Account.objects.filter(pk=account).first()
    return {
        "alone_surrender_t": row.alone_surrender_t if row else 0,
        "alone_cancel_t": row.alone_cancel_t if row else 0,
        "untrusted_block_t": row.untrusted_block_t if row else None,
        "frozen": FrozenAccount.objects.filter(pk=account).exists(),
    }


def own_blocks(account: str) -> QuerySet[BlockDeal]:
    """Block agreements that the account proposed or that were proposed to it."""
    return BlockDeal.objects.filter(Q(account=account) | Q(counterparty=account))


def auctions_open(session: int) -> bool:
    """Whether an auction of that session waits for its bids or its close."""
    return Auction.objects.filter(session=session, state=AuctionState.OPEN).exists()


def auctions() -> QuerySet[Auction]:
    """Every auction."""
    return Auction.objects.all()


def own_bids(account: str) -> QuerySet[SealedBid]:
    """An account's bids."""
    return SealedBid.objects.filter(account=account)


def stage_of(row: Auction, state: MarketState) -> str:
    """Where an auction stands: announced, bidding, revealing, over (nothing can be revealed), closed."""
    if row.state == AuctionState.CLOSED:
        return "closed"
    if row.session != state.session or state.phase == SessionPhase.SETTLED:
        return "over"
    if state.phase == SessionPhase.AUCTION:
        return "bidding"
    return "revealing" if state.auctioned or not state.running else "announced"


def closable(row: Auction, state: MarketState, account: str) -> bool:
    """Whether it may be closed: its bids are revealed or their time is over; without a bid, by its opener."""
    stage = stage_of(row, state)
    if stage in ("bidding", "closed"):
        return False
    if stage == "over":
        return True
    if not row.bids:
        return row.account == account
    return not SealedBid.objects.filter(auction=row.auction, state=BidState.SEALED).exists()


def stands(session: int, state: MarketState) -> bool:
    """What was offered in that session is still good: a session's end voids it by rule."""
    return state.running and session == state.session


def counterparties(account: str) -> list[str]:
    """Accounts that may be offered a block: every other active enterprise."""
    rows = Account.objects.filter(kind=AccountKind.ENTERPRISE, state=AccountState.ACTIVE)
    return list(rows.exclude(pk=account).values_list("account", flat=True))


def trusted(account: str) -> dict[str, Any]:
    """Since when the account trusts which counterparties."""
    rows = TrustedCounterparty.objects.filter(account=account)
    return dict(rows.values_list("counterparty", "since"))


def issues() -> QuerySet[Issue]:
    """Every issue of coin and allowances."""
    return Issue.objects.all()
