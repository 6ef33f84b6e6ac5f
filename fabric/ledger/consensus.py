"""How orderers agree, as block 0 states it: one embedded orderer, Raft, or Byzantine (SmartBFT).

Source: Fabric v3.1 channel configuration (ConsensusType, Orderers, BlockValidation).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from fabric_protos.common import configuration_pb2, policies_pb2
from fabric_protos.msp import identities_pb2, msp_principal_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as raft_configuration_pb2
from fabric_protos.orderer.smartbft import configuration_pb2 as bft_configuration_pb2


class Consensus(StrEnum):
    """Who puts transactions in order. `localnet` is one embedded orderer; the others are real Fabric."""

    LOCALNET = "localnet"
    RAFT = "raft"
    BFT = "bft"

    @property
    def is_fabric(self) -> bool:
        """True for real orderers."""
        return self is not Consensus.LOCALNET


# What Fabric calls them in the channel's configuration.
_NAMES = {Consensus.LOCALNET: "localnet", Consensus.RAFT: "etcdraft", Consensus.BFT: "BFT"}
# A leader is missed after ten ticks; the usual 500 ms would leave a network without one for five seconds.
TICK = "100ms"
ELECTION_TICKS = 10
SNAPSHOT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdererNode:
    """An orderer as block 0 knows it: who runs it, host:port, and the certificates it shows (PEM)."""

    msp: str
    address: str
    identity_pem: bytes
    tls_pem: bytes

    @property
    def host(self) -> str:
        """The host part of the address."""
        return self.address.rpartition(":")[0]

    @property
    def port(self) -> int:
        """The port part of the address."""
        return int(self.address.rpartition(":")[2])


def consensus_type(
    kind: Consensus, orderers: Sequence[OrdererNode], *, max_messages: int, batch_timeout: str
) -> orderer_configuration_pb2.ConsensusType:
    """The channel's ConsensusType value with its metadata; batch_timeout as Fabric writes it ("50ms")."""
    metadata = b""
    if kind is Consensus.RAFT:
        metadata = _raft(orderers).SerializeToString()
    elif kind is Consensus.BFT:
        metadata = _bft(max_messages, batch_timeout).SerializeToString()
    return orderer_configuration_pb2.ConsensusType(type=_NAMES[kind], metadata=metadata)


def consenters(orderers: Sequence[OrdererNode]) -> configuration_pb2.Orderers:
    """The Orderers value of a Byzantine channel: whose signatures make a block."""
    return configuration_pb2.Orderers(
        consenter_mapping=[
            configuration_pb2.Consenter(
                id=number,
                host=one.host,
                port=one.port,
                msp_id=one.msp,
                identity=one.identity_pem,
                client_tls_cert=one.tls_pem,
                server_tls_cert=one.tls_pem,
            )
            for number, one in enumerate(orderers, start=1)
        ]
    )


def quorum(count: int) -> int:
    """How many of `count` Byzantine orderers must sign a block: more than half of all honest ones."""
    return ceil((count + (count - 1) // 3 + 1) / 2)


def block_validation(orderers: Sequence[OrdererNode]) -> policies_pb2.SignaturePolicyEnvelope:
    """The policy "a quorum of exactly these orderers has signed the block"."""
    identities = [
        msp_principal_pb2.MSPPrincipal(
            principal_classification=msp_principal_pb2.MSPPrincipal.IDENTITY,
            principal=identities_pb2.SerializedIdentity(
                mspid=one.msp, id_bytes=one.identity_pem
            ).SerializeToString(),
        )
        for one in orderers
    ]
    rules = [policies_pb2.SignaturePolicy(signed_by=number) for number in range(len(orderers))]
    needed = policies_pb2.SignaturePolicy.NOutOf(n=quorum(len(orderers)), rules=rules)
    return policies_pb2.SignaturePolicyEnvelope(
        rule=policies_pb2.SignaturePolicy(n_out_of=needed), identities=identities
    )


def _raft(orderers: Sequence[OrdererNode]) -> raft_configuration_pb2.ConfigMetadata:
    return raft_configuration_pb2.ConfigMetadata(
        consenters=[
            raft_configuration_pb2.Consenter(
                host=one.host, port=one.port, client_tls_cert=one.tls_pem, server_tls_cert=one.tls_pem
            )
            for one in orderers
        ],
        options=raft_configuration_pb2.Options(
            tick_interval=TICK,
            election_tick=ELECTION_TICKS,
            heartbeat_tick=1,
            max_inflight_blocks=5,
            snapshot_interval_size=SNAPSHOT_BYTES,
        ),
    )


def _bft(max_messages: int, batch_timeout: str) -> bft_configuration_pb2.Options:
    return bft_configuration_pb2.Options(
        request_batch_max_count=max_messages,
        request_batch_max_bytes=10 * 1024 * 1024,
        request_batch_max_interval=batch_timeout,
        incoming_message_buffer_size=200,
        request_pool_size=2 * max_messages,
        request_forward_timeout="2s",
        # A leader that drops requests or is dead is replaced in seconds; the library's default is a minute.
        request_complain_timeout="5s",
        request_auto_remove_timeout="3m0s",
        request_max_bytes=10 * 1024 * 1024,
        view_change_resend_interval="2s",
        view_change_timeout="10s",
        leader_heartbeat_timeout="5s",
        leader_heartbeat_count=10,
        collect_timeout="1s",
        leader_rotation=bft_configuration_pb2.Options.ROTATION_OFF,
    )
