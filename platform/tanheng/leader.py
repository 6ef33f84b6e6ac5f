"""One active process of a kind: a thread with one database connection that holds the leader's advisory lock.

Work and lock share the connection, so a process that lost its database has lost its leadership too: the next
statement fails, the process ends and is started again. Also the bell that NOTIFY rings in an event loop.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import psycopg2
from django.db import connection

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
# How often a second process asks whether the first is gone.
CANDIDATE_S = 1.0


class DatabaseThread:
    """Runs database functions one after the other in a thread of its own, from an event loop."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of `work`, run in the thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: work(*args, **kwargs))

    async def lead(self, name: str) -> None:
        """Wait until this process is the one active `name`; the lock lasts as long as the connection."""
        key = int.from_bytes(hashlib.sha256(f"leader {name}".encode()).digest()[:8], "big", signed=True)
        await self.run(_answer_before_the_disk)
        while not await self.run(_try_lock, key):
            log.info("another %s is active; waiting", name)
            await asyncio.sleep(CANDIDATE_S)
        log.info("active %s", name)

    async def close(self) -> None:
        """Let the connection and the lock go."""
        await self.run(_close)
        self._pool.shutdown()


def _close() -> None:
    # Looked up here: each thread has a connection of its own behind this name.
    connection.close()


def _answer_before_the_disk() -> None:
    """What relay and follower write can be made again from the ledger; after a power cut it is.

    A lost envelope is proposed anew and the ledger takes the intent once; a lost checkpoint is read again.
    """
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")


def _try_lock(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


class Bell:
    """Rings in the running event loop when a NOTIFY arrives on a channel of PostgreSQL."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._rung = asyncio.Event()
        self._connection: Any = None
        self._descriptor = -1

    def open(self) -> None:
        """Begin to listen. Raises psycopg2.OperationalError when the database is away."""
        parameters = {**connection.get_connection_params()}
        parameters.pop("cursor_factory", None)
        self._connection = psycopg2.connect(**parameters)
        self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(f'listen "{self._channel}"')
        # A connection that breaks forgets its descriptor; the loop needs it to let go.
        self._descriptor = self._connection.fileno()
        asyncio.get_running_loop().add_reader(self._descriptor, self._arrived)

    def ring(self) -> None:
        """Wake the waiter from inside."""
        self._rung.set()

    async def wait(self, timeout_s: float) -> None:
        """Wait for a ring, or until the time is over."""
        try:
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        except TimeoutError:
            return
        self._rung.clear()

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self._connection.close()
            self._connection = None

    def _arrived(self) -> None:
        try:
            self._connection.poll()
        except psycopg2.OperationalError:
            log.exception("the database is gone")
            self.close()
        else:
            self._connection.notifies.clear()
        self._rung.set()
