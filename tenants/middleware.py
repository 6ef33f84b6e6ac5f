"""The schema of a request comes from the signed-in person's membership, and is left again in every case."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from kit import schema

from tenants.access import CHOSEN, activate, viewer_of
from tenants.models import User


class TenantFromMembership:
    """Sets `request.viewer` and the connection's schema; starts and ends in `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        schema.enter_public()
        user = request.user
        chosen = request.session.get(CHOSEN, "") if isinstance(user, User) else ""
        activate(request, viewer_of(user, chosen=chosen) if isinstance(user, User) else None)
        try:
            return self._get_response(request)
        finally:
            schema.enter_public()
