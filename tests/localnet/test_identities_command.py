"""`tanheng network identities` on a running network, as an operator uses it."""

import json

import grpc
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ledger.authority import key_pem
from ledger.identity import load_identity
from ledger.network import identity

from tests.localnet.raw_client import RawClient


@pytest.fixture
def tanheng(own_network, monkeypatch):
    """Runs a command of the group; gives what it prints."""
    from operations.commands.network import network as group

    monkeypatch.setenv("TANHENG_HOME", str(own_network.home))

    def run(*arguments, fails=False):
        done = CliRunner().invoke(group, ["identities", *map(str, arguments)])
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    return run


async def put_as(running, who, organisation):
    client = RawClient(running.network, organisation)
    client.identity = who
    try:
        await client.evaluate("get", b"a")
        return (await client.submit("put", b"a", b"1"))[1]
    finally:
        await client.close()


def test_a_client_is_enrolled_works_is_revoked_and_is_refused(own_network, tanheng, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    (tmp_path / "request.pem").write_bytes(request.public_bytes(serialization.Encoding.PEM))
    said = tanheng(
        "enrol", "auditor", tmp_path / "request.pem", "--role", "relay", "--out", tmp_path / "cert.pem"
    )
    serial = said.split("serial ")[1].split(",")[0]
    who = load_identity(
        msp="AuditorMSP", certificate_pem=(tmp_path / "cert.pem").read_bytes(), key_pem=key_pem(key)
    )

    async def work(client):
        return await put_as(own_network, who, "auditor")

    assert own_network.run(work) == "VALID"
    assert "pinned in block" in tanheng("revoke", "auditor", serial)
    with pytest.raises(grpc.aio.AioRpcError, match="access denied"):
        own_network.run(work)
    assert "has this list already" in tanheng("publish", "auditor")
    listed = json.loads(tanheng("list", "--json"))["identities"]
    assert [one["revoked"] for one in listed if one["serial"] == serial] == [True]


def test_a_relay_is_rotated_and_a_peer_works_on_with_a_new_key_after_its_start(own_network, tanheng):
    old = identity(own_network.network, "enterprise", "relay")
    assert "then: tanheng network identities revoke enterprise" in tanheng("rotate", "enterprise", "relay")
    said = tanheng("rotate", "enterprise", "peer")
    serial = said.strip().split(" ")[-1]
    assert "rotate it" in tanheng("revoke", "enterprise", _serial(own_network, "peer"), fails=True)
    own_network.stop("peer-enterprise")
    own_network.start("peer-enterprise")
    assert "pinned in block" in tanheng("revoke", "enterprise", serial)
    assert "pinned in block" in tanheng("revoke", "enterprise", f"{old.certificate().serial_number:x}")

    async def work(client):
        named = await client.submit("put", b"a", b"1", organisations=["EnterpriseMSP", "AuditorMSP"])
        with pytest.raises(grpc.aio.AioRpcError, match="access denied"):
            await put_as(own_network, old, "enterprise")
        return named[1], await put_as(
            own_network, identity(own_network.network, "enterprise", "relay"), "auditor"
        )

    assert own_network.run(work) == ("VALID", "VALID")


def _serial(running, name):
    from ledger.identities import find

    return f"{find(running.network, 'enterprise', name).serial:x}"


def test_without_a_network_the_list_is_kept_and_published_later(own_network, tanheng):
    from ledger.identities import find

    own_network.stop()
    serial = f"{find(own_network.network, 'regulator', 'clock').serial:x}"
    said = tanheng("revoke", "regulator", serial, fails=True)
    assert "the list is written, but the channel does not have it yet" in said
    assert "tanheng network identities publish regulator" in said
    own_network.start()
    assert "pinned in block" in tanheng("publish", "regulator")
