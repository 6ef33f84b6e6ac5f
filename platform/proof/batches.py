"""Signed batches of readings: how a payload splits, what is signed, how one batch hangs on the one before.

A payload is two lines: the body as the gateway wrote it (never re-serialised), the base64 of its signature.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Algorithm = Literal["ed25519", "p256"]

DOMAIN = b"tanheng-batch-v1\n"
"""Put before the body when signing, so that a batch's signature can stand for nothing else."""

FIRST_PREVIOUS = "0" * 64
"""`prev` of the first batch of a boot: there is no batch before it."""


class BatchError(ValueError):
    """A batch is not what it claims; the text says which check failed."""


@dataclass(frozen=True, slots=True)
class SignedBody:
    """A payload taken apart: the signed bytes as received, and the signature."""

    body: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """h of the hash chain: SHA-256 of the body, hex."""
        return sha256(self.body).hexdigest()

    @property
    def payload(self) -> bytes:
        return self.body + b"\n" + base64.b64encode(self.signature)


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """A gateway's public key; `spki` is DER, the fingerprint its SHA-256 in hex."""

    algorithm: Algorithm
    spki: bytes

    @property
    def fingerprint(self) -> str:
        return sha256(self.spki).hexdigest()


def split(payload: bytes) -> SignedBody:
    """The body and signature of a payload of two lines. Raises BatchError."""
    body, newline, text = payload.rstrip(b"\n").partition(b"\n")
    if not newline:
        raise BatchError("the payload has no second line with the signature")
    try:
        signature = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise BatchError("the signature is no base64") from error
    return SignedBody(body=body, signature=signature)


def sign(body: bytes, key: Ed25519PrivateKey) -> SignedBody:
    """The signed form of a body that holds no line break. Raises BatchError."""
    if b"\n" in body:
        raise BatchError("a body is one line")
    return SignedBody(body=body, signature=key.sign(DOMAIN + body))


def public_key(private: Ed25519PrivateKey) -> GatewayKey:
    """The public half of a gateway's key, as it is registered."""
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return GatewayKey(algorithm="ed25519", spki=spki)


def check_key(key: GatewayKey) -> None:
    """Nothing, where the DER holds a key of the named algorithm. Raises BatchError."""
    _loaded(key)


# A gateway signs for years with one key; loading it costs as much as half a verification.
@lru_cache(maxsize=10_000)
def _loaded(key: GatewayKey) -> Ed25519PublicKey | EllipticCurvePublicKey:
    try:
        loaded = serialization.load_der_public_key(key.spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BatchError("the key is no public key in DER") from error
    if key.algorithm == "ed25519" and isinstance(loaded, Ed25519PublicKey):
        return loaded
    is_p256 = isinstance(loaded, EllipticCurvePublicKey) and isinstance(loaded.curve, SECP256R1)
    if key.algorithm == "p256" and isinstance(loaded, EllipticCurvePublicKey) and is_p256:
        return loaded
    raise BatchError(f"the key is not of the algorithm {key.algorithm}")


def verify(signed: SignedBody, key: GatewayKey) -> None:
    """Nothing, where the signature over the body is the key's. Raises BatchError."""
    loaded = _loaded(key)
    try:
        if isinstance(loaded, Ed25519PublicKey):
            loaded.verify(signed.signature, DOMAIN + signed.body)
        else:
            loaded.verify(signed.signature, DOMAIN + signed.body, ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BatchError("the signature does not fit the body") from error


def verify_chain(bodies: Iterable[bytes], *, previous: str = FIRST_PREVIOUS) -> str:
    """The digest of the last body, where each body names the digest of the one before. Raises BatchError."""
    for number, body in enumerate(bodies):
        try:
            named = json.loads(body)["prev"]
        except (ValueError, KeyError, TypeError) as error:
            raise BatchError(f"body {number} names no batch before it") from error
        if named != previous:
            raise BatchError(f"body {number} does not follow the batch before it")
        previous = sha256(body).hexdigest()
    return previous
