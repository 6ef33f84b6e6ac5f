"""Certificates in the form by which Fabric names a root: half of all roots have the larger s."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from ledger.authority import create_authority
from ledger.genesis import root_identifier
from ledger.low_s import P256_ORDER, low_s_der


def is_low(certificate):
    return decode_dss_signature(certificate.signature)[1] <= P256_ORDER // 2


def roots():
    """One root whose signature has the smaller s, and one that has the larger."""
    found = {}
    while len(found) < 2:
        certificate = _older_root()
        found[is_low(certificate)] = certificate
    return found


def _older_root():
    """As a home has it that was made before authorities took care of the form, or by another tool."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "r")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def test_a_root_with_the_smaller_s_stays_as_it_is():
    certificate = roots()[True]
    assert low_s_der(certificate) == certificate.public_bytes(serialization.Encoding.DER)


def test_a_root_with_the_larger_s_becomes_a_valid_one_with_the_smaller():
    certificate = roots()[False]
    made = x509.load_der_x509_certificate(low_s_der(certificate))
    assert is_low(made)
    assert made.tbs_certificate_bytes == certificate.tbs_certificate_bytes
    made.verify_directly_issued_by(certificate)


def test_both_forms_of_a_root_have_one_name():
    certificate = roots()[False]
    twin = x509.load_der_x509_certificate(low_s_der(certificate))
    pem = serialization.Encoding.PEM
    assert root_identifier(certificate.public_bytes(pem)) == root_identifier(twin.public_bytes(pem))


def test_an_authority_s_certificates_are_as_a_real_peer_keeps_them():
    """Else the certificate in a block, by which one knows the peer, is another than the one in its file."""
    for _ in range(8):
        authority = create_authority(common_name="root", organisation="Org")
        node = authority.issue(common_name="peer", units=("peer",))
        for pem in (authority.pem().certificate_pem, node.certificate_pem):
            certificate = x509.load_pem_x509_certificate(pem)
            assert low_s_der(certificate) == certificate.public_bytes(serialization.Encoding.DER)
        certificate.verify_directly_issued_by(authority.certificate)
