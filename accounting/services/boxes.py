"""Sealed boxes: a short text to one P-256 decryption key; the browser opens with the same steps.

box = 0x01, ephemeral point (65), ciphertext, tag (16); key and nonce from HKDF over the shared secret,
context as associated data.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from lexicon.signature import SPKI_LENGTH, from_base64url

VERSION = b"\x01"
POINT_BYTES = 65
TAG_BYTES = 16
_INFO = b"tanheng/ecies/1\x00"


class BadBox(ValueError):
    """A box that is not ours, not for this key, not of this context, or was changed."""


def seal(text: str, *, spki: str, context: str, ephemeral: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """The box of a text for a key (SPKI, base64url). ephemeral: for the published test vector only."""
    point = from_base64url(spki)[SPKI_LENGTH - POINT_BYTES :]
    recipient = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    once = ephemeral or ec.generate_private_key(ec.SECP256R1())
    sender = _point(once.public_key())
    key, nonce = _derive(once.exchange(ec.ECDH(), recipient), sender + point, context)
    return VERSION + sender + AESGCM(key).encrypt(nonce, text.encode(), context.encode())


def unseal(box: bytes, *, key: ec.EllipticCurvePrivateKey, context: str) -> str:
    """The text of a box. Raises BadBox."""
    if len(box) < 1 + POINT_BYTES + TAG_BYTES or box[:1] != VERSION or box[1:2] != b"\x04":
        raise BadBox("not a box")
    sender = box[1 : 1 + POINT_BYTES]
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        secret, nonce = _derive(key.exchange(ec.ECDH(), public), sender + _point(key.public_key()), context)
        return AESGCM(secret).decrypt(nonce, box[1 + POINT_BYTES :], context.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise BadBox("cannot be opened") from error


def _derive(shared: bytes, salt: bytes, context: str) -> tuple[bytes, bytes]:
    okm = HKDF(algorithm=hashes.SHA256(), length=44, salt=salt, info=_INFO + context.encode()).derive(shared)
    return okm[:32], okm[32:]


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
