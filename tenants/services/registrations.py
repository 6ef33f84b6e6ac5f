"""Applications: a draft that names person and account, the form with keys and documents, the answer."""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from kit import audit, clock
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.terms import (
    ADMINISTRATOR_ACCOUNT,
    REGULATOR_ACCOUNT,
    AccountKind,
    RegistrationState,
    Role,
    Sector,
)

from tenants.access import Viewer
from tenants.domain import new_id, usci_is_valid
from tenants.models import Organisation, Person, Registration, User
from tenants.network import network_hash
from tenants.services import documents
from tenants.services.keys import Possession, keep_pending, read_keys

# A form can be filled in at leisure; after a day the applicant starts again with new keys.
DRAFT_AGE_S_MAX = 24 * 3600
_SALT = "tenants.registration.draft"
FIRST_ROLE = {
    AccountKind.ENTERPRISE: Role.HEAD,
    AccountKind.AUDITOR: Role.APPROVER,
    AccountKind.REGULATOR: Role.REGULATOR,
    AccountKind.ADMINISTRATOR: Role.ADMINISTRATOR,
}
# Regulators and administrators join the account that is there from block 1 on; others get one of their own.
SHARED_ACCOUNT = {
    AccountKind.REGULATOR: REGULATOR_ACCOUNT,
    AccountKind.ADMINISTRATOR: ADMINISTRATOR_ACCOUNT,
}
MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the page needs to make keys and their proofs; `token` brings it back unchanged."""

    token: str
    kind: str
    person: str
    account: str
    challenge: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A filled-in application. keys: as `lexicon.arguments.NewKey`; password is hashed and forgotten."""

    token: str
    name: str
    usci: str
    sector: str
    contact: str
    email: str
    phone: str
    password: str = field(repr=False)
    keys: Sequence[Mapping[str, Any]]
    uploads: Sequence[documents.Upload]


def begin(kind: AccountKind) -> Draft:
    """A draft for one kind of organisation. Nothing is stored: the token carries it, signed."""
    account = SHARED_ACCOUNT.get(kind) or new_id("acc")
    said = {"kind": kind.value, "person": new_id("per"), "account": account, "challenge": new_challenge()}
    return Draft(token=signing.dumps(said, salt=_SALT), network=network_hash(), **said)


def submit(form: Form) -> tuple[Registration, str]:
    """The stored application and the code that shows its state (given once, only its digest is kept).

    Raises: Refused draft_expired, field_invalid, credit_code_invalid, credit_code_registered,
    email_registered, password_weak, those of documents and of keys.
    """
    draft = _draft(form.token)
    _check_form(form, AccountKind(draft["kind"]))
    documents.check_uploads(form.uploads)
    possession = Possession(person=draft["person"], account=draft["account"], challenge=draft["challenge"])
    keys = read_keys(form.keys, possession)
    code = new_code()
    with transaction.atomic():
        person = add_person(draft["person"], name=form.contact, email=form.email, phone=form.phone)
        person.user.set_password(form.password)
        person.user.save(update_fields=["password"])
        registration = Registration.objects.create(
            code_digest=digest_of_code(code),
            kind=draft["kind"],
            organisation=_organisation(form, draft),
            person=person,
            role=FIRST_ROLE[AccountKind(draft["kind"])],
            action=new_id("act"),
            challenge=draft["challenge"],
            created_at=clock.now(),
        )
        keep_pending(person, keys)
        documents.keep(registration, form.uploads)
        _log("registration.submit", registration)
    return registration, code


def supplement(code: str, uploads: Sequence[documents.Upload]) -> Registration:
    """More documents for an application that was asked for them; it is in the queue again.

    Raises: Refused registration_unknown, registration_decided, and those of documents.
    """
    with transaction.atomic():
        registration = by_code(code, lock=True)
        if registration.state != RegistrationState.SUPPLEMENT:
            refuse(Refusal.REGISTRATION_DECIDED, state=RegistrationState(registration.state).zh)
        documents.check_uploads(uploads)
        documents.keep(registration, uploads)
        registration.state, registration.remark = RegistrationState.SUBMITTED, ""
        registration.save(update_fields=["state", "remark"])
        _log("registration.supplement", registration)
    return registration


