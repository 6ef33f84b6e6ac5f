"""Arguments of the acts that suspend, rebind and limit. Owns shapes; older acts are in `arguments`."""

from dataclasses import dataclass

from lexicon.arguments import NewKey
from lexicon.codec import Hash, Id, Total


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
    """Tonnes that one person of the account may surrender or cancel alone at a time; 0: never alone."""

    account: Id
    surrender_t: Total
    cancel_t: Total
