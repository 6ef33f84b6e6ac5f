"""How allauth fits in: nobody signs up but through a registration."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes open sign-up; people come in by a reviewed registration only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
