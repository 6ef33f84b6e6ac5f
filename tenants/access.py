"""Who is acting, and in which schema: one `activate` for browser sessions, tokens and live connections."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django_tenants.utils import tenant_context
from kit import schema
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Role

from tenants.models import Membership, Tenant, User

CHOSEN = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in person acting in one organisation. Everything that asks "who" takes this, never an argument
    of the request. `tenant` is set for members of an active enterprise only."""

    person: str
    name: str
    user: User
    account: str
    kind: str
    role: Role
    organisation: str
    tenant: Tenant | None

    @property
    def is_authenticated(self) -> bool:
        return True


def viewer_of(user: User, *, chosen: str = "") -> Viewer | None:
    """The viewer for a user: her active membership in an active organisation, the chosen one if she has
    several. None for a person without any (she may register or wait, nothing else)."""
    rows = list(memberships_of(user))
    row = next((row for row in rows if row.organisation_id == chosen), rows[0] if rows else None)
    return _viewer(row, user) if row and user.is_active else None


def viewer_of_person(person: str) -> Viewer | None:
    """As `viewer_of`, by person id, in that person's organisation; for tokens and programs."""
    row = _active().filter(person_id=person).select_related("person__user").first()
    return _viewer(row, row.person.user) if row and row.person.user.is_active else None


def memberships_of(user: User) -> QuerySet[Membership]:
    """Where a user may act: her active memberships in active organisations, oldest first."""
    return _active().filter(person__user=user)


def _active() -> QuerySet[Membership]:
    return (
        Membership.objects.filter(status="active", organisation__status="active")
        .select_related("person", "organisation", "organisation__tenant")
        .order_by("created_at", "id")
    )


def activate(request: HttpRequest, viewer: Viewer | None) -> None:
    """Put the viewer on the request and her enterprise's schema on the connection, else public."""
    request.viewer = viewer  # type: ignore[attr-defined]
    if viewer is None or viewer.tenant is None:
        schema.enter_public()
    else:
        schema.enter(viewer.tenant)
    request.tenant = schema.current()  # type: ignore[attr-defined]


def choose(request: HttpRequest, account: str) -> Viewer:
    """The viewer in another of her organisations, kept for this session and put on the request.

    Raises: Refused no_membership, also for an organisation that is not there.
    """
    user = request.user
    row = memberships_of(user).filter(organisation_id=account).first() if isinstance(user, User) else None
    if row is None or not isinstance(user, User):
        refuse(Refusal.NO_MEMBERSHIP)
    request.session[CHOSEN] = account
    viewer = _viewer(row, user)
    activate(request, viewer)
    return viewer


def within(tenant: Tenant) -> "tenant_context":
    """The schema of `tenant` inside a with block; the one before it afterwards, whatever happened."""
    return tenant_context(tenant)


def _viewer(row: Membership, user: User) -> Viewer:
    organisation = row.organisation
    return Viewer(
        person=row.person_id,
        name=row.person.name,
        user=user,
        account=organisation.account,
        kind=organisation.kind,
        role=Role(row.role),
        organisation=organisation.name,
        tenant=getattr(organisation, "tenant", None),
    )
