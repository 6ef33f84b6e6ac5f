"""How the ledger's network stands, asked in the way of its engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.network import Network


def network_status(network: Network) -> dict[str, Any]:
    """Heights, lag, hashes and agreement of all nodes, in the same words for both engines.

    Only the embedded peers tell their state root, confirmation times and trouble: Fabric's keep no such
    times, and one that cannot write ends, so it does not answer.
    """
    if network.consensus.is_fabric:
        from network.status import network_status as of_fabric

        return of_fabric(network)
    from localnet.status import network_status as of_localnet

    return of_localnet(network)
