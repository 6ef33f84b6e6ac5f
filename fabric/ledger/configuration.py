"""Changes of a channel's configuration as Fabric makes them: read, propose, sign. Both engines take them.

The one change that this product needs while it runs is an organisation's list of revoked certificates.
"""

import hashlib
from collections.abc import Sequence

from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import msp_config_pb2

from ledger.identity import Identity, new_nonce, transaction_id

# Where an organisation's MSP stands in the channel's tree of groups.
MSP_GROUPS = ("Application", "Orderer")
MSP = "MSP"


class NoConfiguration(Exception):
    """A block that holds no configuration, or one without the organisation asked for."""


def config_in(block: common_pb2.Block) -> configtx_pb2.Config:
    """The channel's configuration in a configuration block. Raises NoConfiguration."""
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    if header.type != common_pb2.CONFIG:
        raise NoConfiguration(f"block {block.header.number} is no configuration block")
    return configtx_pb2.ConfigEnvelope.FromString(payload.data).config


def is_configuration(envelope: bytes) -> bool:
    """Whether an envelope in a block is a configuration rather than a transaction. Raises DecodeError."""
    return bool(_kind(common_pb2.Envelope.FromString(envelope)) == common_pb2.CONFIG)


def is_update(envelope: common_pb2.Envelope) -> bool:
    """Whether an envelope that comes to an orderer changes the configuration. Raises DecodeError."""
    return bool(_kind(envelope) == common_pb2.CONFIG_UPDATE)


def _kind(envelope: common_pb2.Envelope) -> int:
    payload = common_pb2.Payload.FromString(envelope.payload)
    return int(common_pb2.ChannelHeader.FromString(payload.header.channel_header).type)


def last_config_number(block: common_pb2.Block) -> int:
    """The number of the configuration block that was in force when an orderer signed this block."""
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[common_pb2.SIGNATURES])
    return int(common_pb2.OrdererBlockMetadata.FromString(metadata.value).last_config.index)


def msp_in(config: configtx_pb2.Config, msp: str) -> msp_config_pb2.FabricMSPConfig:
    """What the channel knows of an organisation. Raises NoConfiguration."""
    for part in MSP_GROUPS:
        groups = config.channel_group.groups[part].groups
        if msp in groups:
            outer = msp_config_pb2.MSPConfig.FromString(groups[msp].values[MSP].value)
            return msp_config_pb2.FabricMSPConfig.FromString(outer.config)
    raise NoConfiguration(f"the channel knows no organisation {msp}")


def revocation_update(
    config: configtx_pb2.Config, *, channel: str, msp: str, revocation_list: bytes
) -> configtx_pb2.ConfigUpdate:
    """The change that gives an organisation a list (PEM) of revoked certificates. Raises NoConfiguration."""
    changed = msp_in(config, msp)
    del changed.revocation_list[:]
    changed.revocation_list.append(revocation_list)
    value = msp_config_pb2.MSPConfig(type=0, config=changed.SerializeToString()).SerializeToString()
    update = configtx_pb2.ConfigUpdate(channel_id=channel)
    root = config.channel_group
    for side in (update.read_set, update.write_set):
        side.version, side.mod_policy = root.version, ""
        for part in MSP_GROUPS:
            if msp in root.groups[part].groups:
                side.groups[part].version = root.groups[part].version
                side.groups[part].groups[msp].version = root.groups[part].groups[msp].version
    for part, group in update.write_set.groups.items():
        old = root.groups[part].groups[msp].values[MSP]
        group.groups[msp].values[MSP].CopyFrom(
            configtx_pb2.ConfigValue(version=old.version + 1, value=value, mod_policy=old.mod_policy)
        )
    return update


def signed_update(
    update: configtx_pb2.ConfigUpdate, *, signers: Sequence[Identity], sender: Identity
) -> common_pb2.Envelope:
    """The change with its signers' signatures, in an envelope that an orderer takes from `sender`."""
    content = update.SerializeToString()
    signed = configtx_pb2.ConfigUpdateEnvelope(config_update=content)
    for signer in signers:
        header = _signature_header(signer)
        signed.signatures.add(signature_header=header, signature=signer.sign(header + content))
    return enveloped(
        common_pb2.CONFIG_UPDATE, channel=update.channel_id, content=signed.SerializeToString(), sender=sender
    )


def enveloped(kind: int, *, channel: str, content: bytes, sender: Identity) -> common_pb2.Envelope:
    """A signed envelope of a kind (`common.HeaderType`)."""
    nonce = new_nonce()
    header = common_pb2.ChannelHeader(
        type=kind, channel_id=channel, tx_id=transaction_id(nonce=nonce, creator=sender.creator)
    )
    header.timestamp.GetCurrentTime()
    signer = common_pb2.SignatureHeader(creator=sender.creator, nonce=nonce)
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(), signature_header=signer.SerializeToString()
        ),
        data=content,
    ).SerializeToString()
    return common_pb2.Envelope(payload=payload, signature=sender.sign(payload))


def _signature_header(signer: Identity) -> bytes:
    header = common_pb2.SignatureHeader(creator=signer.creator, nonce=new_nonce())
    return bytes(header.SerializeToString())


def same(one: configtx_pb2.Config, other: configtx_pb2.Config) -> bool:
    """Whether two configurations are the same, whatever the order in which their maps were written."""
    return _digest(one) == _digest(other)


def _digest(config: configtx_pb2.Config) -> bytes:
    return hashlib.sha256(config.SerializeToString(deterministic=True)).digest()
