"""Configuration blocks in the audit: what each changes, and whether those signed it who may."""

import pytest
from fabric_protos.common import common_pb2, configtx_pb2
from ledger import configuration, material
from ledger.blocks import new_block
from ledger.consensus import Consensus
from ledger.network import authority, identity, node_identity
from localnet.channel import Channel
from localnet.reconfigure import next_config
from operations.chain.configured import judge
from operations.chain.state import State, apply_block

ENTERPRISE = "/Channel/Application/EnterpriseMSP"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return material.write(tmp_path_factory.mktemp("material"), consensus=Consensus.RAFT)


@pytest.fixture
def before(network):
    return configuration.config_in(common_pb2.Block.FromString(network.genesis()))


def update(before, change):
    """The configuration after `change(root group)`, and the update that says so."""
    after = configtx_pb2.Config()
    after.CopyFrom(before)
    after.sequence += 1
    change(after.channel_group)
    said = configtx_pb2.ConfigUpdate(
        channel_id="carbon", read_set=before.channel_group, write_set=after.channel_group
    )
    return after, said


def content(network, after, said, by):
    """The data of a configuration block's payload. by: organisations whose administrators signed."""
    signers = [identity(network, one, "node-admin") for one in by]
    sender = identity(network, "regulator", "node-admin")
    envelope = configuration.signed_update(said, signers=signers, sender=sender)
    return configtx_pb2.ConfigEnvelope(config=after, last_update=envelope).SerializeToString()


def another_anchor(root):
    value = root.groups["Application"].groups["EnterpriseMSP"].values["AnchorPeers"]
    value.value, value.version = b"", value.version + 1


def smaller_blocks(root):
    value = root.groups["Orderer"].values["BatchSize"]
    value.value, value.version = b"\x08\x01", value.version + 1


def anybody_administers(root):
    policy = root.groups["Application"].policies["Admins"]
    policy.policy.CopyFrom(root.groups["Application"].policies["Readers"].policy)
    policy.version += 1


def a_newcomer(root):
    group = root.groups["Application"]
    group.groups["OtherMSP"].CopyFrom(group.groups["AuditorMSP"])
    group.version += 1


def an_expulsion(root):
    del root.groups["Orderer"].groups["RegulatorMSP"]
    root.groups["Orderer"].version += 1


def nobody_s_policy(root):
    value = root.groups["Orderer"].values["BatchTimeout"]
    value.mod_policy, value.version = "Writers", value.version + 1


ALL = ("enterprise", "auditor", "regulator")
CHANGES = [
    (another_anchor, f"value {ENTERPRISE}/AnchorPeers", "enterprise", f"Admins of {ENTERPRISE}"),
    (smaller_blocks, "value /Channel/Orderer/BatchSize", ALL, "Admins of /Channel/Orderer"),
    (nobody_s_policy, "value /Channel/Orderer/BatchTimeout", ALL, "Admins of /Channel/Orderer"),
    (
        anybody_administers,
        "policy /Channel/Application/Admins",
        ("enterprise", "auditor"),
        "Admins of /Channel/Application",
    ),
    (
        a_newcomer,
        "group /Channel/Application +group OtherMSP",
        ("auditor", "regulator"),
        "Admins of /Channel/Application",
    ),
    (
        an_expulsion,
        "group /Channel/Orderer -group RegulatorMSP",
        ALL,
        "Admins of /Channel/Orderer",
    ),
]


@pytest.mark.parametrize("case", CHANGES)
def test_each_change_is_named_and_wants_the_signatures_of_its_policy(network, before, case):
    change, told, enough, wanted = case
    after, said = update(before, change)
    enough = (enough,) if isinstance(enough, str) else enough
    judged = judge(before, content(network, after, said, enough), 7)
    assert (judged.told, judged.faults) == (f"configuration (block 7) changes {told}", ())
    assert judged.config == after
    # One signature fewer, those of somebody else, and one that was copied do not do.
    fewer, other = enough[1:], ("auditor",) if enough == ("enterprise",) else enough[:1]
    for by in {fewer, other, other * 3} - ({fewer} if len(enough) > 2 else set()):
        judged = judge(before, content(network, after, said, by), 7)
        assert judged.told == f"configuration (block 7) changes {told}"
        (fault,) = judged.faults
        assert fault.endswith(f"changes {told} without the signatures that {wanted} wants")


