"""Suspension of an account or of one person of it by two administrators, and its reversal."""

from dataclasses import replace

from lexicon.act_arguments import Reinstate, Suspend
from lexicon.records import Account, Person
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ADMINISTRATOR_ACCOUNT, REGULATOR_ACCOUNT, AccountState

from chaincode import staff
from chaincode.callers import Caller
from chaincode.state import Draft, name

_SYSTEM = (ADMINISTRATOR_ACCOUNT, REGULATOR_ACCOUNT)


def check_suspend(draft: Draft, args: Suspend, _: Caller | None = None) -> None:
    """Raises Refused: account_unknown, system_account, account_not_active, person_unknown, account_mismatch,
    person_not_active, last_person.
    """
    account = _account(draft, args)
    if args.person is None:
        if args.account in _SYSTEM:
            raise Refused(Refusal.SYSTEM_ACCOUNT, account=args.account)
        if account.state is not AccountState.ACTIVE:
            raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=args.account)
        return
    person = _person(draft, args)
    if not person.active:
        raise Refused(Refusal.PERSON_NOT_ACTIVE)
    staff.refuse_last(draft, person)


def suspend(draft: Draft, args: Suspend) -> None:
    """From now on the account, or the person, signs nothing. Raises Refused as `check_suspend`."""
    check_suspend(draft, args)
    account = _account(draft, args)
    if args.person is None:
        draft.put(replace(account, state=AccountState.SUSPENDED), account.account)
        staff.close(draft, account.account, account.kind)
    else:
        person = _person(draft, args)
        draft.put(replace(person, active=False), person.person)
        staff.leave(draft, person, account.kind)


def check_reinstate(draft: Draft, args: Reinstate, _: Caller | None = None) -> None:
    """Raises Refused: account_unknown, person_unknown, account_mismatch, not_suspended."""
    account = _account(draft, args)
    if args.person is None:
        suspended = account.state is AccountState.SUSPENDED
    else:
        suspended = not _person(draft, args).active
    if not suspended:
        raise Refused(Refusal.NOT_SUSPENDED)


def reinstate(draft: Draft, args: Reinstate) -> None:
    """The account, or the person, signs again. Raises Refused as `check_reinstate`."""
    check_reinstate(draft, args)
    account = _account(draft, args)
    if args.person is None:
        draft.put(replace(account, state=AccountState.ACTIVE), account.account)
        staff.reopen(draft, account.account, account.kind)
    else:
        person = replace(_person(draft, args), active=True)
        draft.put(person, person.person)
        staff.enter(draft, person, account.kind)


def _account(draft: Draft, args: Suspend | Reinstate) -> Account:
    if args.person is not None:
        draft.want(name(Account, args.account), name(Person, args.person))
    return draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)


def _person(draft: Draft, args: Suspend | Reinstate) -> Person:
    person = draft.need(Person, args.person or "", refusal=Refusal.PERSON_UNKNOWN)
    if person.account != args.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    return person
