"""Waking those who wait for the next block."""

import asyncio


class Tip:
    """A signal that the chain grew. Take `signal()`, then compare heights, then wait: nothing is missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def signal(self) -> asyncio.Event:
        """The event that the next growth sets."""
        return self._event

    def advance(self) -> None:
        """Wake everybody."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    def close(self) -> None:
        """Wake everybody for the last time: the node stops."""
        self.closed = True
        self.advance()
