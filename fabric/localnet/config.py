"""The channel as block 0 describes it: organisations, policies, access rules, block sizes."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2
from ledger.genesis import root_identifier

from localnet.identity import Trust
from localnet.policy import Policy, policy_at, remembered


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When the orderer closes a block; sizes in bytes."""

    max_messages: int
    preferred_bytes: int
    absolute_bytes: int


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """What nodes need to know of a channel. Roots come from block 0, never from files."""

    channel: str
    trusts: Mapping[str, Trust]
    application_msps: tuple[str, ...]
    orderer_msps: frozenset[str]
    tls_roots: bytes
    endorsement: Policy
    writers: Policy
    readers: Policy
    watched: Mapping[str, Policy]
    batch: BatchLimits

    def rule(self, resource: str) -> Policy:
        """Who may use a resource: the channel's own rule for it, else its readers."""
        return self.watched.get(resource, self.readers)


def read_config(genesis: common_pb2.Block) -> ChannelConfig:
    """The configuration in block 0. Raises BadPolicy, KeyError, DecodeError on a block that is none."""
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(genesis.data.data[0]).payload)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    root = configtx_pb2.ConfigEnvelope.FromString(payload.data).config.channel_group
    application, orderer = root.groups["Application"], root.groups["Orderer"]
    msps = {name: _msp(group) for name, group in [*application.groups.items(), *orderer.groups.items()]}
    return ChannelConfig(
        channel=header.channel_id,
        trusts={name: _trust(msp) for name, msp in msps.items()},
        application_msps=tuple(sorted(application.groups)),
        orderer_msps=frozenset(orderer.groups),
        tls_roots=b"".join(pem for msp in msps.values() for pem in msp.tls_root_certs),
        endorsement=remembered(policy_at(application, "Endorsement")),
        writers=remembered(policy_at(root, "Writers")),
        readers=policy_at(root, "Readers"),
        watched=_watched(application),
        batch=_batch(orderer),
    )


def _msp(group: configtx_pb2.ConfigGroup) -> msp_config_pb2.FabricMSPConfig:
    outer = msp_config_pb2.MSPConfig.FromString(group.values["MSP"].value)
    return msp_config_pb2.FabricMSPConfig.FromString(outer.config)


def _trust(msp: msp_config_pb2.FabricMSPConfig) -> Trust:
    roots = tuple(x509.load_pem_x509_certificate(pem) for pem in msp.root_certs)
    revoked = frozenset(
        revocation.serial_number for pem in msp.revocation_list for revocation in x509.load_pem_x509_crl(pem)
    )
    return Trust(
        msp=msp.name, roots=roots, root_identifier=root_identifier(msp.root_certs[0]), revoked=revoked
    )


def _watched(application: configtx_pb2.ConfigGroup) -> dict[str, Policy]:
    acls = peer_configuration_pb2.ACLs.FromString(application.values["ACLs"].value)
    prefix = "/Channel/Application/"
    return {
        resource: policy_at(application, rule.policy_ref.removeprefix(prefix))
        for resource, rule in acls.acls.items()
    }


def _batch(orderer: configtx_pb2.ConfigGroup) -> BatchLimits:
    size = orderer_configuration_pb2.BatchSize.FromString(orderer.values["BatchSize"].value)
    return BatchLimits(
        max_messages=size.max_message_count,
        preferred_bytes=size.preferred_max_bytes,
        absolute_bytes=size.absolute_max_bytes,
    )
