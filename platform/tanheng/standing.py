"""Which peers know all that people were told: only such a peer's refusal is the ledger's word.

A peer that comes back after a fall answers before it has every block. It would refuse an act whose condition
it has not read yet, and a refusal is final.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol, TypeVar

from ledger.errors import LedgerError


class Peer(Protocol):
    """A gateway that tells how many blocks its peer has."""

    async def height(self) -> int:
        """How many blocks the peer has. Raises LedgerError."""
        ...


P = TypeVar("P", bound=Peer)


async def current(peers: Sequence[P], *, told: int) -> list[P]:
    """Those that are reached and have the block `told` and every block that another one of them has."""
    heights = await asyncio.gather(*(_height(peer) for peer in peers))
    enough = max(told + 1, *heights)
    return [peer for peer, height in zip(peers, heights, strict=True) if height >= enough]


async def _height(peer: Peer) -> int:
    try:
        return await peer.height()
    except LedgerError:
        return -1
