"""P-256 signatures over bytes: raw r||s and bare public keys (SPKI), both base64url without padding.

The only file of the lexicon that needs a library (cryptography); chaincode, proof and services share it.
"""

import base64
import binascii
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from lexicon.refusals import Refusal, Refused

# SubjectPublicKeyInfo of an uncompressed P-256 point: this prefix, 04, X, Y. It says not what the key is for.
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
SPKI_LENGTH = 91
SIGNATURE_LENGTH = 64


def to_base64url(value: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Bytes of base64url without padding. Raises ValueError for anything that is not exactly that."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if to_base64url(value) != text:
        raise ValueError("not canonical base64url")
    return value


def fingerprint(spki: str) -> str:
    """SHA-256 of the key's SPKI bytes, hex. Raises Refused: key_invalid."""
    return hashlib.sha256(_spki_bytes(spki)).hexdigest()


def check_key(spki: str) -> None:
    """Raises Refused (key_invalid) unless it is an uncompressed point on P-256."""
    _loaded(spki)


def verify(*, spki: str, message: bytes, signature: str) -> None:
    """Raises Refused: key_invalid, signature_invalid. High and low s count: signatures name nothing."""
    if not _holds(spki, message, signature):
        raise Refused(Refusal.SIGNATURE_INVALID)


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> str:
    """Raw signature, base64url, as a browser's WebCrypto makes it: for key files, programs and tests."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return to_base64url(r.to_bytes(32) + s.to_bytes(32))


def spki_of(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key of a private key, SPKI in base64url."""
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return to_base64url(spki)


def _spki_bytes(spki: str) -> bytes:
    try:
        value = from_base64url(spki)
    except ValueError as error:
        raise Refused(Refusal.KEY_INVALID) from error
    if len(value) != SPKI_LENGTH or not value.startswith(SPKI_PREFIX + b"\x04"):
        raise Refused(Refusal.KEY_INVALID)
    return value


# Loading costs 10 us and a busy organisation has thousands of keys; 4096 of them take a few MB.
@lru_cache(maxsize=4096)
def _loaded(spki: str) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _spki_bytes(spki)[-65:])
    except ValueError as error:
        raise Refused(Refusal.KEY_INVALID) from error


# A verdict depends on these three alone, and a chaincode that waits for state decides the same call again.
@lru_cache(maxsize=1024)
def _holds(spki: str, message: bytes, signature: str) -> bool:
    key = _loaded(spki)
    try:
        raw = from_base64url(signature)
        if len(raw) != SIGNATURE_LENGTH:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True
