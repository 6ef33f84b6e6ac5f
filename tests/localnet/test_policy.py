"""Signature policies: thresholds, nesting, and that nobody counts twice."""

import pytest
from fabric_protos.common import policies_pb2
from ledger import material
from ledger.genesis import peer_principal, threshold_policy
from localnet.config import read_config
from localnet.identity import AccessDenied, Caller, Roster
from localnet.policy import BadPolicy, parse_signature_policy, signature_policy


def peer(msp):
    return Caller(msp=msp, units=frozenset({"peer"}))


def client(msp):
    return Caller(msp=msp, units=frozenset({"client"}))


@pytest.mark.parametrize(
    ("signers", "holds"),
    [
        ([peer("A"), peer("B")], True),
        ([peer("A"), peer("A")], False),
        ([peer("A")], False),
        ([peer("A"), client("B")], False),
        ([peer("C"), peer("B"), peer("A")], True),
        ([], False),
    ],
)
def test_two_of_three(signers, holds):
    policy = signature_policy(threshold_policy(2, [peer_principal(msp) for msp in "ABC"]))
    assert policy(signers) is holds


def test_the_regulator_and_one_of_the_others():
    nested = policies_pb2.SignaturePolicyEnvelope(identities=[peer_principal(msp) for msp in "REA"])
    regulator, enterprise, auditor = (policies_pb2.SignaturePolicy(signed_by=index) for index in range(3))
    one = policies_pb2.SignaturePolicy(
        n_out_of=policies_pb2.SignaturePolicy.NOutOf(n=1, rules=[enterprise, auditor])
    )
    nested.rule.n_out_of.n = 2
    nested.rule.n_out_of.rules.extend([regulator, one])
    policy = parse_signature_policy(nested.SerializeToString())
    assert policy([peer("R"), peer("A")])
    assert policy([peer("E"), peer("R")])
    assert not policy([peer("E"), peer("A")])
    assert not policy([peer("R")])


@pytest.mark.parametrize("content", [b"", b"\xff", b"nonsense"])
def test_what_is_no_policy_is_refused(content):
    with pytest.raises(BadPolicy):
        parse_signature_policy(content)


def test_certificates_of_other_roots_and_with_wrong_units_are_denied(tmp_path):
    from fabric_protos.common import common_pb2
    from ledger.authority import create_authority
    from ledger.identity import load_identity
    from ledger.network import authority as authority_of

    network = material.write(tmp_path)
    roster = Roster(read_config(common_pb2.Block.FromString(network.genesis())).trusts)
    real = authority_of(network, "auditor")
    forged = create_authority(common_name="auditor identities", organisation="AuditorMSP")

    def creator(authority, units, msp="AuditorMSP"):
        issued = authority.issue(common_name="x", units=units)
        identity = load_identity(msp=msp, certificate_pem=issued.certificate_pem, key_pem=issued.key_pem)
        return identity.creator

    assert roster.identify(creator(real, ["client"])).units == {"client"}
    for wrong in (
        creator(forged, ["client"]),
        creator(real, []),
        creator(real, ["client", "peer"]),
        creator(real, ["client"], msp="EnterpriseMSP"),
        creator(real, ["client"], msp="NoMSP"),
        b"rubbish",
    ):
        with pytest.raises(AccessDenied):
            roster.identify(wrong)
