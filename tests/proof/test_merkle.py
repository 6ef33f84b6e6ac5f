"""RFC 6962 trees: known answers, and every proof of every leaf."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof import merkle

# The test vectors of the certificate-transparency project: eight inputs and the root after each.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_equal_the_published_ones(count: int) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS[:count]]
    assert merkle.root(leaves).hex() == ROOTS[count - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == sha256(b"").digest()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 100])
def test_every_leaf_of_a_tree_can_be_proved(size: int) -> None:
    leaves = [merkle.leaf_hash(str(n).encode()) for n in range(size)]
    top = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        merkle.verify_inclusion(leaf=leaf, proof=merkle.inclusion(leaves, index), expected_root=top)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_a_proof_serves_no_other_leaf_place_or_root(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1).filter(lambda n: n != index))
    proof, top = merkle.inclusion(leaves, index), merkle.root(leaves)
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(leaf=leaves[other], proof=proof, expected_root=top)
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(leaf=leaves[index], proof=proof, expected_root=leaves[other])
    longer = merkle.Inclusion(index=index, size=proof.size, path=(*proof.path, top))
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(leaf=leaves[index], proof=longer, expected_root=top)
    shorter = merkle.Inclusion(index=index, size=proof.size, path=proof.path[:-1])
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(leaf=leaves[index], proof=shorter, expected_root=top)


def test_a_place_outside_the_tree_is_refused() -> None:
    leaves = [merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")]
    with pytest.raises(IndexError):
        merkle.inclusion(leaves, 2)
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(
            leaf=leaves[0], proof=merkle.Inclusion(index=2, size=2, path=()), expected_root=leaves[0]
        )
