"""Block hashes, against bytes written by hand."""

import hashlib

import pytest
from fabric_protos.common import common_pb2
from ledger.blocks import (
    BlockDamaged,
    check_block,
    commit_hash,
    data_hash,
    header_der,
    header_hash,
    new_block,
    validation_codes,
)


@pytest.mark.parametrize(
    ("number", "integer"),
    [
        (0, "020100"),
        (1, "020101"),
        (127, "02017f"),
        (128, "02020080"),
        (255, "020200ff"),
        (256, "02020100"),
        (2**63, "0209008000000000000000"),
    ],
)
def test_the_header_is_a_der_sequence_with_a_signed_integer(number, integer):
    header = common_pb2.BlockHeader(number=number, previous_hash=b"\x01\x02", data_hash=b"\x03")
    body = integer + "04020102" + "040103"
    assert header_der(header).hex() == "30" + f"{len(body) // 2:02x}" + body
    assert header_hash(header) == hashlib.sha256(header_der(header)).digest()


def test_a_long_field_gets_a_long_length():
    header = common_pb2.BlockHeader(number=1, previous_hash=bytes(200), data_hash=b"")
    assert header_der(header).hex() == "3081d0" + "020101" + "0481c8" + "00" * 200 + "0400"


def test_the_data_hash_runs_over_the_envelopes_one_after_the_other():
    assert data_hash([b"a", b"bc"]) == hashlib.sha256(b"abc").digest()


def test_a_block_must_follow_by_number_by_hash_and_by_content():
    block = new_block(number=5, previous_hash=b"p", envelopes=[b"one", b"two"])
    check_block(block, number=5, previous_hash=b"p")
    for number, previous, text in ((6, b"p", "was expected"), (5, b"q", "does not follow")):
        with pytest.raises(BlockDamaged, match=text):
            check_block(block, number=number, previous_hash=previous)
    block.data.data[1] = b"too"
    with pytest.raises(BlockDamaged, match="transactions of block 5 were changed"):
        check_block(block, number=5, previous_hash=b"p")


def test_codes_and_commit_hash_are_empty_before_a_peer_wrote_them():
    block = new_block(number=1, previous_hash=b"", envelopes=[b"x"])
    assert (validation_codes(block), commit_hash(block)) == (b"", b"")
    block.metadata.metadata[2] = b"\x0b"
    block.metadata.metadata[4] = common_pb2.Metadata(value=b"hash").SerializeToString()
    assert (validation_codes(block), commit_hash(block)) == (b"\x0b", b"hash")
