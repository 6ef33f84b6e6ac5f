"""Blocks of real peers, judged by outsiders' checkers: hash chain, orderers' signatures, commit hashes."""

import ast
from pathlib import Path

import pytest

from tests.localnet import block_checker
from tests.localnet.test_independent import chains, copy, spoil_code  # noqa: F401
from tests.network import commit_hash
from tests.network.commit_hash import commit_hashes, stated

pytestmark = pytest.mark.fabric


def judged(blocks):
    """Hashes and signatures of a whole chain. Raises Wrong."""
    book = block_checker.Book()
    for number, block in enumerate(blocks):
        block_checker._check_header(block, number, book)
        if number == 0:
            block_checker._judge(block, book)
        else:
            block_checker._check_orderer(block, book)
    return book


def test_hashes_and_signatures_hold_and_all_peers_have_the_same_codes_and_commit_hash(chains):  # noqa: F811
    ends = {
        name: (
            judged(blocks).previous_hash,
            [list(map(bytes, one.metadata.metadata[2:5:2])) for one in blocks],
        )
        for name, blocks in chains.items()
    }
    assert ends["enterprise"] == ends["auditor"] == ends["regulator"]
    codes = b"".join(codes for codes, _ in ends["auditor"][1])
    # Valid, duplicate, policy, conflict and phantom: each was there to be judged.
    assert {0, 9, 10, 11, 12} <= set(codes)


def test_the_hash_s_checker_imports_nothing_of_ours():
    tree = ast.parse(Path(commit_hash.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} == {"hashlib", "fabric_protos"}


def test_commit_hashes_are_those_of_codes_and_writes_on_every_peer(chains):  # noqa: F811
    """Also of the blocks that install the chaincode, whose private parts count by their hashes."""
    for blocks in chains.values():
        assert list(commit_hashes(blocks)) == [stated(block) for block in blocks[1:]]


def test_another_code_or_another_write_gives_another_commit_hash_from_there_on(chains):  # noqa: F811
    right = list(commit_hashes(chains["auditor"]))
    blocks = copy(chains["auditor"])
    place = len(blocks) // 2
    spoil_code(blocks[place])
    wrong = list(commit_hashes(blocks))
    # Block 0 has no hash, so that of a block stands one place before it.
    assert wrong[: place - 1] == right[: place - 1]
    assert not {*wrong[place - 1 :]} & {*right[place - 1 :]}


@pytest.mark.parametrize("place", [1, -1])
def test_a_block_that_was_changed_or_signed_by_nobody_is_found(chains, place):  # noqa: F811
    blocks = list(chains["auditor"])
    changed = type(blocks[0]).FromString(blocks[place].SerializeToString())
    changed.data.data[0] += b"x"
    blocks[place] = changed
    with pytest.raises(block_checker.Wrong, match="data hash"):
        judged(blocks)
    unsigned = type(blocks[0]).FromString(chains["auditor"][place].SerializeToString())
    unsigned.metadata.metadata[0] = b""
    blocks[place] = unsigned
    with pytest.raises(block_checker.Wrong, match="no orderer"):
        judged(blocks)
