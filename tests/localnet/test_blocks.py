"""The block file survives torn and spoiled tails, and finds spoiled blocks."""

import pytest
from localnet.blocks import BlockFile

BLOCKS = [b"genesis", b"first block", b"x" * 300]


@pytest.fixture
def path(tmp_path):
    file = BlockFile(tmp_path / "blocks.dat")
    for content in BLOCKS:
        file.append(content)
    file.close()
    return tmp_path / "blocks.dat"


def test_blocks_are_read_back_after_opening_again(path):
    file = BlockFile(path)
    assert [file.read(number) for number in range(file.height)] == BLOCKS
    with pytest.raises(IndexError):
        file.read(3)
    file.append(b"next")
    assert BlockFile(path).read(3) == b"next"


def test_a_tail_torn_at_any_byte_of_the_last_record_is_cut_and_nothing_else(path):
    whole = path.read_bytes()
    last = 8 + len(BLOCKS[2])
    for missing in range(1, last + 1):
        path.write_bytes(whole[: len(whole) - missing])
        file = BlockFile(path)
        assert file.height == 2, missing
        assert file.cut_bytes == last - missing
        assert [file.read(number) for number in range(2)] == BLOCKS[:2]
        file.append(BLOCKS[2])
        file.close()
        assert path.read_bytes() == whole


def test_any_flipped_byte_of_the_last_record_is_noticed(path):
    whole = path.read_bytes()
    for position in range(len(whole) - 8 - len(BLOCKS[2]), len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x40]) + whole[position + 1 :])
        assert BlockFile(path).height == 2, position


def test_rubbish_behind_the_last_record_is_cut(path):
    whole = path.read_bytes()
    path.write_bytes(whole + b"\x07" * 29)
    file = BlockFile(path)
    assert (file.height, file.cut_bytes) == (3, 29)
    assert path.read_bytes() == whole


def test_a_block_spoiled_while_the_file_is_open_is_not_given_out(path):
    file = BlockFile(path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"first", b"worst"))
    with pytest.raises(OSError, match="block 1 was damaged"):
        file.read(1)