def turn_down(viewer: Viewer, registration_id: str, *, state: RegistrationState, reason: str) -> Registration:
    """Ask for a supplement, or reject for good; the reason is shown to the applicant.

    A rejected applicant's credit code and address are free again.
    Raises: Refused registration_unknown, registration_decided, reason_required.
    """
    if not reason.strip():
        refuse(Refusal.REASON_REQUIRED)
    with transaction.atomic():
        registration = undecided(registration_id)
        registration.state, registration.remark = state, reason.strip()
        registration.decided_by, registration.decided_at = viewer.person, clock.now()
        registration.save()
        if state == RegistrationState.REJECTED:
            _release(registration)
        _log(f"registration.{state}", registration, viewer)
    return registration


def undecided(registration_id: str) -> Registration:
    """The application, locked, if it still waits for a decision. Raises: Refused registration_unknown,
    registration_decided."""
    try:
        registration = Registration.objects.select_for_update().get(pk=registration_id)
    except (Registration.DoesNotExist, ValidationError) as error:
        raise Refused(Refusal.REGISTRATION_UNKNOWN) from error
    if registration.state != RegistrationState.SUBMITTED:
        refuse(Refusal.REGISTRATION_DECIDED, state=RegistrationState(registration.state).zh)
    return registration


def by_code(code: str, *, lock: bool = False) -> Registration:
    """The application of a code. Raises: Refused registration_unknown."""
    rows = Registration.objects.select_for_update() if lock else Registration.objects
    found = rows.filter(code_digest=digest_of_code(code)).first()
    if found is None:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    return found


def add_person(person_id: str, *, name: str, email: str, phone: str = "") -> Person:
    """A user with her person. Raises: Refused email_registered."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            return Person.objects.create(
                id=person_id, user=user, name=name, phone=phone, created_at=clock.now()
            )
    except IntegrityError as error:
        raise Refused(Refusal.EMAIL_REGISTERED) from error


def check_password(password: str, user: User) -> None:
    """Raises: Refused password_weak with the first reason."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(Refusal.PASSWORD_WEAK, reason=error.messages[0]) from error


def new_challenge() -> str:
    """32 random bytes, base64url: a key's proof is fresh because it contains them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def new_code() -> str:
    """A code of 16 signs in groups of four, to read and type; 80 random bits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def digest_of_code(code: str) -> str:
    """SHA-256 of a code, however it was typed."""
    return hashlib.sha256(code.strip().upper().replace("-", "").replace(" ", "").encode()).hexdigest()


def _draft(token: str) -> dict[str, str]:
    try:
        said: dict[str, str] = signing.loads(token, salt=_SALT, max_age=DRAFT_AGE_S_MAX)
    except signing.BadSignature as error:
        raise Refused(Refusal.DRAFT_EXPIRED) from error
    if Person.objects.filter(pk=said["person"]).exists():
        refuse(Refusal.DRAFT_EXPIRED)
    return said


def _check_form(form: Form, kind: AccountKind) -> None:
    if kind in (AccountKind.ENTERPRISE, AccountKind.AUDITOR) and not usci_is_valid(form.usci):
        refuse(Refusal.CREDIT_CODE_INVALID)
    if kind == AccountKind.ENTERPRISE and form.sector not in set(Sector):
        refuse(Refusal.FIELD_INVALID, field="sector", reason=form.sector or "-")
    check_password(form.password, User(email=form.email))


def _organisation(form: Form, draft: Mapping[str, str]) -> Organisation:
    kind = AccountKind(draft["kind"])
    if kind in SHARED_ACCOUNT:
        return Organisation.objects.get_or_create(
            account=draft["account"],
            defaults={"kind": kind, "name": form.name, "created_at": clock.now()},
        )[0]
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                account=draft["account"],
                kind=kind,
                name=form.name,
                usci=form.usci,
                sector=form.sector if kind == AccountKind.ENTERPRISE else "",
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refused(Refusal.CREDIT_CODE_REGISTERED) from error


def _release(registration: Registration) -> None:
    user = registration.person.user
    if Person.objects.filter(user=user).exclude(pk=registration.person_id).exists():
        return  # she goes on signing in for her other organisation
    user.is_active, user.email = False, f"{user.pk}@rejected.invalid"
    user.save(update_fields=["is_active", "email"])
    if registration.kind != MEMBER and AccountKind(registration.kind) not in SHARED_ACCOUNT:
        Organisation.objects.filter(pk=registration.organisation_id).update(status="closed")


def _log(act: str, registration: Registration, viewer: Viewer | None = None) -> None:
    audit.record(
        act,
        person=viewer.person if viewer else registration.person_id,
        account=registration.organisation_id,
        subject=f"registration:{registration.pk}",
        kind=registration.kind,
        reason=registration.remark,
    )
