"""What makes a block a block: header bytes, hashes, the orderer's signature. No file, no network.

Source: Fabric's block format; `fabric/README.md` names the fields.
"""

import hashlib
from collections.abc import Iterable

from fabric_protos.common import common_pb2

METADATA_ENTRIES = 5
DER_INTEGER, DER_BITS, DER_OCTETS, DER_SEQUENCE = 0x02, 0x03, 0x04, 0x30


class BlockDamaged(Exception):
    """A block whose hashes do not fit; the text names the block."""


def header_der(header: common_pb2.BlockHeader) -> bytes:
    """The DER bytes that are hashed and signed: SEQUENCE of number, previous hash, data hash."""
    # One byte more than the number needs when its top bit is set: DER integers are signed.
    number = header.number.to_bytes(header.number.bit_length() // 8 + 1, "big")
    body = (
        der(DER_INTEGER, number) + der(DER_OCTETS, header.previous_hash) + der(DER_OCTETS, header.data_hash)
    )
    return der(DER_SEQUENCE, body)


def header_hash(header: common_pb2.BlockHeader) -> bytes:
    """SHA-256 of the header: what the next block names as its previous hash."""
    return hashlib.sha256(header_der(header)).digest()


def data_hash(envelopes: Iterable[bytes]) -> bytes:
    """SHA-256 over the envelopes of a block, one after the other."""
    digest = hashlib.sha256()
    for envelope in envelopes:
        digest.update(envelope)
    return digest.digest()


def new_block(*, number: int, previous_hash: bytes, envelopes: list[bytes]) -> common_pb2.Block:
    """A block with its five empty metadata entries, not yet signed."""
    header = common_pb2.BlockHeader(
        number=number, previous_hash=previous_hash, data_hash=data_hash(envelopes)
    )
    return common_pb2.Block(
        header=header,
        data=common_pb2.BlockData(data=envelopes),
        metadata=common_pb2.BlockMetadata(metadata=[b""] * METADATA_ENTRIES),
    )


def check_block(block: common_pb2.Block, *, number: int, previous_hash: bytes) -> None:
    """Checks that a block is the one that follows. Raises BlockDamaged."""
    if block.header.number != number:
        raise BlockDamaged(f"block {number} was expected and block {block.header.number} came")
    if block.header.previous_hash != previous_hash:
        raise BlockDamaged(f"block {number} does not follow block {number - 1}: its previous hash differs")
    if block.header.data_hash != data_hash(block.data.data):
        raise BlockDamaged(f"the transactions of block {number} were changed: the data hash differs")


def signed_bytes(block: common_pb2.Block, metadata: common_pb2.Metadata, index: int) -> bytes:
    """What signature `index` of a block's signature metadata covers."""
    return bytes(metadata.value + metadata.signatures[index].signature_header + header_der(block.header))


def validation_codes(block: common_pb2.Block) -> bytes:
    """One TxValidationCode byte for each transaction; empty before a peer has validated the block."""
    entries = block.metadata.metadata
    return bytes(entries[common_pb2.TRANSACTIONS_FILTER]) if len(entries) == METADATA_ENTRIES else b""


def commit_hash(block: common_pb2.Block) -> bytes:
    """The peer's running hash over codes and writes up to this block; empty if there is none."""
    entries = block.metadata.metadata
    if len(entries) < METADATA_ENTRIES:
        return b""
    return bytes(common_pb2.Metadata.FromString(entries[common_pb2.COMMIT_HASH]).value)


def der(tag: int, content: bytes) -> bytes:
    """One DER element: tag, length, content."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
