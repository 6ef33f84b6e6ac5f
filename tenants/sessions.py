"""Sessions end when what guards the sign-in changes; the one in which it was changed goes on."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from tenants.models import User


def connect() -> None:
    """Keep the session that adds or removes a factor; `User.get_session_auth_hash` ends all others."""
    authenticator_added.connect(_keep, dispatch_uid="tenants.sessions.added")
    authenticator_removed.connect(_keep, dispatch_uid="tenants.sessions.removed")


def _keep(*, request: HttpRequest, user: User, **_facts: Any) -> None:
    if request.user == user:
        update_session_auth_hash(request, user)
