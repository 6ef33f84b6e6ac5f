"""What a supervisor needs to know of the network's processes: commands, addresses, readiness.

It starts and stops nothing itself; `operations` does.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from ledger.network import Network

from localnet.probe import NodeSilent, orderer_height, peer_status

ORDERER = "orderer"
PEER_PREFIX = "peer-"


@dataclass(frozen=True, slots=True)
class NodeProcess:
    """One process of the network: its name, its command line, where it listens (host:port)."""

    name: str
    command: tuple[str, ...]
    address: str


def processes(network: Network) -> tuple[NodeProcess, ...]:
    """The peers and the orderer, in a good order to start; any order works.

    The orderer accepts nothing before two peers have answered it, so that it cannot fork the chain.
    """
    home = str(Path(network.home).resolve())
    peers = tuple(
        NodeProcess(
            name=PEER_PREFIX + organisation.name,
            command=(sys.executable, "-m", "localnet.peer", "--home", home, "--org", organisation.name),
            address=organisation.peer,
        )
        for organisation in network.organisations.values()
    )
    orderer = NodeProcess(
        name=ORDERER,
        command=(sys.executable, "-m", "localnet.order", "--home", home),
        address=network.orderer,
    )
    return (*peers, orderer)


def is_ready(network: Network, name: str, *, timeout_s: float = 1.0) -> bool:
    """Whether the process `name` answers now. A peer is ready without its chaincode: that may start later."""
    try:
        if name == ORDERER:
            return orderer_height(network, timeout_s=timeout_s) > 0
        return peer_status(network, name.removeprefix(PEER_PREFIX), timeout_s=timeout_s)["damage"] is None
    except NodeSilent:
        return False


def chaincode_is_connected(network: Network, organisation: str, *, timeout_s: float = 1.0) -> bool:
    """Whether an organisation's chaincode has registered with its peer."""
    try:
        return bool(peer_status(network, organisation, timeout_s=timeout_s)["chaincode_connected"])
    except NodeSilent:
        return False
