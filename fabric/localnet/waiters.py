"""Those who wait for a transaction's commit."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Block and validation code of a transaction."""

    block: int
    code: int


class Waiters:
    """Futures by transaction id; whoever gives up removes himself."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[Outcome]]] = defaultdict(set)

    def register(self, tx_id: str) -> "asyncio.Future[Outcome]":
        """A future for a transaction. Look the ledger up after this, without an await between."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[tx_id].add(future)
        return future

    def remove(self, tx_id: str, future: "asyncio.Future[Outcome]") -> None:
        """Stop waiting."""
        waiting = self._waiting.get(tx_id)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[tx_id]

    def answer(self, tx_id: str, *, block: int, code: int) -> None:
        """Tell everybody who waits for a transaction."""
        for future in self._waiting.pop(tx_id, set()):
            if not future.done():
                future.set_result(Outcome(block=block, code=code))
