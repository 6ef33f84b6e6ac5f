"""Asking running nodes how they stand, over the same protocols that clients use."""

import contextlib
import json
from typing import Any

import grpc
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.orderer import ab_pb2_grpc
from ledger.identity import Identity
from ledger.network import Network, NoNetwork, identity
from ledger.proposal import propose

from localnet.seek import seek_newest

# Whoever asks has its organisation's service identity: status and blocks are not for relays.
ASKING = "service"
ORDERER_ORGANISATION = "regulator"


class NodeSilent(Exception):
    """A node that does not answer; the text says why."""


def peer_status(network: Network, organisation: str, *, timeout_s: float = 2.0) -> dict[str, Any]:
    """What `Node.status` of a running peer says. Raises NodeSilent."""
    proposal = propose(
        _asker(network, organisation),
        channel=network.channel,
        chaincode="localnet",
        name="Status",
        args=(),
    )
    request = gateway_pb2.EvaluateRequest(
        transaction_id=proposal.tx_id,
        channel_id=network.channel,
        proposed_transaction=proposal.message(),
    )
    with _channel(network, network.organisation(organisation).peer) as channel:
        stub = gateway_pb2_grpc.GatewayStub(channel)
        try:
            answer = stub.Evaluate(request, timeout=timeout_s, wait_for_ready=False)
        except grpc.RpcError as error:
            raise NodeSilent(_words(error)) from error
    status: dict[str, Any] = json.loads(answer.result.payload)
    return status


def orderer_height(network: Network, *, timeout_s: float = 2.0) -> int:
    """How many blocks the running orderer has. Raises NodeSilent."""
    signer = _asker(network, ORDERER_ORGANISATION)
    seek = seek_newest(signer, channel=network.channel)
    with _channel(network, network.orderer) as channel:
        stub = ab_pb2_grpc.AtomicBroadcastStub(channel)
        try:
            answer = next(stub.Deliver(iter([seek]), timeout=timeout_s))
        except (grpc.RpcError, StopIteration) as error:
            raise NodeSilent(_words(error)) from error
    if not answer.HasField("block"):
        raise NodeSilent(f"the orderer refused: status {answer.status}")
    return int(answer.block.header.number) + 1


def _asker(network: Network, organisation: str) -> Identity:
    """The organisation's own service, or ours where each organisation runs its part alone."""
    for name in (organisation, *network.organisations):
        with contextlib.suppress(NoNetwork):
            return identity(network, name, ASKING)
    raise NoNetwork("no organisation of this network has an identity here that may ask")


def _channel(network: Network, address: str) -> Any:
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(network.tls_roots()))


def _words(error: Exception) -> str:
    details = getattr(error, "details", None)
    return str(details()) if callable(details) else str(error)
