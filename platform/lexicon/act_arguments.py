"""Arguments of the acts that suspend, rebind, limit, freeze and halt. Owns shapes only.

The older acts' are in `arguments`.
"""

from dataclasses import dataclass

from lexicon.arguments import NewKey
from lexicon.codec import Hash, Id, Total
from lexicon.market_arguments import LotUse
from lexicon.terms import HoldKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Stops an account, or one person of it; the reason stays off the ledger."""

    account: Id
    person: Id | None = None
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstate:
    """Lets a suspended account, or one person of it, act again."""

    account: Id
    person: Id | None = None
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebind:
    """New keys of a person who lost hers, and the end of those that she lost."""

    account: Id
    person: Id
    keys: tuple[NewKey, ...]
    ended: tuple[Hash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOwnLimits:
    """The account's own limits, all at once: see `people_records.OwnLimits`."""

    account: Id
    surrender_t: Total
    cancel_t: Total
    block_t: Total | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCounterparty:
    """The account may agree on blocks of any size with this counterparty."""

    account: Id
    counterparty: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Holds fronts of an account's lots, or keeps it from trading; the reason stays off the ledger."""

    account: Id
    hold: HoldKind
    lots: tuple[LotUse, ...] = ()
    orders: bool = False
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfreeze:
    """Gives held lots back, or lets the account trade again."""

    account: Id
    lots: tuple[LotUse, ...] = ()
    orders: bool = False
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Stops all trading until it is resumed."""

    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Lets trading go on."""

    reason_digest: Hash
