"""A peer follows the orderer: it takes blocks in order, checks who signed them, and commits."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2_grpc
from google.protobuf.message import DecodeError
from ledger.blocks import BlockDamaged, signed_bytes

from localnet.config import ChannelConfig
from localnet.identity import AccessDenied, Roster
from localnet.seek import seek_blocks

if TYPE_CHECKING:
    from localnet.node import Node

REDIAL_S = 0.1
FOR_EVER = 2**64 - 1
log = logging.getLogger(__name__)


async def follow(node: "Node", channel: Any) -> None:
    """Commit what the orderer delivers, for ever; stops for good when the chain forks."""
    stub = ab_pb2_grpc.AtomicBroadcastStub(channel)
    connected = False
    while node.chain.damage is None:
        call = stub.Deliver()
        try:
            await call.write(
                seek_blocks(
                    node.identity,
                    channel=node.config.channel,
                    first=node.chain.blocks.height,
                    last=FOR_EVER,
                )
            )
            while (answer := await call.read()) is not grpc.aio.EOF and answer.HasField("block"):
                if not connected:
                    connected = True
                    log.info("following the orderer from block %d", answer.block.header.number)
                take(node, answer.block)
        except grpc.aio.AioRpcError as error:
            if connected:
                log.warning("the orderer is away: %s", error.details())
            connected = False
        except BlockDamaged as damaged:
            node.chain.damage = str(damaged)
            node.tip.advance()
            log.exception("this peer stops endorsing")
        finally:
            call.cancel()
        await asyncio.sleep(REDIAL_S)
    await asyncio.Event().wait()


def take(node: "Node", block: common_pb2.Block) -> None:
    """Check and commit one block. Raises BlockDamaged."""
    check_orderer(block, config=node.config, roster=node.roster)
    commit = node.chain.commit(block)
    node.committed(block, commit)


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
