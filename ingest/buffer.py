"""A bounded store between the network thread and the writer: filled by reads, taken from in batches."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from ingest.message import Arrived


@dataclass(frozen=True, slots=True)
class Limits:
    """When a batch is full or has waited long enough; and how many bytes may wait before reading pauses."""

    # Under a backlog the rows of a flush (one a meter and table) are shared by more readings; the series gets
    # its 5,000 lines a request either way.
    messages: int = 20_000
    payload_bytes: int = 2 * 1024 * 1024
    # The longest that a first message waits for others. A flush that takes little is not waited for so long:
    # nine times its own time, so that writing takes a tenth of the time at most while there is little to do.
    wait_s: float = 0.25
    waits: float = 9.0
    held_bytes: int = 48 * 1024 * 1024


@dataclass(slots=True)
class Buffer:
    """Messages in the order they came. One thread puts, one takes."""

    limits: Limits = field(default_factory=Limits)
    _waiting: deque[Arrived] = field(default_factory=deque, init=False)
    _bytes: int = field(default=0, init=False)
    _flush_s: float = field(default=float("inf"), init=False)
    _taken_at: float = field(default=0.0, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)

    def put(self, messages: list[Arrived]) -> None:
        """Called in the network thread; never waits."""
        size = sum([len(one.payload) for one in messages])
        with self._changed:
            was_empty = not self._waiting
            self._waiting.extend(messages)
            self._bytes += size
            # Waking the writer for every read would cost more than the reads.
            if was_empty or self._is_batch():
                self._changed.notify()

    def is_full(self) -> bool:
        """Whether reading from the broker has to pause."""
        return self._bytes >= self.limits.held_bytes

    def take(self, *, idle_s: float) -> list[Arrived]:
        """The next batch: waits up to `idle_s` for a first message, then until the batch is full or late.

        The time since the last batch was handed out is what its flush took.
        """
        if self._taken_at:
            self._flush_s, self._taken_at = time.monotonic() - self._taken_at, 0.0
        with self._changed:
            if not self._waiting and not self._changed.wait_for(lambda: bool(self._waiting), timeout=idle_s):
                return []
            waited_s = time.time() - self._waiting[0].received_ms / 1000
            # A clock that was set back makes no message wait longer than the limit.
            wait_s = min(self.limits.wait_s, self.limits.waits * self._flush_s)
            left = min(wait_s - waited_s, wait_s)
            if left > 0 and not self._is_batch():
                self._changed.wait_for(self._is_batch, timeout=left)
            self._taken_at = time.monotonic()
            return self._batch()

    def _is_batch(self) -> bool:
        return len(self._waiting) >= self.limits.messages or self._bytes >= self.limits.payload_bytes

    def _batch(self) -> list[Arrived]:
        batch: list[Arrived] = []
        size = 0
        while self._waiting and len(batch) < self.limits.messages and size < self.limits.payload_bytes:
            one = self._waiting.popleft()
            batch.append(one)
            size += len(one.payload)
        self._bytes -= size
        return batch

    def __len__(self) -> int:
        return len(self._waiting)
