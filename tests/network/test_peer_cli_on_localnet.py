"""Fabric's own `peer` program asks the embedded network, as an operator would with Fabric's tools."""

import json
import os
import re
import subprocess

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fabric_protos.common import common_pb2, ledger_pb2
from ledger.blocks import header_hash
from ledger.network import identity
from network.programs import find

from tests.localnet.running import RunningNetwork

pytestmark = pytest.mark.fabric


@pytest.fixture(scope="module")
def localnet(tmp_path_factory):
    """The embedded network, running."""
    running = RunningNetwork(tmp_path_factory.mktemp("localnet"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def peer(localnet, tmp_path_factory):
    """peer(word, ...): runs Fabric's program as a service of the enterprise; its output."""
    folder = tmp_path_factory.mktemp("tools")
    network, member = localnet.network, localnet.network.organisation("enterprise")
    who = identity(network, "enterprise", "service")
    msp = folder / "msp"
    for name, content in {
        "signcerts/cert.pem": who.certificate_pem,
        "keystore/key.pem": who.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "cacerts/ca.pem": (member.folder / "ca" / "cert.pem").read_bytes(),
        "tlscacerts/ca.pem": member.tls_root(),
        "config.yaml": yaml.safe_dump(_NODE_UNITS).encode(),
    }.items():
        path = msp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "core.yaml").write_text(yaml.safe_dump(_SETTINGS), encoding="utf-8")
    (folder / "roots.pem").write_bytes(network.tls_roots())
    environment = os.environ | {
        "FABRIC_CFG_PATH": str(folder),
        "CORE_PEER_MSPCONFIGPATH": str(msp),
        "CORE_PEER_LOCALMSPID": member.msp,
        "CORE_PEER_ADDRESS": member.peer,
        "CORE_PEER_TLS_ENABLED": "true",
        "CORE_PEER_TLS_ROOTCERT_FILE": str(folder / "roots.pem"),
    }

    def run(*words):
        done = subprocess.run(
            [str(find().peer), *words], env=environment, cwd=folder, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout + done.stderr

    run.folder = folder
    return run


_NODE_UNITS = {
    "NodeOUs": {
        "Enable": True,
        **{
            f"{role}OUIdentifier": {
                "Certificate": "cacerts/ca.pem",
                "OrganizationalUnitIdentifier": role.lower(),
            }
            for role in ("Client", "Peer", "Admin", "Orderer")
        },
    }
}
_SETTINGS = {
    "peer": {
        "BCCSP": {"Default": "SW", "SW": {"Hash": "SHA2", "Security": 256}},
        "client": {"connTimeout": "10s"},
    }
}


def test_it_is_told_the_height_and_the_hashes_of_the_chain(localnet, peer):
    told = json.loads(re.search(r"Blockchain info: (\{.*\})", peer("channel", "getinfo", "-c", "carbon"))[1])

    async def asked(client):
        return ledger_pb2.BlockchainInfo.FromString(
            await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        )

    info = localnet.run(asked)
    assert told["height"] >= 1
    assert info.height >= told["height"]
    assert "carbon" in peer("channel", "list")


def test_it_fetches_the_newest_block_and_the_configuration_as_they_are(localnet, peer):
    async def put(client):
        return (await client.submit("put", b"by-a-tool", b"1"))[1]

    assert localnet.run(put) == "VALID"
    peer("channel", "fetch", "newest", "newest.block", "-c", "carbon")
    block = common_pb2.Block.FromString((peer.folder / "newest.block").read_bytes())

    async def same(client):
        by_number = await client.evaluate(
            "GetBlockByNumber", b"carbon", str(block.header.number).encode(), chaincode="qscc"
        )
        by_hash = await client.evaluate(
            "GetBlockByHash", b"carbon", header_hash(block.header), chaincode="qscc"
        )
        return by_number, by_hash

    by_number, by_hash = localnet.run(same)
    assert by_number == by_hash == block.SerializeToString()
    peer("channel", "fetch", "0", "genesis.block", "-c", "carbon")
    genesis = common_pb2.Block.FromString((peer.folder / "genesis.block").read_bytes())
    assert genesis.header.number == 0


def test_it_queries_the_chaincode(localnet, peer):
    async def put(client):
        return (await client.submit("put", b"asked", b"told"))[1]

    assert localnet.run(put) == "VALID"
    call = json.dumps({"Args": ["get", "asked"]})
    assert "told" in peer("chaincode", "query", "-C", "carbon", "-n", "carbon", "-c", call)
