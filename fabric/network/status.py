"""How a real network stands, node by node, in the words of `localnet.status`: heights, hashes, agreement."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2, ledger_pb2
from ledger.blocks import commit_hash, header_hash
from ledger.network import Network, NoNetwork, identity

from network.bring_up import participation
from network.layout import Node, orderers, peers
from network.participation import OrdererRefused
from network.proposals import PeerLine, PeerRefused

# Blocks are not for node administrators: this identity may ask for them.
ASKING = "service"
WITHIN_S = 2.0


def network_status(network: Network) -> dict[str, Any]:
    """Heights, lag and hashes of every node. `agree`: all peers answer and share block and commit hash.

    The hashes are those of the last block that all answering peers have. There are no confirmation times:
    Fabric's peers keep none.
    """
    told = asyncio.run(_peers(network))
    standing = {one.name: _orderer(network, one) for one in orderers(network)}
    first = next(iter(standing.values()), {"address": network.orderer, "answers": False, "because": "none"})
    heights = [one["height"] for one in (*told.values(), *standing.values()) if one["answers"]]
    for peer in told.values():
        if peer["answers"]:
            peer["lag"] = max(heights) - peer["height"]
    return {
        "network": network.network,
        "channel": network.channel,
        "engine": network.engine,
        "consensus": str(network.consensus),
        "orderer": next((one for one in standing.values() if one["answers"]), first),
        "orderers": standing,
        "peers": told,
        "agree": _agree(told),
    }


async def peer_height(network: Network, organisation: str) -> int:
    """How many blocks an organisation's peer has, of either engine. Raises PeerRefused, NoNetwork."""
    peer = next(one for one in peers(network) if one.organisation == organisation)
    async with PeerLine(peer, identity(network, organisation, ASKING), within_s=WITHIN_S) as line:
        return await _height(line, network.channel)


async def _peers(network: Network) -> dict[str, dict[str, Any]]:
    nodes = list(peers(network))
    heights = await asyncio.gather(*(_asked(network, one) for one in nodes))
    answering = [height for height in heights if isinstance(height, int)]
    shared = min(answering) - 1 if answering else 0
    told = await asyncio.gather(
        *(_peer(network, one, height, shared) for one, height in zip(nodes, heights, strict=True))
    )
    return {one.organisation: facts for one, facts in zip(nodes, told, strict=True)}


async def _asked(network: Network, peer: Node) -> int | str:
    try:
        return await peer_height(network, peer.organisation)
    except PeerRefused as refused:
        return str(refused)


async def _peer(network: Network, peer: Node, height: int | str, shared: int) -> dict[str, Any]:
    if isinstance(height, str):
        return {"address": peer.address, "answers": False, "because": height}
    try:
        async with PeerLine(peer, identity(network, peer.organisation, ASKING), within_s=WITHIN_S) as line:
            block = await _block(line, network.channel, shared)
    except PeerRefused as refused:
        return {"address": peer.address, "answers": False, "because": str(refused)}
    return {
        "address": peer.address,
        "answers": True,
        "height": height,
        "compared_at": shared,
        "block_hash": header_hash(block.header).hex(),
        "commit_hash": commit_hash(block).hex(),
        "damage": None,
    }


async def _height(line: PeerLine, channel: str) -> int:
    told = await line.ask("qscc", "GetChainInfo", channel.encode(), channel=channel)
    return int(ledger_pb2.BlockchainInfo.FromString(told).height)


async def _block(line: PeerLine, channel: str, number: int) -> common_pb2.Block:
    told = await line.ask("qscc", "GetBlockByNumber", channel.encode(), str(number).encode(), channel=channel)
    return common_pb2.Block.FromString(told)


def _orderer(network: Network, orderer: Node) -> dict[str, Any]:
    facts: dict[str, Any] = {"address": orderer.address, "answers": False}
    try:
        with (
            tempfile.TemporaryDirectory(prefix="tanheng-") as folder,
            participation(network, orderer.name, Path(folder)) as interface,
        ):
            standing = interface.standing(network.channel)
    except (OrdererRefused, NoNetwork) as error:
        return facts | {"because": str(error)}
    if standing is None:
        return facts | {"because": "it has not joined the channel"}
    return facts | {
        "answers": True,
        "height": standing.height,
        "status": standing.status,
        "relation": standing.relation,
    }


def _agree(told: Mapping[str, Mapping[str, Any]]) -> bool:
    if not all(peer["answers"] for peer in told.values()):
        return False
    return len({(peer["block_hash"], peer["commit_hash"]) for peer in told.values()}) == 1
