"""How allauth fits in: nobody signs up but through a registration, and every sign-in is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from kit import audit

from tenants.models import Membership, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes open sign-up; logs sign-ins, failures of known accounts, sign-outs."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        _log("session.begin", user, request)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            _log("session.end", user, request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        known = User.objects.filter(email=str(credentials.get("email", "")).strip().lower()).first()
        if known:
            _log("session.failed", known, request)


def _log(act: str, user: User, request: HttpRequest) -> None:
    member = Membership.objects.filter(person__user=user).order_by("created_at").first()
    audit.record(
        act,
        person=member.person_id if member else "",
        account=member.organisation_id if member else "",
        subject=f"user:{user.pk}",
        address=request.META.get("REMOTE_ADDR", ""),
    )
