"""`python -m localnet.peer --home DIR --org NAME`: one organisation's peer as its own process."""

import argparse
import asyncio
import logging
from pathlib import Path
from typing import Any

from fabric_protos.gateway import gateway_pb2_grpc
from fabric_protos.peer import events_pb2_grpc, peer_pb2_grpc
from ledger.network import load, node_tls

from localnet.broadcast import Broadcaster
from localnet.chaincode_link import EXECUTE_TIMEOUT_S
from localnet.deliver import DeliverService
from localnet.endorse import Endorser
from localnet.follow import follow
from localnet.gateway import GatewayService
from localnet.limit import LimitedGateway
from localnet.lull import lull
from localnet.node import Node
from localnet.others import OtherPeers
from localnet.process import run_until_stopped, set_up
from localnet.transport import secure_channel, server
from localnet.walk import first_walk, walk

# Blocks are durable on the orderer before a peer sees them; a peer may sync a little later.
SYNC_EVERY_S = 0.2
log = logging.getLogger(__name__)


async def serve(node: Node) -> None:
    """Run the peer until the process is told to stop."""
    roots = node.config.tls_roots
    orderer = secure_channel(node.network.orderer, roots)
    peers = {
        organisation.msp: secure_channel(organisation.peer, roots)
        for organisation in node.network.organisations.values()
        if organisation.msp != node.organisation.msp
    }
    broadcaster = Broadcaster(orderer)
    endorser = Endorser(node)
    gateway = GatewayService(node, endorser=endorser, broadcaster=broadcaster, peers=OtherPeers(peers))
    first_walk(node)
    listener = _listener(node)
    gateway_pb2_grpc.add_GatewayServicer_to_server(LimitedGateway(gateway), listener)
    peer_pb2_grpc.add_EndorserServicer_to_server(endorser, listener)
    events_pb2_grpc.add_DeliverServicer_to_server(DeliverService(node), listener)
    await listener.start()
    log.info(
        "peer of %s answers at %s, height %d", node.organisation.msp, node.organisation.peer, node.height
    )
    try:
        await run_until_stopped(
            node.chaincode.run(),
            follow(node, orderer),
            broadcaster.run(),
            _sync(node),
            walk(node),
            lull(node),
            _warm([orderer, *peers.values()]),
        )
    finally:
        node.tip.close()
        await listener.stop(0.2)
        for channel in [orderer, *peers.values()]:
            await channel.close()
        node.chain.close()


def _listener(node: Node) -> Any:
    tls = node_tls(node.network, node.organisation.name, "peer")
    return server(
        address=node.organisation.peer,
        certificate_pem=tls.certificate_pem,
        key_pem=tls.key_pem,
    )


async def _sync(node: Node) -> None:
    while True:
        await asyncio.sleep(SYNC_EVERY_S)
        await asyncio.to_thread(node.chain.blocks.sync)


async def _warm(channels: list[Any]) -> None:
    """Connect before the first transaction pays for it, then rest."""
    await asyncio.gather(*(channel.channel_ready() for channel in channels))
    await asyncio.Event().wait()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="localnet.peer", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--org", required=True, help="enterprise, auditor or regulator")
    parser.add_argument("--strict", action="store_true", help="sync every block before answering")
    parser.add_argument(
        "--execute-timeout",
        type=_seconds,
        default=EXECUTE_TIMEOUT_S,
        metavar="S",
        help=f"how long the chaincode may take over one call, whole seconds; {EXECUTE_TIMEOUT_S} without it",
    )
    set_up()
    asyncio.run(_main(parser.parse_args()))


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number of seconds from 1 on, not {text!r}")
    return int(text)


async def _main(given: argparse.Namespace) -> None:
    node = Node(load(given.home), given.org, strict=given.strict, execute_timeout_s=given.execute_timeout)
    await serve(node)


if __name__ == "__main__":
    main()
