"""The follower turns the ledger's events into read models: one database transaction an event.

An event that was applied before changes nothing, so a stream may begin anywhere. The live frames of an event
follow in a transaction of their own: nobody's confirmation waits for them. Whole blocks, for the explorer,
are read beside it with a checkpoint of their own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from django.db import transaction
from kit import clock, live, outbox
from ledger.events import Block, ChaincodeEvent, LedgerEvent, read_event
from lexicon.terms import OutboxState

from accounting.services import ledger as accounting
from ingest.services import ledger as ingest
from market.services import chain, feed, projection
from tanheng.leader import DatabaseThread
from tanheng.relay import EVENTS, announce
from tenants.services import ledger as tenants

log = logging.getLogger(__name__)


class Events(Protocol):
    """The two streams of a gateway that a follower reads."""

    def chaincode_events(self, *, start_block: int, after_tx: str | None) -> AsyncIterator[ChaincodeEvent]:
        """Events of valid transactions, for ever."""
        ...

    def block_events(self, *, start_block: int) -> AsyncIterator[Block]:
        """Blocks, for ever."""
        ...


class Follower:
    """Reads both streams until cancelled; one process at a time does this."""

    def __init__(self, gateway: Events, database: DatabaseThread) -> None:
        self._gateway = gateway
        self._database = database

    async def run(self) -> None:
        """Follow events and blocks for ever. A failed event ends the process: nothing may be passed over."""
        await self._database.lead("follower")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.follow_events())
            tasks.create_task(self.follow_blocks())

    async def follow_events(self) -> None:
        """Apply and tell every event from the checkpoint's block on, for ever.

        The whole block again, because what a killed follower had applied it may not have told.
        """
        start = await self._database.run(chain.checkpoint, EVENTS)
        async for event in self._gateway.chaincode_events(start_block=start.block_number, after_tx=None):
            await self._database.run(apply, event, arrived_at=clock.now())
            await self._database.run(tell, event)

    async def follow_blocks(self) -> None:
        """Store every block after the last one stored, for ever."""
        start = await self._database.run(chain.next_block)
        async for block in self._gateway.block_events(start_block=start):
            await self._database.run(_store_block, block)


def apply(event: ChaincodeEvent, *, arrived_at: datetime) -> bool:
    """Every change that follows from one event, in one transaction; false when it was done before.

    Raises ValueError for an event that is not of our shape: a follower that passed it over would lie.
    """
    known = read_event(event)
    with transaction.atomic():
        if not chain.advance(EVENTS, known):
            return False
        projection.apply(known)
        tenants.apply(known)
        ingest.apply(known)
        accounting.apply(known)
        _commit_intent(known, arrived_at)
    return True


def tell(event: ChaincodeEvent) -> None:
    """The live frames of an applied event: the state now, so that telling it twice does no harm."""
    known = read_event(event)
    with transaction.atomic():
        for topic, data in feed.frames(known):
            live.publish(topic, data)


def _store_block(block: Block) -> None:
    with transaction.atomic():
        if chain.store_block(block):
            live.publish(*feed.chain_frame(block))


def _commit_intent(event: LedgerEvent, arrived_at: datetime) -> None:
    row = outbox.commit(
        tx_id=event.tx_id,
        intent_id=event.intent,
        block_number=event.block_number,
        committed_at=arrived_at,
    )
    if row is not None:
        announce(row, OutboxState.COMMITTED, tx_id=event.tx_id, block_number=event.block_number)
