"""The front end's built files under /static/ui/: hashed names for ever, the rest for a minute."""

import re
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from whitenoise import WhiteNoise

PREFIX = "/static/ui/"
# Vite writes assets/NAME-HASH.EXT: such a name never gets other content.
_HASHED = re.compile(r"/assets/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9.]+$|/pyodide/[0-9.]+/[^/]+$")
_POLICY = "default-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'"
# The auditor's worker alone compiles WebAssembly. A worker goes by its own answer's policy, not the page's.
_WORKER = re.compile(r"/assets/recompute\.worker-[A-Za-z0-9_-]{8}\.js$")
_WORKER_POLICY = _POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


def with_static_files(application: Any) -> Any:
    """The WSGI application behind WhiteNoise; without a built front end the folder is simply empty."""
    folder = settings.BASE_DIR / "dashboards" / "dist"
    server = WhiteNoise(
        application,
        max_age=60,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        add_headers_function=_add_headers,
    )
    if folder.exists():
        server.add_files(str(folder), prefix=PREFIX)
    return server


def _add_headers(headers: Headers, _path: str, url: str) -> None:
    headers["Content-Security-Policy"] = _WORKER_POLICY if _WORKER.search(url) else _POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
