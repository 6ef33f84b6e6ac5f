"""Fabric's commit hash of every block, computed again from blocks alone; it imports nothing of ours.

A peer's hash of a block covers the validation codes, everything that its valid transactions change, and the
hash before: SHA-256(varint(number of codes), codes, changes, hash before). Block 0 has none. Changes are one
serialised message of rows in order of namespace, then public rows before those of collections, then key.
Source: Fabric v3.1, update_batch.proto and the order described beside it; kv ledger's commit hash.
"""

import hashlib

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

FILTER, COMMIT_HASH = 2, 4
# Fields of a row: namespace, collection, key, deleted, value, version.
NAMESPACE, COLLECTION, KEY, DELETED, VALUE, VERSION = range(1, 7)


def commit_hashes(blocks):
    """The hash of each block from block 1 on: what an honest peer has written into it."""
    state, before = {}, b""
    for block in blocks:
        codes = block.metadata.metadata[FILTER]
        changes = _changes(block, codes, state)
        if block.header.number == 0:
            continue
        before = hashlib.sha256(_varint(len(codes)) + codes + _rows(changes) + before).digest()
        yield before


def stated(block):
    """The hash that a peer wrote into a block."""
    return common_pb2.Metadata.FromString(block.metadata.metadata[COMMIT_HASH]).value


def _changes(block, codes, state):
    """(namespace, collection, key) -> (value or None, version) of what a block leaves; `state` follows."""
    changes = {}
    for place, content in enumerate(block.data.data):
        if codes[place] != transaction_pb2.TxValidationCode.VALID:
            continue
        version = _ordered(block.header.number) + _ordered(place)
        for row, written in _writes(content):
            # A policy of a key that is there: the value stays and the version is new.
            value = state.get(row) if written is KEEPS else written
            if value is not None or written is None:
                state[row] = value
                changes[row] = (value, version)
    return changes


KEEPS = object()


def _writes(content):
    """(row, new value, None for deleted, or KEEPS) of a transaction; a configuration has none that counts."""
    payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(content).payload)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    if header.type != common_pb2.HeaderType.ENDORSER_TRANSACTION:
        return
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload).action
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.proposal_response_payload)
    result = proposal_pb2.ChaincodeAction.FromString(answer.extension).results
    for one in rwset_pb2.TxReadWriteSet.FromString(result).ns_rwset:
        public = kv_rwset_pb2.KVRWSet.FromString(one.rwset)
        rows = [(write.key.encode(), write.is_delete, write.value) for write in public.writes]
        yield from _of(one.namespace, "", rows, [write.key.encode() for write in public.metadata_writes])
        for held in one.collection_hashed_rwset:
            private = kv_rwset_pb2.HashedRWSet.FromString(held.hashed_rwset)
            rows = [(write.key_hash, write.is_delete, write.value_hash) for write in private.hashed_writes]
            guarded = [write.key_hash for write in private.metadata_writes]
            yield from _of(one.namespace, held.collection_name, rows, guarded)


def _of(namespace, collection, rows, guarded):
    written = set()
    for key, deleted, value in rows:
        written.add(key)
        yield (namespace.encode(), collection.encode(), key), None if deleted or not value else value
    for key in guarded:
        if key not in written:
            yield (namespace.encode(), collection.encode(), key), KEEPS


def _rows(changes):
    """All rows, serialised; a namespace and a collection are named in their first row only."""
    content, namespace, collection = b"", None, b""
    for row in sorted(changes):
        value, version = changes[row]
        begins = row[0] != namespace
        starts = row[1] and (begins or row[1] != collection)
        named = _field(NAMESPACE, row[0] if begins else b"") + _field(COLLECTION, row[1] if starts else b"")
        namespace, collection = row[0], row[1]
        deleted = _varint(DELETED << 3) + b"\1" if value is None else b""
        rest = _field(KEY, row[2]) + deleted + _field(VALUE, value or b"") + _field(VERSION, version)
        content += _field(1, named + rest)
    return content


def _field(number, value):
    """A field of bytes, left out when empty."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value if value else b""


def _ordered(number):
    """A number whose encoding sorts as it does: its length, then its bytes."""
    content = number.to_bytes(8, "big").lstrip(b"\0")
    return bytes([len(content)]) + content


def _varint(number):
    content = b""
    while number > 0x7F:
        content += bytes([number & 0x7F | 0x80])
        number >>= 7
    return content + bytes([number])
