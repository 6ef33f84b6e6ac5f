"""Whether a change of the channel's configuration counts, by Fabric's rules of versions and policies.

`localnet` takes changes of organisations' MSPs only: revoked certificates, new roots. Anything else (members,
orderers, policies, block sizes) needs the real engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fabric_protos.common import common_pb2, configtx_pb2, policies_pb2
from fabric_protos.msp import msp_config_pb2
from google.protobuf.message import DecodeError
from ledger.configuration import MSP, MSP_GROUPS

from localnet.channel import Channel
from localnet.config import trust_of
from localnet.identity import AccessDenied, Caller
from localnet.policy import BadPolicy, policy_at


class UpdateRefused(Exception):
    """A change that does not count; the text is what its sender reads."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A new MSP of one organisation in one part of the tree."""

    part: str
    msp: str
    value: configtx_pb2.ConfigValue


def next_config(channel: Channel, update_envelope: common_pb2.Envelope) -> configtx_pb2.ConfigEnvelope:
    """The configuration after a change, with the change beside it. Raises UpdateRefused."""
    try:
        payload = common_pb2.Payload.FromString(update_envelope.payload)
        signed = configtx_pb2.ConfigUpdateEnvelope.FromString(payload.data)
        update = configtx_pb2.ConfigUpdate.FromString(signed.config_update)
    except DecodeError as error:
        raise UpdateRefused("the configuration update cannot be read") from error
    if update.channel_id != channel.config.channel:
        raise UpdateRefused(f"the configuration update is for channel {update.channel_id}")
    _check_read(update.read_set, channel.raw.channel_group, "/Channel")
    changes = list(_changes(update.write_set, channel.raw.channel_group))
    if not changes:
        raise UpdateRefused("no differences detected between original and updated config")
    signers = _signers(channel, signed)
    config = configtx_pb2.Config()
    config.CopyFrom(channel.raw)
    config.sequence += 1
    for change in changes:
        group = channel.raw.channel_group.groups[change.part].groups[change.msp]
        _check_policy(change, group, signers)
        _check_msp(change)
        config.channel_group.groups[change.part].groups[change.msp].values[MSP].CopyFrom(change.value)
    return configtx_pb2.ConfigEnvelope(config=config, last_update=update_envelope)


def _check_read(read: configtx_pb2.ConfigGroup, there: configtx_pb2.ConfigGroup, path: str) -> None:
    """What the change was made from is what is in force."""
    if read.version != there.version:
        raise UpdateRefused(f"proposed update requires that {path} be at version {read.version}")
    for name, group in read.groups.items():
        if name not in there.groups:
            raise UpdateRefused(f"proposed update requires {path}/{name}, which does not exist")
        _check_read(group, there.groups[name], f"{path}/{name}")
    for name, value in read.values.items():
        if name not in there.values or there.values[name].version != value.version:
            raise UpdateRefused(f"proposed update requires that {path}/{name} be at version {value.version}")


def _changes(write: configtx_pb2.ConfigGroup, there: configtx_pb2.ConfigGroup) -> Iterator[_Change]:
    if write.version != there.version or _touches(write, there):
        raise UpdateRefused("localnet changes organisations' MSPs only; for more use the real Fabric engine")
    for part, group in write.groups.items():
        known = part in MSP_GROUPS and group.version == there.groups[part].version
        if not known or _touches(group, there.groups[part]):
            raise UpdateRefused(
                "localnet changes organisations' MSPs only; for more use the real Fabric engine"
            )
        for msp, organisation in group.groups.items():
            yield from _changed_msp(part, msp, organisation, there.groups[part])


def _changed_msp(
    part: str, msp: str, written: configtx_pb2.ConfigGroup, there: configtx_pb2.ConfigGroup
) -> Iterator[_Change]:
    if msp not in there.groups or written.version != there.groups[msp].version:
        raise UpdateRefused("localnet takes no new organisation; for that use the real Fabric engine")
    old = there.groups[msp]
    if _touches(written, old, besides=MSP):
        raise UpdateRefused("localnet changes organisations' MSPs only; for more use the real Fabric engine")
    if MSP in written.values:
        given, there_now = written.values[MSP].version, old.values[MSP].version
        if given != there_now + 1:
            raise UpdateRefused(
                f"attempt to set key [Value] /Channel/{part}/{msp}/MSP to version {given}, "
                f"but key is at version {there_now}"
            )
        yield _Change(part, msp, written.values[MSP])


def _touches(written: configtx_pb2.ConfigGroup, there: configtx_pb2.ConfigGroup, besides: str = "") -> bool:
    """Whether a group writes values or policies with another version than they have."""
    values = any(
        name != besides and (name not in there.values or value.version != there.values[name].version)
        for name, value in written.values.items()
    )
    return values or any(
        name not in there.policies or policy.version != there.policies[name].version
        for name, policy in written.policies.items()
    )


def _signers(channel: Channel, signed: configtx_pb2.ConfigUpdateEnvelope) -> list[Caller]:
    found: dict[bytes, Caller] = {}
    for one in signed.signatures:
        try:
            header = common_pb2.SignatureHeader.FromString(one.signature_header)
            caller = channel.roster.check(
                creator=header.creator,
                signature=one.signature,
                message=one.signature_header + signed.config_update,
            )
        except (AccessDenied, DecodeError):
            continue
        found[header.creator] = caller
    return list(found.values())


def _check_policy(change: _Change, group: configtx_pb2.ConfigGroup, signers: list[Caller]) -> None:
    """Who may change it stands beside the old value. Raises UpdateRefused."""
    name = group.values[MSP].mod_policy
    if change.value.mod_policy != name:
        raise UpdateRefused("localnet changes no policies; for that use the real Fabric engine")
    try:
        allowed = policy_at(group, name)(signers)
    except BadPolicy as error:
        raise UpdateRefused(str(error)) from error
    if not allowed:
        raise UpdateRefused(
            f"policy for [Value] /Channel/{change.part}/{change.msp}/MSP not satisfied: "
            f"{policies_pb2.Policy.PolicyType.Name(group.policies[name].policy.type)} {name}"
        )


def _check_msp(change: _Change) -> None:
    """The new MSP must be one, and still the same organisation's. Raises UpdateRefused."""
    try:
        outer = msp_config_pb2.MSPConfig.FromString(change.value.value)
        msp = msp_config_pb2.FabricMSPConfig.FromString(outer.config)
        trust = trust_of(msp)
    except (DecodeError, ValueError, IndexError) as error:
        raise UpdateRefused(f"the new MSP of {change.msp} cannot be read: {error}") from error
    if trust.msp != change.msp:
        raise UpdateRefused(f"the new MSP of {change.msp} calls itself {trust.msp}")
    if len(trust.lists) != len(msp.revocation_list):
        raise UpdateRefused(f"a list of revoked certificates of {change.msp} is not signed by its root")
