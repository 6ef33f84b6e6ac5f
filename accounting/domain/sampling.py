"""The sample that a seed draws: anyone with the seed and the list of items draws the same. Pure."""

from collections.abc import Sequence
from hashlib import sha256
from math import isqrt

# Fewer items say nothing about a month; a list shorter than this is looked at whole.
SIZE_MIN = 10


def usual_size(population: int) -> int:
    """The size a plan starts with: the square root of the population, at least ten, at most all."""
    return min(population, max(SIZE_MIN, isqrt(population)))


def draw(seed: str, items: Sequence[str], size: int) -> list[str]:
    """`size` different items in the order drawn. seed: 64 hex digits, from the ledger.

    The k-th is item SHA-256(seed, k as 4 bytes) mod the number of those left, in the order of the list.
    Raises ValueError for a size beyond the list.
    """
    if not 0 <= size <= len(items):
        raise ValueError("a sample is part of its population")
    left = list(items)
    drawn = []
    for turn in range(size):
        digest = sha256(bytes.fromhex(seed) + turn.to_bytes(4, "big")).digest()
        drawn.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return drawn
