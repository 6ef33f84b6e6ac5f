"""Objects of the state of tokens, market and compliance. Owns shapes only."""

from dataclasses import dataclass
from typing import Annotated

from lexicon.codec import (
    Amount,
    Count,
    Day,
    Hash,
    Id,
    Matches,
    Name,
    Ordinal,
    Total,
    Year,
)
from lexicon.market_arguments import (
    CoinInput,
    LotInput,
    LotUse,
)
from lexicon.people_records import TxId
from lexicon.terms import (
    AllowanceUnit,
    CancellationState,
    IssueState,
    ListingState,
    LotState,
    ObligationState,
    SessionPhase,
    Side,
    SurrenderState,
    TokenKind,
    TradeKind,
)

Instrument = Annotated[str, Matches(r"(CEA|CCER)-20[0-9]{2}")]


def instrument(unit: str, vintage: int) -> str:
    """How a unit and vintage are written as one word: `CEA-2026`."""
    return f"{unit}-{vintage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """lot~{unit}~{vintage}~{serial_from}: a range of allowances, both ends included"""

    unit: AllowanceUnit
    vintage: Year
    serial_from: Amount
    serial_to: Amount
    owner: Id
    state: LotState
    listing: Id | None
    listing_session: Count | None
    tradable_from_session: Count
    hold: Name | None
    parent: Amount | None
    origin: Id
    # First serials of the lots that were merged into this one, for its trace.
    merged: tuple[Amount, ...] = ()

    @property
    def quantity(self) -> int:
        """Tonnes."""
        return self.serial_to - self.serial_from + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """coin~{tx}~{n}: an unspent output; parents are the outputs it was made of"""

    owner: Id
    amount_cents: Amount
    listing: Id | None
    listing_session: Count | None
    parents: tuple[CoinInput, ...]
    origin: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """supply~coin or supply~{unit}~{vintage}"""

    unit: AllowanceUnit | None
    vintage: Year | None
    cap: Amount
    issued: Total
    next_serial: Amount
    redeemed: Total = 0
    cancelled: Total = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """issue~{issue}"""

    issue: Id
    kind: TokenKind
    account: Id
    amount: Amount
    unit: AllowanceUnit | None
    vintage: Year | None
    backing_digest: Hash
    digest: Hash
    proposed_by: Id
    endorsed_by: Id | None
    state: IssueState


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """backing~{digest}: the issue that used a document"""

    issue: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingClip:
    """listing~{listing}~{k}: one clip; quantity is what is left, offered what was listed"""

    listing: Id
    k: Count
    account: Id
    side: Side
    unit: AllowanceUnit
    vintage: Year
    price_cents: Amount
    offered: Amount
    quantity: Total
    lots: tuple[LotInput, ...]
    coin: CoinInput | None
    session: Count
    clips: Ordinal
    state: ListingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """trade~{tx}~{i}: one clip taken, wholly or in part"""

    tx: TxId
    i: Count
    listing: Id
    k: Count
    session: Count
    unit: AllowanceUnit
    vintage: Year
    seller: Id
    buyer: Id
    taker: Id
    quantity: Amount
    price_cents: Amount
    lots: tuple[LotInput, ...]
    kind: TradeKind = TradeKind.LISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTrade:
    """sessiontrade~{session}~{tx}~{i}: a fresh key that settle_session reads"""

    instrument: Instrument
    quantity: Amount
    price_cents: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Reference price of an instrument: the quantity-weighted mean of a session, or the one before."""

    instrument: Instrument
    price_cents: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """params~session"""

    session: Count
    phase: SessionPhase
    closes: tuple[Close, ...]
    # Digest of the reason for which two regulators stopped trading, while it is stopped.
    halted: Hash | None = None
    # Its auctions' bids have been taken: there is no way back to that phase within the session.
    auctioned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionLimit:
    """The most that an account may buy net of what it sold within a session, in t."""

    account: Id
    limit_t: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketParameters:
    """params~market; bands in hundredths of a percent of the reference price"""

    tick_cents: Amount
    lot_t: Amount
    order_max_t: Amount
    band: Ordinal
    weekdays: tuple[Count, ...]
    closed_days: tuple[Day, ...]
    references: tuple[Close, ...]
    # Without a least size there are no block agreements.
    block_min_t: Amount | None = None
    block_band: Ordinal = 3000
    # Every account's limit, and those of single accounts, which go before it; none: no positions are kept.
    position_max_t: Total | None = None
    positions: tuple[PositionLimit, ...] = ()
    # The most of a block with a counterparty that an account does not trust; none: no such limit.
    untrusted_block_t: Total | None = None
    # Hours until a trusted counterparty, or a looser own limit for the others, counts.
    trust_delay_hours: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """obligation~{account}~{year}"""

    account: Id
    year: Year
    plant_or_entity: Id
    version: Ordinal
    verified_g: Total
    due_t: Total
    surrendered_t: Total
    offset_t: Total
    state: ObligationState


@dataclass(frozen=True, slots=True, kw_only=True)
class SurrenderRecord:
    """surrender~{surrender}"""

    surrender: Id
    account: Id
    year: Year
    lots: tuple[LotUse, ...]
    proposed_by: Id
    confirmed_by: Id | None
    state: SurrenderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """redemption~{redemption}: coin that was paid out"""

    redemption: Id
    account: Id
    amount_cents: Amount
    payout_digest: Hash
    redeemed_by: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """cancellation~{cancellation}: allowances out of use for good, or waiting for a second person"""

    cancellation: Id
    account: Id
    lots: tuple[LotUse, ...]
    reason_digest: Hash
    proposed_by: Id
    confirmed_by: Id | None
    state: CancellationState


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryLimit:
    """carrylimit~{account}~{to_vintage}: the most that an account may carry over, and what it has carried"""

    account: Id
    to_vintage: Year
    sold_t: Total
    bought_t: Total
    limit_t: Total
    carried_t: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """carry~{carry}: lots of older vintages that became a lot of a later one"""

    carry: Id
    account: Id
    unit: AllowanceUnit
    to_vintage: Year
    lots: tuple[LotUse, ...]
    quantity: Amount
    serial_from: Amount
    carried_by: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """position~{account}: what it bought and sold in a session, in t, where a limit is on"""

    session: Count
    bought_t: Total
    sold_t: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """freeze~{account}: while it is there, the account cannot trade and its offers cannot be taken"""

    account: Id
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class TradedSum:
    """One instrument's trades of a slice: sum of price times quantity, and of quantity."""

    instrument: Instrument
    value_cents: Total
    quantity: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledSlice:
    """settlement~{session}~{slices}~{part}: the sums of a slice of a session's trades"""

    sums: tuple[TradedSum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceParameters:
    """params~compliance; Source: MEE order 19 art. 29, 2025-26 allocation plan (draft)"""

    # Certified reductions meet at most this share of an obligation.
    offset_percent_max: Count = 5
    # Certified reductions registered before this year meet nothing; none: no such rule.
    offset_vintage_min: Year | None = None
