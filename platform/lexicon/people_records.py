"""Objects of the state about accounts, persons, keys and acts of two persons. Owns shapes only."""

from dataclasses import dataclass
from typing import Annotated

from lexicon.codec import (
    Base64Url,
    Hash,
    Id,
    Instant,
    Matches,
    Name,
    Object,
    Total,
)
from lexicon.terms import (
    AccountKind,
    AccountState,
    ActionState,
    KeyUse,
    Msp,
    Role,
    Sector,
)

TxId = Annotated[str, Matches(r"[0-9a-f]{64}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimits:
    """Tonnes that one person of the account may surrender or cancel alone at a time; 0: never alone.

    block_t: the most of a block with a counterparty that the account does not trust; none: as the market's.
    """

    surrender_t: Total
    cancel_t: Total
    block_t: Total | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """account~{account}; without own limits nobody surrenders or cancels alone"""

    account: Id
    kind: AccountKind
    msp: Msp
    sector: Sector | None
    state: AccountState
    own_limits: OwnLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """trust~{account}~{counterparty}: blocks of any size; since: when the delay was over"""

    account: Id
    counterparty: Id
    since: Instant


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
    """person~{person}; pending_rebind: a confirmed act that gives her other keys when its delay is over"""

    person: Id
    account: Id
    role: Role
    keys: tuple[BoundKey, ...]
    active: bool = True
    pending_rebind: Id | None = None


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
    """action~{action}: an act of two persons; account: whom it touches; not_before: end of its delay"""

    action: Id
    act: Name
    act_args: Object
    digest: Hash
    proposed_by: Id
    confirmed_by: Id | None
    not_after: Instant
    state: ActionState
    account: Id | None = None
    not_before: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of an auditor's, the regulator's or the administrator's account."""

    account: Id
    person: Id
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """params~staff: who works where, outside enterprises, and which of these accounts are suspended"""

    members: tuple[Member, ...] = ()
    suspended: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRecord:
    """params~network"""

    network: Hash
