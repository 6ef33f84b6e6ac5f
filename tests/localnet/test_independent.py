"""Live blocks of three peers before a checker that shares no line with them."""

import ast
import uuid
from pathlib import Path

import pytest
from fabric_protos.common import common_pb2

from tests.localnet import block_checker
from tests.localnet.block_checker import Wrong, check

ORGANISATIONS = ("enterprise", "auditor", "regulator")


def key():
    return uuid.uuid4().hex.encode()


async def busy(client):
    """Every kind of outcome that the checker must come to by itself; gives the last block's number."""
    name, prefix = key(), uuid.uuid4().hex
    await client.submit("batch", prefix.encode(), b"130")
    await client.submit("put", name, b"1")
    await client.submit("guard", name, b"AuditorMSP", b"RegulatorMSP")
    await client.submit("put", name, b"2", organisations=["EnterpriseMSP", "AuditorMSP"])
    await client.submit("put", name, b"3", organisations=["AuditorMSP", "RegulatorMSP"])
    prepared = [await client.endorse("add", key_of_all, b"1") for key_of_all in [key()] * 4]
    count = await client.endorse("count_into", prefix.encode(), (prefix + "~").encode(), key())
    await client.submit("delete", f"{prefix}00007".encode())
    prepared += [count, prepared[0]]
    for tx_id, one in prepared:
        await client.send(tx_id, client.sign(one))
    await client.submit("put", key(), b"1", organisations=["EnterpriseMSP"])
    return (await client.submit("put_with_event", key(), b"last"))[2]


async def chain(client, last):
    """All blocks of one peer up to a number."""

    async def request():
        yield client.seek(0, last)

    answers = [answer async for answer in client.deliver.Deliver(request())]
    assert answers[-1].status == common_pb2.SUCCESS
    return [answer.block for answer in answers[:-1]]


@pytest.fixture(scope="module")
def chains(network):
    """The same blocks from each of the three peers."""
    last = network.run(busy)
    return {
        name: network.run(lambda client: chain(client, last), organisation=name) for name in ORGANISATIONS
    }


def test_the_checker_imports_nothing_of_ours():
    tree = ast.parse(Path(block_checker.__file__).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.split(".")[0] for name in imported}
    assert tops == {"hashlib", "dataclasses", "cryptography", "fabric_protos", "google"}


def test_hashes_signatures_codes_and_commit_hashes_hold_on_every_peer(chains):
    ends = {}
    for name, blocks in chains.items():
        book = check(blocks)
        ends[name] = (
            book.previous_hash,
            book.commit_hash,
            [bytes(one.metadata.metadata[2]) for one in blocks],
        )
    assert ends["enterprise"] == ends["auditor"] == ends["regulator"]
    codes = b"".join(ends["auditor"][2])
    # Valid, duplicate, policy, conflict and phantom: each was there to be judged.
    assert {0, 9, 10, 11, 12} <= set(codes)


def copy(blocks):
    return [common_pb2.Block.FromString(block.SerializeToString()) for block in blocks]


def spoil_envelope(block):
    content = bytearray(block.data.data[0])
    content[len(content) // 2] ^= 1
    block.data.data[0] = bytes(content)


def spoil_signature(block):
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[0])
    signature = metadata.signatures[0].signature
    metadata.signatures[0].signature = signature[:-1] + bytes([signature[-1] ^ 1])
    block.metadata.metadata[0] = metadata.SerializeToString()


def spoil_code(block):
    block.metadata.metadata[2] = bytes(code ^ 11 for code in block.metadata.metadata[2])


def spoil_commit_hash(block):
    block.metadata.metadata[4] = common_pb2.Metadata(value=b"\1" * 32).SerializeToString()


def spoil_previous(block):
    block.header.previous_hash = b"\1" * 32


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_envelope, "data hash"),
        (spoil_signature, "no orderer"),
        (spoil_code, "its filter says"),
        (spoil_commit_hash, "commit hash"),
        (spoil_previous, "previous hash"),
    ],
)
@pytest.mark.parametrize("place", [1, -1])
def test_a_change_in_any_part_of_a_block_is_found_and_named(chains, spoil, words, place):
    blocks = copy(chains["regulator"])
    spoil(blocks[place])
    with pytest.raises(Wrong, match=f"block {blocks[place].header.number}: .*{words}"):
        check(blocks)


def test_a_missing_a_repeated_and_a_foreign_block_are_found(chains, tmp_path):
    blocks = chains["regulator"]
    for wrong in ([*blocks[:2], *blocks[3:]], [*blocks[:3], blocks[2], *blocks[3:]]):
        with pytest.raises(Wrong):
            check(wrong)


def test_of_two_peers_that_differ_in_a_code_the_checker_names_the_one_that_is_wrong(chains):
    wrong = copy(chains["auditor"])
    spoil_code(wrong[-1])
    check(chains["regulator"])
    with pytest.raises(Wrong, match="its filter says"):
        check(wrong)
