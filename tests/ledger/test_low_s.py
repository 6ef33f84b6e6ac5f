"""Certificates in the form by which Fabric names a root: half of all roots have the larger s."""

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from ledger.authority import create_authority
from ledger.genesis import root_identifier
from ledger.low_s import P256_ORDER, low_s_der


def is_low(certificate):
    return decode_dss_signature(certificate.signature)[1] <= P256_ORDER // 2


def roots():
    """One root whose signature has the smaller s, and one that has the larger."""
    found = {}
    while len(found) < 2:
        certificate = create_authority(common_name="r", organisation="o").certificate
        found[is_low(certificate)] = certificate
    return found


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
