"""Second factors: the last one stays, whatever way its removal is asked for; what a passkey is bound to."""

from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from kit import problems
from lexicon.refusals import Refusal

from tenants.models import SECOND_FACTORS, User

_AUTHENTICATORS = "/_allauth/browser/v1/account/authenticators/"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What an authenticator shows beside a passkey: the product, not the address it is served at."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "碳衡 Tanheng"}


class LastFactor:
    """Middleware around the removal of factors: one that would leave none is undone and refused.

    It looks after the fact, under a lock on the user: two removals at once cannot both be the last but one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        asked = request.method == "DELETE" and request.path.startswith(_AUTHENTICATORS)
        if not asked or not isinstance(user, User):
            return self._get_response(request)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            had = _has_factor(user)
            response = self._get_response(request)
            none_left = had and not _has_factor(user)
            transaction.set_rollback(none_left)
        if none_left:
            # The removal renewed the session for a user without factors; it goes on as it was.
            update_session_auth_hash(request, user)
            return problems.answer(Refusal.LAST_FACTOR)
        return response


def _has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())
