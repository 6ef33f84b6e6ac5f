"""One organisation's certificate authority: makes roots and leaf certificates, reads the attributes in them.

Certificates carry Fabric's attribute extension, so that chaincode reads roles the same way on both engines.
It keeps no files (`material` does) and knows no role by name.
"""

import datetime
import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger.low_s import low_s_der

ATTRIBUTE_OID = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
ROOT_VALIDITY = datetime.timedelta(days=3650)
# Two years: longer than one compliance cycle, short enough that a lost key dies by itself.
LEAF_VALIDITY = datetime.timedelta(days=730)
# Machines of one network may disagree about the time by some minutes.
CLOCK_SKEW = datetime.timedelta(minutes=5)
# A revocation list is replaced at each revocation; it must not run out while nothing is revoked.
LIST_VALIDITY = ROOT_VALIDITY


class RequestRefused(Exception):
    """A certificate request that is not certified; the text says why."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key, both PEM."""

    certificate_pem: bytes
    key_pem: bytes


@dataclass(frozen=True, slots=True)
class Authority:
    """A root certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> Issued:
        """The root itself, as PEM; its key is not encrypted."""
        return Issued(certificate_pem(self.certificate), key_pem(self.key))

    def issue(
        self, *, common_name: str, units: Sequence[str], attributes: Mapping[str, str] | None = None
    ) -> Issued:
        """A signing identity: `units` become organisational units (the first is Fabric's node role)."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signing(key.public_key(), common_name, units, attributes or {})
        return Issued(certificate_pem(certificate), key_pem(key))

    def enrol(
        self,
        request_pem: bytes,
        *,
        common_name: str,
        units: Sequence[str],
        attributes: Mapping[str, str] | None = None,
    ) -> bytes:
        """A certificate (PEM) for the key of a certificate request; the key itself stays with its owner.

        Name, units and attributes are the authority's word: what the request asks for is not looked at.
        Raises RequestRefused if the request is none, its signature does not hold, or its key is not P-256.
        """
        try:
            request = x509.load_pem_x509_csr(request_pem)
        except (ValueError, x509.InvalidVersion) as error:
            raise RequestRefused("this is not a certificate request (PEM)") from error
        try:
            key = request.public_key()
        except (ValueError, UnsupportedAlgorithm) as error:
            raise RequestRefused("the key of the request must be ECDSA on P-256") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise RequestRefused("the key of the request must be ECDSA on P-256")
        if not request.is_signature_valid:
            raise RequestRefused("the request is not signed by the key that it carries")
        return certificate_pem(self._signing(key, common_name, units, attributes or {}))

    def renew(self, certificate: x509.Certificate) -> bytes:
        """The same certificate (PEM) for the same key with a new serial number and two years to live.

        A kept key needs no word to the others: real orderers know each other's TLS keys, not certificates.
        Raises RequestRefused if another root signed it.
        """
        return certificate_pem(self._again(certificate, _p256(certificate)))

    def replace(self, certificate: x509.Certificate) -> Issued:
        """A certificate that says the same, for a new key. Raises RequestRefused as `renew` does."""
        key = ec.generate_private_key(ec.SECP256R1())
        return Issued(certificate_pem(self._again(certificate, key.public_key())), key_pem(key))

    def revocation_list(self, serials: Iterable[int], *, number: int) -> bytes:
        """The list (PEM) of revoked serial numbers; `number` rises with each list."""
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - CLOCK_SKEW)
            .next_update(now + LIST_VALIDITY)
            # Fabric finds the root of a list by this identifier and ignores a list without it.
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .add_extension(x509.CRLNumber(number), critical=False)
        )
        for serial in sorted(set(serials)):
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue_tls(self, *, common_name: str, hosts: Sequence[str]) -> Issued:
        """A TLS certificate for a node that answers under `hosts` (names or IP addresses)."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._leaf(key.public_key(), common_name=common_name, units=())
            .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
        )
        return Issued(certificate_pem(_signed(builder, self.key)), key_pem(key))

    def _again(self, certificate: x509.Certificate, key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        if certificate.issuer != self.certificate.subject:
            raise RequestRefused("this authority did not make the certificate")
        builder = _builder(certificate.subject, self.certificate.subject, key, self._validity())
        for extension in certificate.extensions:
            if not isinstance(extension.value, x509.SubjectKeyIdentifier):
                builder = builder.add_extension(extension.value, critical=extension.critical)
        return _signed(builder, self.key)

    def _validity(self) -> datetime.timedelta:
        """No certificate outlives the root that vouches for it."""
        return min(LEAF_VALIDITY, self.certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC))

    def _signing(
        self,
        key: ec.EllipticCurvePublicKey,
        common_name: str,
        units: Sequence[str],
        attributes: Mapping[str, str],
    ) -> x509.Certificate:
        builder = self._leaf(key, common_name=common_name, units=units)
        if attributes:
            text = json.dumps({"attrs": dict(sorted(attributes.items()))}, separators=(",", ":"))
            extension = x509.UnrecognizedExtension(ATTRIBUTE_OID, text.encode())
            builder = builder.add_extension(extension, critical=False)
        return _signed(builder, self.key)

    def _leaf(
        self, key: ec.EllipticCurvePublicKey, *, common_name: str, units: Sequence[str]
    ) -> x509.CertificateBuilder:
        organisation = self.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        subject = x509.Name(
            [*organisation]
            + [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
            + [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
        )
        return (
            _builder(subject, self.certificate.subject, key, self._validity())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(root=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )


def create_authority(*, common_name: str, organisation: str) -> Authority:
    """A new root for `organisation`, P-256, ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    builder = (
        _builder(subject, subject, key.public_key(), ROOT_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(root=True), critical=True)
    )
    return Authority(certificate=_signed(builder, key), key=key)


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """The certificate in the one form that Fabric keeps: a real peer rewrites a signature with the larger s,
    and the certificate in a block would be another than the one in its file."""
    return x509.load_der_x509_certificate(low_s_der(builder.sign(key, hashes.SHA256())))


