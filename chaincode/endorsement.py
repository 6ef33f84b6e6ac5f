"""The key-level endorsement policy of supplies, issues, parameters and regulators' persons."""

from functools import cache

from fabric_protos.common import policies_pb2
from fabric_protos.msp import msp_principal_pb2
from lexicon.terms import Msp

_OTHERS = (Msp.ENTERPRISE, Msp.AUDITOR)


@cache
def regulator_and_one_more() -> bytes:
    """A serialised SignaturePolicyEnvelope: a peer of RegulatorMSP, and a peer of one other organisation."""
    regulator = _signed_by(0)
    other = _out_of(1, [_signed_by(place + 1) for place in range(len(_OTHERS))])
    envelope = policies_pb2.SignaturePolicyEnvelope(
        version=0,
        rule=_out_of(2, [regulator, other]),
        identities=[_peer_of(msp) for msp in (Msp.REGULATOR, *_OTHERS)],
    )
    return bytes(envelope.SerializeToString(deterministic=True))


def _peer_of(msp: str) -> msp_principal_pb2.MSPPrincipal:
    role = msp_principal_pb2.MSPRole(msp_identifier=str(msp), role=msp_principal_pb2.MSPRole.PEER)
    return msp_principal_pb2.MSPPrincipal(
        principal_classification=msp_principal_pb2.MSPPrincipal.ROLE, principal=role.SerializeToString()
    )


def _signed_by(place: int) -> policies_pb2.SignaturePolicy:
    return policies_pb2.SignaturePolicy(signed_by=place)


def _out_of(n: int, rules: list[policies_pb2.SignaturePolicy]) -> policies_pb2.SignaturePolicy:
    return policies_pb2.SignaturePolicy(n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=n, rules=rules))
