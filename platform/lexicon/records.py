"""The objects of the ledger's state as dataclasses: what chaincode writes, events carry and read models read.

Owns the parts of each object's key; shapes are in `people_records`, `evidence_records` and `market_records`
and can be imported from here too. Read one with `record(kind, value)`. Amounts: t, 0.01 coin, g.
"""

from collections.abc import Mapping
from typing import TypeVar

from lexicon.canonical import Json
from lexicon.codec import from_json
from lexicon.evidence_records import (
    Anchor,
    Approval,
    Case,
    Meter,
    PeriodHead,
    Report,
    Step,
    Tenure,
    VerificationParameters,
)
from lexicon.market_records import (
    Backing,
    Close,
    Coin,
    Instrument,
    Issue,
    ListingClip,
    Lot,
    MarketParameters,
    Obligation,
    SessionState,
    SessionTrade,
    Supply,
    SurrenderRecord,
    Trade,
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
    TxId,
)

__all__ = [
    "OBJECTS",
    "PARAMETERS",
    "Account",
    "Action",
    "Anchor",
    "Approval",
    "Backing",
    "BoundKey",
    "Case",
    "Close",
    "Coin",
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
    "Report",
    "Request",
    "SessionState",
    "SessionTrade",
    "Staff",
    "Step",
    "Supply",
    "SurrenderRecord",
    "Tenure",
    "Trade",
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
}
# params~ holds one object of each group.
PARAMETERS: dict[str, type] = {
    "market": MarketParameters,
    "verification": VerificationParameters,
    "session": SessionState,
    "network": NetworkRecord,
    "staff": Staff,
}
