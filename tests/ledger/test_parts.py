"""Three organisations that each make their own part, and what none of them joins."""

import base64
import dataclasses
import json

import pytest
from fabric_protos.common import common_pb2
from ledger import material, parts
from ledger.blocks import header_hash
from ledger.network import NoNetwork, identity, load, node_identity
from ledger.parts import PartRefused

PORTS = {"enterprise": 1, "auditor": 2, "regulator": 3}


def make(home, name):
    orderer = "10.0.0.3:7" if name == "regulator" else ""
    return parts.make_part(
        home / name, name, peer=f"10.0.0.{PORTS[name]}:70", chaincode="127.0.0.1:71", orderer=orderer
    )


@pytest.fixture
def halves(tmp_path):
    return [make(tmp_path, name) for name in PORTS]


def test_three_join_one_network_and_each_has_only_its_own_keys(tmp_path, halves):
    file = parts.found(halves)
    networks = {name: parts.join(tmp_path / name, name, file) for name in PORTS}
    assert len({network.network for network in networks.values()}) == 1
    assert len({network.tls_roots() for network in networks.values()}) == 1
    for name, network in networks.items():
        node_identity(network, name, "peer")
        for other in set(PORTS) - {name}:
            with pytest.raises(NoNetwork):
                identity(network, other, "relay")
            assert not list((network.folder / "organisations" / other).rglob("*key.pem"))
    node_identity(networks["regulator"], "regulator", "orderer")
    assert networks["auditor"].orderer == "10.0.0.3:7"


def test_the_public_half_holds_no_key_and_is_read_back(halves):
    for half in halves:
        content = json.dumps(dataclasses.asdict(half)).encode()
        assert b"PRIVATE" not in content
        assert parts.read_part(content) == half


def test_a_second_time_changes_nothing_and_another_network_is_not_joined(tmp_path, halves):
    file = parts.found(halves)
    parts.join(tmp_path / "auditor", "auditor", file)
    folder = tmp_path / "auditor" / "ledger"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    parts.join(tmp_path / "auditor", "auditor", file)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    with pytest.raises(PartRefused, match="belongs to another network"):
        parts.join(tmp_path / "auditor", "auditor", parts.found(halves))


def test_the_three_at_one_table_are_no_part_and_a_part_is_no_table(tmp_path, halves):
    with pytest.raises(NoNetwork, match="one organisation's part"):
        material.write(tmp_path / "auditor")
    material.write(tmp_path / "whole")
    with pytest.raises(PartRefused, match="already belongs to a network"):
        parts.make_part(tmp_path / "whole", "auditor", peer="a:1", chaincode="b:2")


def forged_genesis(told, halves, tmp_path):
    other = [make(tmp_path / "forged", "auditor"), halves[0], halves[2]]
    told["genesis"] = json.loads(parts.found(other))["genesis"]


def changed_own_half(told, halves, tmp_path):
    told["parts"][1]["peer"] = "10.9.9.9:1"


def replaced_own_half(told, halves, tmp_path):
    other = [make(tmp_path / "forged", "auditor"), halves[0], halves[2]]
    told.update(json.loads(parts.found(other)))


def missing_half(told, halves, tmp_path):
    del told["parts"][0]


def the_same_half_twice(told, halves, tmp_path):
    told["parts"][0] = told["parts"][1]


def no_orderer(told, halves, tmp_path):
    told["parts"][2]["orderer"] = ""


def rubbish_for_block_0(told, halves, tmp_path):
    told["genesis"] = base64.b64encode(b"\xff\xff").decode()


def unknown_field(told, halves, tmp_path):
    told["parts"][0]["extra"] = "x"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (forged_genesis, "says something else than the three halves"),
        (changed_own_half, "our own half stands in this file differently"),
        (replaced_own_half, "our own half stands in this file differently"),
        (missing_half, "three halves are needed"),
        (the_same_half_twice, "three halves are needed"),
        (no_orderer, "names no orderer"),
        (rubbish_for_block_0, "cannot be read"),
        (unknown_field, "not an organisation's half"),
    ],
)
def test_a_file_that_is_not_what_was_agreed_is_not_joined(tmp_path, halves, spoil, words):
    told = json.loads(parts.found(halves))
    spoil(told, halves, tmp_path)
    with pytest.raises(PartRefused, match=words):
        parts.join(tmp_path / "auditor", "auditor", json.dumps(told).encode())
    assert not (tmp_path / "auditor" / "ledger" / "network.json").exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"parts": 3}', b'"x"', b'{"parts": [1,2,3]}'])
def test_what_is_no_file_to_join_by_is_refused(tmp_path, halves, content):
    with pytest.raises(PartRefused):
        parts.join(tmp_path / "auditor", "auditor", content)


def test_a_home_without_a_part_and_another_s_home_are_named(tmp_path, halves):
    file = parts.found(halves)
    with pytest.raises(PartRefused, match="tanheng network part auditor"):
        parts.join(tmp_path / "empty", "auditor", file)
    with pytest.raises(PartRefused, match="this home is the enterprise's"):
        parts.join(tmp_path / "enterprise", "auditor", file)


def test_block_0_names_the_network(tmp_path, halves):
    parts.join(tmp_path / "enterprise", "enterprise", parts.found(halves))
    network = load(tmp_path / "enterprise")
    assert network.network == header_hash(common_pb2.Block.FromString(network.genesis()).header).hex()
