"""Commitments spelt once for all sides: one leaf of a report's figures, and a sealed bid.

Leaf 0 is always the total. The tree is RFC 6962's (`proof.merkle`); the salt hides a small figure.
"""

from hashlib import sha256

from lexicon.canonical import encode

# What a sealed bid's digest starts with, so that it is no other commitment.
BID = "tanheng-bid-1"
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


def bid_digest(*, auction: str, account: str, quantity: int, price_cents: int, nonce: str) -> str:
    """SHA-256 of a bid's canonical JSON, hex; the nonce (32 bytes, hex) hides it until it is revealed."""
    sealed = {
        "v": BID,
        "auction": auction,
        "account": account,
        "quantity": str(quantity),
        "price_cents": str(price_cents),
        "nonce": nonce,
    }
    return sha256(encode(sealed)).hexdigest()
