"""Headers that every answer carries; the content policy of pages is in `tanheng.pages`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# An API answer is data: nothing in it may run or be framed, even when a browser opens it as a page.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Sets the content policy where the view has not set a wider one, and forbids caching of API answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
