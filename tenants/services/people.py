"""The people who are there before anybody can register: the first administrator and the regulators.

Their keys are bound on the ledger by `initialise`; here they get sign-ins. Used by `tanheng admin create`
and the demo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from kit import audit, clock
from lexicon.arguments import NewKey
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ROLES_OF_KIND, AccountKind, Role

from tenants.models import Membership, Organisation, Person
from tenants.services.keys import keep_pending
from tenants.services.registrations import add_person, check_password


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A person of an account that `initialise` makes; organisation: its name for people."""

    person: str
    name: str
    email: str
    password: str = field(repr=False)
    kind: AccountKind
    account: str
    organisation: str
    role: Role
    keys: Sequence[NewKey]


def found(founder: Founder) -> Person:
    """The person with sign-in, membership and pending keys; the follower marks the keys bound.

    Raises: Refused role_kind_mismatch, email_registered, password_weak.
    """
    if founder.role not in ROLES_OF_KIND[founder.kind]:
        refuse(Refusal.ROLE_KIND_MISMATCH, role=founder.role, kind=founder.kind)
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(
            account=founder.account,
            defaults={"kind": founder.kind, "name": founder.organisation, "created_at": clock.now()},
        )
        person = add_person(founder.person, name=founder.name, email=founder.email)
        check_password(founder.password, person.user)
        person.user.set_password(founder.password)
        person.user.save(update_fields=["password"])
        Membership.objects.create(
            person=person, organisation=organisation, role=founder.role, created_at=clock.now()
        )
        keep_pending(person, founder.keys)
        audit.record("person.found", account=founder.account, subject=f"person:{founder.person}")
    return person


def give_totp(person: Person) -> str:
    """A fresh TOTP secret (base32) as the person's second factor; shown once. For set-up and the demo."""
    secret: str = generate_totp_secret()
    Authenticator.objects.filter(user=person.user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(person.user, secret)
    return secret
