"""Idempotency-Key on writes: the first answer is kept and given again; nothing is carried out twice."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from lexicon.refusals import Refusal

from kit import clock, problems
from kit.models import StoredAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replay"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_KEY_LENGTH_MAX = 200
# A process that died while it worked leaves its key open; after this long another may try again.
_ABANDONED_AFTER = timedelta(seconds=60)
# As long as the longest-lived signed intent.
R = TypeVar("R", bound=HttpResponseBase)
_KEPT_FOR = timedelta(days=8)
# Answers that do not mean "done": the same key may try again after signing in, waiting, or a repair.
_NOT_KEPT = (401, 403, 429)


def forget_old() -> int:
    """Delete answers older than eight days; how many. A program that comes back later asks anew."""
    deleted, _ = StoredAnswer.objects.filter(created_at__lt=clock.now() - _KEPT_FOR).delete()
    return deleted


class StoredAnswers:
    """Middleware over `/api/`: acts only when the header is there, and never where nothing is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get(HEADER, "")
        nothing_to_keep = request.method in _SAFE or request.path in settings.STATELESS_PATHS
        if nothing_to_keep or not key or not request.path.startswith("/api/"):
            return self._get_response(request)
        if len(key) > _KEY_LENGTH_MAX:
            return problems.answer(Refusal.FIELD_INVALID, field=HEADER, reason=f"<= {_KEY_LENGTH_MAX}")
        claim, stored = _claim(request, key)
        if stored is not None:
            return _told_again(stored, claim.request_digest)
        return self._carry_out(request, claim)

    def _carry_out(self, request: HttpRequest, claim: StoredAnswer) -> HttpResponse:
        response = self._get_response(request)
        kept = (
            response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and response.status_code not in _NOT_KEPT
        )
        if kept and not response.streaming:
            claim.status = response.status_code
            claim.body = (
                "" if is_shown_once(response) else _sealed().encrypt(response.content).decode("ascii")
            )
            claim.save(update_fields=["status", "body"])
        else:
            claim.delete()
        return response


def shown_once(response: R) -> R:
    """Marks an answer that holds a secret: nobody keeps it, so that who asks again learns only that it was
    carried out."""
    response.shown_once = True  # type: ignore[attr-defined]
    return response


def is_shown_once(response: HttpResponseBase) -> bool:
    """Whether an answer was marked."""
    return bool(getattr(response, "shown_once", False))


def _claim(request: HttpRequest, key: str) -> tuple[StoredAnswer, StoredAnswer | None]:
    """(our row, the row that was there before or None). The insert decides between two at once."""
    row = StoredAnswer(
        owner=_owner(request),
        key=key,
        route=f"{request.method} {request.path}"[:300],
        request_digest=_digest(request),
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _claim_again(row)
    return row, None


def _claim_again(row: StoredAnswer) -> tuple[StoredAnswer, StoredAnswer | None]:
    stored = StoredAnswer.objects.get(owner=row.owner, key=row.key)
    abandoned = StoredAnswer.objects.filter(
        pk=stored.pk,
        status=None,
        request_digest=row.request_digest,
        created_at__lt=row.created_at - _ABANDONED_AFTER,
    )
    if abandoned.update(created_at=row.created_at):
        row.pk = stored.pk
        row._state.adding = False
        return row, None
    return row, stored


def _told_again(stored: StoredAnswer, digest: str) -> HttpResponse:
    if stored.request_digest != digest:
        return problems.answer(Refusal.IDEMPOTENCY_KEY_REUSED)
    if stored.status is None:
        return problems.answer(Refusal.REQUEST_RUNNING)
    try:
        body = _sealed().decrypt(stored.body.encode("ascii"))
    except InvalidToken:
        # The secret has changed since: what was answered is not known, that it was carried out is.
        return problems.answer(Refusal.IDEMPOTENCY_KEY_REUSED)
    kind = "application/json" if stored.status < HTTPStatus.BAD_REQUEST else problems.CONTENT_TYPE
    response = HttpResponse(body, status=stored.status, content_type=kind)
    response.headers[REPLAYED] = "true"
    return response


def _sealed() -> Fernet:
    """Answers carry what is shown once (a token, a gateway's password), so they rest encrypted."""
    secret = hashlib.sha256(b"tanheng/stored-answers/1\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def _owner(request: HttpRequest) -> str:
    """Whose key it is: two people with one key never see each other's answer."""
    user = getattr(request, "user", None)
    who = request.headers.get("Authorization") or (
        f"user:{user.pk}" if user and user.is_authenticated else ""
    )
    return hashlib.sha256((who or f"address:{request.META.get('REMOTE_ADDR', '')}").encode()).hexdigest()


def _digest(request: HttpRequest) -> str:
    """Digest of what is asked. A form's boundary is random, its files are large: its length stands for it."""
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        asked.update(request.META.get("CONTENT_LENGTH", "").encode())
    else:
        asked.update(request.body)
    return asked.hexdigest()
