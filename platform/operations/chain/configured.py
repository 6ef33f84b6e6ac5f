"""What a configuration block changes, and whether those signed it who may change that.

Source: Hyperledger Fabric, common/configtx (`verifyDeltaSet`, `policyForItem`): a value, a policy or a group
that is there is changed by who satisfies the policy that it named before; members go with their group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fabric_protos.common import common_pb2, configtx_pb2
from google.protobuf.message import DecodeError
from ledger.configuration import MSP_GROUPS, msp_in
from localnet.config import trust_of
from localnet.identity import AccessDenied, Caller, Roster
from localnet.policy import BadPolicy, policy_at

ROOT = "/Channel"
_MEMBERS = ("groups", "values", "policies")


@dataclass(frozen=True, slots=True)
class Judged:
    """A configuration block: in words what it changed, and a sentence for each thing that is wrong."""

    config: configtx_pb2.Config | None
    told: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """told: what changed; path: of the group whose policies count; policy: who may; signed: whether an update
    says the same."""

    told: str
    path: str
    policy: str
    signed: Callable[[configtx_pb2.ConfigGroup], bool]


def judge(before: configtx_pb2.Config | None, content: bytes, block: int) -> Judged:
    """What the configuration in a block (the data of its payload) makes of the one before (None: nothing)."""
    told = f"configuration (block {block})"
    try:
        said = configtx_pb2.ConfigEnvelope.FromString(content)
        if before is None:
            return Judged(said.config, "", ())
        changes = list(_changes(before.channel_group, said.config.channel_group, ROOT))
        faults = list(_faults(before, said, changes))
    except (DecodeError, ValueError, LookupError, BadPolicy) as error:
        return Judged(before, f"{told} cannot be read", (f"{told} cannot be read: {type(error).__name__}",))
    what = ", ".join(change.told for change in changes) or "nothing"
    return Judged(said.config, f"{told} changes {what}", tuple(f"{told} {why}" for why in faults))


def _faults(
    before: configtx_pb2.Config, said: configtx_pb2.ConfigEnvelope, changes: Sequence[_Change]
) -> Iterator[str]:
    payload = common_pb2.Payload.FromString(said.last_update.payload)
    signed = configtx_pb2.ConfigUpdateEnvelope.FromString(payload.data)
    update = configtx_pb2.ConfigUpdate.FromString(signed.config_update)
    signers = _signers(before, signed)
    if said.config.sequence != before.sequence + 1:
        yield f"is number {said.config.sequence} and follows number {before.sequence}"
    for change in changes:
        if not change.signed(update.write_set):
            yield f"changes {change.told} otherwise than the update that was signed"
        elif not _may(before.channel_group, change, signers):
            yield f"changes {change.told} without the signatures that {change.policy} of {change.path} wants"


def _signers(config: configtx_pb2.Config, signed: configtx_pb2.ConfigUpdateEnvelope) -> list[Caller]:
    """Those whose signature under the update holds by the configuration before it, each once."""
    names = {name for part in MSP_GROUPS for name in config.channel_group.groups[part].groups}
    roster = Roster({name: trust_of(msp_in(config, name)) for name in names})
    found: dict[bytes, Caller] = {}
    for one in signed.signatures:
        try:
            header = common_pb2.SignatureHeader.FromString(one.signature_header)
            message = one.signature_header + signed.config_update
            found[header.creator] = roster.check(
                creator=header.creator, signature=one.signature, message=message
            )
        except (AccessDenied, DecodeError):
            continue
    return list(found.values())


def _may(root: configtx_pb2.ConfigGroup, change: _Change, signers: Sequence[Caller]) -> bool:
    """Whether the signers satisfy the policy that counts: a name in its group, or a path from the root."""
    where, _, name = change.policy.rpartition("/")
    group = _at(root, where if where.startswith(ROOT) else f"{change.path}/{where}".rstrip("/"))
    return group is not None and name in group.policies and policy_at(group, name)(signers)


def _at(root: configtx_pb2.ConfigGroup, path: str) -> configtx_pb2.ConfigGroup | None:
    """The group at a path such as `/Channel/Application`; None: there is none."""
    group = root
    for name in path.removeprefix(ROOT).split("/")[1:]:
        if name not in group.groups:
            return None
        group = group.groups[name]
    return group


def _changes(
    before: configtx_pb2.ConfigGroup, after: configtx_pb2.ConfigGroup, path: str
) -> Iterator[_Change]:
    """What differs between two trees of groups, by path."""
    if _head(before) != _head(after):
        told = [f"group {path}"]
        for kind in _MEMBERS:
            old, new = set(getattr(before, kind)), set(getattr(after, kind))
            told += [f"+{_named(kind)} {name}" for name in sorted(new - old)]
            told += [f"-{_named(kind)} {name}" for name in sorted(old - new)]
        yield _Change(" ".join(told), path, before.mod_policy, _same_group(path, before, after))
    for kind in _MEMBERS:
        new = getattr(after, kind)
        for name, old in sorted(getattr(before, kind).items()):
            if name not in new:
                continue
            if kind == "groups":
                yield from _changes(old, new[name], f"{path}/{name}")
            elif _bytes(old) != _bytes(new[name]):
                same = _same_member(path, kind, name, new[name])
                yield _Change(f"{_named(kind)} {path}/{name}", path, old.mod_policy, same)


def _head(group: configtx_pb2.ConfigGroup) -> tuple[Any, ...]:
    """What a group says itself: all but what is in its members."""
    return (group.version, group.mod_policy, *(frozenset(getattr(group, kind)) for kind in _MEMBERS))


def _same_group(
    path: str, before: configtx_pb2.ConfigGroup, after: configtx_pb2.ConfigGroup
) -> Callable[[configtx_pb2.ConfigGroup], bool]:
    """Whether an update says of a group what became of it, and all of what is new in it."""
    fresh = [
        (kind, name)
        for kind in _MEMBERS
        for name in getattr(after, kind)
        if name not in getattr(before, kind)
    ]

    def same(update: configtx_pb2.ConfigGroup) -> bool:
        written = _at(update, path)
        if written is None or _head(written) != _head(after):
            return False
        pairs = ((getattr(written, kind)[name], getattr(after, kind)[name]) for kind, name in fresh)
        return all(_bytes(one) == _bytes(other) for one, other in pairs)

    return same


def _same_member(path: str, kind: str, name: str, after: Any) -> Callable[[configtx_pb2.ConfigGroup], bool]:
    def same(update: configtx_pb2.ConfigGroup) -> bool:
        written = _at(update, path)
        members = getattr(written, kind) if written is not None else {}
        return name in members and _bytes(members[name]) == _bytes(after)

    return same


def _named(kind: str) -> str:
    return {"groups": "group", "values": "value", "policies": "policy"}[kind]


def _bytes(message: Any) -> bytes:
    return bytes(message.SerializeToString(deterministic=True))
