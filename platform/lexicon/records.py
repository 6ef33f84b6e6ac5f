"""The objects of the ledger's state as dataclasses: what chaincode writes, events carry and read models read.

Owns shapes and the parts of each object's key. Read one with `record(kind, value)`. Amounts: t, 0.01 coin, g.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from lexicon.arguments import AnchorUsed, GatewayKey, TotalBox
from lexicon.canonical import Json
from lexicon.codec import (
    Amount,
    Base64Url,
    Count,
    Day,
    DecimalText,
    Hash,
    Id,
    Instant,
    Matches,
    Name,
    Object,
    Ordinal,
    Period,
    ShortText,
    Total,
    Year,
    from_json,
)
from lexicon.market_arguments import CoinInput, LotInput, LotUse
from lexicon.terms import (
    AccountKind,
    AccountState,
    ActionState,
    AllowanceUnit,
    IssueState,
    KeyUse,
    ListingState,
    LotState,
    Medium,
    Msp,
    ObligationState,
    ReportState,
    Role,
    Sector,
    SessionPhase,
    Side,
    SurrenderState,
    TokenKind,
    VerificationStep,
)

T = TypeVar("T")
TxId = Annotated[str, Matches(r"[0-9a-f]{64}")]
Instrument = Annotated[str, Matches(r"(CEA|CCER)-20[0-9]{2}")]


def record(kind: type[T], value: Mapping[str, Json]) -> T:
    """The dataclass of a state value. Raises Refused (bad_argument) when the shape is another."""
    return from_json(kind, value, kind.__name__)


def instrument(unit: str, vintage: int) -> str:
    """How a unit and vintage are written as one word: `CEA-2026`."""
    return f"{unit}-{vintage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """account~{account}"""

    account: Id
    kind: AccountKind
    msp: Msp
    sector: Sector | None
    state: AccountState


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundKey:
    """A key of a person; one that was unbound keeps its row, for old signatures."""

    fingerprint: Hash
    use: KeyUse
    spki: Base64Url
    valid_from: Instant
    valid_to: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """person~{person}"""

    person: Id
    account: Id
    role: Role
    keys: tuple[BoundKey, ...]
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """key~{fingerprint}: whose key it is, so that no key is bound to two persons"""

    person: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """request~{intent id}: an intent that was used"""

    digest: Hash
    tx: TxId


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """action~{action}: an act of two persons"""

    action: Id
    act: Name
    act_args: Object
    digest: Hash
    proposed_by: Id
    confirmed_by: Id | None
    not_after: Instant
    state: ActionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """meter~{account}~{plant}~{meter}~{n}: one installation"""

    account: Id
    plant: Id
    meter: Id
    n: Count
    medium: Medium
    unit: ShortText
    least_count: DecimalText
    digits: Ordinal
    gateway_key: GatewayKey | None
    valid_from: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """anchor~{account}~{plant}~{day}~{n}"""

    account: Id
    plant: Id
    day: Day
    n: Count
    root: Hash
    leaf_count: Count
    previous_root: Hash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the approver signed, with the transaction that minted."""

    work_log_root: Hash
    findings_root: Hash
    verification_digest: Hash
    approved_by: Id
    tx: TxId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """report~{account}~{plant or entity}~{period}~{version}"""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    state: ReportState
    statement_digest: Hash
    figures_root: Hash
    figures_count: Ordinal
    guideline: Id
    guideline_hash: Hash
    factor_sets_hash: Hash
    anchors: tuple[AnchorUsed, ...]
    total_boxes: tuple[TotalBox, ...]
    nonce_commitment: Hash
    submitted_by: Id
    intents: tuple[Hash, ...]
    auditor: Id | None = None
    reason_digest: Hash | None = None
    approval: Approval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodHead:
    """period~{account}~{plant or entity}~{period}: newest version and the one minted, if any"""

    latest: Ordinal
    minted: Ordinal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One recorded step of a verification."""

    step: VerificationStep
    digest: Hash
    previous: Hash | None
    person: Id
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """case~{account}~{plant or entity}~{period}~{version}"""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    auditor: Id
    candidates: tuple[Id, ...]
    draw: Hash
    opened_by: Id
    enterprise_commitment: Hash
    regulator_commitment: Hash
    plan_digest: Hash | None = None
    plan_at: Instant | None = None
    enterprise_nonce: Hash | None = None
    regulator_nonce: Hash | None = None
    seed: Hash | None = None
    left_out: ShortText | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """tenure~{auditor}~{account}: the years an auditor has verified an account"""

    years: tuple[Year, ...]


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
class VerificationParameters:
    """params~verification: steps by kind of period, in order, and deadlines in hours"""

    month: tuple[VerificationStep, ...]
    year: tuple[VerificationStep, ...]
    sample_deadline_hours: Ordinal
    confirm_deadline_hours: Ordinal
    tenure_years_max: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRecord:
    """params~network"""

    network: Hash


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
}
