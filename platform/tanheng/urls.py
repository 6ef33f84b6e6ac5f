"""Routes of the site: the applications' APIs, the sign-in, the pages. Composition only."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from tanheng import pages
from tenants.permissions import Anyone

# Of the sign-in library's routes these have no place here: people come in by registration, and addresses are
# changed by review. No mail is sent here, so nothing that would need one is offered.
_CLOSED_AUTH, _CLOSED_ACCOUNT = "signup|password|email|phone|code|provider", "email|phone|providers"
CLOSED = rf"^_allauth/browser/v1/(?:auth/(?:{_CLOSED_AUTH})|account/(?:{_CLOSED_ACCOUNT}))"
API_APPS = ("tenants", "ingest", "accounting", "market")


def api_of(app: str) -> list[Any]:
    """The URL patterns an application offers: module `<app>/api/urls.py`, or `urls` in `<app>/api.py`."""
    if find_spec(f"{app}.api") is None:
        return []
    api = import_module(f"{app}.api")
    if hasattr(api, "urls") or not hasattr(api, "__path__"):
        return list(getattr(api.urls, "urlpatterns", api.urls))
    found = find_spec(f"{app}.api.urls")
    return list(import_module(found.name).urlpatterns) if found else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include([pattern for app in API_APPS for pattern in api_of(app)])),
    path(
        "api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[Anyone], authentication_classes=[])
    ),
    re_path(CLOSED, pages.closed),
    path("_allauth/", include("allauth.headless.urls")),
    path("healthz", pages.health),
    re_path(pages.ADDRESSES.pattern, pages.front),
]
handler400 = "kit.problems.bad_request"
handler403 = "kit.problems.forbidden"
handler404 = "kit.problems.not_found"
handler500 = "kit.problems.server_error"
