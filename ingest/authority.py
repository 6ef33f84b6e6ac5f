"""The broker's own certificate authority: certificates of gateways, of the broker, and who is revoked. Pure.

A gateway's certificate names it as the broker does, `<tenant>.<gateway>`, so that one rule covers both ways
to sign in. Curve P-256, because every TLS stack of a device has it. RFC 5280.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS, LEAF_DAYS = 3650, 825
# The broker reads a new list whenever somebody is revoked; this is how long an old one would still do.
REVOCATIONS_DAYS = 3650
# Clocks of gateways may be behind ours.
SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @classmethod
    def load(cls, certificate: bytes, key: bytes) -> "Pair":
        """From PEM. Raises ValueError."""
        loaded = serialization.load_pem_private_key(key, password=None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise ValueError("the authority's key is on no curve")  # noqa: TRY004 (a file's content)
        return cls(x509.load_pem_x509_certificate(certificate), loaded)


def make_authority(name: str = "Tanheng gateways") -> Pair:
    """A new authority, which signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        _begun(_named(name), _named(name), key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(made, key)


def issue_gateway(authority: Pair, username: str) -> Pair:
    """A gateway's certificate and the key made for it; nobody keeps the key but the gateway."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _begun(_named(username), authority.certificate.subject, key.public_key(), LEAF_DAYS)
    return Pair(_leaf(builder, authority, ExtendedKeyUsageOID.CLIENT_AUTH), key)


def issue_broker(authority: Pair, hosts: Iterable[str]) -> Pair:
    """The broker's certificate for the names and addresses by which gateways reach it."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [_host(host) for host in hosts]
    builder = _begun(_named("broker"), authority.certificate.subject, key.public_key(), LEAF_DAYS)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Pair(_leaf(builder, authority, ExtendedKeyUsageOID.SERVER_AUTH), key)


def revocations(authority: Pair, serials: Iterable[int], *, at: datetime) -> bytes:
    """The list of revoked certificates as PEM; `at` numbers it: a later list replaces an earlier."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=REVOCATIONS_DAYS))
        .add_extension(x509.CRLNumber(int(at.timestamp() * 1000)), critical=False)
    )
    for serial in sorted(serials):
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(revoked)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _leaf(
    builder: x509.CertificateBuilder, authority: Pair, purpose: x509.ObjectIdentifier
) -> x509.Certificate:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(authority.key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
