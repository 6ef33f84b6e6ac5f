"""What `python -m ledger.material` leaves on the disk."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2
from ledger import material
from ledger.authority import attributes_of
from ledger.blocks import header_hash
from ledger.network import NoNetwork, identity, load, node_identity

SOURCES = Path(__file__).parents[2] / "fabric"
NODE = ("cert.pem", "key.pem", "tls-cert.pem", "tls-key.pem")
TREE = {
    "network.json",
    "genesis.block",
    *(
        f"organisations/{name}/{file}"
        for name in ("enterprise", "auditor", "regulator")
        for file in ("ca/cert.pem", "ca/key.pem", "tls/ca.pem", "tls/ca-key.pem")
    ),
    *(
        f"organisations/{name}/peer/{file}"
        for name in ("enterprise", "auditor", "regulator")
        for file in NODE
    ),
    *(f"organisations/regulator/orderer/{file}" for file in NODE),
    *(
        f"organisations/{name}/identities/{identity}/{file}"
        for name, identities in material.IDENTITIES.items()
        for identity in identities
        for file in ("cert.pem", "key.pem")
    ),
}


def contents(home):
    folder = home / "ledger"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_program_writes_exactly_the_tree_of_the_seams(tmp_path):
    subprocess.run([sys.executable, "-m", "ledger.material", "--home", tmp_path], check=True, cwd=SOURCES)
    assert set(contents(tmp_path)) == TREE


def test_a_second_run_changes_nothing(tmp_path):
    material.write(tmp_path)
    before = contents(tmp_path)
    material.write(tmp_path)
    assert contents(tmp_path) == before


def test_a_run_that_was_cut_short_is_finished_and_keeps_what_was_there(tmp_path):
    material.write(tmp_path)
    before = contents(tmp_path)
    lost = ["organisations/auditor/identities/relay/cert.pem", "organisations/enterprise/peer/tls-cert.pem"]
    for name in lost:
        (tmp_path / "ledger" / name).unlink()
    material.write(tmp_path)
    after = contents(tmp_path)
    assert set(after) == TREE
    renewed = {*lost, *(name.replace("cert.pem", "key.pem") for name in lost)}
    assert {name for name in TREE if before[name] != after[name]} == renewed


def test_private_keys_are_for_their_owner_only(tmp_path):
    material.write(tmp_path)
    for path in (tmp_path / "ledger").rglob("*key.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_other_ports_change_the_addresses_and_not_the_network(tmp_path):
    first = material.write(tmp_path)
    moved = material.write(tmp_path, ports=material.Ports(orderer=27050))
    assert (moved.orderer, moved.network) == ("127.0.0.1:27050", first.network)
    assert material.write(tmp_path).orderer == "127.0.0.1:27050"


def test_the_network_is_named_by_block_0(tmp_path):
    network = material.write(tmp_path)
    block = common_pb2.Block.FromString(network.genesis())
    assert network.network == header_hash(block.header).hex()
    stored = json.loads((tmp_path / "ledger" / "network.json").read_text())
    assert stored["network"] == network.network
    assert stored["organisations"]["auditor"] == {
        "msp": "AuditorMSP",
        "peer": "127.0.0.1:17052",
        "chaincode": "127.0.0.1:17062",
    }


def test_each_identity_carries_its_role_and_a_name_that_tells_nothing(tmp_path):
    network = material.write(tmp_path)
    subjects = set()
    for organisation, names in material.IDENTITIES.items():
        for name in names:
            certificate = identity(network, organisation, name).certificate()
            assert attributes_of(certificate) == {"role": name}
            subjects.add(certificate.subject.rfc4514_string())
            assert organisation not in certificate.subject.rfc4514_string().split(",")[0]
    assert len(subjects) == sum(len(names) for names in material.IDENTITIES.values())
    assert attributes_of(node_identity(network, "regulator", "orderer").certificate()) == {"role": "node"}


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(NoNetwork, match="run `python -m"):
        load(tmp_path)
    network = material.write(tmp_path)
    with pytest.raises(NoNetwork):
        identity(network, "enterprise", "administrator")
    with pytest.raises(NoNetwork):
        identity(network, "nobody", "relay")
