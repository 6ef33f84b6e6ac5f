"""Signature policies and the channel's policy tree: who must sign for what."""

from collections.abc import Callable, Sequence

from fabric_protos.common import configtx_pb2, policies_pb2
from fabric_protos.msp import msp_principal_pb2
from google.protobuf.message import DecodeError

from localnet.identity import Caller

ANSWERS_KEPT = 4096
Policy = Callable[[Sequence[Caller]], bool]
_ROLE_UNITS = {
    msp_principal_pb2.MSPRole.ADMIN: "admin",
    msp_principal_pb2.MSPRole.CLIENT: "client",
    msp_principal_pb2.MSPRole.PEER: "peer",
    msp_principal_pb2.MSPRole.ORDERER: "orderer",
}


class BadPolicy(Exception):
    """A policy that cannot be read."""


def signature_policy(envelope: policies_pb2.SignaturePolicyEnvelope) -> Policy:
    """The policy as a question: do these callers satisfy it? Each caller counts once."""

    def satisfied(callers: Sequence[Caller]) -> bool:
        used = [False] * len(callers)
        return _holds(envelope.rule, envelope.identities, callers, used)

    return satisfied


def parse_signature_policy(content: bytes) -> Policy:
    """The policy in a key's VALIDATION_PARAMETER. Raises BadPolicy."""
    try:
        envelope = policies_pb2.SignaturePolicyEnvelope.FromString(content)
    except DecodeError as error:
        raise BadPolicy("the validation parameter is not a signature policy") from error
    _check_rule(envelope.rule, len(envelope.identities))
    return signature_policy(envelope)


def _check_rule(rule: policies_pb2.SignaturePolicy, principals: int) -> None:
    """Raises BadPolicy for a part that says nothing, or names a principal that is not there."""
    kind = rule.WhichOneof("Type")
    if kind is None:
        raise BadPolicy("the validation parameter has no rule")
    if kind == "signed_by" and not 0 <= rule.signed_by < principals:
        raise BadPolicy(f"the validation parameter names principal {rule.signed_by} of {principals}")
    for part in rule.n_out_of.rules:
        _check_rule(part, principals)


def remembered(policy: Policy) -> Policy:
    """The same policy, with its answers kept: the same few callers come again and again."""
    answers: dict[tuple[tuple[str, frozenset[str], bytes], ...], bool] = {}

    def satisfied(callers: Sequence[Caller]) -> bool:
        key = tuple((caller.msp, caller.units, caller.creator) for caller in callers)
        answer = answers.get(key)
        if answer is None:
            if len(answers) > ANSWERS_KEPT:
                answers.clear()
            answer = answers[key] = policy(callers)
        return answer

    return satisfied


def policy_at(group: configtx_pb2.ConfigGroup, name: str) -> Policy:
    """The policy `name` of a group, implicit ones resolved over its subgroups. Raises BadPolicy."""
    if name not in group.policies:
        raise BadPolicy(f"there is no policy {name}")
    policy = group.policies[name].policy
    if policy.type == policies_pb2.Policy.SIGNATURE:
        return parse_signature_policy(policy.value)
    if policy.type != policies_pb2.Policy.IMPLICIT_META:
        raise BadPolicy(f"policy {name} has an unknown type")
    meta = policies_pb2.ImplicitMetaPolicy.FromString(policy.value)
    parts = [
        policy_at(sub, meta.sub_policy) for sub in group.groups.values() if meta.sub_policy in sub.policies
    ]
    return _threshold(parts, _needed(meta.rule, len(parts)))


def _needed(rule: int, count: int) -> int:
    needed = {
        policies_pb2.ImplicitMetaPolicy.ANY: 1,
        policies_pb2.ImplicitMetaPolicy.ALL: count,
        policies_pb2.ImplicitMetaPolicy.MAJORITY: count // 2 + 1,
    }
    return needed[rule]


def _threshold(parts: Sequence[Policy], needed: int) -> Policy:
    def satisfied(callers: Sequence[Caller]) -> bool:
        return sum(part(callers) for part in parts) >= needed

    return satisfied


def _holds(
    rule: policies_pb2.SignaturePolicy,
    principals: Sequence[msp_principal_pb2.MSPPrincipal],
    callers: Sequence[Caller],
    used: list[bool],
) -> bool:
    if rule.WhichOneof("Type") == "signed_by":
        for index, caller in enumerate(callers):
            if not used[index] and _matches(principals[rule.signed_by], caller):
                used[index] = True
                return True
        return False
    held = 0
    for part in rule.n_out_of.rules:
        tried = list(used)
        if _holds(part, principals, callers, tried):
            used[:] = tried
            held += 1
    return bool(held >= rule.n_out_of.n)


def _matches(principal: msp_principal_pb2.MSPPrincipal, caller: Caller) -> bool:
    try:
        return _is(principal, caller)
    except DecodeError:
        return False


def _is(principal: msp_principal_pb2.MSPPrincipal, caller: Caller) -> bool:
    kind = principal.principal_classification
    if kind == msp_principal_pb2.MSPPrincipal.ROLE:
        role = msp_principal_pb2.MSPRole.FromString(principal.principal)
        if role.msp_identifier != caller.msp:
            return False
        everybody: bool = role.role == msp_principal_pb2.MSPRole.MEMBER
        return everybody or _ROLE_UNITS.get(role.role) in caller.units
    if kind == msp_principal_pb2.MSPPrincipal.ORGANIZATION_UNIT:
        unit = msp_principal_pb2.OrganizationUnit.FromString(principal.principal)
        ours: bool = (unit.msp_identifier, unit.certifiers_identifier) == (caller.msp, caller.root_identifier)
        return ours and unit.organizational_unit_identifier in caller.units
    if kind == msp_principal_pb2.MSPPrincipal.IDENTITY:
        return bool(principal.principal == caller.creator)
    return False
