"""Renewing and rotating an orderer's certificate that stands in the channel's configuration.

Byzantine orderers know each other by certificates (Orderers), and so do those who check blocks
(BlockValidation); those of Raft by the keys of their TLS certificates (ConsensusType's metadata). So the
channel takes the new one first, by an update that a majority of administrators sign; the file follows.
Source: Fabric v3.1 configuration, ConsenterMapping and etcdraft ConfigMetadata.
"""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fabric_protos.common import configtx_pb2, configuration_pb2, policies_pb2
from fabric_protos.msp import identities_pb2, msp_principal_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as raft_configuration_pb2

from ledger.authority import Issued
from ledger.configuration import NoConfiguration, config_in, signed_update
from ledger.gateway import Gateway
from ledger.identities import (
    Held,
    IdentityRefused,
    find,
    key_beside,
    key_in_channel,
    pinned,
    prolonged,
    put_in_place,
    replacement,
)
from ledger.identity import Identity
from ledger.material import NODE_ADMIN
from ledger.network import Network, NoNetwork, identity
from ledger.revocation import broadcast, configuration, wait_beyond
from ledger.stored import store

_ORDERER = "Orderer"
_MAPPING = "Orderers"
_VALIDATION = "BlockValidation"
_TYPE, _RAFT = "ConsensusType", "etcdraft"
_NOWHERE = "no orderer stands in the channel with this certificate"
# A renewed certificate that the channel may already have and the orderer has not.
NEXT = ".next"


async def renew_consenter(network: Network, organisation: str, name: str) -> Held:
    """Two more years for a Byzantine orderer's certificate; it must be started again at once afterwards.

    Can be called again after it was broken off: what the channel has already is only put in its place.
    Raises IdentityRefused, NotPublished, NoConfiguration, LedgerUnavailable, NoNetwork.
    """
    if not pinned(network, name):
        raise NoConfiguration(f"the certificate of {name} does not stand in the channel: renew its file")
    old = find(network, organisation, name)
    waiting = _next(old.path)
    if _next(key_beside(old)).exists():
        raise IdentityRefused(f"a rotation of {name} was broken off: rotate it again to finish it")
    if not waiting.exists():
        store(waiting, prolonged(network, organisation, name), private=False)
    await _replace(network, organisation, old=old.path.read_bytes(), new=waiting.read_bytes())
    _put_in_place(waiting, old.path)
    return find(network, organisation, name)


async def rotate_consenter(network: Network, organisation: str, name: str) -> Held:
    """A new key for a Byzantine orderer, or for a Raft orderer's TLS; it must be started again at once.

    Gives the old certificate; one for signing is to be revoked when the orderer takes part again. Can be
    called again after it was broken off. One orderer at a time: the others must make the block.
    Raises IdentityRefused, NotPublished, NoConfiguration, LedgerUnavailable, NoNetwork.
    """
    if not key_in_channel(network, name):
        raise NoConfiguration(f"the key of {name} does not stand in the channel: rotate its file")
    old = find(network, organisation, name)
    waiting, key = _next(old.path), _next(key_beside(old))
    if waiting.exists() and not key.exists():
        raise IdentityRefused(f"a renewal of {name} was broken off: renew it again to finish it")
    if not waiting.exists():
        issued = replacement(network, organisation, name)
        store(key, issued.key_pem, private=True)
        store(waiting, issued.certificate_pem, private=False)
    await _replace(network, organisation, old=old.path.read_bytes(), new=waiting.read_bytes())
    put_in_place(network, organisation, name, Issued(waiting.read_bytes(), key.read_bytes()))
    waiting.unlink()
    key.unlink()
    return old


def consenter_update(
    config: configtx_pb2.Config, *, channel: str, old: bytes, new: bytes
) -> configtx_pb2.ConfigUpdate:
    """The change that puts an orderer's certificate (PEM) in another's place. Raises NoConfiguration."""
    group = config.channel_group.groups[_ORDERER]
    if _metadata(group) is None:
        value = _MAPPING, _mapping(group, old, new).SerializeToString()
        validation = _validation(group, old, new)
    else:
        value, validation = (_TYPE, _raft(group, old, new).SerializeToString()), None
    update = configtx_pb2.ConfigUpdate(channel_id=channel)
    for side in (update.read_set, update.write_set):
        side.version = config.channel_group.version
        side.groups[_ORDERER].version = group.version
    changed = update.write_set.groups[_ORDERER]
    was = group.values[value[0]]
    changed.values[value[0]].CopyFrom(
        configtx_pb2.ConfigValue(version=was.version + 1, value=value[1], mod_policy=was.mod_policy)
    )
    if validation is not None:
        policy = group.policies[_VALIDATION]
        changed.policies[_VALIDATION].CopyFrom(
            configtx_pb2.ConfigPolicy(
                version=policy.version + 1,
                policy=policies_pb2.Policy(
                    type=policies_pb2.Policy.SIGNATURE, value=validation.SerializeToString()
                ),
                mod_policy=policy.mod_policy,
            )
        )
    return update


