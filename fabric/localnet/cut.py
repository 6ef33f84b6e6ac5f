"""When the orderer closes a block: at once for a lonely client, a little apart under load."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from localnet.config import BatchLimits

# localnet-notes 3 and 4: blocks of one transaction are the dear case. Under load blocks are kept apart by two
# fifths of the channel's batch time-out: twenty milliseconds of fifty give a third more throughput, but a
# lonely client must not wait for nobody. Load is told by arrivals close together: one client needs some ten
# milliseconds from one envelope to the next, many clients do not.
RECENT_ARRIVALS = 8
RECENT_S = 0.4
CLOSE_S = 0.005
CLOSE_ARRIVALS = 3
APART_OF_TIMEOUT = 0.4


@dataclass(slots=True)
class Pending:
    """An envelope that waits to be ordered."""

    envelope: bytes
    # A change of the configuration has a block of its own.
    alone: bool = False
    info: str = ""
    ordered: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Cutter:
    """A queue of envelopes that gives them out in blocks."""

    def __init__(self, limits: BatchLimits) -> None:
        self._limits = limits
        self._apart_s = limits.timeout_ms / 1000 * APART_OF_TIMEOUT
        self._queue: deque[Pending] = deque()
        self._filled = asyncio.Event()
        self._arrivals: deque[float] = deque(maxlen=RECENT_ARRIVALS)
        self._last_cut = 0.0

    def put(self, envelope: bytes, *, alone: bool = False) -> Pending:
        """Queue an envelope; its future gives the result (common.Status) once it is ordered."""
        pending = Pending(envelope, alone)
        self._queue.append(pending)
        self._arrivals.append(time.monotonic())
        self._filled.set()
        return pending

    async def next_batch(self) -> list[Pending]:
        """The envelopes of the next block, in order of arrival; waits for the first."""
        while not self._queue:
            self._filled.clear()
            await self._filled.wait()
        wait = self._last_cut + self._apart_s - time.monotonic()
        if wait > 0 and self._loaded() and len(self._queue) < self._limits.max_messages:
            await asyncio.sleep(wait)
        self._last_cut = time.monotonic()
        return self._take()

    def _loaded(self) -> bool:
        arrivals = self._arrivals
        if len(arrivals) < RECENT_ARRIVALS or time.monotonic() - arrivals[0] > RECENT_S:
            return False
        return sum(later - earlier < CLOSE_S for earlier, later in pairwise(arrivals)) >= CLOSE_ARRIVALS

    def _take(self) -> list[Pending]:
        batch: list[Pending] = []
        size = 0
        while self._queue and len(batch) < self._limits.max_messages:
            size += len(self._queue[0].envelope)
            if batch and (size > self._limits.preferred_bytes or self._queue[0].alone):
                break
            batch.append(self._queue.popleft())
            if batch[-1].alone:
                break
        return batch


def settle(batch: list[Pending], status: int) -> None:
    """Tell the senders of a batch; those who left are passed over."""
    for pending in batch:
        if not pending.ordered.done():
            pending.ordered.set_result(status)
