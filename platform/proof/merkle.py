"""Merkle trees as RFC 6962 draws them: roots, inclusion proofs and their check. Nothing else is hashed here.

Source: RFC 6962 section 2.1 (tree hash), 2.1.1 (audit path).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


class ProofError(ValueError):
    """A proof does not lead from the leaf to the root."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The way of one leaf to the root: its place, the tree's size, and the sibling hashes from below."""

    index: int
    size: int
    path: tuple[bytes, ...]


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf's content; the prefix keeps a leaf from being taken for a node."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (32 bytes each); of no leaves, the hash of nothing. Source: RFC 6962, 2.1."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> Inclusion:
    """The proof that the leaf at `index` is in the tree. Raises IndexError. Source: RFC 6962, 2.1.1."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    path, level, place = [], list(leaves), index
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, place = _level_above(level), place // 2
    return Inclusion(index=index, size=len(leaves), path=tuple(path))


def verify_inclusion(*, leaf: bytes, proof: Inclusion, expected_root: bytes) -> None:
    """Nothing, where the leaf hash leads to the root. Raises ProofError. Source: RFC 6962, 2.1.1."""
    if not 0 <= proof.index < proof.size:
        raise ProofError("the leaf's place lies outside the tree")
    place, last, digest, siblings = proof.index, proof.size - 1, leaf, iter(proof.path)
    while last > 0:
        if place % 2 == 1 or place < last:
            sibling = next(siblings, None)
            if sibling is None:
                raise ProofError("the path is too short")
            digest = node_hash(sibling, digest) if place % 2 == 1 else node_hash(digest, sibling)
        place, last = place // 2, last // 2
    if next(siblings, None) is not None:
        raise ProofError("the path is too long")
    if digest != expected_root:
        raise ProofError("the path leads to another root")


def _level_above(level: list[bytes]) -> list[bytes]:
    above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    # An odd last node goes up unchanged, which gives RFC 6962's left-full trees.
    return above + level[-1:] if len(level) % 2 else above
