"""A Byzantine orderer's new certificate as a change of the channel's configuration; nothing runs here."""

import asyncio

import pytest
from fabric_protos.common import common_pb2, configuration_pb2, policies_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as raft_configuration_pb2
from ledger import identities, material
from ledger.configuration import NoConfiguration, config_in
from ledger.consensus import Consensus
from ledger.consenters import consenter_update, renew_consenter, rotate_consenter
from ledger.errors import LedgerError
from ledger.network import load


@pytest.fixture
def network(tmp_path):
    return material.write(tmp_path, consensus=Consensus.BFT)


def config_of(network):
    return config_in(common_pb2.Block.FromString(network.genesis()))


def changed(network, name):
    """The update for an orderer of the regulator, with its certificate as it is."""
    old = identities.find(network, "regulator", name).path.read_bytes()
    return old, consenter_update(config_of(network), channel="carbon", old=old, new=b"new")


def test_mapping_and_block_policy_name_the_new_certificate_and_nothing_else_changes(network):
    old, update = changed(network, "orderer2")
    group = update.write_set.groups["Orderer"]
    was = config_of(network).channel_group.groups["Orderer"]
    after = configuration_pb2.Orderers.FromString(group.values["Orderers"].value).consenter_mapping
    before = configuration_pb2.Orderers.FromString(was.values["Orderers"].value).consenter_mapping
    assert [one.id for one in after] == [one.id for one in before]
    assert [one.identity for one in before].count(old) == 1
    assert [one.identity for one in after] == [
        b"new" if one.identity == old else one.identity for one in before
    ]
    assert [one.client_tls_cert for one in after] == [one.client_tls_cert for one in before]
    policy = policies_pb2.SignaturePolicyEnvelope.FromString(group.policies["BlockValidation"].policy.value)
    named = [
        identities_pb2.SerializedIdentity.FromString(one.principal).id_bytes for one in policy.identities
    ]
    assert sorted(named) == sorted(one.identity for one in after)
    for part in (group.values["Orderers"], group.policies["BlockValidation"]):
        assert (part.version, part.mod_policy) == (1, "Admins")
    assert dict(update.read_set.groups["Orderer"].values) == {}
    assert set(update.write_set.groups) == {"Orderer"}


def test_a_certificate_for_transport_changes_the_mapping_only(network):
    old, update = changed(network, "orderer2 tls")
    group = update.write_set.groups["Orderer"]
    after = configuration_pb2.Orderers.FromString(group.values["Orderers"].value).consenter_mapping
    assert [(one.client_tls_cert, one.server_tls_cert) for one in after].count((b"new", b"new")) == 1
    assert old not in [one.client_tls_cert for one in after]
    assert set(group.policies) == set()


def test_a_certificate_that_stands_nowhere_is_refused(network):
    with pytest.raises(NoConfiguration, match="no orderer stands"):
        consenter_update(config_of(network), channel="carbon", old=b"other", new=b"new")
    with pytest.raises(NoConfiguration, match="does not stand in the channel"):
        asyncio.run(renew_consenter(network, "regulator", "peer"))


def test_without_a_running_network_the_old_certificate_stays_and_the_new_one_waits(network, tmp_path):
    held = identities.find(network, "regulator", "orderer2")
    before = held.path.read_bytes()
    with pytest.raises(LedgerError):
        asyncio.run(renew_consenter(load(tmp_path), "regulator", "orderer2"))
    waiting = held.path.with_name("cert.pem.next")
    assert held.path.read_bytes() == before != waiting.read_bytes()
    kept = waiting.read_bytes()
    with pytest.raises(LedgerError):
        asyncio.run(renew_consenter(load(tmp_path), "regulator", "orderer2"))
    assert waiting.read_bytes() == kept


