"""Before the orderer accepts anything it takes back from the peers what its own disk may have lost.

A disk that lied, or a restored backup, leaves the orderer with fewer blocks than the peers have; numbering on
from there would fork the chain. The peers' copies carry its own signature, so it can trust them.
"""

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2_grpc
from ledger.blocks import BlockDamaged, check_block, header_hash

from localnet.follow import check_orderer
from localnet.seek import seek_blocks, seek_newest
from localnet.transport import secure_channel

if TYPE_CHECKING:
    from localnet.order import Orderer

# Two of three peers must have answered; the third gets this long, then the orderer starts without it.
PATIENCE_S = 3.0
RETRY_S = 0.1
log = logging.getLogger(__name__)


async def heal(orderer: "Orderer") -> None:
    """Bring the orderer to the height of the highest peer. Raises BlockDamaged on a fork."""
    channels = {
        organisation.name: secure_channel(organisation.peer, orderer.config.tls_roots)
        for organisation in orderer.network.organisations.values()
    }
    try:
        heights = await _heights(orderer, channels)
        best = max(heights, key=lambda name: heights[name])
        for name, height in heights.items():
            if 0 < height <= orderer.height:
                await _check_same(orderer, name, channels[name], height - 1)
        if heights[best] > orderer.height:
            log.warning("fetching blocks %d to %d from %s", orderer.height, heights[best] - 1, best)
            await _fetch(orderer, channels[best], heights[best])
    finally:
        for channel in channels.values():
            await channel.close()


async def _heights(orderer: "Orderer", channels: dict[str, Any]) -> dict[str, int]:
    """Heights of the peers that answer: of all within the patience, of a majority in any case."""
    found: dict[str, int] = {}
    asking = {asyncio.create_task(_ask(orderer, name, channel, found)) for name, channel in channels.items()}
    try:
        _, waiting = await asyncio.wait(asking, timeout=PATIENCE_S)
        while waiting and len(found) <= len(channels) // 2:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in asking:
            task.cancel()
    for name in channels.keys() - found.keys():
        log.warning("the peer of %s did not answer; starting without it", name)
    return found


async def _ask(orderer: "Orderer", name: str, channel: Any, found: dict[str, int]) -> None:
    while name not in found:
        with contextlib.suppress(grpc.aio.AioRpcError):
            block = await _one_block(orderer, channel, None)
            if block is not None:
                found[name] = block.header.number + 1
                return
        await asyncio.sleep(RETRY_S)


async def _check_same(orderer: "Orderer", name: str, channel: Any, number: int) -> None:
    block = await _one_block(orderer, channel, number)
    own = common_pb2.Block.FromString(orderer.read_block(number))
    if block is not None and header_hash(block.header) != header_hash(own.header):
        raise BlockDamaged(f"block {number} of {name} is not ours: the chain has forked")


async def _one_block(orderer: "Orderer", channel: Any, number: int | None) -> common_pb2.Block | None:
    """Block `number`, or the newest. None if the peer has none to show."""
    call = events_pb2_grpc.DeliverStub(channel).Deliver()
    try:
        channel_name = orderer.config.channel
        if number is None:
            seek = seek_newest(orderer.identity, channel=channel_name)
        else:
            seek = seek_blocks(orderer.identity, channel=channel_name, first=number, last=number)
        await call.write(seek)
        answer = await call.read()
        return answer.block if answer is not grpc.aio.EOF and answer.HasField("block") else None
    finally:
        call.cancel()


async def _fetch(orderer: "Orderer", channel: Any, height: int) -> None:
    call = events_pb2_grpc.DeliverStub(channel).Deliver()
    await call.write(
        seek_blocks(orderer.identity, channel=orderer.config.channel, first=orderer.height, last=height - 1)
    )
    while (answer := await call.read()) is not grpc.aio.EOF and answer.HasField("block"):
        block = answer.block
        check_block(block, number=orderer.height, previous_hash=orderer.tip_hash)
        if block.header.number:
            check_orderer(block, config=orderer.config, roster=orderer.roster)
        # What a peer added is its own: an orderer's block carries neither codes nor commit hash.
        block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER] = b""
        block.metadata.metadata[common_pb2.COMMIT_HASH] = b""
        orderer.store(block)
    call.cancel()
