"""Arguments of the transactions of tokens, market, compliance and initialisation. Owns shapes only."""

from dataclasses import dataclass

from lexicon.arguments import NewKey
from lexicon.codec import (
    Amount,
    Count,
    Hash,
    Id,
    Nonce,
    Object,
    Ordinal,
    Total,
    Year,
)
from lexicon.terms import (
    AllowanceUnit,
    Role,
    SessionPhase,
    Side,
    TokenKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeIssue:
    """Coin (0.01 coin) or allowances (t) for an account, against a backing document."""

    issue: Id
    kind: TokenKind
    account: Id
    amount: Amount
    unit: AllowanceUnit | None = None
    vintage: Year | None = None
    backing_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorseIssue:
    """The regulator's word; digest of the canonical JSON of the proposal's arguments."""

    issue: Id
    digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinInput:
    """An unspent coin output by its name."""

    tx: Hash
    n: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class LotInput:
    """The first `quantity` t of the lot that starts at a serial, of the instrument named elsewhere."""

    serial_from: Amount
    quantity: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUse:
    """The first `quantity` t of a lot of any instrument."""

    unit: AllowanceUnit
    vintage: Year
    serial_from: Amount
    quantity: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCoin:
    """One output into several of the same sum."""

    coin: CoinInput
    amounts_cents: tuple[Amount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCoin:
    """Several outputs into one."""

    coins: tuple[CoinInput, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemCoin:
    """Coin paid out in money and gone; payout_digest is of the instruction to the bank."""

    redemption: Id
    coins: tuple[CoinInput, ...]
    amount_cents: Amount
    payout_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLots:
    """Neighbouring lots of one owner into one, by their first serials, in order."""

    unit: AllowanceUnit
    vintage: Year
    serials: tuple[Amount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A part of a listing that can be taken by itself: its lots (sell) or its coin (buy)."""

    quantity: Amount
    inputs: tuple[LotInput, ...] = ()
    coins: tuple[CoinInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """An offer to sell or buy at a price, good for the session."""

    listing: Id
    side: Side
    unit: AllowanceUnit
    vintage: Year
    price_cents: Amount
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlist:
    """Takes what is left of a listing back."""

    listing: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeClip:
    """Some or all of one clip at the price the taker saw."""

    listing: Id
    k: Count
    quantity: Amount
    price_cents: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Takes clips, all or nothing: pays with coins (taking a sell) or delivers lots (taking a buy)."""

    takes: tuple[TakeClip, ...]
    coins: tuple[CoinInput, ...] = ()
    lots: tuple[LotInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeBlock:
    """A large trade offered to one counterparty, with its lots (sell) or coin (buy) locked."""

    block: Id
    counterparty: Id
    side: Side
    unit: AllowanceUnit
    vintage: Year
    quantity: Amount
    price_cents: Amount
    inputs: tuple[LotInput, ...] = ()
    coins: tuple[CoinInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBlock:
    """The counterparty's word on quantity and price, with her coin (they sell) or lots (they buy)."""

    block: Id
    quantity: Amount
    price_cents: Amount
    coins: tuple[CoinInput, ...] = ()
    lots: tuple[LotInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineBlock:
    """The counterparty's no, or the proposer's withdrawal."""

    block: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAuction:
    """Lots for the highest bidders, not below the floor; or (buy) coin for the lowest, not above the ceiling.

    One price for all; a sale names floor and inputs, a purchase ceiling and coins.
    """

    auction: Id
    side: Side = Side.SELL
    unit: AllowanceUnit
    vintage: Year
    quantity: Amount
    floor_cents: Amount | None = None
    ceiling_cents: Amount | None = None
    inputs: tuple[LotInput, ...] = ()
    coins: tuple[CoinInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A sealed bid: its digest (`lexicon.commitment.bid_digest`), with coin for the most that it can cost.

    In a purchase: with lots for the most that it can deliver.
    """

    auction: Id
    digest: Hash
    maximum_cents: Amount | None = None
    coins: tuple[CoinInput, ...] = ()
    lots: tuple[LotInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealBid:
    """What bid number `n` of an auction was."""

    auction: Id
    n: Count
    quantity: Amount
    price_cents: Amount
    nonce: Nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAuction:
    """Gives lots and coin to whom they belong now, and the rest back."""

    auction: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustCounterparty:
    """Ends the account's trust in a counterparty at once."""

    counterparty: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrender:
    """Lots set aside for a year's obligation until another person confirms."""

    surrender: Id
    year: Year
    lots: tuple[LotUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSurrender:
    """Another person of the account confirms."""

    surrender: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSurrender:
    """Takes a pending surrender back."""

    surrender: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAllowances:
    """Lots out of use for good, for nobody's obligation."""

    cancellation: Id
    lots: tuple[LotUse, ...]
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCancellation:
    """Another person of the account confirms."""

    cancellation: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCancellation:
    """Takes a pending cancellation back."""

    cancellation: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """Lots of older vintages turned into as many tonnes of a later one."""

    carry: Id
    to_vintage: Year
    lots: tuple[LotUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryBasis:
    """Group `carry_over` of the parameters: tonnes that an account sold and bought in the plan's years."""

    account: Id
    to_vintage: Year
    sold_t: Total
    bought_t: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """The session to open, or another phase of the session that is open."""

    session: Ordinal
    phase: SessionPhase = SessionPhase.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """The session to close."""

    session: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleSession:
    """The session to settle: at once, one of so many slices of its trades, or (no part) their sum."""

    session: Ordinal
    slices: Count = 0
    part: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPerson:
    """A person bound by `initialise`."""

    person: Id
    account: Id
    role: Role
    keys: tuple[NewKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSupply:
    """A cap written by `initialise`: coin in 0.01 coin (no unit), allowances in t."""

    unit: AllowanceUnit | None = None
    vintage: Year | None = None
    cap: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialise:
    """What the three organisations agree on before anything else; accepted once."""

    network: Hash
    persons: tuple[FirstPerson, ...]
    market: Object
    verification: Object
    supplies: tuple[FirstSupply, ...]
