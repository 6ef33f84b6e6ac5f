"""The objects of the ledger's state as dataclasses: what chaincode writes, events carry and read models read.

Owns the parts of each object's key; shapes are in `people_records`, `evidence_records` and `market_records`
and can be imported from here too. Read one with `record(kind, value)`. Amounts: t, 0.01 coin, g.
"""

from collections.abc import Mapping
from typing import TypeVar

from lexicon.canonical import Json
from lexicon.codec import from_json
from lexicon.deal_records import Auction, BlockOffer, SealedBid
from lexicon.evidence_records import (
    Anchor,
    Approval,
    Case,
    Draw,
    DrawSide,
    Meter,
    PeriodHead,
    Plan,
    PublishedFactors,
    Report,
    Step,
    Tenure,
    VerificationParameters,
)
from lexicon.market_records import (
    Backing,
    Cancellation,
    Carried,
    CarryLimit,
    Close,
    Coin,
    ComplianceParameters,
    Frozen,
    Instrument,
    Issue,
    ListingClip,
    Lot,
    MarketParameters,
    Obligation,
    Position,
    PositionLimit,
    Redemption,
    SessionState,
    SessionTrade,
    SettledSlice,
    Supply,
    SurrenderRecord,
    Trade,
    TradedSum,
    instrument,
)
from lexicon.people_records import (
    Account,
    Action,
    BoundKey,
    KeyOwner,
    Member,
    NetworkRecord,
    OwnLimits,
    Person,
    Request,
    Staff,
    Trust,
    TxId,
)

__all__ = [
    "OBJECTS",
    "PARAMETERS",
    "Account",
    "Action",
    "Anchor",
    "Approval",
    "Auction",
    "Backing",
    "BlockOffer",
    "BoundKey",
    "Cancellation",
    "Carried",
    "CarryLimit",
    "Case",
    "Close",
    "Coin",
    "ComplianceParameters",
    "Draw",
    "DrawSide",
    "Frozen",
    "Instrument",
    "Issue",
    "KeyOwner",
    "ListingClip",
    "Lot",
    "MarketParameters",
    "Member",
    "Meter",
    "NetworkRecord",
    "Obligation",
    "OwnLimits",
    "PeriodHead",
    "Person",
    "Plan",
    "Position",
    "PositionLimit",
    "PublishedFactors",
    "Redemption",
    "Report",
    "Request",
    "SealedBid",
    "SessionState",
    "SessionTrade",
    "SettledSlice",
    "Staff",
    "Step",
    "Supply",
    "SurrenderRecord",
    "Tenure",
    "Trade",
    "TradedSum",
    "Trust",
    "TxId",
    "VerificationParameters",
    "instrument",
    "record",
]

T = TypeVar("T")


def record(kind: type[T], value: Mapping[str, Json]) -> T:
    """The dataclass of a state value. Raises Refused (bad_argument) when the shape is another."""
    return from_json(kind, value, kind.__name__)


# Object types of the state and the record each holds.
OBJECTS: dict[str, type] = {
    "account": Account,
    "person": Person,
    "key": KeyOwner,
    "request": Request,
    "action": Action,
    "meter": Meter,
    "anchor": Anchor,
    "report": Report,
    "period": PeriodHead,
    "case": Case,
    "tenure": Tenure,
    "draw": Draw,
    "plan": Plan,
    "factors": PublishedFactors,
    "lot": Lot,
    "coin": Coin,
    "supply": Supply,
    "issue": Issue,
    "backing": Backing,
    "listing": ListingClip,
    "trade": Trade,
    "sessiontrade": SessionTrade,
    "obligation": Obligation,
    "surrender": SurrenderRecord,
    "redemption": Redemption,
    "cancellation": Cancellation,
    "carrylimit": CarryLimit,
    "carry": Carried,
    "block": BlockOffer,
    "auction": Auction,
    "bid": SealedBid,
    "position": Position,
    "freeze": Frozen,
    "trust": Trust,
    "settlement": SettledSlice,
}
# params~ holds one object of each group.
PARAMETERS: dict[str, type] = {
    "market": MarketParameters,
    "verification": VerificationParameters,
    "session": SessionState,
    "network": NetworkRecord,
    "compliance": ComplianceParameters,
    "staff": Staff,
}
