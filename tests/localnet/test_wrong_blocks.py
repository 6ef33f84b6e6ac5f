"""What a peer says of blocks that an orderer should not have sent: twice, too early, forked, forged."""

import asyncio

import grpc
import localnet.follow
import pytest
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2, ab_pb2_grpc
from ledger import material
from ledger.blocks import BlockDamaged, data_hash, signed_bytes
from localnet.cut import Pending
from localnet.follow import OutOfOrder, follow, take
from localnet.node import Node
from localnet.order import Orderer

from tests.localnet.workshop import Workshop


@pytest.fixture
def pair(tmp_path):
    """A peer and an orderer of one network, without their processes."""
    network = material.write(tmp_path)
    return Node(network, "auditor"), Orderer(network), Workshop(network, tmp_path / "other")


def ordered(orderer, envelope):
    """The orderer's next block, stored on its side."""

    async def cut():
        return orderer._next([Pending(envelope)])

    block = asyncio.run(cut())
    orderer.store(block)
    return block


def test_a_block_sent_twice_is_passed_over_and_said(pair, caplog):
    node, orderer, workshop = pair
    block = ordered(orderer, workshop.put("a", b"1"))
    take(node, block)
    stored = (node.height, node.chain.commit_hash())
    take(node, block)
    assert (node.height, node.chain.commit_hash()) == stored
    assert caplog.text.count("the orderer sent block 1 again: passed over") == 1
    assert node.chain.damage is None


def test_a_block_that_comes_too_early_is_refused_by_number_and_the_right_one_still_taken(pair):
    node, orderer, workshop = pair
    first, second = (ordered(orderer, workshop.put(name, b"1")) for name in ("a", "b"))
    with pytest.raises(OutOfOrder, match="sent block 2 where block 1 was wanted"):
        take(node, second)
    assert node.height == 1
    take(node, first)
    take(node, second)
    assert node.height == 3


def test_another_block_of_a_number_that_we_have_is_a_fork_and_stops_the_peer(pair):
    node, orderer, workshop = pair
    take(node, ordered(orderer, workshop.put("a", b"1")))
    with pytest.raises(BlockDamaged, match="another block 1 than before: the chain has forked"):
        take(node, forked(orderer, workshop))
    assert node.height == 2


class Sent:
    """An orderer's stream, again and again the same blocks, as a peer's follower reads it."""

    def __init__(self, *blocks):
        self.blocks, self.streams = blocks, 0

    def Deliver(self):
        self.streams += 1
        self.left = list(self.blocks)
        return self

    async def write(self, _):
        pass

    async def read(self):
        return ab_pb2.DeliverResponse(block=self.left.pop(0)) if self.left else grpc.aio.EOF

    def cancel(self):
        pass


def followed(node, monkeypatch, sent, streams):
    """Follow an orderer for so many of its streams, or until the peer stops for good."""
    monkeypatch.setattr(ab_pb2_grpc, "AtomicBroadcastStub", lambda channel: sent)
    monkeypatch.setattr(localnet.follow, "REDIAL_S", 0.001)

    async def until():
        following = asyncio.create_task(follow(node, None))
        while sent.streams < streams and node.chain.damage is None:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        following.cancel()

    asyncio.run(until())


def test_a_block_out_of_order_is_one_line_however_often_the_orderer_sends_it(pair, caplog, monkeypatch):
    node, orderer, workshop = pair
    _, second = (ordered(orderer, workshop.put(name, b"1")) for name in ("a", "b"))
    followed(node, monkeypatch, Sent(second), 5)
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said == ["the orderer sent block 2 where block 1 was wanted: asking again"]
    assert (node.height, node.chain.damage) == (1, None)


def test_a_fork_is_one_line_and_the_peer_follows_no_more(pair, caplog, monkeypatch):
    node, orderer, workshop = pair
    take(node, ordered(orderer, workshop.put("a", b"1")))
    sent = Sent(forked(orderer, workshop))
    followed(node, monkeypatch, sent, 5)
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    words = "the orderer sent another block 1 than before: the chain has forked"
    assert said == [f"this peer stops endorsing: {words}"]
    assert all("\n" not in record.getMessage() and not record.exc_info for record in caplog.records)
    assert (sent.streams, node.height, node.chain.damage) == (1, 2, words)


def forked(orderer, workshop):
    """Another block 1 than the orderer's, signed by it."""
    other = common_pb2.Block.FromString(orderer.read_block(1))
    other.data.data[0] = workshop.put("a", b"2")
    other.header.data_hash = data_hash(other.data.data)
    resigned(orderer, other)
    return other


def resigned(orderer, block):
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[0])
    metadata.signatures[0].signature = orderer.identity.sign(signed_bytes(block, metadata, 0))
    block.metadata.metadata[0] = metadata.SerializeToString()


def spoil_signature(block):
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[0])
    signature = metadata.signatures[0].signature
    metadata.signatures[0].signature = signature[:-1] + bytes([signature[-1] ^ 1])
    block.metadata.metadata[0] = metadata.SerializeToString()


def drop_signature(block):
    block.metadata.metadata[0] = common_pb2.Metadata().SerializeToString()


def spoil_envelope(block):
    block.data.data[0] = block.data.data[0] + b"x"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_signature, "the signature of block 1 does not hold"),
        (drop_signature, "block 1 carries no signature of an orderer"),
        (spoil_envelope, "the transactions of block 1 were changed"),
    ],
)
def test_a_forged_block_is_refused_by_name_and_nothing_of_it_is_kept(pair, spoil, words):
    node, orderer, workshop = pair
    block = ordered(orderer, workshop.put("a", b"1"))
    forged = common_pb2.Block.FromString(block.SerializeToString())
    spoil(forged)
    with pytest.raises(BlockDamaged, match=words):
        take(node, forged)
    assert (node.height, node.chain.state.height) == (1, 1)
    take(node, block)
    assert node.height == 2


def test_a_block_that_a_peer_of_the_channel_signed_is_no_orderer_s(pair):
    node, orderer, workshop = pair
    block = ordered(orderer, workshop.put("a", b"1"))
    orderer.identity = node.identity
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[0])
    header = common_pb2.SignatureHeader(creator=node.identity.creator, nonce=b"n")
    metadata.signatures[0].signature_header = header.SerializeToString()
    block.metadata.metadata[0] = metadata.SerializeToString()
    resigned(orderer, block)
    with pytest.raises(BlockDamaged, match="carries no signature of an orderer"):
        take(node, block)