def test_a_rotation_keeps_its_new_key_until_the_channel_has_it(network, tmp_path):
    held = identities.find(network, "regulator", "orderer2")
    key = held.path.with_name("key.pem")
    before = (held.path.read_bytes(), key.read_bytes())
    with pytest.raises(LedgerError):
        asyncio.run(rotate_consenter(load(tmp_path), "regulator", "orderer2"))
    waiting = [held.path.with_name(name) for name in ("cert.pem.next", "key.pem.next")]
    kept = [one.read_bytes() for one in waiting]
    assert (held.path.read_bytes(), key.read_bytes()) == before
    assert key.with_name("key.pem.next").stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in kept[1]
    with pytest.raises(LedgerError):
        asyncio.run(rotate_consenter(load(tmp_path), "regulator", "orderer2"))
    assert [one.read_bytes() for one in waiting] == kept
    with pytest.raises(identities.IdentityRefused, match="rotation of orderer2 was broken off"):
        asyncio.run(renew_consenter(load(tmp_path), "regulator", "orderer2"))


def test_a_rotation_is_not_begun_over_a_broken_renewal_nor_of_a_peer(network, tmp_path):
    with pytest.raises(LedgerError):
        asyncio.run(renew_consenter(load(tmp_path), "regulator", "orderer2"))
    with pytest.raises(identities.IdentityRefused, match="renewal of orderer2 was broken off"):
        asyncio.run(rotate_consenter(load(tmp_path), "regulator", "orderer2"))
    with pytest.raises(NoConfiguration, match="does not stand in the channel"):
        asyncio.run(rotate_consenter(network, "regulator", "peer"))


@pytest.fixture
def raft(tmp_path):
    return material.write(tmp_path, consensus=Consensus.RAFT)


def raft_consenters(group):
    kind = orderer_configuration_pb2.ConsensusType.FromString(group.values["ConsensusType"].value)
    assert kind.type == "etcdraft"
    return raft_configuration_pb2.ConfigMetadata.FromString(kind.metadata).consenters


def raft_update(network, old):
    return consenter_update(config_of(network), channel="carbon", old=old, new=b"new")


def test_of_raft_s_orderers_one_has_a_new_tls_certificate_and_nothing_else_changes(raft):
    old = identities.find(raft, "auditor", "orderer tls").path.read_bytes()
    update = raft_update(raft, old)
    group, was = update.write_set.groups["Orderer"], config_of(raft).channel_group.groups["Orderer"]
    before, after = raft_consenters(was), raft_consenters(group)
    assert [(one.host, one.port) for one in after] == [(one.host, one.port) for one in before]
    assert [(one.client_tls_cert, one.server_tls_cert) for one in after] == [
        (b"new", b"new") if one.server_tls_cert == old else (one.client_tls_cert, one.server_tls_cert)
        for one in before
    ]
    assert (set(group.values), set(group.policies)) == ({"ConsensusType"}, set())
    assert (group.values["ConsensusType"].version, group.values["ConsensusType"].mod_policy) == (1, "Admins")


def test_a_renewed_certificate_is_found_by_its_key_which_the_channel_has(raft):
    before = identities.find(raft, "auditor", "orderer tls")
    after = identities.renew(raft, "auditor", "orderer tls")
    assert after.serial != before.serial
    changed_to = raft_consenters(raft_update(raft, after.path.read_bytes()).write_set.groups["Orderer"])
    assert [one.server_tls_cert for one in changed_to].count(b"new") == 1
    with pytest.raises(NoConfiguration, match="no orderer stands"):
        raft_update(raft, identities.find(raft, "auditor", "peer tls").path.read_bytes())


def test_of_raft_only_the_tls_key_stands_in_the_channel(raft, tmp_path):
    assert identities.rotate(raft, "auditor", "orderer").name == "orderer"
    with pytest.raises(NoConfiguration, match="does not stand in the channel"):
        asyncio.run(rotate_consenter(raft, "auditor", "orderer"))
    with pytest.raises(identities.IdentityRefused, match="stands in the channel's configuration"):
        identities.rotate(raft, "auditor", "orderer tls")
    held = identities.find(raft, "auditor", "orderer tls")
    before = held.path.read_bytes()
    with pytest.raises(LedgerError):
        asyncio.run(rotate_consenter(load(tmp_path), "auditor", "orderer tls"))
    assert held.path.read_bytes() == before, "without a running network nothing is put in its place"
    assert held.path.with_name("tls-cert.pem.next").exists()
    assert b"ENCRYPTED" in held.path.with_name("tls-key.pem.next").read_bytes()
