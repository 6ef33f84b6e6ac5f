"""What `python -m ledger.material` leaves on the disk."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from fabric_protos.common import common_pb2
from ledger import material
from ledger.authority import attributes_of, is_sealed, load_key
from ledger.blocks import header_hash
from ledger.identity import verify
from ledger.network import NoNetwork, authority, identity, load, node_identity, node_tls, open_key

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
    *(
        f"organisations/{name}/identities/node-admin/{file}"
        for name in ("enterprise", "auditor", "regulator")
        for file in NODE
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


def test_keys_of_authorities_nodes_and_administrators_are_encrypted_and_open_with_the_passphrase(tmp_path):
    network = material.write(tmp_path)
    keys = set((tmp_path / "ledger").rglob("*key.pem"))
    plain = {path.parent.name for path in keys if not is_sealed(path.read_bytes())}
    assert plain == {"relay", "service", "ingest", "clock", "administrator"}
    assert stat.S_IMODE(network.passphrase_file.stat().st_mode) == 0o600
    assert not network.passphrase_file.is_relative_to(network.folder)
    signer = node_identity(network, "regulator", "orderer")
    verify(signer.certificate().public_key(), signer.sign(b"x"), b"x")
    tls, root = node_tls(network, "auditor", "peer"), authority(network, "auditor")
    assert load_key(tls.key_pem).public_key() == _public_key(tls.certificate_pem)
    assert root.key.public_key() == root.certificate.public_key()


def _public_key(pem):
    return x509.load_pem_x509_certificate(pem).public_key()


def test_keys_that_lay_open_before_are_encrypted_by_the_next_run(tmp_path):
    network = material.write(tmp_path)
    path = network.organisation("auditor").folder / "peer" / "key.pem"
    opened = open_key(network, path)
    path.write_bytes(opened)
    material.write(tmp_path)
    assert is_sealed(path.read_bytes())
    assert open_key(network, path) == opened


def test_a_passphrase_may_lie_elsewhere_and_a_wrong_or_lost_one_is_named(tmp_path):
    elsewhere = tmp_path / "token" / "passphrase"
    network = material.write(tmp_path / "home", passphrase_file=elsewhere)
    assert network.passphrase_file == elsewhere
    assert not (tmp_path / "home" / "keys").exists()
    node_identity(load(tmp_path / "home"), "enterprise", "peer")
    right = elsewhere.read_bytes()
    elsewhere.write_bytes(b"wrong")
    with pytest.raises(NoNetwork, match="cannot be opened"):
        node_identity(network, "enterprise", "peer")
    with pytest.raises(NoNetwork, match="cannot be opened with this passphrase"):
        material.write(tmp_path / "home")
    elsewhere.unlink()
    for use in (lambda: node_tls(network, "enterprise", "peer"), lambda: material.write(tmp_path / "home")):
        with pytest.raises(NoNetwork, match="cannot be read"):
            use()
    assert not elsewhere.exists()
    elsewhere.write_bytes(right)
    assert material.write(tmp_path / "home", ports=material.Ports(orderer=1)).passphrase_file == elsewhere


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
