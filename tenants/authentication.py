"""Who calls the API: a browser's session, or a program's token. Both end in one `activate`."""

from django.http import HttpRequest
from kit import clock
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from tenants.access import activate, viewer_of_person
from tenants.models import ApiToken, User
from tenants.tokens import SCHEME, digest_of

# A token's last use is written at most once a minute: reads stay reads.
_USE_STEP_S = 60


class SessionSignIn(SessionAuthentication):
    """The browser's session; the middleware has set the schema. Answers 401, not 403, to strangers."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="tanheng"'


class TokenSignIn(BaseAuthentication):
    """`Authorization: Bearer thk_...`: acts as the token's person, in her schema."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme != SCHEME:
            return None
        token = _living_token(text.strip())
        if token is None:
            raise exceptions.AuthenticationFailed("token", code="token_refused")
        # The token's own person, not whichever organisation its owner chose in a browser.
        viewer = viewer_of_person(token.person_id)
        if viewer is None:
            raise exceptions.AuthenticationFailed("token", code="token_refused")
        wsgi_request: HttpRequest = request._request  # the middleware resets its schema
        activate(wsgi_request, viewer)
        return viewer.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="tanheng"'


def _living_token(text: str) -> ApiToken | None:
    now = clock.now()
    token = (
        ApiToken.objects.filter(digest=digest_of(text), revoked_at=None, expires_at__gt=now)
        .select_related("person", "person__user")
        .first()
    )
    if token and (token.last_used_at is None or (now - token.last_used_at).total_seconds() > _USE_STEP_S):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
