"""Questions to the three organisations' peers that any operator may ask: how high, and which last block."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fabric_protos.common import ledger_pb2
from ledger.errors import LedgerError
from ledger.gateway import Gateway
from ledger.network import Network, NoNetwork, load
from tanheng.env import Environment

# Fabric's own query chaincode, which both engines answer.
QUERY_CHAINCODE = "qscc"


@dataclass(frozen=True, slots=True)
class Height:
    """What one organisation's peer says of its chain; height is None when it does not answer."""

    organisation: str
    height: int | None
    block_hash: str
    error: str = ""


async def heights(environment: Environment) -> list[Height]:
    """The three answers, asked at once."""
    try:
        network = load(environment.home)
    except NoNetwork as error:
        return [Height("none", None, "", str(error))]
    return list(await asyncio.gather(*(_height(network, name) for name in network.organisations)))


async def _height(network: Network, organisation: str) -> Height:
    try:
        async with Gateway.of(network, organisation, "service") as gateway:
            channel = network.channel.encode()
            answer = await gateway.evaluate("GetChainInfo", channel, timeout_s=3.0, chaincode=QUERY_CHAINCODE)
    except LedgerError as error:
        return Height(organisation, None, "", str(error))
    chain = ledger_pb2.BlockchainInfo.FromString(answer)
    return Height(organisation, int(chain.height), chain.currentBlockHash.hex())
