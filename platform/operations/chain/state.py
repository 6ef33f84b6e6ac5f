"""The ledger's state as one organisation's blocks leave it: writes of valid transactions, hashes checked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from ledger.blocks import BlockDamaged, check_block, commit_hash, header_hash, validation_codes
from ledger.gateway import Gateway
from ledger.network import Network
from ledger.proposal import endorsed_action
from lexicon import canonical
from lexicon.canonical import Json

from operations.chain.configured import judge
from operations.chain.decided import Decider, lineage

SEPARATOR = "\x00"
# A peer that knows its height sends the next block at once; this long means that it is gone.
SILENT_AFTER_S = 20.0
# Rules and limits that change: a deed is judged by what was in force before its own block.
DATED_KINDS = frozenset({"account", "obligation"})
DATED_PARAMETERS = frozenset({("params", "verification"), ("params", "compliance")})

Key = tuple[str, ...]


@dataclass(slots=True)
class State:
    """Objects by key (type, then attributes), at the height of the last block read.

    `values`: their bytes; `written`: the block that wrote each key last, also of keys that are gone;
    `headers` and `commits`: header hash and commit hash of every block, from block 0; `past`: (block, value)
    of every write of keys by whose earlier values a rule is judged; `undecided`: a sentence for each
    transaction whose writes do not follow from what was signed, and for what is wrong with a configuration;
    `configurations`: what each after the first changed; `config`: the one in force; `lineage`: a name for all
    blocks so far.
    """

    height: int = 0
    transactions: int = 0
    invalid: int = 0
    objects: dict[Key, dict[str, Json]] = field(default_factory=dict)
    values: dict[Key, bytes] = field(default_factory=dict)
    written: dict[Key, int] = field(default_factory=dict)
    headers: list[bytes] = field(default_factory=list)
    commits: list[bytes] = field(default_factory=list)
    past: dict[Key, list[tuple[int, dict[str, Json]]]] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)
    configurations: list[str] = field(default_factory=list)
    config: configtx_pb2.Config | None = None
    lineage: bytes = b""

    def of(self, kind: str) -> Iterator[tuple[Key, dict[str, Json]]]:
        """All objects of one type, with their keys."""
        return ((key, value) for key, value in self.objects.items() if key[0] == kind)

    def before(self, key: Key, deed: Key) -> dict[str, Json] | None:
        """What a transaction that wrote `deed` last had read under `key`; of a state without blocks, what is
        there now.

        A block's own writes do not count: a transaction that had read less than these is no valid one.
        """
        block = self.written.get(deed)
        if block is None or key not in self.past:
            return self.objects.get(key)
        return next((value for at, value in reversed(self.past[key]) if at < block), None)


def is_dated(key: Key) -> bool:
    """Whether earlier values of a key are kept."""
    return key[0] in DATED_KINDS or key in DATED_PARAMETERS


async def read(network: Network, organisation: str, *, height: int) -> State:
    """The state after `height` blocks of that organisation's peer.

    Raises BlockDamaged for a broken hash chain, TimeoutError for a silent peer, LedgerError.
    """
    async with Gateway.of(network, organisation, "service") as gateway:
        return await read_blocks(gateway, height=height, chaincode=network.chaincode)


async def read_blocks(
    gateway: Gateway, *, height: int, chaincode: str, decider: Decider | None = None
) -> State:
    """As `read`, over an open gateway. decider: decides each transaction once more; None: nobody does."""
    state, previous = State(), b""
    blocks = gateway.raw_blocks()
    while state.height < height:
        block = await asyncio.wait_for(anext(blocks), SILENT_AFTER_S)
        check_block(block, number=state.height, previous_hash=previous)
        previous = header_hash(block.header)
        apply_block(state, block, chaincode=chaincode, decider=decider)
    await blocks.aclose()  # type: ignore[attr-defined]
    return state


def apply_block(
    state: State, block: common_pb2.Block, *, chaincode: str, decider: Decider | None = None
) -> None:
    """Take over what a block's valid transactions wrote, having had each decided once more.

    Raises BlockDamaged where a peer gives no code to a transaction; DecodeError, LookupError for one that it
    calls valid and that is none.
    """
    codes = validation_codes(block)
    if len(codes) != len(block.data.data):
        told = f"{len(codes)} codes for {len(block.data.data)} transactions"
        raise BlockDamaged(f"block {block.header.number} has {told}")
    state.lineage = lineage(state.lineage, header_hash(block.header), bytes(codes))
    known = decider.known(state.lineage) if decider else None
    found = list(known or ())
    for number, envelope in enumerate(block.data.data):
        # What does not count is not read: whoever may write can have anything put into a block.
        if codes[number] != transaction_pb2.VALID:
            state.transactions += 1
            state.invalid += 1
            continue
        payload = common_pb2.Envelope.FromString(envelope).payload
        header = common_pb2.Payload.FromString(payload).header
        channel = common_pb2.ChannelHeader.FromString(header.channel_header)
        if channel.type != common_pb2.ENDORSER_TRANSACTION:
            _configure(state, payload, block.header.number)
            continue
        state.transactions += 1
        if decider and known is None:
            found += decider.faults(payload, state.values, block.header.number)
        for write in _writes(payload, chaincode):
            _apply_write(state, write, block.header.number)
    if decider:
        decider.keep(state.lineage, tuple(found))
        state.undecided += found
    state.headers.append(header_hash(block.header))
    state.commits.append(commit_hash(block))
    state.height = block.header.number + 1


def key_of(composite: str) -> Key:
    """Type and attributes of a composite key."""
    return tuple(composite.strip(SEPARATOR).split(SEPARATOR))


def _configure(state: State, payload: bytes, block: int) -> None:
    """Take a configuration over, and say what it changes and who did not sign it."""
    judged = judge(state.config, common_pb2.Payload.FromString(payload).data, block)
    state.config = judged.config
    state.configurations += [judged.told] if judged.told else []
    state.undecided += judged.faults


def _apply_write(state: State, write: Any, block: int) -> None:
    if not write.key.startswith(SEPARATOR):
        return
    key = key_of(write.key)
    state.written[key] = block
    if write.is_delete or not write.value:
        state.objects.pop(key, None)
        state.values.pop(key, None)
        return
    state.values[key] = bytes(write.value)
    try:
        state.objects[key] = canonical.decode_object(write.value)
    except canonical.NotCanonical:
        # No chaincode of ours wrote this; whoever decides it once more names it.
        state.objects.pop(key, None)
        return
    if is_dated(key):
        state.past.setdefault(key, []).append((block, state.objects[key]))


def _writes(payload: bytes, chaincode: str) -> Iterator[Any]:
    answer = endorsed_action(payload).proposal_response_payload
    extension = proposal_response_pb2.ProposalResponsePayload.FromString(answer).extension
    results = proposal_pb2.ChaincodeAction.FromString(extension).results
    for namespace in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset:
        if namespace.namespace == chaincode:
            yield from kv_rwset_pb2.KVRWSet.FromString(namespace.rwset).writes
