"""A bucket of our own at the InfluxDB that INFLUX_URL names, for a drill, a bench or a test; then removed.

The bucket that the setting names is somebody's: it is looked up, never written.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tanheng.env import Environment

from ingest.influx_home import Address
from operations.programs import Used

SERVER = "InfluxDB at INFLUX_URL"
PREFIX = "tanheng-scratch-"
TIMEOUT_S = 15.0
_MEANS = {
    401: "the token is not known there, or may not do it",
    403: "the token may not do it",
    404: "there is no such address: an InfluxDB 2.x has it",
}


class NoBucket(Exception):
    """The server that INFLUX_URL names gives us no bucket; the text says why, without the token."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """url: as INFLUX_URL has it, with our bucket. version: the server's own word, without a leading v."""

    url: str
    version: str

    def used(self) -> Used:
        """For the last line of a drill or bench."""
        return Used(program=SERVER, version=self.version)


@contextmanager
def given(environment: Environment) -> Iterator[Bucket | None]:
    """A bucket at the server of the settings; None where they name none or keep readings elsewhere.

    Raises NoBucket.
    """
    if not environment.influx_url or environment.series == "embedded":
        yield None
        return
    with made_at(environment.influx_url) as bucket:
        yield bucket


@contextmanager
def made_at(url: str) -> Iterator[Bucket]:
    """A bucket with a name of its own until the block ends. url: as INFLUX_URL has it. Raises NoBucket."""
    try:
        theirs = Address.parse(url)
    except ValueError as error:
        raise NoBucket(str(error)) from error
    name = f"{PREFIX}{secrets.token_hex(6)}"
    version = str(_asked(theirs, "look at the server", "/health").get("version", "unknown")).lstrip("v")
    organisation = _organisation(theirs)
    made = _asked(theirs, "make a bucket", "/api/v2/buckets", {"orgID": organisation, "name": name})
    try:
        yield Bucket(theirs.with_bucket(name).url, version)
    finally:
        try:
            _asked(theirs, "remove our bucket", f"/api/v2/buckets/{made['id']}", method="DELETE")
        except NoBucket as error:
            sys.stderr.write(f"The bucket {name} was left at INFLUX_URL: {error}\n")


def _organisation(theirs: Address) -> str:
    """The number of the organisation, by the bucket that the token belongs to."""
    where = f"/api/v2/buckets?org={quote(theirs.organisation)}&name={quote(theirs.bucket)}"
    found = _asked(theirs, f"find the bucket {theirs.bucket}", where).get("buckets")
    if not found:
        raise NoBucket(f"INFLUX_URL: there is no bucket {theirs.bucket} that the token may see")
    return str(found[0]["orgID"])


def _asked(
    theirs: Address, what: str, path: str, body: dict[str, str] | None = None, *, method: str | None = None
) -> dict[str, Any]:
    """The answer's object; empty where there is none. Raises NoBucket."""
    request = urllib.request.Request(  # noqa: S310 (the operator's own setting)
        theirs.server + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {theirs.token}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with contextlib.closing(urllib.request.urlopen(request, timeout=TIMEOUT_S)) as answer:  # noqa: S310
            text = answer.read()
            told: dict[str, Any] = json.loads(text) if text else {}
            return told
    except urllib.error.HTTPError as error:
        error.close()
        means = _MEANS.get(error.code, "it gave no reason that we know")
        raise NoBucket(f"INFLUX_URL: cannot {what}: {error.code}, {means}") from error
    except (OSError, ValueError) as error:
        raise NoBucket(f"INFLUX_URL: cannot {what}: {error}") from error
