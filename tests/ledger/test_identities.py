"""Certificates over their life: listed, enrolled by request, renewed, rotated, revoked."""

import base64
import datetime
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ledger import authority as authorities
from ledger import identities, material
from ledger.authority import RequestRefused, is_sealed
from ledger.consensus import Consensus
from ledger.identities import IdentityRefused
from ledger.identity import verify
from ledger.network import identity, node_identity, node_tls, open_key

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def network(tmp_path):
    return material.write(tmp_path)


def request(key=None, *, forge=False):
    """A certificate request that asks for more than it gets."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "admin"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "root"),
        ]
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    content = made.public_bytes(serialization.Encoding.DER)
    if forge:
        content = content[:-1] + bytes([content[-1] ^ 1])
        made = x509.load_der_x509_csr(content)
    return key, made.public_bytes(serialization.Encoding.PEM)


def altered(old, new):
    """A request (PEM) with these bytes of its DER changed; hex."""
    der = x509.load_pem_x509_csr(request()[1]).public_bytes(serialization.Encoding.DER)
    before, found, after = der.partition(bytes.fromhex(old))
    assert found
    content = base64.encodebytes(before + bytes.fromhex(new) + after)
    return b"-----BEGIN CERTIFICATE REQUEST-----\n" + content + b"-----END CERTIFICATE REQUEST-----\n"


def test_every_certificate_is_listed_with_the_days_it_has_left(network):
    names = {one.name: one for one in identities.held(network, "regulator")}
    assert set(names) == {
        *("root", "root tls", "peer", "peer tls", "orderer", "orderer tls", "node-admin", "node-admin tls"),
        *("relay", "service", "ingest", "clock", "administrator"),
    }
    assert names["relay"].days_left(NOW) in {729, 730}
    assert names["root"].days_left(NOW) in {3649, 3650}
    assert names["relay"].attributes == {"role": "relay"}
    assert names["service"].units == ("client", "service")
    assert not any(one.revoked for one in names.values())


def test_a_request_is_certified_with_the_authority_s_words_and_the_owner_s_key(network):
    key, content = request()
    made = identities.enrol(network, "auditor", content, attributes={"role": "service"})
    certificate = x509.load_pem_x509_certificate(made.path.read_bytes())
    assert certificate.public_key() == key.public_key()
    assert (made.units, made.attributes) == (("client",), {"role": "service"})
    assert "root" not in certificate.subject.rfc4514_string()
    root = x509.load_pem_x509_certificate(
        (network.organisation("auditor").folder / "ca/cert.pem").read_bytes()
    )
    certificate.verify_directly_issued_by(root)
    assert made in identities.held(network, "auditor")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"rubbish", "not a certificate request"),
        (request(forge=True)[1], "not signed by the key"),
        (request(rsa.generate_private_key(65537, 2048))[1], "P-256"),
        (request(ec.generate_private_key(ec.SECP384R1()))[1], "P-256"),
        (altered("06072a8648ce3d0201", "06072a8648ce3d0277"), "P-256"),
        (altered("020100", "020107"), "not a certificate request"),
    ],
)
def test_what_is_no_proper_request_is_refused_by_name(network, content, words):
    with pytest.raises(RequestRefused, match=words):
        identities.enrol(network, "auditor", content, attributes={"role": "relay"})
    assert not (network.organisation("auditor").folder / "issued").exists()


@pytest.mark.parametrize("units", [("admin",), ("client", "peer"), ("orderer",), ("service",)])
def test_nodes_and_administrators_are_not_enrolled_by_request(network, units):
    with pytest.raises(IdentityRefused, match="only clients"):
        identities.enrol(network, "auditor", request()[1], attributes={}, units=units)


@pytest.mark.parametrize("name", ["relay", "peer", "peer tls", "orderer", "orderer tls", "node-admin"])
def test_renewing_keeps_key_name_and_attributes_and_gives_two_years(network, name, monkeypatch):
    monkeypatch.setattr(authorities, "LEAF_VALIDITY", datetime.timedelta(days=900))
    before = identities.find(network, "regulator", name)
    old = x509.load_pem_x509_certificate(before.path.read_bytes())
    after = identities.renew(network, "regulator", name)
    new = x509.load_pem_x509_certificate(after.path.read_bytes())
    assert (new.subject, new.public_key()) == (old.subject, old.public_key())
    assert {one.oid.dotted_string: one.value for one in new.extensions} == {
        one.oid.dotted_string: one.value for one in old.extensions
    }
    assert (after.attributes, after.days_left(NOW)) == (before.attributes, 900)
    assert after.serial != before.serial
    new.verify_directly_issued_by(_root(network, tls=before.is_tls))


def _root(network, *, tls):
    file = "tls/ca.pem" if tls else "ca/cert.pem"
    return x509.load_pem_x509_certificate((network.organisation("regulator").folder / file).read_bytes())


def test_only_what_expires_soon_is_renewed_by_itself(network, monkeypatch):
    assert identities.renew_due(network, now=NOW) == []
    soon = NOW + datetime.timedelta(days=700)
    monkeypatch.setattr(authorities, "LEAF_VALIDITY", datetime.timedelta(days=1500))
    renewed = {(one.organisation, one.name) for one in identities.renew_due(network, now=soon)}
    assert ("enterprise", "relay") in renewed
    assert ("regulator", "orderer tls") in renewed
    assert not any(name.startswith("root") for _, name in renewed)
    assert identities.renew_due(network, now=soon) == []


def test_no_certificate_outlives_its_root(network, monkeypatch):
    monkeypatch.setattr(authorities, "LEAF_VALIDITY", datetime.timedelta(days=9999))
    after = identities.renew(network, "auditor", "relay")
    assert after.not_after <= identities.find(network, "auditor", "root").not_after


@pytest.mark.parametrize("name", ["relay", "peer", "node-admin"])
def test_rotating_gives_a_new_key_of_the_same_secrecy_and_keeps_the_old_certificate_to_be_revoked(
    network, name
):
    before = identities.find(network, "auditor", name)
    key = before.path.with_name("key.pem")
    sealed, old_key = is_sealed(key.read_bytes()), open_key(network, key)
    old = identities.rotate(network, "auditor", name)
    assert old == before
    assert is_sealed(key.read_bytes()) == sealed
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert open_key(network, key) != old_key
    signer = (
        node_identity(network, "auditor", "peer") if name == "peer" else identity(network, "auditor", name)
    )
    verify(signer.certificate().public_key(), signer.sign(b"x"), b"x")
    identities.revoke(network, "auditor", old.serial)
    assert identities.revoked(network, "auditor") == {old.serial}
    assert not identities.find(network, "auditor", name).revoked


@pytest.mark.parametrize(("organisation", "node"), [("auditor", "peer"), ("regulator", "orderer")])
def test_a_node_s_transport_key_is_rotated(network, organisation, node):
    """The embedded orderer is alone: no other knows it by this key."""
    before = node_tls(network, organisation, node)
    identities.rotate(network, organisation, f"{node} tls")
    after = node_tls(network, organisation, node)
    assert before.key_pem != after.key_pem


def test_a_list_grows_is_signed_by_the_root_and_carries_what_fabric_looks_for(network):
    serials = [identities.find(network, "enterprise", name).serial for name in ("relay", "service")]
    lists = [x509.load_pem_x509_crl(identities.revoke(network, "enterprise", serial)) for serial in serials]
    root = x509.load_pem_x509_certificate(
        (network.organisation("enterprise").folder / "ca/cert.pem").read_bytes()
    )
    assert [{one.serial_number for one in found} for found in lists] == [{serials[0]}, set(serials)]
    for number, found in enumerate(lists, start=1):
        assert found.is_signature_valid(root.public_key())
        assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == number
        named = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        assert named == own
    assert identities.find(network, "enterprise", "relay").revoked


@pytest.mark.parametrize("name", ["peer", "node-admin", "root"])
def test_what_an_organisation_cannot_work_without_is_not_revoked_in_passing(network, name):
    serial = identities.find(network, "enterprise", name).serial
    with pytest.raises(IdentityRefused, match="rotate it"):
        identities.revoke(network, "enterprise", serial)
    assert identities.revocation_list(network, "enterprise") == b""


def test_what_is_not_there_is_named(network):
    with pytest.raises(IdentityRefused, match="no certificate 'nobody'"):
        identities.renew(network, "auditor", "nobody")
    with pytest.raises(IdentityRefused, match="no signing certificate 1a"):
        identities.revoke(network, "auditor", 0x1A)
    foreign = identities.find(network, "enterprise", "relay").serial
    with pytest.raises(IdentityRefused, match="auditor has no signing certificate"):
        identities.revoke(network, "auditor", foreign)
    with pytest.raises(IdentityRefused, match="cannot be renewed"):
        identities.renew(network, "auditor", "root")
    serial = identities.find(network, "auditor", "relay").serial
    identities.revoke(network, "auditor", serial)
    with pytest.raises(IdentityRefused, match="was revoked: rotate it"):
        identities.renew(network, "auditor", "relay")
    identities.rotate(network, "auditor", "relay")
    assert not identities.find(network, "auditor", "relay").revoked


def test_the_certificates_of_byzantine_orderers_are_pinned_in_the_channel_and_stay(tmp_path):
    network = material.write(tmp_path, consensus=Consensus.BFT)
    for change in (identities.renew, identities.rotate):
        for name in ("orderer", "orderer2", "orderer tls"):
            with pytest.raises(IdentityRefused, match="stands in the channel's configuration"):
                change(network, "regulator", name)
    due = identities.renew_due(network, now=NOW + datetime.timedelta(days=700))
    assert due
    assert not [one.name for one in due if one.name.startswith("orderer")]
