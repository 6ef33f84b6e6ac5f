"""The channel as a configuration block describes it: organisations, policies, access rules, block sizes."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.peer import configuration_pb2 as peer_configuration_pb2
from ledger.configuration import config_in
from ledger.genesis import root_identifier

from localnet.identity import Trust
from localnet.policy import Policy, policy_at, remembered


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When the orderer closes a block; sizes in bytes."""

    max_messages: int
    preferred_bytes: int
    absolute_bytes: int
    timeout_ms: int = 50


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """What nodes need to know of a channel. Roots come from the channel's blocks, never from files."""

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


def read_config(block: common_pb2.Block) -> ChannelConfig:
    """The configuration in a block. Raises BadPolicy, NoConfiguration, DecodeError if there is none."""
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    root = config_in(block).channel_group
    application, orderer = root.groups["Application"], root.groups["Orderer"]
    msps = {name: _msp(group) for name, group in [*application.groups.items(), *orderer.groups.items()]}
    return ChannelConfig(
        channel=header.channel_id,
        trusts={name: trust_of(msp) for name, msp in msps.items()},
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


def trust_of(msp: msp_config_pb2.FabricMSPConfig) -> Trust:
    """What a channel trusts of an organisation. Raises ValueError, IndexError on an MSP that is none.

    A revocation list that no root signed does not count, as in Fabric.
    """
    roots = tuple(x509.load_pem_x509_certificate(pem) for pem in msp.root_certs)
    lists = tuple(
        found
        for found in map(x509.load_pem_x509_crl, msp.revocation_list)
        if any(found.is_signature_valid(_public_key(root)) for root in roots)
    )
    return Trust(
        msp=msp.name,
        roots=roots,
        root_identifier=root_identifier(msp.root_certs[0]),
        lists=lists,
        revoked=frozenset(entry.serial_number for found in lists for entry in found),
    )


def _public_key(root: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = root.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("a root's key must be ECDSA")  # noqa: TRY004 - a wrong certificate, not a wrong call
    return key


def _watched(application: configtx_pb2.ConfigGroup) -> dict[str, Policy]:
    acls = peer_configuration_pb2.ACLs.FromString(application.values["ACLs"].value)
    prefix = "/Channel/Application/"
    return {
        resource: policy_at(application, rule.policy_ref.removeprefix(prefix))
        for resource, rule in acls.acls.items()
    }


def _batch(orderer: configtx_pb2.ConfigGroup) -> BatchLimits:
    size = orderer_configuration_pb2.BatchSize.FromString(orderer.values["BatchSize"].value)
    timeout = orderer_configuration_pb2.BatchTimeout.FromString(orderer.values["BatchTimeout"].value).timeout
    return BatchLimits(
        max_messages=size.max_message_count,
        preferred_bytes=size.preferred_max_bytes,
        absolute_bytes=size.absolute_max_bytes,
        timeout_ms=int(timeout.removesuffix("ms")),
    )
