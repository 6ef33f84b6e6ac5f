"""The chaincode package, and the builder that peers run for it: no program of Fabric is needed."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile

import pytest
from ledger import material
from ledger.consensus import Consensus
from network.builder import VARIABLE
from network.package import LABEL, package, package_id
from network.settings import remove_opened_keys, write

# Changing it means a new package for every organisation: approve and commit a higher sequence.
KNOWN = "carbon_1:43aaeb6ee389ab8b52a94b95328d42282aec038904fd91b7738b280d1cb68db9"


def members(content):
    """Names and contents of a gzipped tar, as any other program reads it."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}


def test_the_package_is_what_fabric_reads_and_always_the_same():
    assert package() == package()
    assert package_id() == f"{LABEL}:{hashlib.sha256(package()).hexdigest()}" == KNOWN
    outer = members(package())
    assert json.loads(outer["metadata.json"]) == {"type": "ccaas", "label": LABEL}
    connection = json.loads(members(outer["code.tar.gz"])["connection.json"])
    assert connection == {"address": "{{.address}}", "dial_timeout": "10s", "tls_required": False}


@pytest.fixture
def builder(tmp_path):
    """The builder as it is written for peers, and a package unpacked for it."""
    network = material.write(tmp_path / "home", consensus=Consensus.RAFT)
    write(network)
    source, metadata = tmp_path / "source", tmp_path / "metadata"
    for folder in (source, metadata, tmp_path / "output", tmp_path / "release"):
        folder.mkdir()
    outer = members(package())
    (metadata / "metadata.json").write_bytes(outer["metadata.json"])
    (source / "connection.json").write_bytes(members(outer["code.tar.gz"])["connection.json"])
    yield network.folder / "nodes" / "builder" / "bin"
    remove_opened_keys(network)


def run(program, *folders, **environment):
    """Exit status of a builder's step with no environment but that of a peer."""
    given = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run([program, *folders], env=given, check=False, capture_output=True).returncode


def test_the_builder_hands_the_peer_the_address_of_its_own_chaincode(builder, tmp_path):
    source, metadata, output, release = (
        tmp_path / name for name in ("source", "metadata", "output", "release")
    )
    assert run(builder / "detect", source, metadata) == 0
    config = {VARIABLE: json.dumps({"address": "127.0.0.1:9"})}
    assert run(builder / "build", source, metadata, output, **config) == 0
    assert run(builder / "release", output, release) == 0
    told = json.loads((release / "chaincode" / "server" / "connection.json").read_text())
    assert told["address"] == "127.0.0.1:9"


def test_the_builder_leaves_other_packages_alone_and_says_what_is_not_set(builder, tmp_path):
    metadata = tmp_path / "metadata"
    assert run(builder / "build", tmp_path / "source", metadata, tmp_path / "output") == 1
    (metadata / "metadata.json").write_text('{"type": "golang", "label": "x"}')
    assert run(builder / "detect", tmp_path / "source", metadata) == 1