def test_a_node_s_signature_and_one_under_another_update_count_for_nothing(network, before):
    after, said = update(before, another_anchor)
    sender = identity(network, "regulator", "node-admin")
    by_peer = configuration.signed_update(
        said, signers=[node_identity(network, "enterprise", "peer")], sender=sender
    )
    envelope = configtx_pb2.ConfigEnvelope(config=after, last_update=by_peer)
    assert "without the signatures" in judge(before, envelope.SerializeToString(), 7).faults[0]
    other, other_said = update(before, smaller_blocks)
    honest = configtx_pb2.ConfigEnvelope.FromString(content(network, after, said, ALL))
    payload = common_pb2.Payload.FromString(honest.last_update.payload)
    signed = configtx_pb2.ConfigUpdateEnvelope.FromString(payload.data)
    signed.config_update = other_said.SerializeToString()
    payload.data = signed.SerializeToString()
    honest.last_update.payload = payload.SerializeToString()
    honest.config.CopyFrom(other)
    assert "without the signatures" in judge(before, honest.SerializeToString(), 7).faults[0]


@pytest.mark.parametrize("smuggled", [smaller_blocks, a_newcomer, an_expulsion])
def test_what_the_signed_update_does_not_say_is_named(network, before, smuggled):
    after, said = update(before, another_anchor)
    smuggled(after.channel_group)
    judged = judge(before, content(network, after, said, ALL), 7)
    assert f"value {ENTERPRISE}/AnchorPeers" in judged.told
    (fault,) = judged.faults
    assert fault.endswith("otherwise than the update that was signed")


def test_a_newcomer_that_is_another_than_the_signed_one_is_named(network, before):
    after, said = update(before, a_newcomer)
    new = after.channel_group.groups["Application"].groups["OtherMSP"]
    new.CopyFrom(after.channel_group.groups["Application"].groups["EnterpriseMSP"])
    (fault,) = judge(before, content(network, after, said, ALL), 7).faults
    assert fault.endswith("+group OtherMSP otherwise than the update that was signed")


def test_a_number_that_does_not_follow_and_what_cannot_be_read_are_faults(network, before):
    after, said = update(before, another_anchor)
    after.sequence = 5
    judged = judge(before, content(network, after, said, ALL), 7)
    assert judged.faults == ("configuration (block 7) is number 5 and follows number 0",)
    judged = judge(before, b"\xff\xff", 8)
    assert judged.faults == ("configuration (block 8) cannot be read: DecodeError",)
    assert judged.config is before


def test_a_state_follows_the_blocks_and_judges_each_configuration_by_the_one_before(network, before):
    genesis = common_pb2.Block.FromString(network.genesis())
    state = State()
    apply_block(state, genesis, chaincode="carbon")
    assert (state.configurations, state.undecided) == ([], [])
    config, faults = before, []
    for number, by in ((1, "enterprise"), (2, "auditor")):
        after, said = update(config, another_anchor)
        payload = common_pb2.Payload()
        header = common_pb2.ChannelHeader(type=common_pb2.CONFIG, channel_id="carbon")
        payload.header.channel_header = header.SerializeToString()
        payload.data = content(network, after, said, [by])
        envelope = common_pb2.Envelope(payload=payload.SerializeToString())
        block = new_block(number=number, previous_hash=b"", envelopes=[envelope.SerializeToString()])
        block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER] = b"\0"
        apply_block(state, block, chaincode="carbon")
        config = after
        faults += [] if by == "enterprise" else [f"configuration (block {number}) changes value"]
    assert [one.split(" /")[0] for one in state.undecided] == faults
    assert len(state.configurations) == 2
    assert state.config == config


def test_a_list_of_revoked_certificates_is_a_change_like_any(network, before):
    revoked = authority(network, "auditor").revocation_list([12345], number=1)
    said = configuration.revocation_update(
        before, channel="carbon", msp="AuditorMSP", revocation_list=revoked
    )
    admin = identity(network, "auditor", "node-admin")
    sent = configuration.signed_update(said, signers=[admin], sender=admin)
    done = next_config(Channel(common_pb2.Block.FromString(network.genesis())), sent)
    judged = judge(before, done.SerializeToString(), 3)
    assert judged.faults == ()
    assert "value /Channel/Application/AuditorMSP/MSP" in judged.told
