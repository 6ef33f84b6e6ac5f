"""The nodes of a real network as values: whose, where they listen, which folder is theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One peer or orderer. address, administration, chaincode: host:port, empty where it has none.

    folder: its settings and data. identity: its certificates and keys, as `ledger.material` wrote them.
    """

    name: str
    kind: str
    msp: str
    organisation: str
    address: str
    folder: Path
    identity: Path
    authority: Path
    tls_root: Path
    administration: str = ""
    chaincode: str = ""

    @property
    def data(self) -> Path:
        """Where its ledger lies."""
        return self.folder / "data"


def nodes_folder(network: Network) -> Path:
    """Where settings and data of all nodes lie."""
    return network.folder / "nodes"


def peers(network: Network) -> Iterator[Node]:
    """The three peers."""
    for name in network.organisations:
        yield _node(
            network,
            kind="peer",
            folder="peer",
            organisation=name,
            address=network.organisation(name).peer,
            chaincode=network.organisation(name).chaincode,
        )


def orderers(network: Network) -> Iterator[Node]:
    """Three orderers, or four."""
    for one in network.orderers:
        yield _node(
            network,
            kind="orderer",
            folder=one.node,
            organisation=one.organisation,
            address=one.address,
            administration=one.administration,
        )


def _node(
    network: Network,
    *,
    kind: str,
    folder: str,
    organisation: str,
    address: str,
    administration: str = "",
    chaincode: str = "",
) -> Node:
    member = network.organisation(organisation)
    name = f"{folder}-{organisation}"
    return Node(
        name=name,
        kind=kind,
        msp=member.msp,
        organisation=organisation,
        address=address,
        folder=nodes_folder(network) / name,
        identity=member.folder / folder,
        authority=member.folder / "ca" / "cert.pem",
        tls_root=member.folder / "tls" / "ca.pem",
        administration=administration,
        chaincode=chaincode,
    )
