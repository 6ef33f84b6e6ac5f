"""How the ledger's network stands, asked in the way of its engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.network import Network


def network_status(network: Network) -> dict[str, Any]:
    """Heights, lag, hashes and agreement of all nodes: the same words for both engines."""
    if network.consensus.is_fabric:
        from network.status import network_status as of_fabric

        return of_fabric(network)
    from localnet.status import network_status as of_localnet

    return of_localnet(network)
