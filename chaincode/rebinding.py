"""New keys for a person who lost hers: by two colleagues at once, or by two authorities after a delay.

Source: design of the ledger, "Identities and persons".
"""

from dataclasses import replace

from lexicon.act_arguments import Rebind, SetOwnLimits
from lexicon.intents import instant_from_text
from lexicon.records import Account, Action, OwnLimits, Person
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ActionState, KeyUse

from chaincode import accounts
from chaincode.callers import Caller, check_proof
from chaincode.state import Draft, name


def check_rebind(draft: Draft, args: Rebind, caller: Caller | None = None, *, waited: bool = False) -> None:
    """caller: the proposer; None when it is confirmed or carried out: its proofs' expiry was checked before.
    waited: it is itself the change that the person's record shows.

    Raises Refused: person_unknown, account_mismatch, same_person, person_not_active, rebind_pending,
    key_not_bound, key_missing, bad_argument (too many keys), key_invalid, key_proof_invalid,
    key_already_bound, last_key.
    """
    person = _person(draft, args)
    if caller is not None and caller.person == args.person:
        raise Refused(Refusal.SAME_PERSON)
    if not person.active:
        raise Refused(Refusal.PERSON_NOT_ACTIVE)
    if not waited:
        _refuse_pending(draft, person)
    alive = {key.fingerprint for key in person.keys if key.valid_to is None}
    if not set(args.ended) <= alive:
        raise Refused(Refusal.KEY_NOT_BOUND)
    if not args.keys and not args.ended:
        raise Refused(Refusal.KEY_MISSING)
    if len(person.keys) + len(args.keys) > accounts.KEYS_MAX:
        raise Refused(Refusal.BAD_ARGUMENT, field="act_args.keys")
    for new in args.keys:
        check_proof(draft, person=args.person, new=new, moment=draft.now if caller else None)
    accounts.refuse_bound(draft, args.keys)
    kept = [key.use for key in person.keys if key.fingerprint in alive - set(args.ended)]
    if KeyUse.SIGN not in (*kept, *(new.use for new in args.keys)):
        raise Refused(Refusal.LAST_KEY)


def rebind(draft: Draft, args: Rebind) -> None:
    """Binds the new keys and ends the lost ones, after the delay. Raises Refused as `check_rebind`."""
    check_rebind(draft, args, waited=True)
    _bind(draft, args)


def rebind_colleague(draft: Draft, args: Rebind) -> None:
    """The same at once, but not while another change waits. Raises Refused as `check_rebind`."""
    check_rebind(draft, args)
    _bind(draft, args)


def _bind(draft: Draft, args: Rebind) -> None:
    person = _person(draft, args)
    old = tuple(
        accounts.ended(key, draft.at) if key.fingerprint in args.ended else key for key in person.keys
    )
    new = tuple(accounts.bind(draft, person=args.person, new=key) for key in args.keys)
    draft.put(replace(person, keys=(*old, *new), pending_rebind=None), args.person)


def begin(draft: Draft, args: Rebind, action: str) -> None:
    """The person's record shows that her keys will change. Raises Refused: rebind_pending."""
    person = _person(draft, args)
    _refuse_pending(draft, person)
    draft.put(replace(person, pending_rebind=action), args.person)


def drop(draft: Draft, args: Rebind, action: str) -> None:
    """Her keys stay: the act was taken back."""
    person = _person(draft, args)
    if person.pending_rebind == action:
        draft.put(replace(person, pending_rebind=None), args.person)


def check_own_limits(draft: Draft, args: SetOwnLimits, _: Caller | None = None) -> None:
    """Raises Refused: account_unknown."""
    draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)


def set_own_limits(draft: Draft, args: SetOwnLimits) -> None:
    """The account's own limits, all of them anew. Raises Refused as `check_own_limits`."""
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    limits = OwnLimits(surrender_t=args.surrender_t, cancel_t=args.cancel_t, block_t=args.block_t)
    draft.put(replace(account, own_limits=limits), args.account)


def _person(draft: Draft, args: Rebind) -> Person:
    draft.want(name(Person, args.person), name(Account, args.account))
    person = draft.need(Person, args.person, refusal=Refusal.PERSON_UNKNOWN)
    if person.account != args.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    return person


def _refuse_pending(draft: Draft, person: Person) -> None:
    """One change of keys at a time; one whose time ran out no longer counts."""
    if person.pending_rebind is None:
        return
    action = draft.find(Action, person.pending_rebind)
    if action is None or action.state is not ActionState.CONFIRMED:
        return
    if instant_from_text(action.not_after) >= draft.now:
        raise Refused(Refusal.REBIND_PENDING, action=action.action)
