"""One active process of a kind: an advisory lock that lasts as long as the database connection."""

import hashlib
import logging
import time

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
RETRY_S = 1.0
_HELD = "from pg_locks where locktype = 'advisory' and ((classid::bigint << 32) | objid::bigint) = %s"


def become_active(name: str) -> None:
    """Waits until this process is the one active `name`."""
    while True:
        try:
            if is_active(name):
                return
        except (OperationalError, InterfaceError) as error:
            log.warning("waiting for the database: %s", error)
            connection.close()
        time.sleep(RETRY_S)


def is_active(name: str) -> bool:
    """Whether this connection holds the lock of `name`, taking it where it is free."""
    key = _key(name)
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) {_HELD} and pid = pg_backend_pid()", [key])
        if cursor.fetchone()[0]:
            return True
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def own_session() -> int:
    """The number of this connection's session at the server."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def end_session(name: str, session: int) -> bool:
    """Ends that session where it is the one that holds the lock of `name`; whether it was.

    For a session of one's own that one has given up and the server has not: it would hold the lock, and rows,
    until the server notices, which takes hours where a network was cut.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select pg_terminate_backend(pid) {_HELD} and pid = %s",
            [_key(name), session],
        )
        return bool(cursor.fetchall())


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"active {name}".encode()).digest()[:8], "big", signed=True)
