"""Every "no" of the API as one RFC 9457 problem with four parts: what, meaning, action, case number."""

import logging
import secrets
import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from lexicon.refusals import Refusal, Refused, speak, text_of
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kit import clock

CONTENT_TYPE = "application/problem+json"
_CASE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOG = logging.getLogger("tanheng.problems")


def new_case() -> str:
    """A case number one can read out on the phone: day and six signs without look-alikes."""
    return f"{clock.now():%y%m%d}-" + "".join(secrets.choice(_CASE_ALPHABET) for _ in range(6))


def problem(refused: Refused, *, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of a problem (docs/seams.md 7). fields: per input field the messages, if any."""
    zh, en = speak(refused.refusal, refused.facts)
    body: dict[str, Any] = {
        "type": f"/problems/{refused.refusal}",
        "title": en.what,
        "status": text_of(refused.refusal).status,
        "detail": zh.what,
        "refusal": str(refused.refusal),
        **{
            part: {"zh": getattr(zh, part), "en": getattr(en, part)} for part in ("what", "meaning", "action")
        },
        "facts": refused.facts,
        "case": new_case(),
    }
    if fields:
        body["fields"] = fields
    return body


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """The framework's exception handler: all kinds of "no" take one shape, and a fault is logged once."""
    refused, fields = _told(error)
    body = problem(refused, fields=fields)
    request = context.get("request")
    _log(body, getattr(request, "path", ""), error)
    set_rollback()
    headers = _headers(refused)
    if body["status"] == HTTPStatus.UNAUTHORIZED and getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def answer(refusal: Refusal, **facts: object) -> JsonResponse:
    """A problem as a plain Django response, for middleware and error views."""
    refused = Refused(refusal, **facts)
    body = problem(refused)
    return JsonResponse(body, status=body["status"], headers=_headers(refused), content_type=CONTENT_TYPE)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Django's view for a failed CSRF check."""
    return answer(Refusal.CSRF_FAILED)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 400."""
    if isinstance(exception, RequestDataTooBig):
        return answer(Refusal.BODY_TOO_LARGE, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return answer(Refusal.MALFORMED_JSON)


def forbidden(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 403."""
    return answer(Refusal.NO_PERMISSION, allowed="-")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Django's view for status 404."""
    return answer(Refusal.NOT_FOUND)


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's view for status 500; Django itself has logged the traceback, here its case number follows."""
    away = _is_away(sys.exception())
    response = answer(Refusal.DATABASE_UNAVAILABLE if away else Refusal.INTERNAL_FAULT)
    _LOG.error("fault on %s: %s", request.path, response.content.decode()[-30:])
    return response


_Told = tuple[Refused, Mapping[str, Any] | None]


def _told(error: Exception) -> _Told:
    """What an exception says, as a refusal and messages per field."""
    if isinstance(error, DjangoValidationError):
        return _fields_told({"": list(error.messages)})
    if isinstance(error, exceptions.ValidationError):
        detail: Any = error.detail
        return _fields_told(detail if isinstance(detail, dict) else {"": detail})
    return _refusal_of(error), None


def _refusal_of(error: Exception) -> Refused:
    match error:
        case Refused():
            told = error
        case Http404():
            told = Refused(Refusal.NOT_FOUND)
        case DjangoPermissionDenied():
            told = Refused(Refusal.NO_PERMISSION, allowed="-")
        case RequestDataTooBig():
            told = Refused(Refusal.BODY_TOO_LARGE, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case exceptions.APIException():
            told = _told_by_framework(error)
        case InterfaceError() | OperationalError() if _is_away(error):
            told = Refused(Refusal.DATABASE_UNAVAILABLE)
        case _:
            told = Refused(Refusal.INTERNAL_FAULT)
    return told


def _is_away(error: BaseException | None) -> bool:
    """Whether the database was not reached or broke off; one that answers names a code of another class.

    Source: PostgreSQL, appendix A: class 08 is the connection, 57P the server's shutdown, crash or start.
    """
    if not isinstance(error, InterfaceError | OperationalError):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(("08", "57P"))


def _told_by_framework(error: exceptions.APIException) -> Refused:
    if isinstance(error, exceptions.Throttled):
        return Refused(Refusal.RATE_LIMITED, seconds=int(getattr(error, "wait", None) or 0) + 1)
    if isinstance(error, exceptions.PermissionDenied):
        refusal = Refusal.CSRF_FAILED if "CSRF" in str(error.detail) else Refusal.NO_PERMISSION
        return Refused(refusal, allowed="-")
    if isinstance(error, exceptions.NotFound) and "cursor" in str(error.detail).lower():
        return Refused(Refusal.CURSOR_INVALID)
    names = {
        exceptions.NotAuthenticated: Refusal.NOT_SIGNED_IN,
        exceptions.AuthenticationFailed: Refusal.TOKEN_REFUSED,
        exceptions.NotFound: Refusal.NOT_FOUND,
        exceptions.MethodNotAllowed: Refusal.METHOD_NOT_ALLOWED,
        exceptions.ParseError: Refusal.MALFORMED_JSON,
        exceptions.NotAcceptable: Refusal.MEDIA_TYPE_UNSUPPORTED,
        exceptions.UnsupportedMediaType: Refusal.MEDIA_TYPE_UNSUPPORTED,
    }
    return Refused(names.get(type(error), Refusal.INTERNAL_FAULT))


def _fields_told(fields: Mapping[str, Any]) -> _Told:
    """The first field and its first message stand in the sentence; all of them stand in `fields`."""
    name, messages = next(iter(fields.items()), ("", ""))
    return Refused(Refusal.FIELD_INVALID, field=name or "-", reason=_first(messages)), fields


def _first(messages: object) -> str:
    while isinstance(messages, dict | list | tuple) and messages:
        messages = next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
    return str(messages).rstrip("。.")


def _headers(refused: Refused) -> dict[str, str]:
    return {"Retry-After": str(refused.facts["seconds"])} if "seconds" in refused.facts else {}


def _log(body: Mapping[str, Any], path: str, error: Exception) -> None:
    if body["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("case %s: %s on %s", body["case"], body["refusal"], path, exc_info=error)
    else:
        _LOG.info("case %s: %s (%s) on %s", body["case"], body["refusal"], body["status"], path)
