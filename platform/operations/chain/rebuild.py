"""Read models made again from block 0 beside the ones in use, and compared with them byte for byte.

The copy grows batch by batch in a schema of its own, each batch with its place in the chain: a killed rebuild
goes on where it was. The site goes on meanwhile; without `repair` nothing of the copy is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from types import TracebackType
from typing import Protocol, Self, TypeVar

from django.db import connection, transaction
from django.db.models import Max
from django_tenants.utils import schema_context
from ledger.events import Block, ChaincodeEvent, read_event
from ledger.gateway import Gateway
from ledger.network import Network

from accounting.services import ledger as accounting
from market import models as market
from market.services import chain, projection
from operations.chain import copy
from operations.chain.copy import Difference
from tenants.services import ledger as tenants

T = TypeVar("T")
READER = "events"
SILENT_AFTER_S = 20.0
BATCH = 200
# Any number: no two rebuilds write one copy.
LOCK = 7_316_024_451

# (blocks done, blocks there are) of events and of whole blocks together.
Progress = Callable[[int, int], None]


class Busy(Exception):
    """Another rebuild is running."""


class Source(Protocol):
    """Where events and blocks come from, in the order of the chain."""

    def events(self, start_block: int) -> Iterator[ChaincodeEvent]:
        """Events from a block on; it may wait for more."""
        ...

    def blocks(self, start: int) -> Iterator[Block]:
        """Whole blocks from a number on; it may wait for more."""
        ...


def rebuild(
    source: Source, *, network: str, progress: Progress = lambda *_: None, repair: bool = False
) -> list[Difference]:
    """A line for each table, at the follower's own place in the chain. `repair` puts the rebuilt rows in.

    network: its name, so that a copy of another one is not gone on with. Raises Busy, LedgerError, and
    TimeoutError when the peer does not send what is there.
    """
    with _alone():
        if copy.prepare(network) and _is_ahead():
            copy.discard()
            copy.prepare(network)
        _grow(source, progress)
        with transaction.atomic():
            found = _judge(source, repair=repair)
            copy.discard()
    return found


def _grow(source: Source, progress: Progress) -> None:
    """Bring the copy to where the rows in use are now, one transaction a batch."""
    place, last = chain.checkpoint(READER), _last_block()
    there = place.block_number + last + 2
    for batch in _batches(_events_until(source, place.tx_id)):
        with transaction.atomic(), schema_context(copy.SCHEMA):
            _apply(batch)
        progress(batch[-1].block_number, there)
    for blocks in _batches(_blocks_until(source, last)):
        with transaction.atomic(), schema_context(copy.SCHEMA):
            for block in blocks:
                chain.store_block(block)
        progress(place.block_number + blocks[-1].number + 1, there)
    progress(there, there)


def _judge(source: Source, *, repair: bool) -> list[Difference]:
    """Compare at one moment: what the follower added meanwhile is added here first."""
    with connection.cursor() as cursor:
        if connection.savepoint_ids == []:
            cursor.execute("set transaction isolation level repeatable read")
    place, last = chain.checkpoint(READER), _last_block()
    with schema_context(copy.SCHEMA):
        _apply(list(_events_until(source, place.tx_id)))
        for block in _blocks_until(source, last):
            chain.store_block(block)
    found = copy.compare()
    if repair:
        copy.put_in()
    return found


def _apply(events: list[ChaincodeEvent]) -> None:
    for event in events:
        known = read_event(event)
        if chain.advance(READER, known):
            projection.apply(known)
            tenants.project(known)
            accounting.project(known)


def _events_until(source: Source, tx_id: str) -> Iterator[ChaincodeEvent]:
    """Events from the copy's own place to a transaction; none when it is there already."""
    with schema_context(copy.SCHEMA):
        done = chain.checkpoint(READER)
    if not tx_id or done.tx_id == tx_id:
        return
    for event in source.events(done.block_number):
        yield event
        if event.tx_id == tx_id:
            return


def _blocks_until(source: Source, last: int) -> Iterator[Block]:
    with schema_context(copy.SCHEMA):
        following = chain.next_block()
    if following > last:
        return
    for block in source.blocks(following):
        yield block
        if block.number >= last:
            return


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _last_block() -> int:
    """The newest block that is stored in use, -1 for none."""
    found = market.Block.objects.aggregate(last=Max("number"))["last"]
    return -1 if found is None else int(found)


def _is_ahead() -> bool:
    """Whether the copy has seen more than the rows in use: these were restored from an older backup."""
    place, last = chain.checkpoint(READER), _last_block()
    with schema_context(copy.SCHEMA):
        done = chain.checkpoint(READER)
        known = not place.tx_id or market.ChainEvent.objects.filter(pk=place.tx_id).exists()
        return (known and done.tx_id != place.tx_id) or chain.next_block() > last + 1


class _alone:
    """One rebuild at a time, by a lock of the database that dies with the connection."""

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise Busy("another rebuild is running")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


class PeerSource:
    """A peer's streams as plain iterators, for database work between the answers; a context manager."""

    def __init__(self, network: Network, organisation: str) -> None:
        # Its end lets streams that were left in the middle end, too.
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._gateway = Gateway.of(network, organisation, "service")

    def __enter__(self) -> Self:
        self._loop.run_until_complete(self._gateway.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run_until_complete(self._gateway.__aexit__(kind, error, trace))
        self._runner.close()

    def events(self, start_block: int) -> Iterator[ChaincodeEvent]:
        """Events from a block on. Raises TimeoutError when none comes, LedgerError."""
        return self._read(self._gateway.chaincode_events(start_block=start_block))

    def blocks(self, start: int) -> Iterator[Block]:
        """Blocks from a number on. Raises TimeoutError when none comes, LedgerError."""
        return self._read(self._gateway.block_events(start_block=start))

    def _read(self, stream: AsyncIterator[T]) -> Iterator[T]:
        try:
            while True:
                yield self._loop.run_until_complete(asyncio.wait_for(anext(stream), SILENT_AFTER_S))
        finally:
            self._loop.run_until_complete(stream.aclose())  # type: ignore[attr-defined]
