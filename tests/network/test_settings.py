"""What nodes read, checked without them: every file is there, keys lie open only in memory, ports differ."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from fabric_protos.common import common_pb2, configtx_pb2, configuration_pb2
from fabric_protos.orderer import configuration_pb2 as orderer_configuration_pb2
from fabric_protos.orderer.etcdraft import configuration_pb2 as raft_configuration_pb2
from ledger import material
from ledger.consensus import Consensus, quorum
from network import layout, programs
from network.settings import opened_keys_folder, remove_opened_keys, write


@pytest.fixture(params=[Consensus.RAFT, Consensus.BFT])
def network(request, tmp_path):
    made = material.write(tmp_path, consensus=request.param)
    write(made)
    yield made
    remove_opened_keys(made)


def nodes(network):
    return [*layout.peers(network), *layout.orderers(network)]


def texts(value):
    """Every text in a tree of settings."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def settings_of(node):
    return json.loads((node.folder / ("core.yaml" if node.kind == "peer" else "orderer.yaml")).read_text())


def test_every_file_that_a_node_is_told_of_is_there(network):
    for node in nodes(network):
        told = [Path(text) for text in texts(settings_of(node)) if text.startswith("/")]
        made_by_fabric = ("snapshots", "wal")
        missing = [path for path in told if not path.exists() and path.name not in made_by_fabric]
        assert (told != [], missing) == (True, []), node.name
        for part in ("cacerts/ca.pem", "tlscacerts/ca.pem", "signcerts/cert.pem", "keystore/key.pem"):
            assert (node.folder / "msp" / part).is_file(), (node.name, part)


def test_no_node_shares_a_port_with_another(network):
    ports = [node.address for node in nodes(network)]
    ports += [node.administration for node in layout.orderers(network)]
    ports += [node.chaincode for node in layout.peers(network)]
    assert len(ports) == len(set(ports)) == (3 + 3 + 2 * len(network.orderers))


def test_opened_keys_lie_in_memory_for_their_owner_only_and_go_away(network):
    folder = opened_keys_folder(network)
    keys = [path for path in folder.rglob("*") if path.is_file()]
    assert len(keys) == 2 * len(nodes(network))
    for path in keys:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        serialization.load_pem_private_key(path.read_bytes(), password=None)
    below_home = [
        path
        for path in network.folder.rglob("*.pem")
        if path.is_file()
        and b"BEGIN PRIVATE KEY" in path.read_bytes()
        and folder not in path.resolve().parents
    ]
    # Keys of technical clients give no power, and foreign clients read them.
    assert {path.parents[1].name for path in below_home} == {"identities"}
    remove_opened_keys(network)
    assert not folder.exists()


def test_another_run_writes_the_same_settings(network):
    before = {path: path.read_bytes() for path in network.folder.rglob("*.yaml")}
    write(network)
    assert before == {path: path.read_bytes() for path in network.folder.rglob("*.yaml")}


def test_a_peer_waits_for_its_chaincode_as_long_as_it_is_told(network):
    write(network, execute_timeout_s=7)
    told = [settings_of(peer)["chaincode"]["executetimeout"] for peer in layout.peers(network)]
    assert told == ["7s"] * 3


def channel_group(network):
    block = common_pb2.Block.FromString(network.genesis())
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(block.data.data[0]).payload)
    return configtx_pb2.ConfigEnvelope.FromString(payload.data).config.channel_group


def test_block_0_names_the_orderers_with_the_certificates_they_show(network):
    orderer = channel_group(network).groups["Orderer"]
    kind = orderer_configuration_pb2.ConsensusType.FromString(orderer.values["ConsensusType"].value)
    if network.consensus is Consensus.RAFT:
        assert kind.type == "etcdraft"
        named = raft_configuration_pb2.ConfigMetadata.FromString(kind.metadata).consenters
    else:
        assert kind.type == "BFT"
        named = configuration_pb2.Orderers.FromString(orderer.values["Orderers"].value).consenter_mapping
    shown = [(one.host, one.port, one.server_tls_cert) for one in named]
    expected = [
        (*node.address.split(":"), (node.folder / "tls" / "cert.pem").read_bytes())
        for node in layout.orderers(network)
    ]
    assert shown == [(host, int(port), certificate) for host, port, certificate in expected]


@pytest.mark.parametrize(("orderers", "needed"), [(4, 3), (5, 4), (6, 4), (7, 5), (10, 7)])
def test_a_quorum_has_one_honest_orderer_in_common_with_every_other(orderers, needed):
    faulty = (orderers - 1) // 3
    assert quorum(orderers) == needed
    assert 2 * needed - orderers > faulty


def test_a_network_of_another_engine_is_left_alone_and_named(network):
    for other in set(Consensus) - {network.consensus}:
        with pytest.raises(material.OtherEngine, match=f"engine {network.consensus}, not {other}"):
            material.write(network.home, consensus=other)


def test_programs_are_found_in_the_folder_or_on_the_path_and_missed_by_name(tmp_path):
    for name in ("peer", "orderer"):
        (tmp_path / name).write_text("#!/bin/sh\necho ' Version: v3.1.5'\n")
        (tmp_path / name).chmod(0o755)
    found = programs.find({"FABRIC_BIN": str(tmp_path), "PATH": "/nowhere"})
    assert (found.peer, found.orderer) == (tmp_path / "peer", tmp_path / "orderer")
    assert found.version() == "v3.1.5"
    assert programs.find({"PATH": f"/nowhere{os.pathsep}{tmp_path}"}) == found
    (tmp_path / "orderer").unlink()
    with pytest.raises(programs.ProgramsMissing, match=r"orderer not found in .* \(FABRIC_BIN\)"):
        programs.find({"FABRIC_BIN": str(tmp_path)})
    with pytest.raises(programs.ProgramsMissing, match="peer and orderer not found on PATH"):
        programs.find({"PATH": "/nowhere"})
