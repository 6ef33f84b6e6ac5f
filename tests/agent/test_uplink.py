"""The way into a real Mosquitto: TLS by our own authority, certificates, passwords, a denied publish."""

import datetime
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.uplink import Arrived, Session
from tests.agent.conftest import Mosquitto, free_port, mosquitto, wait_for
from tests.agent.made import IDENTITY
from tests.agent.plants import Loop

pytestmark = pytest.mark.usefixtures("mosquitto_program")


@dataclass
class Authority:
    """A certificate authority of the test; writes PEM files into its folder."""

    folder: Path
    name: str = "ca"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        made = self._signed(self.subject, self.key, x509.BasicConstraints(ca=True, path_length=None))
        (self.folder / f"{self.name}.pem").write_bytes(made)

    @property
    def certificate(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def issue(self, name: str, *, address: str = "127.0.0.1") -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        pem, pem_key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        pem.write_bytes(self._signed(subject, key, names))
        pem_key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pem, pem_key

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(extension, critical=True)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Mosquitto]:
    certificate, key = authority.issue("broker")
    more = f"cafile {authority.certificate}\ncertfile {certificate}\nkeyfile {key}\n"
    with mosquitto(tmp_path_factory.mktemp("secure"), more) as made:
        yield made


def test_a_gateway_signs_in_over_tls_and_hears_its_own_receipts(
    secure: Mosquitto, authority: Authority
) -> None:
    heard: list[Arrived] = []
    ca = {"ca_file": authority.certificate}
    gateway = Session(
        secure.settings(**ca), client_id="gw", topics=[f"ack/{IDENTITY}/#"], on_message=heard.append
    )
    ingest = Session(secure.settings("ingest", "ingest", **ca), client_id="ingest")
    for session in (gateway, ingest):
        session.start()
    wait_for(lambda: gateway.connected.is_set() and ingest.connected.is_set())
    ingest.publish(f"ack/{IDENTITY}/plant-1/energy-a", b"receipt")
    wait_for(lambda: [one.payload for one in heard] == [b"receipt"])
    for session in (gateway, ingest):
        session.stop()


def test_a_broker_of_another_authority_or_another_name_is_not_trusted(
    secure: Mosquitto, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", "other")
    session = Session(secure.settings(ca_file=other.certificate), client_id="gw")
    session.start()
    wait_for(lambda: "CERTIFICATE_VERIFY_FAILED" in session.trouble)
    assert not session.connected.is_set()
    session.stop()
    certificate, key = authority.issue("elsewhere", address="127.0.0.9")
    more = f"cafile {authority.certificate}\ncertfile {certificate}\nkeyfile {key}\n"
    with mosquitto(tmp_path / "elsewhere", more) as wrong:
        session = Session(wrong.settings(ca_file=authority.certificate), client_id="gw")
        session.start()
        wait_for(lambda: "mismatch" in session.trouble)
        session.stop()


def test_where_the_broker_asks_for_a_certificate_its_name_signs_in(
    tmp_path: Path, authority: Authority
) -> None:
    certificate, key = authority.issue("broker-2")
    more = (
        f"cafile {authority.certificate}\ncertfile {certificate}\nkeyfile {key}\n"
        "require_certificate true\nuse_identity_as_username true\n"
    )
    mine, mine_key = authority.issue(IDENTITY)
    with mosquitto(tmp_path / "mutual", more) as broker:
        without = Session(broker.settings(ca_file=authority.certificate), client_id="gw")
        without.start()
        wait_for(lambda: without.trouble)
        without.stop()
        files = {"ca_file": authority.certificate, "certificate_file": mine, "certificate_key_file": mine_key}
        gateway = Session(broker.settings(**files), client_id="gw", topics=[f"ack/{IDENTITY}/#"])
        gateway.start()
        wait_for(gateway.connected.is_set)
        gateway.stop()


def test_a_wrong_password_is_told_and_a_renewed_one_needs_no_restart(broker: Mosquitto) -> None:
    settings = broker.settings(password="wrong")
    session = Session(settings, client_id="gw")
    session.start()
    wait_for(lambda: session.refused)
    assert not session.connected.is_set()
    assert settings.password_file is not None
    settings.password_file.write_text("gateway")
    wait_for(session.connected.is_set)
    assert session.refused == ""
    session.stop()


def test_a_publish_that_the_broker_denies_is_told_by_its_number(broker: Mosquitto) -> None:
    session = Session(broker.settings(), client_id="gw")
    session.start()
    wait_for(session.connected.is_set)
    info = session.publish("v1/t_000002.gw-1/plant-1/energy-a/b", b"foreign")
    wait_for(lambda: info.mid in session.denied)
    assert "authorized" in session.denied[info.mid].lower()
    session.stop()


def test_a_broker_that_is_not_there_yet_is_found_when_it_comes(broker: Mosquitto) -> None:
    broker.kill()
    session = Session(broker.settings(), client_id="gw")
    session.start()
    wait_for(lambda: "refused" in session.trouble)
    broker.start()
    wait_for(session.connected.is_set)
    session.stop()


def test_a_broker_that_speaks_3_1_1_only_is_spoken_to_in_its_own_version(tmp_path: Path) -> None:
    """amqtt, the product's fallback where Mosquitto is missing."""
    from amqtt.broker import Broker as Amqtt
    from operations.fallback_broker import Identities, configuration

    from ingest.passwords import hash_password

    loop, port = Loop(), free_port()
    Identities.known = {IDENTITY: hash_password("gateway")}

    async def started() -> Amqtt:
        made = Amqtt(configuration(port))
        await made.start()
        return made

    broker = loop.run(started())
    session = Session(Mosquitto(tmp_path, port).settings(), client_id="gw", topics=[f"ack/{IDENTITY}/#"])
    session.start()

    def is_in() -> bool:
        session.tend()
        return session.connected.is_set()

    wait_for(is_in, within_s=30)
    info = session.publish(f"v1/{IDENTITY}/plant-1/energy-a/b", b"batch")
    wait_for(info.is_published)
    session.stop()
    loop.run(broker.shutdown())
    loop.stop()
