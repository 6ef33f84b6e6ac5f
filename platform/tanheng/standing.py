"""Which peers know all that people were told: only such a peer's refusal is the ledger's word.

A peer that comes back after a fall answers before it has every block. It would refuse an act whose condition
it has not read yet, and a refusal is final.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from ledger.errors import LedgerUnavailable


class Watcher(Protocol):
    """A gateway of an identity that may watch the channel: it tells how many blocks its peer has."""

    @property
    def peer_msp(self) -> str:
        """Whose peer it is."""
        ...

    async def height(self) -> int:
        """How many blocks the peer has. Raises LedgerError."""
        ...


async def current(watchers: Sequence[Watcher], *, told: int) -> frozenset[str]:
    """Organisations whose peer is reached and has block `told` and every block that another one of them has.

    Raises LedgerError when a watcher may not ask.
    """
    heights = await asyncio.gather(*(_height(watcher) for watcher in watchers))
    enough = max(told + 1, *heights)
    there = zip(watchers, heights, strict=True)
    return frozenset(watcher.peer_msp for watcher, height in there if height >= enough)


async def _height(watcher: Watcher) -> int:
    try:
        return await watcher.height()
    except LedgerUnavailable:
        return -1
