"""Blocks of real peers, judged by the outsider's checker: hash chain, orderers' signatures, filters.

It does not judge the writes here: Fabric's commit hash covers an encoding that is Fabric's own. All peers
must have the same one.
"""

import pytest

from tests.localnet import block_checker
from tests.localnet.test_independent import chains  # noqa: F401

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