def load_authority(stored: Issued, passphrase: bytes | None = None) -> Authority:
    """The root that `Authority.pem` gave. Raises ValueError as `load_key` does."""
    return Authority(
        certificate=x509.load_pem_x509_certificate(stored.certificate_pem),
        key=load_key(stored.key_pem, passphrase),
    )


def load_key(pem: bytes, passphrase: bytes | None = None) -> ec.EllipticCurvePrivateKey:
    """The private key of `pem`; `passphrase` opens it where it is encrypted.

    Raises ValueError if it is no P-256 key, or encrypted and the passphrase is wrong or missing.
    """
    sealed = is_sealed(pem)
    if sealed and passphrase is None:
        raise ValueError("the key is encrypted and there is no passphrase")
    key = serialization.load_pem_private_key(pem, password=passphrase if sealed else None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the key must be ECDSA on P-256")  # noqa: TRY004 - a wrong file, not a wrong call
    return key


def attributes_of(certificate: x509.Certificate) -> dict[str, str]:
    """The attributes in a certificate (role, account, person); empty if it carries none."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTE_OID).value
    except x509.ExtensionNotFound:
        return {}
    if not isinstance(extension, x509.UnrecognizedExtension):
        return {}
    attributes = json.loads(extension.value).get("attrs", {})
    return {str(name): str(value) for name, value in attributes.items()}


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes | None = None) -> bytes:
    """The private key as PKCS 8 PEM, encrypted if there is a passphrase; else the file's mode guards it."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def is_sealed(pem: bytes) -> bool:
    """Whether a key is encrypted."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem


def _p256(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise RequestRefused("the certificate's key is not ECDSA")
    return key


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, validity: datetime.timedelta
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + validity)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
