"""A stand-in for the addresses of InfluxDB 2.x that make and remove a bucket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.http_double import serving

TOKEN, ORGANISATION, THEIRS = "a token/with signs", "acme", "theirs"


class Double(ThreadingHTTPServer):
    """buckets: names by number. refusing: the status that a making or removing gets, by method."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.buckets = {"b0": THEIRS}
        self.refusing: dict[str, int] = {}

    @property
    def url(self) -> str:
        token = TOKEN.replace(" ", "%20").replace("/", "%2F")
        return f"http://{ORGANISATION}:{token}@127.0.0.1:{self.server_port}/{THEIRS}"


class _Handler(BaseHTTPRequestHandler):
    server: Double

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/health":
            self._answer(200, {"version": "v2.7.12"})
        elif self.headers["Authorization"] != f"Token {TOKEN}":
            self._answer(401, {"code": "unauthorized"})
        else:
            asked = parse_qs(parts.query)
            found = [name for name in self.server.buckets.values() if [name] == asked["name"]]
            assert asked["org"] == [ORGANISATION]
            self._answer(200, {"buckets": [{"name": name, "orgID": "o1"} for name in found]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if status := self.server.refusing.get("POST"):
            self._answer(status, {"code": "forbidden"})
            return
        assert body["orgID"] == "o1"
        number = f"b{len(self.server.buckets)}"
        self.server.buckets[number] = body["name"]
        self._answer(201, {"id": number})

    def do_DELETE(self) -> None:
        if status := self.server.refusing.get("DELETE"):
            self._answer(status, {"code": "internal error"})
            return
        del self.server.buckets[self.path.rpartition("/")[2]]
        self._answer(204, {})

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        text = b"" if status == 204 else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def answering() -> Iterator[Double]:
    """A double at a port of its own."""
    with serving(Double()) as server:
        yield server
