"""Permission classes: signed in with a second factor, member, in a tenant's schema, with a right.

The table of rights is `lexicon.rights`.
"""

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from lexicon.refusals import Refusal, refuse
from lexicon.rights import ROLES_OF_RIGHT, Right, may
from lexicon.terms import Role
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants.access import Viewer
from tenants.models import SECOND_FACTORS, ApiToken

if TYPE_CHECKING:  # the framework loads this module while it loads its views
    from rest_framework.views import APIView


class Anyone(BasePermission):
    """Open to the public; says so in the routes table."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


class SignedIn(BasePermission):
    """Signed in, with or without a second factor: for `me/`, from which the page learns what is missing."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user) and not isinstance(request.user, AnonymousUser)


class Member(SignedIn):
    """Signed in with a second factor on the account, and an active member of an active organisation.

    A token counts as one: it can only be made with a second factor.
    """

    right: Right | None = None

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        viewer: Viewer | None = getattr(request._request, "viewer", None)
        if viewer is None:
            refuse(Refusal.NO_MEMBERSHIP)
        if not isinstance(request.auth, ApiToken) and not has_second_factor(viewer):
            refuse(Refusal.SECOND_FACTOR_MISSING)
        if self.right is not None and not may(viewer.role, self.right):
            refuse(Refusal.NO_PERMISSION, allowed=_allowed(self.right))
        return True


class HasTenant(Member):
    """A member of an enterprise, whose schema is on the connection: checked before a queryset is touched."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        if viewer_in(request).tenant is None:
            refuse(Refusal.NO_TENANT)
        return True


def with_right(right: Right) -> type[Member]:
    """Permission class: a member of any kind of organisation whose role has `right`."""
    return type(f"May_{right}", (Member,), {"right": right})


def in_tenant_with(right: Right) -> type[HasTenant]:
    """Permission class: a member of an enterprise, in its schema, whose role has `right`."""
    return type(f"InTenantMay_{right}", (HasTenant,), {"right": right})


def viewer_in(request: Request) -> Viewer:
    """The viewer of a request that passed `Member` or a class below it."""
    viewer: Viewer = request._request.viewer  # type: ignore[attr-defined]
    return viewer


def has_second_factor(viewer: Viewer) -> bool:
    """Whether a TOTP or a passkey guards the sign-in; allauth then asked for it in this session."""
    return bool(Authenticator.objects.filter(user=viewer.user, type__in=SECOND_FACTORS).exists())


def _allowed(right: Right) -> str:
    """The roles that have a right, in the order of the lexicon, as the sentence names them."""
    roles = [role for role in Role if role in ROLES_OF_RIGHT[right]]
    return "、".join(role.zh for role in roles) + " / " + ", ".join(role.en for role in roles)
