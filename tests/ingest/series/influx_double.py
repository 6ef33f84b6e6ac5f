"""A stand-in for InfluxDB's write address that answers as 2.7.12 was measured to, for machines without one.

One line that cannot be read: 400, and nothing of the request is kept. A field of another type than it has in
the measurement that week: 422, and the other lines are kept. It knows no queries: tests look into it.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.http_double import serving

WEEK_NS = 7 * 24 * 3_600_000_000_000
_LINE = re.compile(r"(?P<series>[^ ,]+(?:,[^ ,=]+=[^ ,=]+)*) (?P<fields>\S+) (?P<t>\d+)\Z")
_FIELD = re.compile(r"(?P<name>\w+)=(?P<value>-?\d+i|-?\d+\.\d+|\"[^\"]*\")\Z")


class Double(ThreadingHTTPServer):
    """points: by (series, time) the fields. mood: ok, away (503), silent (no answer for a long time) or dead
    (connections end without a word).

    sizes: lines of each request.
    """

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.points: dict[tuple[str, int], dict[str, str]] = {}
        self.kinds: dict[tuple[str, int, str], str] = {}
        self.mood = "ok"
        self.sizes: list[int] = []

    def take(self, text: str) -> tuple[int, str]:
        """Status and message for the lines of a request."""
        read = []
        for number, line in enumerate(text.splitlines(), start=1):
            found = _LINE.match(line)
            fields = [_FIELD.match(part) for part in found["fields"].split(",")] if found else []
            if not found or not all(fields):
                return 400, f"unable to parse line {number}: {line[:60]}"
            values = {one["name"]: one["value"] for one in fields if one}
            read.append((found["series"], int(found["t"]), values))
        conflict = ""
        for series, t_ns, values in read:
            kinds = {name: "i" if value.endswith("i") else "f" for name, value in values.items()}
            shard = series.partition(",")[0], t_ns // WEEK_NS
            if any(self.kinds.setdefault((*shard, name), kind) != kind for name, kind in kinds.items()):
                conflict = f"partial write: field type conflict in {series}"
                continue
            self.points[series, t_ns] = values
        return (422, conflict) if conflict else (204, "")


class _Handler(BaseHTTPRequestHandler):
    server: Double
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.mood == "dead":
            self.close_connection = True
            return
        if self.server.mood == "silent":
            time.sleep(3)
        self.server.sizes.append(len(text.splitlines()))
        status, message = (503, "away") if self.server.mood == "away" else self.server.take(text)
        body = json.dumps({"code": "told", "message": message}).encode() if message else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def answering() -> Iterator[Double]:
    """A double at a port of its own."""
    with serving(Double()) as server:
        yield server
