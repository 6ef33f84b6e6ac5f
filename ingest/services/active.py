"""One active process of a kind: an advisory lock that lasts as long as the database connection."""

import hashlib
import logging
import time

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
RETRY_S = 1.0


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
    key = int.from_bytes(hashlib.sha256(f"active {name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() "
            "and ((classid::bigint << 32) | objid::bigint) = %s",
            [key],
        )
        if cursor.fetchone()[0]:
            return True
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        return bool(cursor.fetchone()[0])
