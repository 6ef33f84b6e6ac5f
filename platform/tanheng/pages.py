"""The front end's one page, with its content policy, and the health answer for supervisors."""

import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_safe
from kit import problems

ADDRESSES = re.compile(r"^(?:app/.*|app|verify|)$")
NONCE_WORD = "__CSP_NONCE__"
# Scripts from our own files only; styles also by nonce (the component library injects them); no frames.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'nonce-{nonce}'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
NOT_BUILT = "前端尚未构建：请运行 make setup。\nThe front end is not built: run `make setup`.\n"


@require_safe
@ensure_csrf_cookie
def front(request: HttpRequest) -> HttpResponse:
    """index.html with a fresh nonce, never stored; 127.0.0.1 is led to localhost, where keys work."""
    host = request.get_host()
    if host.split(":")[0] == "127.0.0.1":
        return HttpResponseRedirect(f"http://localhost:{request.get_port()}{request.get_full_path()}")
    index = settings.BASE_DIR / "dashboards" / "dist" / "index.html"
    if not index.exists():
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    nonce = secrets.token_urlsafe(16)
    response = HttpResponse(_page(index, index.stat().st_mtime_ns).replace(NONCE_WORD, nonce))
    response.headers["Content-Security-Policy"] = PAGE_POLICY.format(nonce=nonce)
    response.headers["Cache-Control"] = "no-store"
    return response


class Front:
    """Middleware that answers the front end's addresses before anything asks the database.

    The page itself says then what is away, and goes on when it is back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return (
            front(request) if ADDRESSES.match(request.path_info.lstrip("/")) else self._get_response(request)
        )


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """200 with `{"ok": true}` when the database answers, as a supervisor asks it."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"ok": True})


@csrf_exempt
def closed(request: HttpRequest, **_parts: str) -> HttpResponse:
    """404, as for any address that is not there."""
    return problems.not_found(request, Http404())


@lru_cache(maxsize=1)
def _page(index: Path, _changed_ns: int) -> str:
    return index.read_text(encoding="utf-8")
