"""Whether this box's clock is right, by the instants that receipts carry. Pure but for its caller's clock.

A receipt says at which instant the platform wrote it (`at`, ms). It was written after the batch was sent and
before the receipt came, so the offset lies between two bounds whatever the network and the queue took: only
an offset that is wrong for certain is called wrong.
"""

from dataclasses import dataclass

# Old bounds say little: a quartz drifts, a time service steps.
STALE_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """The platform's clock minus ours is between low and high ms; measured at our `at_ms`."""

    low: int
    high: int
    at_ms: int


@dataclass(slots=True)
class ClockCheck:
    """The narrowest recent bounds. limit_ms: by how much the clock may be off."""

    limit_ms: int
    bounds: Bounds | None = None

    def learn(self, *, sent_ms: int, platform_ms: int, came_ms: int) -> None:
        """Takes over one exchange; all in ms of Unix time, sent and came by our clock."""
        new = Bounds(platform_ms - came_ms, platform_ms - sent_ms, came_ms)
        if new.high < new.low:
            # Our clock was set back between sending and receiving: nothing can be said.
            return
        old = self.bounds
        if (
            old is None
            or not 0 <= came_ms - old.at_ms <= STALE_MS
            or _apart(old, new)
            or new.high - new.low <= old.high - old.low
        ):
            self.bounds = new

    def not_before(self, platform_ms: int, *, now_ms: int) -> None:
        """The platform has said an instant before; a box that wakes up earlier has lost its clock."""
        if platform_ms > now_ms:
            behind = platform_ms - now_ms
            self.bounds = Bounds(behind, behind + STALE_MS, now_ms)

    def offset_s(self) -> float | None:
        """Seconds that this clock is certainly behind (positive) or ahead (negative); 0 within the bounds."""
        if self.bounds is None:
            return None
        if self.bounds.low > 0:
            return self.bounds.low / 1000
        return min(self.bounds.high, 0) / 1000

    def is_off(self) -> bool:
        """Whether the clock is off by more than the limit for certain."""
        offset = self.offset_s()
        return offset is not None and abs(offset) * 1000 > self.limit_ms


def _apart(old: Bounds, new: Bounds) -> bool:
    """Bounds that exclude each other: the clock was set in between."""
    return new.low > old.high or new.high < old.low
