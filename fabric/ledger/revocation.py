"""Brings an organisation's list of revoked certificates into the channel, on either engine.

The list then stands in a configuration block: every peer and orderer refuses what is on it, for ever, without
reading a file of ours.
"""

import asyncio

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2_grpc

from ledger.configuration import (
    config_in,
    last_config_number,
    msp_in,
    revocation_update,
    signed_update,
)
from ledger.errors import LedgerError
from ledger.gateway import Gateway
from ledger.identities import revocation_list
from ledger.material import NODE_ADMIN
from ledger.network import Network, identity

# A configuration block follows within a batch time-out; an orderer without a leader takes some seconds.
PATIENCE_S = 20.0
# What an orderer says that has not heard of the others (etcdraft, CheckConfigMetadata).
_UNHEARD = "configuration will result in quorum loss"
UNHEARD_S, UNHEARD_FOR_S = 0.5, 60.0
ASK_AGAIN_S = 0.1


class NotPublished(Exception):
    """The channel did not take a change of its configuration; the text says why."""


async def publish(network: Network, organisation: str) -> int | None:
    """The number of the configuration block that pins the list; None if the channel has it already.

    Raises NotPublished, LedgerUnavailable, NoNetwork.
    """
    content = revocation_list(network, organisation)
    msp = network.organisation(organisation).msp
    async with Gateway.of(network, organisation, "service") as gateway:
        block = await configuration(network, gateway)
        pinned = list(msp_in(config_in(block), msp).revocation_list)
        if not content or pinned == [content]:
            return None
        update = revocation_update(
            config_in(block), channel=network.channel, msp=msp, revocation_list=content
        )
        admin = identity(network, organisation, NODE_ADMIN)
        await broadcast(network, signed_update(update, signers=[admin], sender=admin))
        return await wait_beyond(network, gateway, block.header.number)


async def configuration(network: Network, gateway: Gateway) -> common_pb2.Block:
    """The configuration block in force, as the newest block names it."""
    newest = await _newest(network, gateway)
    return await _block(network, gateway, last_config_number(newest))


async def _newest(network: Network, gateway: Gateway) -> common_pb2.Block:
    return await _block(network, gateway, await gateway.height() - 1)


async def _block(network: Network, gateway: Gateway, number: int) -> common_pb2.Block:
    args = network.channel.encode(), str(number).encode()
    return common_pb2.Block.FromString(await gateway.evaluate("GetBlockByNumber", *args, chaincode="qscc"))


async def broadcast(network: Network, envelope: common_pb2.Envelope) -> None:
    """Hand a change of the configuration to the orderer. Raises NotPublished.

    A leader that was elected a moment ago has heard of no follower yet, and refuses a change of the orderers
    for the quorum that it believes lost: it is asked again.
    """
    end = asyncio.get_running_loop().time() + UNHEARD_FOR_S
    while True:
        try:
            return await _offer(network, envelope)
        except NotPublished as error:
            if _UNHEARD not in str(error) or asyncio.get_running_loop().time() > end:
                raise
        await asyncio.sleep(UNHEARD_S)


async def _offer(network: Network, envelope: common_pb2.Envelope) -> None:
    credentials = grpc.ssl_channel_credentials(network.tls_roots())
    async with grpc.aio.secure_channel(network.orderer, credentials) as channel:
        call = ab_pb2_grpc.AtomicBroadcastStub(channel).Broadcast(timeout=PATIENCE_S)
        try:
            await call.write(envelope)
            answer = await call.read()
        except grpc.aio.AioRpcError as error:
            raise NotPublished(f"the orderer does not answer: {error.details()}") from error
        finally:
            call.cancel()
    if answer is grpc.aio.EOF or answer.status != common_pb2.SUCCESS:
        told = "it closed the stream" if answer is grpc.aio.EOF else answer.info
        raise NotPublished(f"the orderer did not take the change: {told}")


async def wait_beyond(network: Network, gateway: Gateway, number: int) -> int:
    """The next configuration block's number, once our own peer has it. Raises NotPublished."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + PATIENCE_S
    while loop.time() < limit:
        try:
            newest = last_config_number(await _newest(network, gateway))
        except LedgerError:
            newest = number
        if newest > number:
            return newest
        await asyncio.sleep(ASK_AGAIN_S)
    raise NotPublished(
        "the orderer took the change, but our peer shows no new configuration yet: ask again later"
    )
