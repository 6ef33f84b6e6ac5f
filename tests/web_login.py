"""Requests of test clients meet the database with the rights of the web process's own login."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from tanheng.env import WEB_LOGIN


@contextmanager
def of_every_request() -> Iterator[None]:
    """While it lasts, what the login may not do fails in a test as it would in the product.

    Spoken past Django, whose counts of queries are tests' own.
    """
    from django.db import connection
    from django.test import Client

    plain = Client.request

    def request(self: Client, **given: Any) -> Any:
        raw = connection.connection
        # In a transaction the role ends with it, whatever happens; a test without one is left alone.
        if raw is None or not connection.in_atomic_block:
            return plain(self, **given)
        with raw.cursor() as cursor:
            cursor.execute(f"set role {WEB_LOGIN}")
        try:
            return plain(self, **given)
        finally:
            _reset(raw)

    Client.request = request  # type: ignore[method-assign]
    try:
        yield
    finally:
        Client.request = plain  # type: ignore[method-assign]


def _reset(raw: Any) -> None:
    try:
        with raw.cursor() as cursor:
            cursor.execute("reset role")
    except psycopg2.Error:
        # The transaction has failed; the role goes with it.
        return
