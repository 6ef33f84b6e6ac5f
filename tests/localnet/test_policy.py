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


def signed_by(*numbers):
    """A policy of one principal whose rules name these."""
    envelope = policies_pb2.SignaturePolicyEnvelope(identities=[peer_principal("A")])
    envelope.rule.n_out_of.n = 1
    envelope.rule.n_out_of.rules.extend(policies_pb2.SignaturePolicy(signed_by=one) for one in numbers)
    return envelope


@pytest.mark.parametrize("numbers", [[-1], [1], [0, -1], [0, 2**31 - 1]])
def test_a_rule_that_names_a_principal_that_is_not_there_is_refused(numbers):
    """Counted from the end it would be another one than real peers', which refuse it, too."""
    with pytest.raises(BadPolicy, match=f"names principal {numbers[-1]} of 1"):
        parse_signature_policy(signed_by(*numbers).SerializeToString())


def test_a_part_that_says_nothing_is_refused():
    envelope = signed_by(0)
    envelope.rule.n_out_of.rules.add()
    with pytest.raises(BadPolicy, match="has no rule"):
        parse_signature_policy(envelope.SerializeToString())


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("content", [b"\xff", b"\n\x01A\x10\x63"])
def test_a_principal_that_cannot_be_read_is_nobody(kind, content):
    envelope = signed_by(0)
    envelope.identities[0].principal_classification = kind
    envelope.identities[0].principal = content
    assert not parse_signature_policy(envelope.SerializeToString())([peer("A")])


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
