"""The commitment to a report's figures: what one leaf of its Merkle tree is, spelt once for all sides.

Leaf 0 is always the total. The tree is RFC 6962's (`proof.merkle`); the salt hides a small figure.
"""

from hashlib import sha256

from lexicon.canonical import encode

TOTAL = "total"
SALT_BYTES = 16


def figure(name: str, value: int) -> bytes:
    """Canonical JSON of a figure: its name and whole grams as text, `{"name":"total","value":"123"}`."""
    return encode({"name": name, "value": str(value)})


def leaf_hash(*, salt: bytes, name: str, value: int) -> bytes:
    """SHA-256 of 0x00, the salt (16 bytes) and the figure. Raises ValueError for a salt of another length."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return sha256(b"\x00" + salt + figure(name, value)).digest()
