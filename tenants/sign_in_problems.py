"""The sign-in library's "no" in our four parts, added to its own answer, which its clients go on to read."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from kit import problems
from lexicon.refusals import Refusal, Refused

_SIGN_IN = ("/auth/login", "/auth/2fa/authenticate", "/auth/webauthn/authenticate", "/auth/webauthn/login")
_REFUSALS = {
    "email_password_mismatch": Refusal.CREDENTIALS_WRONG,
    "incorrect_code": Refusal.SECOND_FACTOR_WRONG,
}


class SignInProblems:
    """Middleware around the steps of a sign-in; status and the library's own fields stay as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_no = response.status_code in (400, 401) and isinstance(response, JsonResponse)
        if not is_no or not request.path.startswith("/_allauth/") or not request.path.endswith(_SIGN_IN):
            return response
        told = json.loads(response.content)
        refusal = refusal_in(told) if isinstance(told, dict) else None
        if refusal is not None:
            response.content = json.dumps(problems.problem(Refused(refusal)) | told).encode()
        return response


def refusal_in(told: dict[str, Any]) -> Refusal | None:
    """What the library's answer means, or None where it is something else, such as a missing field."""
    if any(flow.get("id") == "mfa_authenticate" and flow.get("is_pending") for flow in _flows(told)):
        return Refusal.SECOND_FACTOR_REQUIRED
    codes = (error.get("code") for error in told.get("errors", ()))
    return next((_REFUSALS[code] for code in codes if code in _REFUSALS), None)


def _flows(told: dict[str, Any]) -> list[dict[str, Any]]:
    return list(told.get("data", {}).get("flows", ()))
