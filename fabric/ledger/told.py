"""What became of transactions, heard on one stream of a peer's blocks instead of asked for one by one.

CommitStatus is a call with a signature for each transaction, which the peer checks; the same peer tells all
that watch it the codes of a whole block in one message. Only who may watch the channel can have the stream.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Protocol, Self

from fabric_protos.peer import events_pb2
from fabric_protos.peer.transaction_pb2 import TxValidationCode as Code

from ledger.commit import CommitStatus, code_name
from ledger.errors import AccessDenied, LedgerError

log = logging.getLogger(__name__)

# What was not heard of in this time is asked for: it may stand in a block from before the stream began.
PATIENCE_S = 2.0
# The newest so many are kept for those who ask after the block came.
KEPT = 10_000
RECONNECT_S = (0.1, 0.3, 1.0, 3.0, 5.0)


class Watched(Protocol):
    """A peer as an identity sees it that may watch the channel."""

    def filtered_blocks(self) -> AsyncGenerator[events_pb2.FilteredBlock, None]:
        """The newest block and all that follow, until the stream breaks."""
        ...


class Told:
    """One peer's codes of transactions as its blocks come; an async context manager.

    A shortcut and never the last word: `of` gives None whenever it does not know, and the peer is asked.
    """

    def __init__(self, peer: Watched) -> None:
        self._peer = peer
        self._known: OrderedDict[str, CommitStatus] = OrderedDict()
        self._waiting: dict[str, set[asyncio.Future[CommitStatus | None]]] = {}
        self._hears = False
        self._over = False
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.ensure_future(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # gRPC may take a cancellation for itself, when a stream breaks in the same moment.
        self._over = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._deaf()

    async def of(self, tx_id: str) -> CommitStatus | None:
        """What became of a transaction, at most `PATIENCE_S` after the call; None: ask the peer for it."""
        if tx_id in self._known or not self._hears:
            return self._known.get(tx_id)
        heard: asyncio.Future[CommitStatus | None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(tx_id, set())
        waiting.add(heard)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await heard
        except TimeoutError:
            return None
        finally:
            waiting.discard(heard)
            if not waiting and self._waiting.get(tx_id) is waiting:
                del self._waiting[tx_id]

    async def _listen(self) -> None:
        attempt = 0
        while not self._over:
            try:
                async with contextlib.aclosing(self._peer.filtered_blocks()) as blocks:
                    async for block in blocks:
                        attempt = 0
                        self._hears = True
                        self._take(block)
            except AccessDenied as error:
                log.warning("commits are asked for one by one: %s", error)
                return
            except LedgerError as error:
                log.info("the stream of commits broke: %s", error)
            finally:
                self._deaf()
            if not self._over:
                await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
                attempt += 1

    def _take(self, block: events_pb2.FilteredBlock) -> None:
        for entry in block.filtered_transactions:
            # Of an id that came twice the first envelope's code counts; it may be from before the stream.
            if not entry.txid or entry.tx_validation_code == Code.DUPLICATE_TXID:
                continue
            status = CommitStatus(entry.txid, code_name(entry.tx_validation_code), block.number)
            self._known[entry.txid] = status
            for heard in self._waiting.get(entry.txid, ()):
                if not heard.done():
                    heard.set_result(status)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)

    def _deaf(self) -> None:
        """Whoever waits asks the peer now; the blocks of the gap are not known."""
        self._hears = False
        for waiting in self._waiting.values():
            for heard in waiting:
                if not heard.done():
                    heard.set_result(None)
