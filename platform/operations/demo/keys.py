"""Key files of the demo's people: PKCS#8 PEM, as the browser loads them too, and what signs with them."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# A P-256 signature is two numbers of 32 bytes.
SCALAR_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One P-256 key with the file it lies in."""

    path: Path
    key: ec.EllipticCurvePrivateKey

    @property
    def spki(self) -> str:
        """The bare public key, base64url without padding."""
        return base64url(self._spki())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, hex: the key's name on the ledger."""
        return hashlib.sha256(self._spki()).hexdigest()

    def sign(self, text: str) -> str:
        """Raw r||s over SHA-256 of the UTF-8 text, base64url without padding."""
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return base64url(r.to_bytes(SCALAR_BYTES, "big") + s.to_bytes(SCALAR_BYTES, "big"))

    def _spki(self) -> bytes:
        encoding, shape = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(encoding, shape)


def make(path: Path) -> KeyFile:
    """A new key in a new file that only its owner can read."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return KeyFile(path, key)


def load(path: Path) -> KeyFile:
    """The key in a PKCS#8 PEM file. Raises ValueError for any other kind of key."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} holds no P-256 key")  # noqa: TRY004  the value of the file is at fault
    return KeyFile(path, key)


def base64url(raw: bytes) -> str:
    """Text for JSON: base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
