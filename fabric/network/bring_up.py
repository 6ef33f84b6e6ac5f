"""`python -m network.bring_up --home DIR`: makes running nodes one channel with its chaincode.

Orderers and peers join block 0, the chaincode is installed, approved and committed; what is there already is
left alone. It ends when every organisation's gateway can endorse with all others.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from fabric_protos.peer import query_pb2
from ledger.errors import LedgerError, Refusal_
from ledger.gateway import Gateway
from ledger.material import NODE_ADMIN
from ledger.network import Network, identity, load, open_key

from network.layout import orderers, peers
from network.lifecycle import Lifecycle
from network.participation import OrdererRefused, Participation
from network.proposals import PeerLine, PeerRefused

WITHIN_S = 60.0
AGAIN_S = 0.1
RELAY = "relay"
# A call that every chaincode answers with a no, and how a gateway tells such an answer.
UNKNOWN, CHAINCODE_SAID = "no_such_function", "chaincode response"


async def bring_up(network: Network) -> bool:
    """Whether the chaincode's definition is new. Raises PeerRefused, OrdererRefused, LedgerError."""
    async with contextlib.AsyncExitStack() as stack:
        lines = [
            await stack.enter_async_context(PeerLine(peer, identity(network, peer.organisation, NODE_ADMIN)))
            for peer in peers(network)
        ]
        gateways = [
            await stack.enter_async_context(Gateway.of(network, line.peer.organisation, NODE_ADMIN))
            for line in lines
        ]
        joining = asyncio.to_thread(join_orderers, network)
        await asyncio.gather(joining, *(_join_peer(network, line) for line in lines))
        lifecycle = Lifecycle(channel=network.channel, name=network.chaincode, lines=lines)
        changed = await lifecycle.bring(gateways)
        await asyncio.gather(*(_endorses(network, line.peer.organisation) for line in lines))
        return changed


def join_orderers(network: Network) -> None:
    """Every orderer joins the channel and has a place in it. Raises OrdererRefused."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        for orderer in orderers(network):
            with participation(network, orderer.name, Path(folder)) as interface:
                _joined(network, interface)


def participation(network: Network, name: str, folder: Path) -> Participation:
    """The interface of the orderer `name`; the administrator's key is opened into `folder` meanwhile."""
    orderer = next(one for one in orderers(network) if one.name == name)
    admin = network.organisation(orderer.organisation).folder / "identities" / NODE_ADMIN
    key = folder / f"{orderer.organisation}.pem"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(open_key(network, admin / "tls-key.pem"))
    return Participation(orderer, certificate=admin / "tls-cert.pem", key=key)


def _joined(network: Network, interface: Participation) -> None:
    end = time.monotonic() + WITHIN_S
    while True:
        try:
            if interface.standing(network.channel) is None:
                interface.join(network.genesis())
        except OrdererRefused:
            if time.monotonic() > end:
                raise
            time.sleep(AGAIN_S)
        else:
            return


async def _join_peer(network: Network, line: PeerLine) -> None:
    told = await line.ask("cscc", "GetChannels")
    channels = query_pb2.ChannelQueryResponse.FromString(told).channels
    if network.channel not in [one.channel_id for one in channels]:
        await line.ask("cscc", "JoinChain", network.genesis())


async def _endorses(network: Network, organisation: str) -> None:
    """Waits until the gateway of an organisation reaches the chaincode of all of them."""
    end = time.monotonic() + WITHIN_S
    async with Gateway.of(network, organisation, RELAY) as gateway:
        while not await _finds_all(gateway, network):
            if time.monotonic() > end:
                raise PeerRefused(f"the gateway of {organisation} finds no endorsers after {WITHIN_S:.0f} s")
            await asyncio.sleep(AGAIN_S)


async def _finds_all(gateway: Gateway, network: Network) -> bool:
    """Whether a call that no chaincode knows is answered by the chaincode of every organisation."""
    for member in network.organisations.values():
        try:
            await gateway.propose(UNKNOWN, organisations=[member.msp])
        except Refusal_:
            continue
        except LedgerError as error:
            if CHAINCODE_SAID not in str(error):
                return False
    return True


def main() -> int:
    """Command line: exit status 1 when a node refuses."""
    parser = argparse.ArgumentParser(prog="network.bring_up", description="Join nodes and chaincode.")
    parser.add_argument("--home", type=Path, required=True, help="the folder that holds ledger/")
    network = load(parser.parse_args().home)
    began = time.monotonic()
    try:
        changed = asyncio.run(bring_up(network))
    except (PeerRefused, OrdererRefused, LedgerError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{'made' if changed else 'found'} in {time.monotonic() - began:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
