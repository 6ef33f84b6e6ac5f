"""Block 0: the channel's configuration as Fabric's own messages, readable by Fabric's tools.

One policy set for both engines: transactions need the endorsement of two of three organisations; blocks,
queries of blocks and chaincode events are for nodes and for identities whose certificate carries the unit
`service` or `regulator`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.msp import msp_config_pb2, msp_principal_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2
from google.protobuf.message import Message

from ledger.blocks import new_block
from ledger.consensus import Consensus, OrdererNode, block_validation, consensus_type, consenters
from ledger.identity import new_nonce, transaction_id
from ledger.low_s import low_s_der

# Fabric's node roles, and the two units that may watch the whole channel.
NODE_UNITS = ("client", "peer", "admin", "orderer")
WATCHING_UNITS = ("service", "regulator")
WATCHERS = "Watchers"
WATCHED_RESOURCES = (
    "event/Block",
    "event/FilteredBlock",
    "gateway/ChaincodeEvents",
    "qscc/GetChainInfo",
    "qscc/GetBlockByNumber",
    "qscc/GetBlockByHash",
    "qscc/GetBlockByTxID",
    "qscc/GetTransactionByID",
)
# design/ledger.md, Block size: 2 MB preferred, 10 MB absolute.
PREFERRED_BYTES = 2 * 1024 * 1024
ABSOLUTE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """When a block is closed: so long after its first message, or at so many (the bench's sweep)."""

    timeout_ms: int = 50
    messages: int = 500


DEFAULT_BATCH = Batch()


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation as block 0 knows it: roots as PEM, the host and port of its peer."""

    msp: str
    root_pem: bytes
    tls_root_pem: bytes
    peer: str


def genesis_block(
    *,
    channel: str,
    members: Sequence[Member],
    orderers: Sequence[OrdererNode],
    consensus: Consensus = Consensus.LOCALNET,
    batch: Batch = DEFAULT_BATCH,
) -> common_pb2.Block:
    """Block 0 of `channel`, whose transactions `orderers` put in order as `consensus` and `batch` say."""
    config = configtx_pb2.ConfigEnvelope(
        config=configtx_pb2.Config(channel_group=_channel_group(members, orderers, consensus, batch))
    )
    nonce = new_nonce()
    header = common_pb2.ChannelHeader(
        type=common_pb2.CONFIG, channel_id=channel, version=1, tx_id=transaction_id(nonce=nonce, creator=b"")
    )
    header.timestamp.GetCurrentTime()
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(),
            signature_header=common_pb2.SignatureHeader(nonce=nonce).SerializeToString(),
        ),
        data=config.SerializeToString(),
    )
    envelope = common_pb2.Envelope(payload=payload.SerializeToString())
    block = new_block(number=0, previous_hash=b"", envelopes=[envelope.SerializeToString()])
    last_config = common_pb2.OrdererBlockMetadata(last_config=common_pb2.LastConfig(index=0))
    block.metadata.metadata[common_pb2.SIGNATURES] = common_pb2.Metadata(
        value=last_config.SerializeToString()
    ).SerializeToString()
    block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER] = b"\x00"
    return block


def root_identifier(root_pem: bytes) -> bytes:
    """How Fabric names the chain that certified a unit: SHA-256 of the root certificate's DER, in low-S form.

    Fabric rewrites a certificate whose signature has the larger of its two valid s, so half of all roots
    would go by another name. Source: Fabric's msp, "sanitizeCert".
    """
    return hashlib.sha256(low_s_der(x509.load_pem_x509_certificate(root_pem))).digest()


def _channel_group(
    members: Sequence[Member], orderers: Sequence[OrdererNode], consensus: Consensus, batch: Batch
) -> configtx_pb2.ConfigGroup:
    values: dict[str, Message] = {
        "HashingAlgorithm": configuration_pb2.HashingAlgorithm(name="SHA256"),
        "BlockDataHashingStructure": configuration_pb2.BlockDataHashingStructure(width=2**32 - 1),
        # Byzantine orderers need 3.0; everything else is the same for 2.5.
        "Capabilities": _capability("V2_0" if consensus is Consensus.RAFT else "V3_0"),
    }
    group = _group(values=values, policies=_meta_policies())
    group.groups["Orderer"].CopyFrom(_orderer_group(members, orderers, consensus, batch))
    group.groups["Application"].CopyFrom(_application_group(members))
    return group


def _orderer_group(
    members: Sequence[Member], orderers: Sequence[OrdererNode], consensus: Consensus, batch: Batch
) -> configtx_pb2.ConfigGroup:
    timeout = f"{batch.timeout_ms}ms"
    values: dict[str, Message] = {
        "ConsensusType": consensus_type(
            consensus, orderers, max_messages=batch.messages, batch_timeout=timeout
        ),
        "BatchSize": orderer_configuration_pb2.BatchSize(
            max_message_count=batch.messages,
            absolute_max_bytes=ABSOLUTE_BYTES,
            preferred_max_bytes=PREFERRED_BYTES,
        ),
        "BatchTimeout": orderer_configuration_pb2.BatchTimeout(timeout=timeout),
        "ChannelRestrictions": orderer_configuration_pb2.ChannelRestrictions(),
        "Capabilities": _capability("V2_0"),
    }
    validation = _meta("ANY", "Writers")
    if consensus is Consensus.BFT:
        values["Orderers"] = consenters(orderers)
        validation = _signature(block_validation(orderers))
    group = _group(values=values, policies=_meta_policies() | {"BlockValidation": validation})
    for member in members:
        addresses = [one.address for one in orderers if one.msp == member.msp]
        if addresses:
            endpoints = {"Endpoints": configuration_pb2.OrdererAddresses(addresses=addresses)}
            group.groups[member.msp].CopyFrom(_organisation_group(member, endpoints))
    return group


def _application_group(members: Sequence[Member]) -> configtx_pb2.ConfigGroup:
    acls = peer_configuration_pb2.ACLs()
    for resource in WATCHED_RESOURCES:
        acls.acls[resource].policy_ref = f"/Channel/Application/{WATCHERS}"
    group = _group(
        values={"Capabilities": _capability("V2_5"), "ACLs": acls},
        policies=_meta_policies()
        | {
            "Endorsement": _meta("MAJORITY", "Endorsement"),
            "LifecycleEndorsement": _meta("MAJORITY", "Endorsement"),
            WATCHERS: _watchers(members),
        },
    )
    for member in members:
        host, _, port = member.peer.rpartition(":")
        anchor = peer_configuration_pb2.AnchorPeer(host=host, port=int(port))
        anchors = {"AnchorPeers": peer_configuration_pb2.AnchorPeers(anchor_peers=[anchor])}
        group.groups[member.msp].CopyFrom(_organisation_group(member, anchors))
    return group


def _organisation_group(member: Member, values: Mapping[str, Message]) -> configtx_pb2.ConfigGroup:
    role = msp_principal_pb2.MSPRole
    policies = {
        "Readers": _any_of([_role(member.msp, role.MEMBER)]),
        "Writers": _any_of([_role(member.msp, role.MEMBER)]),
        "Admins": _any_of([_role(member.msp, role.ADMIN)]),
        "Endorsement": _any_of([_role(member.msp, role.PEER)]),
    }
    return _group(values={"MSP": _msp(member)} | dict(values), policies=policies)


def _msp(member: Member) -> msp_config_pb2.MSPConfig:
    def unit(name: str) -> msp_config_pb2.FabricOUIdentifier:
        return msp_config_pb2.FabricOUIdentifier(
            certificate=member.root_pem, organizational_unit_identifier=name
        )

    client, peer, admin, orderer = NODE_UNITS
    config = msp_config_pb2.FabricMSPConfig(
        name=member.msp,
        root_certs=[member.root_pem],
        tls_root_certs=[member.tls_root_pem],
        crypto_config=msp_config_pb2.FabricCryptoConfig(
            signature_hash_family="SHA2", identity_identifier_hash_function="SHA256"
        ),
        fabric_node_ous=msp_config_pb2.FabricNodeOUs(
            enable=True,
            client_ou_identifier=unit(client),
            peer_ou_identifier=unit(peer),
            admin_ou_identifier=unit(admin),
            orderer_ou_identifier=unit(orderer),
        ),
    )
    return msp_config_pb2.MSPConfig(type=0, config=config.SerializeToString())


def _group(
    *, values: Mapping[str, Message], policies: Mapping[str, policies_pb2.Policy]
) -> configtx_pb2.ConfigGroup:
    group = configtx_pb2.ConfigGroup(mod_policy="Admins")
    for name, value in values.items():
        group.values[name].CopyFrom(
            configtx_pb2.ConfigValue(value=value.SerializeToString(), mod_policy="Admins")
        )
    for name, policy in policies.items():
        group.policies[name].CopyFrom(configtx_pb2.ConfigPolicy(policy=policy, mod_policy="Admins"))
    return group


def _meta_policies() -> dict[str, policies_pb2.Policy]:
    return {
        "Readers": _meta("ANY", "Readers"),
        "Writers": _meta("ANY", "Writers"),
        "Admins": _meta("MAJORITY", "Admins"),
    }


def _meta(rule: str, name: str) -> policies_pb2.Policy:
    meta = policies_pb2.ImplicitMetaPolicy(
        sub_policy=name, rule=policies_pb2.ImplicitMetaPolicy.Rule.Value(rule)
    )
    return policies_pb2.Policy(type=policies_pb2.Policy.IMPLICIT_META, value=meta.SerializeToString())


def _watchers(members: Sequence[Member]) -> policies_pb2.Policy:
    role = msp_principal_pb2.MSPRole
    principals = []
    for member in members:
        principals += [_role(member.msp, role.PEER), _role(member.msp, role.ORDERER)]
        principals += [_unit(member, name) for name in WATCHING_UNITS]
    return _any_of(principals)


def _any_of(principals: list[msp_principal_pb2.MSPPrincipal]) -> policies_pb2.Policy:
    return _signature(threshold_policy(1, principals))


def _signature(envelope: policies_pb2.SignaturePolicyEnvelope) -> policies_pb2.Policy:
    return policies_pb2.Policy(type=policies_pb2.Policy.SIGNATURE, value=envelope.SerializeToString())


def threshold_policy(
    count: int, principals: list[msp_principal_pb2.MSPPrincipal]
) -> policies_pb2.SignaturePolicyEnvelope:
    """The policy "at least `count` of these principals"."""
    rules = [policies_pb2.SignaturePolicy(signed_by=index) for index in range(len(principals))]
    return policies_pb2.SignaturePolicyEnvelope(
        rule=policies_pb2.SignaturePolicy(n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=count, rules=rules)),
        identities=principals,
    )


def _role(msp: str, role: int) -> msp_principal_pb2.MSPPrincipal:
    principal = msp_principal_pb2.MSPRole(msp_identifier=msp, role=role)
    return msp_principal_pb2.MSPPrincipal(
        principal_classification=msp_principal_pb2.MSPPrincipal.ROLE, principal=principal.SerializeToString()
    )


def _unit(member: Member, name: str) -> msp_principal_pb2.MSPPrincipal:
    principal = msp_principal_pb2.OrganizationUnit(
        msp_identifier=member.msp,
        organizational_unit_identifier=name,
        certifiers_identifier=root_identifier(member.root_pem),
    )
    return msp_principal_pb2.MSPPrincipal(
        principal_classification=msp_principal_pb2.MSPPrincipal.ORGANIZATION_UNIT,
        principal=principal.SerializeToString(),
    )


def peer_principal(msp: str) -> msp_principal_pb2.MSPPrincipal:
    """The principal "a peer of this organisation"."""
    return _role(msp, msp_principal_pb2.MSPRole.PEER)


def _capability(name: str) -> configuration_pb2.Capabilities:
    capabilities = configuration_pb2.Capabilities()
    capabilities.capabilities[name].SetInParent()
    return capabilities
