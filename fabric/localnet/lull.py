"""Lets SQLite begin its write-ahead log anew, also under a load that never rests.

SQLite starts the log from its first byte only at a moment when nobody reads from it. With fifty clients some
simulation always holds a height, so the log grew by all that was written (98 MB in one run), and every read
goes through it. Above a limit the peer lets no new simulation begin, waits shortly for those that run, writes
the log into the database, and goes on. A simulation that hangs delays nobody for longer than the patience.
"""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from localnet.state import State

if TYPE_CHECKING:
    from localnet.node import Node

LIMIT_BYTES = 32 * 2**20
# The longest that a simulation waits at the door, and how often the log is looked at.
PATIENCE_S = 0.25
LOOK_S = 1.0
# After a lull that emptied nothing (a hung chaincode, the walk over all rows) the load runs on so long.
REST_S = 10.0
STEP_S = 0.002
log = logging.getLogger(__name__)


class Lull:
    """The door before a peer's simulations."""

    def __init__(self, state: State, *, limit: int = LIMIT_BYTES, patience: float = PATIENCE_S) -> None:
        self._state = state
        self._limit = limit
        self._patience = patience
        self._open = asyncio.Event()
        self._open.set()

    async def over(self) -> None:
        """Returns when a simulation may begin: at once, but for a moment after much was written."""
        await self._open.wait()

    async def keep(self) -> bool:
        """Empties the log if it is above its limit; gives False if a reader that does not end forbade it."""
        if self._state.log_bytes() <= self._limit:
            return True
        self._open.clear()
        try:
            until = time.monotonic() + self._patience
            while self._state.readers and time.monotonic() < until:
                await asyncio.sleep(STEP_S)
            return self._state.empty_log()
        finally:
            self._open.set()


async def lull(node: "Node") -> None:
    """Look after a peer's log for ever; says once that it cannot be emptied."""
    said = False
    while True:
        emptied = await node.lull.keep()
        if not emptied and not said:
            log.warning("a reader that does not end keeps state.db-wal from being emptied")
        said = not emptied
        await asyncio.sleep(LOOK_S if emptied else REST_S)
