"""What can be read about people, applications, acts and the log. Nothing here writes."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from kit.models import AuditEntry
from kit.outbox import OutboxRow
from lexicon.rights import Right, may
from lexicon.terms import ActionState, RegistrationState

from tenants.access import Viewer
from tenants.models import (
    ActReason,
    ApiToken,
    BoundKey,
    Membership,
    OnboardingStep,
    Organisation,
    Person,
    Registration,
    TwoStepAction,
    User,
)
from tenants.recovery_models import KeyRecovery


def bound_keys(person: str) -> QuerySet[BoundKey]:
    """The person's keys, newest first; those that were never bound are not among them."""
    return BoundKey.objects.filter(person_id=person, status__in=("bound", "unbound")).order_by(
        "-valid_from", "fingerprint"
    )


def decryption_keys(account: str) -> QuerySet[BoundKey]:
    """The bound decryption keys of an account's people: whom a figure may be sealed to."""
    return BoundKey.objects.filter(
        use="decrypt", status="bound", person__memberships__organisation_id=account
    ).order_by("fingerprint")


def person_of(user: object, viewer: Viewer | None) -> Person | None:
    """The person a user acts as; before she is a member anywhere, the one who applied last."""
    if not isinstance(user, User):
        return None
    people_of = Person.objects.filter(user=user)
    return (people_of.filter(pk=viewer.person) if viewer else people_of.order_by("-created_at")).first()


def registrations(*, state: str = "") -> QuerySet[Registration]:
    """The administrator's queue; invitations that nobody has accepted yet are not in it."""
    rows = Registration.objects.exclude(state=RegistrationState.DRAFT).select_related(
        "organisation", "person", "person__user"
    )
    return rows.filter(state=state) if state else rows


def registration(registration_id: str) -> Registration | None:
    """One application with its steps, documents and intents."""
    return (
        registrations()
        .filter(pk=registration_id)
        .prefetch_related(
            Prefetch("steps", OnboardingStep.objects.order_by("position")),
            "documents",
        )
        .first()
    )


def registration_of(person: str) -> Registration | None:
    """The newest application of a person."""
    return Registration.objects.filter(person_id=person).order_by("-created_at").first()


def steps_with_intents(row: Registration) -> list[dict[str, Any]]:
    """Each step with the state of its intent: a refusal by the ledger shows here, with its reason."""
    steps = list(row.steps.order_by("position"))
    intents = OutboxRow.objects.in_bulk([step.intent_id for step in steps if step.intent_id])
    return [_step(step, intents.get(step.intent_id) if step.intent_id else None) for step in steps]


def actions_for(viewer: Viewer) -> QuerySet[TwoStepAction]:
    """Acts of two persons, newest first: all of them for overseers, else those that touch the own account."""
    rows = TwoStepAction.objects.order_by("-created_at")
    return rows if may(viewer.role, Right.OVERSEE) else rows.filter(account=viewer.account)


def reasons(digests: list[str]) -> dict[str, str]:
    """The words behind digests of reasons; those that were never told here are left out."""
    return dict(ActReason.objects.filter(pk__in=digests).values_list("digest", "text"))


def recoveries(viewer: Viewer) -> QuerySet[KeyRecovery]:
    """Standing requests for new keys, newest first: one's account's, all for overseers."""
    rows = KeyRecovery.objects.filter(withdrawn_at=None).select_related("person").order_by("-created_at")
    return rows if may(viewer.role, Right.OVERSEE) else rows.filter(account=viewer.account)


def waiting_actions() -> QuerySet[TwoStepAction]:
    """Acts that wait for a second person."""
    return TwoStepAction.objects.filter(state=ActionState.PROPOSED)


def people(ids: list[str]) -> dict[str, Person]:
    """Names for person ids."""
    return Person.objects.in_bulk(ids)


def organisations(*, kind: str = "", status: str = "active") -> QuerySet[Organisation]:
    """Organisations by name, e.g. the independent auditors a case may be drawn among."""
    rows = Organisation.objects.filter(status=status) if status else Organisation.objects.all()
    return rows.filter(kind=kind).order_by("name", "account") if kind else rows.order_by("name", "account")


def organisation_names(accounts: list[str]) -> dict[str, str]:
    """Names for account ids; ids nobody knows are left out."""
    return dict(Organisation.objects.filter(pk__in=accounts).values_list("account", "name"))


def members(account: str) -> QuerySet[Membership]:
    """The people of an organisation, with sign-in."""
    return (
        Membership.objects.filter(organisation_id=account)
        .select_related("person", "person__user")
        .order_by("created_at", "id")
    )


def everybody(*, words: str = "") -> QuerySet[Membership]:
    """The people of all organisations; `words`: part of a name, address or organisation, or an id."""
    rows = Membership.objects.select_related("person", "person__user", "organisation")
    if not words:
        return rows
    match = Q(person__name__icontains=words) | Q(organisation__name__icontains=words)
    match |= Q(person__user__email__icontains=words)
    return rows.filter(match | Q(person_id=words) | Q(organisation_id=words))


def invitations(account: str) -> QuerySet[Registration]:
    """Colleagues on their way in."""
    return (
        Registration.objects.filter(organisation_id=account, kind="member")
        .exclude(state__in=(RegistrationState.ACTIVE, RegistrationState.REJECTED))
        .select_related("person", "person__user")
        .order_by("-created_at")
    )


def tokens(person: str) -> QuerySet[ApiToken]:
    """The person's tokens, newest first."""
    return ApiToken.objects.filter(person_id=person).order_by("-created_at")


def intents(viewer: Viewer) -> QuerySet[OutboxRow]:
    """What the viewer's account has signed and where it stands."""
    return OutboxRow.objects.filter(account=viewer.account).exclude(account="").order_by("-created_at")


def audit_entries(viewer: Viewer) -> QuerySet[AuditEntry]:
    """The log: an organisation's own lines, all of them for regulator and administrator."""
    rows = AuditEntry.objects.order_by("-number")
    return rows if may(viewer.role, Right.OVERSEE) else rows.filter(account=viewer.account)


def _step(step: OnboardingStep, intent: OutboxRow | None) -> dict[str, Any]:
    return {
        "name": step.name,
        "state": step.state,
        "detail": step.detail,
        "tx_id": step.tx_id,
        "done_at": step.done_at,
        "intent_id": step.intent_id,
        "intent_state": intent.state if intent else "",
        "refusal": intent.refusal if intent else "",
    }
