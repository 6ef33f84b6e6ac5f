"""Accounts, persons and their keys."""

from dataclasses import replace

from lexicon.arguments import Activate, BindKey, NewKey, Register, UnbindKey
from lexicon.records import Account, BoundKey, KeyOwner, Person
from lexicon.refusals import Refusal, Refused
from lexicon.signature import fingerprint
from lexicon.terms import MSP_OF_KIND, ROLES_OF_KIND, AccountKind, AccountState, KeyUse

from chaincode import staff
from chaincode.callers import Caller, check_proof
from chaincode.state import Draft, name

# A person has a device or three, each with a signing and a decryption key, and a recovery code.
KEYS_MAX = 12


def register(draft: Draft, args: Register, _: Caller) -> None:
    """A new account, not yet active. Raises Refused: account_exists, kind_msp_mismatch, sector_unknown."""
    if draft.find(Account, args.account) is not None:
        raise Refused(Refusal.ACCOUNT_EXISTS, account=args.account)
    if MSP_OF_KIND[args.kind] is not args.msp:
        raise Refused(Refusal.KIND_MSP_MISMATCH)
    if (args.kind is AccountKind.ENTERPRISE) != (args.sector is not None):
        raise Refused(Refusal.SECTOR_UNKNOWN, sector=args.sector or "")
    account = Account(
        account=args.account,
        kind=args.kind,
        msp=args.msp,
        sector=args.sector,
        state=AccountState.REGISTERED,
    )
    draft.put(account, args.account)


def check_activate(draft: Draft, args: Activate, caller: Caller | None = None) -> Account:
    """The account of the new person; caller: None when carried out, with proofs checked before for expiry.

    Raises Refused: account_unknown, account_not_active, person_exists, role_kind_mismatch, key_missing,
    bad_argument (too many keys), key_invalid, key_proof_invalid, key_already_bound.
    """
    draft.want(name(Account, args.account), name(Person, args.person))
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    if account.state is AccountState.SUSPENDED:
        raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=args.account)
    if draft.find(Person, args.person) is not None:
        raise Refused(Refusal.PERSON_EXISTS)
    if args.role not in ROLES_OF_KIND[account.kind]:
        raise Refused(Refusal.ROLE_KIND_MISMATCH, role=args.role)
    if not any(new.use is KeyUse.SIGN for new in args.keys):
        raise Refused(Refusal.KEY_MISSING)
    if len(args.keys) > KEYS_MAX:
        raise Refused(Refusal.BAD_ARGUMENT, field="act_args.keys")
    for new in args.keys:
        check_proof(draft, person=args.person, new=new, moment=draft.now if caller else None)
    refuse_bound(draft, args.keys)
    return account


def activate(draft: Draft, args: Activate) -> None:
    """Binds a person with her keys and makes the account active. Raises Refused as `check_activate`."""
    account = check_activate(draft, args)
    person = Person(
        person=args.person,
        account=args.account,
        role=args.role,
        keys=tuple(bind(draft, person=args.person, new=new) for new in args.keys),
    )
    draft.put(person, args.person)
    if account.state is not AccountState.ACTIVE:
        draft.put(replace(account, state=AccountState.ACTIVE), account.account)
    staff.enter(draft, person, account.kind)


def bind(draft: Draft, *, person: str, new: NewKey) -> BoundKey:
    """Writes the key's owner and gives the key as a person's record holds it."""
    print_of_key = fingerprint(new.spki)
    draft.put(KeyOwner(person=person), print_of_key)
    return BoundKey(fingerprint=print_of_key, use=new.use, spki=new.spki, valid_from=draft.at)


def bind_key(draft: Draft, args: BindKey, caller: Caller) -> None:
    """A further key of the signer.

    Raises Refused: role_not_allowed (another person's key), bad_argument (too many keys), key_invalid,
    key_proof_invalid, key_already_bound.
    """
    person = _own(draft, args.person, caller)
    if len(person.keys) >= KEYS_MAX:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.key")
    check_proof(draft, person=args.person, new=args.key, moment=draft.now)
    refuse_bound(draft, (args.key,))
    bound = bind(draft, person=args.person, new=args.key)
    draft.put(replace(person, keys=(*person.keys, bound)), args.person)


def unbind_key(draft: Draft, args: UnbindKey, caller: Caller) -> None:
    """Ends a key of the signer. Raises Refused: role_not_allowed, key_not_bound, last_key."""
    person = _own(draft, args.person, caller)
    if not any(key.fingerprint == args.fingerprint and key.valid_to is None for key in person.keys):
        raise Refused(Refusal.KEY_NOT_BOUND)
    keys = tuple(ended(key, draft.at) if key.fingerprint == args.fingerprint else key for key in person.keys)
    if not any(key.use is KeyUse.SIGN and key.valid_to is None for key in keys):
        raise Refused(Refusal.LAST_KEY)
    draft.put(replace(person, keys=keys), args.person)


def ended(key: BoundKey, at: str) -> BoundKey:
    """The key as it stands after its end."""
    return replace(key, valid_to=at)


def _own(draft: Draft, person: str, caller: Caller) -> Person:
    if person != caller.person:
        raise Refused(Refusal.ROLE_NOT_ALLOWED, role=caller.role, allowed=person)
    return draft.need(Person, person, refusal=Refusal.PERSON_UNKNOWN)


def refuse_bound(draft: Draft, keys: tuple[NewKey, ...]) -> None:
    """Raises Refused (key_already_bound) for a key that is anybody's, or named twice."""
    prints = [fingerprint(new.spki) for new in keys]
    draft.want(*(name(KeyOwner, print_of_key) for print_of_key in prints))
    if len(set(prints)) != len(prints) or any(
        draft.find(KeyOwner, print_of_key) is not None for print_of_key in prints
    ):
        raise Refused(Refusal.KEY_ALREADY_BOUND)
