"""Colleagues: a head invites, the colleague makes keys, an administrator and the regulator activate them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ROLES_OF_KIND, AccountKind, RegistrationState, Role

from tenants.access import Viewer
from tenants.domain import new_id
from tenants.models import Membership, Registration
from tenants.network import network_hash
from tenants.services import registrations
from tenants.services.keys import Possession, keep_pending, read_keys
from tenants.services.registrations import MEMBER, Draft


def invite(viewer: Viewer, *, name: str, email: str, role: str) -> tuple[Registration, str]:
    """The invitation of a colleague into the viewer's organisation, and the code to hand to her.

    Raises: Refused role_kind_mismatch, email_registered.
    """
    if role not in ROLES_OF_KIND[AccountKind(viewer.kind)]:
        refuse(Refusal.ROLE_KIND_MISMATCH, role=role, kind=viewer.kind)
    code = registrations.new_code()
    with transaction.atomic():
        person = registrations.add_person(new_id("per"), name=name, email=email)
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


def draft_of(code: str) -> Draft:
    """What the invited colleague's page needs to make keys. Raises: Refused registration_unknown,
    registration_decided."""
    registration = _open_invitation(code)
    return Draft(
        token=code,
        kind=MEMBER,
        person=registration.person_id,
        account=registration.organisation_id,
        challenge=registration.challenge,
        network=network_hash(),
    )


def accept_invitation(code: str, *, password: str, keys: Sequence[Mapping[str, Any]]) -> Registration:
    """The colleague's password and keys; the application is in the administrator's queue then.

    Raises: Refused registration_unknown, registration_decided, password_weak, and those of keys.
    """
    with transaction.atomic():
        registration = _open_invitation(code, lock=True)
        user = registration.person.user
        registrations.check_password(password, user)
        possession = Possession(
            person=registration.person_id,
            account=registration.organisation_id,
            challenge=registration.challenge,
        )
        keep_pending(registration.person, read_keys(keys, possession))
        user.set_password(password)
        user.save(update_fields=["password"])
        registration.state = RegistrationState.SUBMITTED
        registration.save(update_fields=["state"])
        audit.record(
            "member.accept",
            person=registration.person_id,
            account=registration.organisation_id,
            subject=f"registration:{registration.pk}",
        )
    return registration


def set_status(viewer: Viewer, person: str, *, status: str) -> Membership:
    """Suspend a colleague's sign-in here, or let her in again. Her keys stay bound: that is the ledger's.

    status: "active" or "suspended". Raises: Refused member_is_self, not_found.
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


def _open_invitation(code: str, *, lock: bool = False) -> Registration:
    registration = registrations.by_code(code, lock=lock)
    if registration.kind != MEMBER:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    if registration.state != RegistrationState.DRAFT:
        refuse(Refusal.REGISTRATION_DECIDED, state=RegistrationState(registration.state).zh)
    return registration
