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
    IssueState,
    ListingState,
    LotState,
    ObligationState,
    SessionPhase,
    Side,
    SurrenderState,
    TokenKind,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketParameters:
    """params~market; band in hundredths of a percent of the reference price"""

    tick_cents: Amount
    lot_t: Amount
    order_max_t: Amount
    band: Ordinal
    weekdays: tuple[Count, ...]
    closed_days: tuple[Day, ...]
    references: tuple[Close, ...]


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
