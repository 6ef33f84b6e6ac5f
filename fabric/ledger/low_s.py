"""ECDSA signatures in the one form that Fabric takes: of the two valid values of s, the smaller."""

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ledger.blocks import DER_BITS, DER_SEQUENCE, der

# Order of the P-256 group (FIPS 186-5): s and P256_ORDER - s are both valid in a signature.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def low_s(signature: bytes) -> bytes:
    """The same DER signature with the smaller s. Raises ValueError if it is not DER."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def low_s_der(certificate: x509.Certificate) -> bytes:
    """The DER of a certificate signed on P-256, with the smaller s in its signature."""
    whole = certificate.public_bytes(serialization.Encoding.DER)
    signature = low_s(certificate.signature)
    if signature == certificate.signature:
        return whole
    # SEQUENCE of what is signed, the algorithm, and the signature as a bit string without unused bits.
    signed = certificate.tbs_certificate_bytes
    start = whole.index(signed) + len(signed)
    algorithm = whole[start : start + 2 + whole[start + 1]]
    return der(DER_SEQUENCE, signed + algorithm + der(DER_BITS, b"\x00" + signature))
