"""The chaincode's command: it serves, with or without TLS, says when it cannot, and ends when told."""

import asyncio
import datetime
import ipaddress
import signal
import socket
import sys

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2, chaincode_shim_pb2_grpc

from chaincode.server import main
from tests.localnet.running import ROOT

SOURCES = [str(ROOT), str(ROOT / "platform"), str(ROOT / "fabric")]
TIMEOUT_S = 20


def free_address():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def certificate(folder):
    """A self-signed certificate for 127.0.0.1: paths of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chaincode")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


async def registration(channel):
    """What the chaincode registers as."""
    call = chaincode_shim_pb2_grpc.ChaincodeStub(channel).Connect(wait_for_ready=True)
    message = await asyncio.wait_for(call.read(), TIMEOUT_S)
    assert message.type == chaincode_shim_pb2.ChaincodeMessage.REGISTER
    return chaincode_pb2.ChaincodeID.FromString(message.payload).name


async def served(address, channel, *options):
    """Starts the command, reads its registration with the stream left open, ends it by SIGTERM."""
    code = (
        f"import sys, runpy; sys.path[:0] = {SOURCES!r}; "
        f"sys.argv = ['chaincode.server', *{['--address', address, *options]!r}]; "
        "runpy.run_module('chaincode.server', run_name='__main__')"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stderr=asyncio.subprocess.PIPE)
    async with channel:
        name = await registration(channel)
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    return name, process.returncode, log.decode()


def test_it_registers_under_its_package_id_and_ends_cleanly_with_a_stream_open():
    async def story():
        address = free_address()
        return await served(address, grpc.aio.insecure_channel(address), "--id", "carbon_1:abc")

    name, status, log = asyncio.run(story())
    assert (name, status) == ("carbon_1:abc", 0)
    assert "Traceback" not in log, log


def test_it_serves_over_tls(tmp_path):
    cert, key = certificate(tmp_path)

    async def story():
        address = free_address()
        credentials = grpc.ssl_channel_credentials(cert.read_bytes())
        channel = grpc.aio.secure_channel(address, credentials)
        return await served(address, channel, "--tls-cert", str(cert), "--tls-key", str(key))

    name, status, _ = asyncio.run(story())
    assert (name, status) == ("carbon", 0)


def test_an_address_that_is_taken_is_told_in_a_sentence(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert main(["--address", address]) == 1
    assert f"cannot listen on {address}" in capsys.readouterr().err


def test_it_asks_for_an_address():
    with pytest.raises(SystemExit):
        main([])
