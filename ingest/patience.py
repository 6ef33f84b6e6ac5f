"""How long a process waits for PostgreSQL: one that hangs is away, just as one that is gone.

The driver itself would wait for ever: a stopped server, or one behind a cut network, keeps its socket.
"""

import select
import time

import psycopg2
from django.db import connection
from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback

# A statement of a flush takes a fraction of a second, on a machine that is short of everything a few.
ANSWER_S = 20.0
# A connection is made within milliseconds; while a server hangs it is tried again and again.
CONNECT_S = 3.0
# The server gives up before we do, so that what it could not end holds no row when we ask again.
STATEMENT_S = 15.0
# Of the driver's numbers for what a connection is at, those above this are its making.
_CONNECTED = 19


class NoAnswer(psycopg2.OperationalError):
    """PostgreSQL was silent for too long; the connection is of no use any more."""


def be_patient() -> None:
    """Bounds each wait of this process for PostgreSQL, from its next connection on: NoAnswer, then.

    It replaces the driver's own waiting, at some ten microseconds a statement.
    """
    options = connection.settings_dict.setdefault("OPTIONS", {})
    options["options"] = f"-c statement_timeout={STATEMENT_S * 1000:.0f}"
    set_wait_callback(_wait)


def _wait(link: "psycopg2.extensions.connection") -> None:
    """Until the driver has what it asked for; the time begins anew with each sign of the server."""
    sockets = select.poll()
    while (state := link.poll()) != POLL_OK:
        sockets.register(link.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        most_s = CONNECT_S if link.status > _CONNECTED else ANSWER_S
        began = time.monotonic()
        if not sockets.poll(most_s * 1000):
            raise NoAnswer(f"PostgreSQL has been silent for {time.monotonic() - began:.1f} s")
