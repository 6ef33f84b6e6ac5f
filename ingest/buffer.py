"""A bounded queue between the network thread and the writer, taken from in batches."""

import queue
import time
from dataclasses import dataclass, field

from ingest.mqtt import Message


@dataclass(frozen=True, slots=True)
class Limits:
    """When a batch is full or has waited long enough."""

    messages: int = 2_000
    payload_bytes: int = 512 * 1024
    wait_s: float = 0.1


@dataclass(slots=True)
class Buffer:
    """Holds at most as many messages as the broker may have out, so `put` never waits."""

    size: int
    limits: Limits = field(default_factory=Limits)
    _queue: queue.Queue[Message] = field(init=False)

    def __post_init__(self) -> None:
        # Redelivered messages of a lost connection may stand beside their first copies for a moment.
        self._queue = queue.Queue(maxsize=2 * self.size)

    def put(self, message: Message) -> None:
        """Called in the network thread."""
        self._queue.put(message)

    def take(self, *, idle_s: float) -> list[Message]:
        """The next batch: waits up to `idle_s` for a first message, then until the batch is full or late."""
        try:
            first = self._queue.get(timeout=idle_s)
        except queue.Empty:
            return []
        batch, size = [first], len(first.payload)
        deadline = time.monotonic() + self.limits.wait_s
        while len(batch) < self.limits.messages and size < self.limits.payload_bytes:
            try:
                message = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            batch.append(message)
            size += len(message.payload)
        return batch

    def __len__(self) -> int:
        return self._queue.qsize()
