"""Who works at auditors, regulator and administrator: the one list behind draws and "the last one stays".

Enterprises' people are not in it: nothing asks who they all are, and one key would be hot.
"""

from dataclasses import replace

from lexicon.records import Member, Person, Staff
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ADMINISTRATOR_ACCOUNT, REGULATOR_ACCOUNT, ROLES_OF_KIND, AccountKind, Role

from chaincode.state import Draft

# Two regulators set obligations, and one of them may fall ill: fewer than these cannot run the market.
LEAST = {Role.ADMINISTRATOR: 1, Role.REGULATOR: 2}
_SYSTEM = (ADMINISTRATOR_ACCOUNT, REGULATOR_ACCOUNT)


def read(draft: Draft) -> Staff:
    """The list; empty before anybody was activated."""
    return draft.find(Staff) or Staff()


def enter(draft: Draft, person: Person, kind: AccountKind) -> None:
    """A person who may act from now on."""
    if kind is not AccountKind.ENTERPRISE:
        staff = read(draft)
        member = Member(account=person.account, person=person.person, role=person.role)
        draft.put(replace(staff, members=(*staff.members, member)))


def leave(draft: Draft, person: Person, kind: AccountKind) -> None:
    """A person who may not act any more."""
    if kind is not AccountKind.ENTERPRISE:
        staff = read(draft)
        left = tuple(member for member in staff.members if member.person != person.person)
        draft.put(replace(staff, members=left))


def refuse_last(draft: Draft, person: Person) -> None:
    """Raises Refused (last_person) when without her too few of her role could act."""
    least = LEAST.get(person.role)
    if least is None:
        return
    others = [one for one in read(draft).members if one.role is person.role and one.person != person.person]
    if len(others) < least:
        raise Refused(Refusal.LAST_PERSON, role=person.role, least=least)


def close(draft: Draft, account: str, kind: AccountKind) -> None:
    """A suspended account's people are no candidates."""
    if kind is AccountKind.AUDITOR:
        staff = read(draft)
        draft.put(replace(staff, suspended=(*staff.suspended, account)))


def reopen(draft: Draft, account: str, kind: AccountKind) -> None:
    """A reinstated account's people are candidates again."""
    if kind is AccountKind.AUDITOR:
        staff = read(draft)
        draft.put(replace(staff, suspended=tuple(one for one in staff.suspended if one != account)))


def able_auditors(staff: Staff) -> tuple[str, ...]:
    """Active auditor accounts with all three roles filled, sorted: only they can finish a case."""
    roles: dict[str, set[Role]] = {}
    for member in staff.members:
        if member.account not in (*_SYSTEM, *staff.suspended):
            roles.setdefault(member.account, set()).add(member.role)
    needed = set(ROLES_OF_KIND[AccountKind.AUDITOR])
    return tuple(sorted(account for account, filled in roles.items() if needed <= filled))
