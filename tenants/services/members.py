"""Colleagues: a head invites, the colleague makes keys, an administrator and the regulator activate them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ROLES_OF_KIND, AccountKind, RegistrationState, Role

from tenants.access import Viewer
from tenants.domain import new_id
from tenants.models import Membership, Organisation, Person, Registration, User
from tenants.network import network_hash
from tenants.services import registrations
from tenants.services.keys import Possession, keep_pending, read_keys
from tenants.services.registrations import MEMBER


def invite(viewer: Viewer, *, name: str, email: str, role: str) -> tuple[Registration, str]:
    """The invitation of a colleague into the viewer's organisation, and the code to hand to her.

    Who signs in already for another enterprise gets a further person behind the same sign-in.
    Raises: Refused role_kind_mismatch, email_registered (in this organisation, or of another kind's).
    """
    if role not in ROLES_OF_KIND[AccountKind(viewer.kind)]:
        refuse(Refusal.ROLE_KIND_MISMATCH, role=role, kind=viewer.kind)
    code = registrations.new_code()
    with transaction.atomic():
        person = _new_person(viewer, name=name, email=email)
        registration = Registration.objects.create(
            code_digest=registrations.digest_of_code(code),
            kind=MEMBER,
            state=RegistrationState.DRAFT,
            organisation_id=viewer.account,
            person=person,
            role=Role(role),
            action=new_id("act"),
            challenge=registrations.new_challenge(),
            created_at=clock.now(),
        )
        audit.record(
            "member.invite",
            person=viewer.person,
            account=viewer.account,
            subject=f"registration:{registration.pk}",
            role=role,
        )
    return registration, code


def invitation_of(code: str) -> dict[str, Any]:
    """What the invited colleague's page needs to make keys, and whom it is about: the fields of a
    `registrations.Draft`, organisation, role, name, and whether she joins with a sign-in she has.

    Raises: Refused registration_unknown, registration_decided.
    """
    registration = _open_invitation(code)
    return {
        "token": code,
        "kind": MEMBER,
        "person": registration.person_id,
        "account": registration.organisation_id,
        "challenge": registration.challenge,
        "network": network_hash(),
        "organisation": registration.organisation.name,
        "role": registration.role,
        "name": registration.person.name,
        "joins": _joins(registration),
    }


def accept_invitation(code: str, *, password: str, keys: Sequence[Mapping[str, Any]]) -> Registration:
    """The colleague's password and keys; the application is in the administrator's queue then.

    Raises: Refused registration_unknown, registration_decided, not_signed_in (she has a sign-in: `join`),
    password_weak, and those of keys.
    """
    with transaction.atomic():
        registration = _open_invitation(code, lock=True)
        if _joins(registration):
            refuse(Refusal.NOT_SIGNED_IN)
        user = registration.person.user
        registrations.check_password(password, user)
        _accept(registration, keys)
        user.set_password(password)
        user.save(update_fields=["password"])
    return registration


def join(user: User, code: str, *, keys: Sequence[Mapping[str, Any]]) -> Registration:
    """As `accept_invitation`, by the session of the sign-in that was invited: its password stays.

    Raises: Refused registration_unknown (also another's invitation), registration_decided, those of keys.
    """
    with transaction.atomic():
        registration = _open_invitation(code, lock=True)
        if registration.person.user_id != user.pk or not _joins(registration):
            refuse(Refusal.REGISTRATION_UNKNOWN)
        _accept(registration, keys)
    return registration


def set_status(viewer: Viewer, person: str, *, status: str) -> Membership:
    """Suspend a colleague's sign-in here, let her in again, or end her membership for good.

    Her keys stay bound: that is the ledger's, and two administrators'. A new role is a new membership.
    status: "active", "suspended" or "ended". Raises: Refused member_is_self, not_found.
    """
    if person == viewer.person:
        refuse(Refusal.MEMBER_IS_SELF)
    with transaction.atomic():
        member = (
            Membership.objects.select_for_update()
            .filter(person_id=person, organisation_id=viewer.account, status__in=("active", "suspended"))
            .first()
        )
        if member is None:
            refuse(Refusal.NOT_FOUND)
        member.status = status
        member.save(update_fields=["status"])
        audit.record(
            f"member.{status}", person=viewer.person, account=viewer.account, subject=f"person:{person}"
        )
    return member


def _accept(registration: Registration, keys: Sequence[Mapping[str, Any]]) -> None:
    possession = Possession(
        person=registration.person_id,
        account=registration.organisation_id,
        challenge=registration.challenge,
    )
    keep_pending(registration.person, read_keys(keys, possession))
    registration.state = RegistrationState.SUBMITTED
    registration.save(update_fields=["state"])
    audit.record(
        "member.accept",
        person=registration.person_id,
        account=registration.organisation_id,
        subject=f"registration:{registration.pk}",
    )


def _new_person(viewer: Viewer, *, name: str, email: str) -> Person:
    """A person for the invited address: of a new sign-in, or of one that acts for enterprises only so far.

    Nobody may verify, oversee or administer and report as well: other kinds share no sign-in.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return registrations.add_person(new_id("per"), name=name, email=email)
    held = _organisations_of(user)
    alone = viewer.kind == AccountKind.ENTERPRISE or not held
    if {*held.values(), viewer.kind} != {viewer.kind} or not alone or viewer.account in held:
        refuse(Refusal.EMAIL_REGISTERED)
    return Person.objects.create(id=new_id("per"), user=user, name=name, created_at=clock.now())


def _organisations_of(user: User) -> dict[str, str]:
    """Account -> kind of where a user is a member, or on her way in; ended memberships count no more."""
    members = Membership.objects.filter(person__user=user).exclude(status="ended")
    waiting = Registration.objects.filter(person__user=user).exclude(
        state__in=(RegistrationState.ACTIVE, RegistrationState.REJECTED)
    )
    rows = Organisation.objects.filter(Q(memberships__in=members) | Q(registrations__in=waiting))
    return dict(rows.values_list("account", "kind"))


def _joins(registration: Registration) -> bool:
    """Whether the invited person's sign-in was there before the invitation."""
    return Person.objects.filter(user=registration.person.user).exclude(pk=registration.person_id).exists()


def _open_invitation(code: str, *, lock: bool = False) -> Registration:
    registration = registrations.by_code(code, lock=lock)
    if registration.kind != MEMBER:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    if registration.state != RegistrationState.DRAFT:
        refuse(Refusal.REGISTRATION_DECIDED, state=RegistrationState(registration.state).zh)
    return registration
