"""Every "no" of the API as one RFC 9457 problem with four parts: what, meaning, action, case number."""

import logging
import secrets
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kit import clock
from kit.edge_texts import EDGE, Words
from kit.refusal_words import status_of, words_of

CONTENT_TYPE = "application/problem+json"
_CASE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOG = logging.getLogger("tanheng.problems")


class Refused(Exception):  # noqa: N818 (a refusal is not an error)
    """A named rule said no. facts: what the sentence needs, as text or whole numbers."""

    def __init__(self, refusal: StrEnum, **facts: object) -> None:
        super().__init__(str(refusal), facts)
        self.refusal = refusal
        self.facts = facts


class Edge(Exception):  # noqa: N818
    """The door said no, by a name of `kit.edge_texts`; for middleware and views outside the framework."""

    def __init__(self, name: str, status: int, **facts: object) -> None:
        super().__init__(name, facts)
        self.name = name
        self.status = status
        self.facts = facts


def new_case() -> str:
    """A case number one can read out on the phone: day and six signs without look-alikes."""
    return f"{clock.now():%y%m%d}-" + "".join(secrets.choice(_CASE_ALPHABET) for _ in range(6))


def problem(
    name: str,
    status: int,
    *,
    facts: Mapping[str, object] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a problem. name: a refusal or an edge; fields: per input field the messages, if any."""
    given = dict(facts or {})
    words = EDGE[name] if name in EDGE else words_of(name)
    body: dict[str, Any] = {
        "type": f"/problems/{name}",
        "title": words.what.en.format_map(_Lenient(given)),
        "status": status,
        "detail": words.what.zh.format_map(_Lenient(given)),
        "refusal": name,
        **_parts(words, given),
        "facts": {
            key: value if isinstance(value, int | list | dict) else str(value) for key, value in given.items()
        },
        "case": new_case(),
    }
    if fields:
        body["fields"] = fields
    return body


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's exception handler: all kinds of "no" take one shape, and a fault is logged once."""
    name, status, facts, fields = _told(error)
    body = problem(name, status, facts=facts, fields=fields)
    request = context.get("request")
    _log(body, getattr(request, "path", ""), error if status >= HTTPStatus.INTERNAL_SERVER_ERROR else None)
    set_rollback()
    headers = {"Retry-After": str(facts["wait_s"])} if "wait_s" in facts else {}
    if status == HTTPStatus.UNAUTHORIZED and getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def answer(name: str, status: int, **facts: object) -> JsonResponse:
    """A problem as a plain Django response, for middleware and error views."""
    response = JsonResponse(problem(name, status, facts=facts), status=status, content_type=CONTENT_TYPE)
    if "wait_s" in facts:
        response.headers["Retry-After"] = str(facts["wait_s"])
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Django's view for a failed CSRF check."""
    return answer("csrf_failed", HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 400."""
    if isinstance(exception, RequestDataTooBig):
        return answer("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit_mb=5)
    return answer("not_readable", HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 403."""
    return answer("right_missing", HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 404."""
    return answer("not_found", HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's view for status 500; Django has logged the traceback."""
    response = answer("server_fault", HTTPStatus.INTERNAL_SERVER_ERROR)
    _LOG.error("server fault on %s", request.path)
    return response


_Told = tuple[str, int, dict[str, Any], dict[str, Any] | None]


def _told(error: Exception) -> _Told:
    """(name, status, facts, fields) of an exception."""
    if isinstance(error, Refused):
        return str(error.refusal), status_of(error.refusal), error.facts, None
    if isinstance(error, Edge):
        return error.name, error.status, error.facts, None
    if isinstance(error, DjangoValidationError):
        return "invalid_input", HTTPStatus.BAD_REQUEST, {}, {"": list(error.messages)}
    if isinstance(error, exceptions.APIException):
        return _told_by_framework(error)
    plain: dict[type[Exception], tuple[str, int, dict[str, Any]]] = {
        Http404: ("not_found", HTTPStatus.NOT_FOUND, {}),
        DjangoPermissionDenied: ("right_missing", HTTPStatus.FORBIDDEN, {}),
        RequestDataTooBig: ("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"limit_mb": 5}),
    }
    for kind, (name, status, facts) in plain.items():
        if isinstance(error, kind):
            return name, status, facts, None
    return "server_fault", HTTPStatus.INTERNAL_SERVER_ERROR, {}, None


def _told_by_framework(error: exceptions.APIException) -> _Told:
    if isinstance(error, exceptions.ValidationError):
        detail: Any = error.detail
        return "invalid_input", error.status_code, {}, detail if isinstance(detail, dict) else {"": detail}
    if isinstance(error, exceptions.Throttled):
        return "too_many_requests", error.status_code, {"wait_s": int(error.wait or 1) + 1}, None
    if isinstance(error, exceptions.PermissionDenied):
        return _permission_name(error), error.status_code, {}, None
    names = {
        exceptions.NotAuthenticated: "not_signed_in",
        exceptions.AuthenticationFailed: "token_refused",
        exceptions.NotFound: "not_found",
        exceptions.MethodNotAllowed: "method_not_allowed",
        exceptions.NotAcceptable: "not_acceptable",
        exceptions.ParseError: "not_readable",
        exceptions.UnsupportedMediaType: "not_readable",
    }
    return names.get(type(error), "server_fault"), error.status_code, {}, None


def _permission_name(error: exceptions.PermissionDenied) -> str:
    code = str(error.get_codes())
    if code in EDGE:
        return code
    return "csrf_failed" if "CSRF" in str(error.detail) else "right_missing"


def _parts(words: Words, facts: Mapping[str, object]) -> dict[str, Any]:
    lenient = _Lenient(facts)
    return {
        part: {"zh": text.zh.format_map(lenient), "en": text.en.format_map(lenient)}
        for part, text in (("what", words.what), ("meaning", words.meaning), ("action", words.action))
    }


class _Lenient(dict[str, object]):
    """A fact that the sentence names and nobody gave stays visible as its name: an error text never fails."""

    def __missing__(self, key: str) -> str:
        return f"[{key}]"


def _log(body: Mapping[str, Any], path: str, fault: Exception | None) -> None:
    if fault is not None:
        _LOG.error("case %s: fault on %s", body["case"], path, exc_info=fault)
    else:
        _LOG.info("case %s: %s (%s) on %s", body["case"], body["refusal"], body["status"], path)
