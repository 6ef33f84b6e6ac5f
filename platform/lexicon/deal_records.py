"""Objects of the state of block agreements and auctions. Owns shapes only."""

from dataclasses import dataclass

from lexicon.codec import Amount, Count, Hash, Id, Total, Year
from lexicon.market_arguments import CoinInput, LotInput
from lexicon.terms import AllowanceUnit, AuctionState, BidState, BlockState, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockOffer:
    """block~{block}: a large trade between two accounts, good for its session"""

    block: Id
    account: Id
    counterparty: Id
    side: Side
    unit: AllowanceUnit
    vintage: Year
    quantity: Amount
    price_cents: Amount
    lots: tuple[LotInput, ...]
    coin: CoinInput | None
    session: Count
    state: BlockState


@dataclass(frozen=True, slots=True, kw_only=True)
class Auction:
    """auction~{auction}: lots or coin stay locked until it is closed; bids count in the blocks' order"""

    auction: Id
    account: Id
    side: Side = Side.SELL
    unit: AllowanceUnit
    vintage: Year
    quantity: Amount
    # A sale has a floor and lots, a purchase a ceiling and coin.
    floor_cents: Amount | None = None
    ceiling_cents: Amount | None = None
    lots: tuple[LotInput, ...]
    coin: CoinInput | None = None
    session: Count
    bids: Count
    # Lots that the bids of a purchase lock, all together.
    bid_lots: Count = 0
    state: AuctionState
    price_cents: Total | None = None
    sold_t: Total = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBid:
    """bid~{auction}~{n}: its coin, or (of a purchase) its lots, stay locked until the auction is closed"""

    auction: Id
    n: Count
    account: Id
    digest: Hash
    maximum_cents: Amount | None = None
    coin: CoinInput | None = None
    lots: tuple[LotInput, ...] = ()
    state: BidState
    quantity: Total = 0
    price_cents: Total = 0
    filled_t: Total = 0
