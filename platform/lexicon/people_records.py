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
class NetworkRecord:
    """params~network"""

    network: Hash
