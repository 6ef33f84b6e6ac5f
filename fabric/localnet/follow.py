"""A peer follows the orderer: it takes blocks in order, checks who signed them, and commits."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2_grpc
from google.protobuf.message import DecodeError
from ledger.blocks import BlockDamaged, header_hash, signed_bytes

from localnet.chain import DiskTrouble
from localnet.config import ChannelConfig
from localnet.identity import AccessDenied, Roster
from localnet.seek import seek_blocks

if TYPE_CHECKING:
    from localnet.node import Node

REDIAL_S = 0.1
# A full disk is looked at again so often.
DISK_AGAIN_S = 2.0
FOR_EVER = 2**64 - 1
WHY = {common_pb2.FORBIDDEN: " (has our own certificate run out, or was it revoked?)"}
log = logging.getLogger(__name__)


class OutOfOrder(Exception):
    """A block that is not the next one; the text says which was wanted."""


async def follow(node: "Node", channel: Any) -> None:
    """Commit what the orderer delivers, for ever; stops for good when the chain forks."""
    stub = ab_pb2_grpc.AtomicBroadcastStub(channel)
    said = ""
    while node.chain.damage is None:
        trouble = await _follow_once(node, stub)
        # What goes on being so is said once.
        if trouble and trouble != said:
            log.warning("%s", trouble)
        said = trouble
        await asyncio.sleep(REDIAL_S if node.trouble is None else DISK_AGAIN_S)
    await asyncio.Event().wait()


async def _follow_once(node: "Node", stub: Any) -> str:
    """One stream of the orderer, until it ends; gives why it ended, in words."""
    call, connected = stub.Deliver(), False
    first = node.chain.blocks.height
    try:
        await call.write(seek_blocks(node.identity, channel=node.config.channel, first=first, last=FOR_EVER))
        while (answer := await call.read()) is not grpc.aio.EOF and answer.HasField("block"):
            if not connected:
                connected = True
                log.info("following the orderer from block %d", answer.block.header.number)
            take(node, answer.block)
        if answer is not grpc.aio.EOF:
            name = common_pb2.Status.Name(answer.status)
            # It stops with SERVICE_UNAVAILABLE when it ends; anything else is about us.
            return f"the orderer ends the stream of blocks: {name}{WHY.get(answer.status, '')}"
    except grpc.aio.AioRpcError as error:
        return f"the orderer is away: {error.details()}"
    except OutOfOrder as wrong:
        return str(wrong)
    except DiskTrouble as trouble:
        node.trouble = str(trouble)
        return f"this peer commits nothing: {trouble}; it tries again every {DISK_AGAIN_S:.0f} s"
    except BlockDamaged as damaged:
        node.chain.damage = str(damaged)
        node.tip.advance()
        return f"this peer stops endorsing: {damaged}"
    finally:
        call.cancel()
    return ""


def take(node: "Node", block: common_pb2.Block) -> None:
    """Check and commit one block; one that we have is passed over.

    Raises BlockDamaged, OutOfOrder, DiskTrouble; then nothing of the block was kept.
    """
    number, wanted = block.header.number, node.chain.blocks.height
    if number > wanted:
        raise OutOfOrder(f"the orderer sent block {number} where block {wanted} was wanted: asking again")
    check_orderer(block, config=node.config, roster=node.roster)
    if number < wanted:
        _pass_over(node, block)
        return
    commit = node.chain.commit(block)
    if node.trouble:
        log.info("block %d is written: the trouble is over", number)
        node.trouble = None
    node.committed(block, commit)


def _pass_over(node: "Node", block: common_pb2.Block) -> None:
    """A block that came before must be the same one. Raises BlockDamaged."""
    number = block.header.number
    try:
        stored = node.chain.blocks.block(number)
    except OSError as error:
        raise BlockDamaged(str(error)) from error
    if header_hash(stored.header) != header_hash(block.header):
        raise BlockDamaged(f"the orderer sent another block {number} than before: the chain has forked")
    log.warning("the orderer sent block %d again: passed over", number)


def check_orderer(block: common_pb2.Block, *, config: ChannelConfig, roster: Roster) -> None:
    """Checks that an orderer of the channel signed the block. Raises BlockDamaged."""
    number = block.header.number
    try:
        metadata = common_pb2.Metadata.FromString(block.metadata.metadata[common_pb2.SIGNATURES])
        for index, one in enumerate(metadata.signatures):
            signer = common_pb2.SignatureHeader.FromString(one.signature_header)
            caller = roster.check(
                creator=signer.creator,
                signature=one.signature,
                message=signed_bytes(block, metadata, index),
            )
            if caller.msp in config.orderer_msps and "orderer" in caller.units:
                return
    except (AccessDenied, DecodeError, IndexError) as error:
        raise BlockDamaged(f"the signature of block {number} does not hold") from error
    raise BlockDamaged(f"block {number} carries no signature of an orderer")
