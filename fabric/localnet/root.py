"""The state root: one hash over all rows that can be kept up to date row by row.

A multiset hash: each row is hashed to a number below a prime, and the root is the product of all of them, so
that a row is taken out by dividing. Source: MuHash (Bellare and Micciancio 1997) with the 3072-bit prime that
Bitcoin Core's MuHash3072 uses.
"""

import hashlib
from dataclasses import dataclass

_BYTES = 384
PRIME = 2**3072 - 1103717


@dataclass(slots=True)
class StateRoot:
    """Product of the rows put in over product of the rows taken out."""

    put: int = 1
    taken: int = 1

    def add(self, row: bytes) -> None:
        """Count a row in."""
        self.put = self.put * _element(row) % PRIME

    def remove(self, row: bytes) -> None:
        """Count a row out."""
        self.taken = self.taken * _element(row) % PRIME

    def digest(self) -> bytes:
        """32 bytes that are equal exactly when the same rows are in."""
        quotient = self.put * pow(self.taken, -1, PRIME) % PRIME
        return hashlib.sha256(quotient.to_bytes(_BYTES, "big")).digest()

    def pack(self) -> bytes:
        """768 bytes to store."""
        return self.put.to_bytes(_BYTES, "big") + self.taken.to_bytes(_BYTES, "big")

    @classmethod
    def unpack(cls, content: bytes) -> "StateRoot":
        """What `pack` stored."""
        return cls(int.from_bytes(content[:_BYTES], "big"), int.from_bytes(content[_BYTES:], "big"))


def row_bytes(
    *, namespace: str, key: bytes, value: bytes, metadata: bytes, block: int, transaction: int
) -> bytes:
    """A row of the state as one unambiguous byte string."""
    parts = (namespace.encode(), key, value, metadata)
    head = b"".join(len(part).to_bytes(8, "big") for part in parts)
    return head + b"".join(parts) + block.to_bytes(8, "big") + transaction.to_bytes(4, "big")


def _element(row: bytes) -> int:
    # Zero would swallow the product; its chance is 2**-3072.
    return int.from_bytes(hashlib.shake_256(row).digest(_BYTES), "big") % PRIME
