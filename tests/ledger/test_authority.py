"""Certificates as the network needs them."""

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from ledger.authority import attributes_of, create_authority, load_authority, load_key
from ledger.identity import P256_ORDER, SignatureRefused, load_identity, transaction_id, verify


@pytest.fixture(scope="module")
def authority():
    return create_authority(common_name="enterprise identities", organisation="EnterpriseMSP")


def test_attributes_are_read_back_from_a_certificate_that_the_root_signed(authority):
    issued = authority.issue(
        common_name="x", units=["client"], attributes={"role": "relay", "account": "acc_1"}
    )
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    assert attributes_of(certificate) == {"role": "relay", "account": "acc_1"}
    certificate.verify_directly_issued_by(authority.certificate)
    with pytest.raises((ValueError, InvalidSignature)):
        certificate.verify_directly_issued_by(
            create_authority(common_name="other", organisation="EnterpriseMSP").certificate
        )


def test_a_certificate_without_attributes_has_none(authority):
    issued = authority.issue(common_name="x", units=["client"])
    assert attributes_of(x509.load_pem_x509_certificate(issued.certificate_pem)) == {}


def test_fabric_finds_its_extension_under_its_own_number_as_json(authority):
    issued = authority.issue(common_name="x", units=["client"], attributes={"role": "relay"})
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    extension = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1"))
    assert extension.value.value == b'{"attrs":{"role":"relay"}}'


def test_a_tls_certificate_names_hosts_and_addresses(authority):
    issued = authority.issue_tls(common_name="peer.enterprise", hosts=["localhost", "127.0.0.1"])
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_a_root_that_was_stored_signs_on(authority):
    loaded = load_authority(authority.pem())
    issued = loaded.issue(common_name="x", units=["peer"])
    x509.load_pem_x509_certificate(issued.certificate_pem).verify_directly_issued_by(authority.certificate)


def _pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())],
    ids=["rsa", "p384"],
)
def test_only_p256_keys_are_taken(key):
    with pytest.raises(ValueError, match="P-256"):
        load_key(_pem(key))


@pytest.fixture(scope="module")
def identity(authority):
    issued = authority.issue(common_name="x", units=["client"])
    return load_identity(msp="EnterpriseMSP", certificate_pem=issued.certificate_pem, key_pem=issued.key_pem)


def test_every_signature_has_a_low_s_and_holds(identity):
    for number in range(50):
        message = number.to_bytes(4, "big")
        signature = identity.sign(message)
        _, s = decode_dss_signature(signature)
        assert s <= P256_ORDER // 2
        verify(identity.key.public_key(), signature, message)


def test_high_s_other_bytes_and_rubbish_are_refused(identity):
    signature = identity.sign(b"message")
    r, s = decode_dss_signature(signature)
    high = encode_dss_signature(r, P256_ORDER - s)
    for wrong, message in ((high, b"message"), (signature, b"another"), (b"rubbish", b"message"), (b"", b"")):
        with pytest.raises(SignatureRefused):
            verify(identity.key.public_key(), wrong, message)


def test_a_transaction_id_is_the_hash_of_nonce_and_creator():
    # SHA-256 of "abc", the example of FIPS 180-4.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert transaction_id(nonce=b"a", creator=b"bc") == expected