async def _replace(network: Network, organisation: str, *, old: bytes, new: bytes) -> None:
    """The channel has the new certificate afterwards."""
    async with Gateway.of(network, organisation, "service") as gateway:
        block = await configuration(network, gateway)
        config = config_in(block)
        if _stands(config, new):
            return
        update = consenter_update(config, channel=network.channel, old=old, new=new)
        admins = _admins(network)
        await broadcast(network, signed_update(update, signers=admins, sender=admins[0]))
        await wait_beyond(network, gateway, block.header.number)


def _admins(network: Network) -> list[Identity]:
    """The administrators whose keys are here. Raises NoNetwork when there is none."""
    found = []
    for organisation in network.organisations:
        try:
            found.append(identity(network, organisation, NODE_ADMIN))
        except NoNetwork:
            continue
    if not found:
        raise NoNetwork("no administrator's key is here: a majority of organisations must sign the update")
    return found


def _stands(config: configtx_pb2.Config, certificate: bytes) -> bool:
    group = config.channel_group.groups[_ORDERER]
    raft = _metadata(group)
    if raft is not None:
        return any(certificate in (one.client_tls_cert, one.server_tls_cert) for one in raft.consenters)
    return any(certificate in _certificates(one) for one in _consenters(group))


def _metadata(group: configtx_pb2.ConfigGroup) -> raft_configuration_pb2.ConfigMetadata | None:
    """What Raft keeps of its orderers; None where the channel is ordered otherwise."""
    kind = orderer_configuration_pb2.ConsensusType.FromString(group.values[_TYPE].value)
    return raft_configuration_pb2.ConfigMetadata.FromString(kind.metadata) if kind.type == _RAFT else None


def _raft(group: configtx_pb2.ConfigGroup, old: bytes, new: bytes) -> orderer_configuration_pb2.ConsensusType:
    """One orderer with a new TLS certificate; the channel may have an older certificate of its old key."""
    kind = orderer_configuration_pb2.ConsensusType.FromString(group.values[_TYPE].value)
    metadata = raft_configuration_pb2.ConfigMetadata.FromString(kind.metadata)
    key, found = _key(old), False
    for one in metadata.consenters:
        for field in ("client_tls_cert", "server_tls_cert"):
            if _key(getattr(one, field)) == key:
                found = True
                setattr(one, field, new)
    if not found:
        raise NoConfiguration(_NOWHERE)
    kind.metadata = metadata.SerializeToString()
    return kind


def _key(certificate: bytes) -> bytes:
    """The public key of a certificate (PEM); of what is none its own bytes."""
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError:
        return certificate
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _consenters(group: configtx_pb2.ConfigGroup) -> list[configuration_pb2.Consenter]:
    value = configuration_pb2.Orderers.FromString(group.values[_MAPPING].value)
    return list(value.consenter_mapping)


def _certificates(one: configuration_pb2.Consenter) -> tuple[bytes, bytes, bytes]:
    return one.identity, one.client_tls_cert, one.server_tls_cert


def _mapping(group: configtx_pb2.ConfigGroup, old: bytes, new: bytes) -> configuration_pb2.Orderers:
    """The orderers, one of them with its new certificate."""
    consenters = _consenters(group)
    if not any(old in _certificates(one) for one in consenters):
        raise NoConfiguration(_NOWHERE)
    for one in consenters:
        for field in ("identity", "client_tls_cert", "server_tls_cert"):
            if getattr(one, field) == old:
                setattr(one, field, new)
    return configuration_pb2.Orderers(consenter_mapping=consenters)


def _validation(
    group: configtx_pb2.ConfigGroup, old: bytes, new: bytes
) -> policies_pb2.SignaturePolicyEnvelope | None:
    """Who signs blocks, with the new certificate; None where it is not one for signing."""
    policy = policies_pb2.SignaturePolicyEnvelope.FromString(group.policies[_VALIDATION].policy.value)
    found = False
    for principal in policy.identities:
        signer = identities_pb2.SerializedIdentity.FromString(principal.principal)
        if principal.principal_classification == msp_principal_pb2.MSPPrincipal.IDENTITY and (
            signer.id_bytes == old
        ):
            found = True
            signer.id_bytes = new
            principal.principal = signer.SerializeToString()
    return policy if found else None


def _next(path: Path) -> Path:
    return path.with_name(path.name + NEXT)


def _put_in_place(waiting: Path, path: Path) -> None:
    store(path, waiting.read_bytes(), private=False)
    waiting.unlink()
