"""The current instant, replaceable in tests. Everything of ours that asks for the time asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: datetime | None = None


def now() -> datetime:
    """The current instant, UTC and aware."""
    return _frozen if _frozen is not None else datetime.now(UTC)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Time stands still at `instant` (aware) inside the block; `tick` moves it."""
    global _frozen  # noqa: PLW0603 (one clock a process is the point)
    if instant.tzinfo is None:
        raise ValueError("a frozen instant is aware")
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def tick(step: timedelta) -> None:
    """Move a frozen clock on by `step`."""
    global _frozen  # noqa: PLW0603
    if _frozen is None:
        raise RuntimeError("only a frozen clock can be moved")
    _frozen += step
