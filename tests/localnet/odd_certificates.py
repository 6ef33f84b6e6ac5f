"""Certificates that cannot be read, or not in all parts: what may lie where a good one is expected."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ledger.blocks import DER_BITS, DER_SEQUENCE, der

# What is replaced in a certificate of the unit `peer` and the name `AAAA`, and by what.
CHANGES = {
    # No authority is needed for this one: it is not read as far as its signature.
    "another version": ("a003020102", "a003020107"),
    "a number as its name": ("0c0441414141", "020441414141"),
    "bits as its name": ("0c0441414141", "030400414141"),
    "a number as its unit": ("0c0470656572", "020470656572"),
    "a curve that nobody knows": ("06082a8648ce3d030107", "06082a8648ce3d030177"),
    "a kind of key that nobody knows": ("06072a8648ce3d0201", "06072a8648ce3d0277"),
    "an extension that is none": ("0603551d0f", "0603551d11"),
    "an extension twice": ("0603551d0f", "0603551d13"),
}


def odd(root, change):
    """PEM of a certificate with that change, signed by an organisation's authority all the same."""
    issued = root.issue(common_name="AAAA", units=("peer",))
    whole = x509.load_pem_x509_certificate(issued.certificate_pem)
    old, new = (bytes.fromhex(one) for one in CHANGES[change])
    before, found, after = whole.tbs_certificate_bytes.rpartition(old)
    assert found
    signed = before + new + after
    raw = whole.public_bytes(serialization.Encoding.DER)
    start = raw.index(whole.tbs_certificate_bytes) + len(whole.tbs_certificate_bytes)
    algorithm = raw[start : start + 2 + raw[start + 1]]
    signature = root.key.sign(signed, ec.ECDSA(hashes.SHA256()))
    content = der(DER_SEQUENCE, signed + algorithm + der(DER_BITS, b"\0" + signature))
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(content) + b"-----END CERTIFICATE-----\n"
