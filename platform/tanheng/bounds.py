"""Bounds of every request, checked before anything of it is read: the size of its body, NUL in its address.

No text of ours holds NUL and the database takes none, so no view has to think of it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from kit import problems
from lexicon.refusals import Refusal

# An application's eight documents of 10 MB and their frame; one file of evidence has 50 MB at most.
FORM_BYTES_MAX = 84 * 1024 * 1024
_FORM = "multipart/form-data"


class RequestBounds:
    """Middleware: answers what is out of bounds, so that nobody fills memory or disk with one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problems.answer(Refusal.FIELD_INVALID, field="URL", reason="NUL")
        limit = FORM_BYTES_MAX if request.content_type == _FORM else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _length(request) > limit:
            return problems.answer(Refusal.BODY_TOO_LARGE, limit=limit)
        return self._get_response(request)


def _length(request: HttpRequest) -> int:
    """What the request says of its length; nothing beyond it is read. Without a number there is no body."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
