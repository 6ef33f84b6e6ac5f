"""Whether what a valid transaction wrote is what the chaincode's rules make of its signed arguments.

Endorsements prove that peers signed, not that a person did: with the peers' keys of two organisations a block
can be made that is valid by policy and carries any writes. Here each transaction is decided once more, by the
same rules over the state before it. Source: design of the ledger, "Who signs what" and "Key-level policies".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from google.protobuf.message import DecodeError
from lexicon.refusals import Refusal, Refused
from lexicon.terms import Msp
from lexicon.transactions import SERVICE_OF, Transaction

from chaincode.callers import Creator, authenticate, creator_of
from chaincode.contract import OK, QUERIES, Outcome, dispatch
from chaincode.endorsement import regulator_and_one_more
from chaincode.state import Draft, Loaded, NotLoaded
from chaincode.stub import VALIDATION_PARAMETER

SEPARATOR = "\x00"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A sentence names so many keys, and counts the rest.
NAMED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a transaction carries: whose call of what, and what it did. guards: policies that it set on keys.

    event_of: the chaincode and transaction that its event names; answer: status, message and payload; others:
    namespaces besides the chaincode's into which it wrote.
    """

    tx: str
    chaincode: str
    now: datetime
    creator: bytes
    args: tuple[bytes, ...]
    writes: Mapping[str, bytes | None]
    guards: Mapping[str, Mapping[str, bytes]]
    event: tuple[str, bytes] | None
    event_of: tuple[str, str] | None
    answer: tuple[int, str, bytes]
    others: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether it says that anything happened."""
        return bool(self.writes or self.guards or self.event)

    @property
    def told(self) -> str:
        """What happened, for people."""
        if self.writes:
            return f"wrote {_keys(self.writes)}"
        if self.guards:
            return f"set policies on {_keys(self.guards)}"
        return "wrote nothing but an event" if self.event else "wrote nothing"


@dataclass(slots=True)
class Decider:
    """Decides transactions again. chaincode: its name in the channel; rules_since: blocks before it may have
    been decided by other rules, of an older release: of those only who signed is looked at.

    Faults are kept by the blocks that led to them, so that peers with the same blocks cost one decision.
    """

    chaincode: str
    rules_since: int = 0
    _known: dict[bytes, tuple[str, ...]] = field(default_factory=dict)

    def known(self, lineage: bytes) -> tuple[str, ...] | None:
        """The faults of a block after these blocks, if it was judged before."""
        return self._known.get(lineage)

    def keep(self, lineage: bytes, faults: tuple[str, ...]) -> None:
        """Keep the faults of a block."""
        self._known[lineage] = faults

    def faults(self, payload: bytes, values: Mapping[tuple[str, ...], bytes], block: int) -> Iterator[str]:
        """A sentence for what is wrong with a valid transaction over the state before it."""
        try:
            done = written(payload, self.chaincode)
        except (DecodeError, IndexError, ValueError, OverflowError) as error:
            yield f"block {block}: a valid transaction cannot be read: {type(error).__name__}"
            return
        told = f"transaction {done.tx} (block {block})"
        for name in done.others if done.chaincode == self.chaincode else ():
            yield f"{told} wrote into {name}"
        if done.chaincode != self.chaincode:
            if done.changes:
                yield f"{told} is a call of {done.chaincode} and {done.told}"
            return
        if not done.changes and (block < self.rules_since or _asks(done)):
            return
        yield from (f"{told} {why}" for why in self._undecided(done, values, block))

    def _undecided(self, done: Written, values: Mapping[tuple[str, ...], bytes], block: int) -> Iterator[str]:
        if not done.args:
            yield f"calls nothing, and {done.told}"
            return
        function = done.args[0].decode("utf-8", "replace")
        told = f"({function[:40]!r})"
        try:
            creator = _creator(done)
            if block < self.rules_since:
                if refused := _unsigned(done, function, creator, _Before(values)):
                    yield f"{told} has no right ({refused}), and {done.told}"
                return
            outcome = _decide(done, function, creator, _Before(values))
        except Exception as error:  # noqa: BLE001 - as at the chaincode's edge: forged rows hold anything
            yield f"{told} cannot be decided again ({type(error).__name__}), and {done.told}"
            return
        if outcome.status != OK:
            refused = json.loads(outcome.message)["refusal"]
            yield f"{told} is refused by the rules as {refused}, and {done.told}"
            return
        yield from (f"{told} {why}" for why in _differences(done, outcome))


def lineage(before: bytes, header_hash: bytes, codes: bytes) -> bytes:
    """A name for all blocks up to this one, with what each peer made of them."""
    return hashlib.sha256(before + header_hash + hashlib.sha256(codes).digest()).digest()


def written(payload: bytes, chaincode: str) -> Written:
    """What an endorsed transaction's payload carries.

    Raises DecodeError, IndexError, ValueError, OverflowError.
    """
    outer = common_pb2.Payload.FromString(payload)
    channel = common_pb2.ChannelHeader.FromString(outer.header.channel_header)
    extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension)
    first = transaction_pb2.Transaction.FromString(outer.data).actions[0]
    action = transaction_pb2.ChaincodeActionPayload.FromString(first.payload)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    result = proposal_pb2.ChaincodeAction.FromString(answer.extension)
    asked = proposal_pb2.ChaincodeProposalPayload.FromString(action.chaincode_proposal_payload)
    spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(asked.input)
    signer = common_pb2.SignatureHeader.FromString(outer.header.signature_header)
    event = chaincode_event_pb2.ChaincodeEvent.FromString(result.events)
    writes: dict[str, bytes | None] = {}
    guards: dict[str, dict[str, bytes]] = {}
    others = []
    for namespace in rwset_pb2.TxReadWriteSet.FromString(result.results).ns_rwset:
        rows = kv_rwset_pb2.KVRWSet.FromString(namespace.rwset)
        if namespace.namespace != chaincode:
            if rows.writes or rows.metadata_writes:
                others.append(namespace.namespace)
            continue
        if namespace.collection_hashed_rwset:
            others.append("private data")
        # An empty value is a delete to every peer.
        writes |= {row.key: None if row.is_delete else bytes(row.value) or None for row in rows.writes}
        guards |= {
            row.key: {entry.name: bytes(entry.value) for entry in row.entries} for row in rows.metadata_writes
        }
    return Written(
        tx=channel.tx_id,
        chaincode=extension.chaincode_id.name,
        now=EPOCH
        + timedelta(seconds=channel.timestamp.seconds, microseconds=channel.timestamp.nanos // 1000),
        creator=bytes(signer.creator),
        args=tuple(map(bytes, spec.chaincode_spec.input.args)),
        writes=writes,
        guards=guards,
        event=(event.event_name, bytes(event.payload)) if event.event_name or event.payload else None,
        event_of=(event.chaincode_id, event.tx_id) if result.events else None,
        answer=(result.response.status, result.response.message, bytes(result.response.payload)),
        others=tuple(others),
    )


def _asks(done: Written) -> bool:
    """Whether it is a question, which writes nothing and has no event."""
    return bool(done.args) and done.args[0].decode("utf-8", "replace") in QUERIES


def _creator(done: Written) -> Creator:
    identity = identities_pb2.SerializedIdentity.FromString(done.creator)
    return creator_of(msp=identity.mspid, certificate=identity.id_bytes)


def _decide(done: Written, function: str, creator: Creator, before: _Before) -> Outcome:
    return dispatch(
        before,
        function=function,
        args=done.args[1:],
        tx=done.tx,
        now=done.now,
        msp=creator.msp,
        attributes=creator.attributes,
    )


def _unsigned(done: Written, function: str, creator: Creator, before: _Before) -> str | None:
    """Why nobody who may signed this call, or None. Raises ValueError for arguments that are no text."""
    if function not in set(Transaction):
        return Refusal.UNKNOWN_TRANSACTION
    if (service := SERVICE_OF.get(Transaction(function))) is not None:
        own = (creator.msp, creator.role) == (Msp.REGULATOR, service)
        return None if own else Refusal.CERTIFICATE_NOT_ALLOWED
    if len(done.args) != 4:
        return Refusal.BAD_ARGUMENT
    text, signature, key = done.args[1], done.args[2].decode("ascii"), done.args[3].decode("ascii")
    loaded = Loaded()
    while True:
        draft = Draft(loaded, tx=done.tx, now=done.now)
        try:
            authenticate(
                draft, function=function, text=text, signature=signature, key=key, named=lambda _: ()
            )
        except NotLoaded as missing:
            loaded.values.update({one: before.get(one) for one in missing.keys})
        except Refused as refused:
            return refused.refusal
        else:
            return None


def _differences(done: Written, outcome: Outcome) -> Iterator[str]:
    """What it wrote and what the rules give, where these are not the same."""
    given = dict(outcome.writes)
    if other := {key: None for key in done.writes if key not in given}:
        yield f"wrote what its arguments do not give: {_keys(other)}"
    if other := {key: None for key in given if key not in done.writes}:
        yield f"did not write what its arguments give: {_keys(other)}"
    if other := {key: None for key in done.writes if key in given and given[key] != done.writes[key]}:
        yield f"wrote otherwise than its arguments give: {_keys(other)}"
    policy = regulator_and_one_more()
    if done.guards != {key: {VALIDATION_PARAMETER: policy} for key in outcome.guard}:
        yield "set other policies on keys than the rules give"
    if done.event != outcome.event:
        yield "has another event than its arguments give"
    if done.event_of not in {None, (done.chaincode, done.tx)}:
        yield "has an event in the name of another transaction"
    if done.answer != (outcome.status, outcome.message, outcome.payload):
        yield "gave another answer than the rules give"


def _keys(keys: Mapping[str, object]) -> str:
    """Some of them, as they are told to people."""
    names = [key.strip(SEPARATOR).replace(SEPARATOR, "~").encode("unicode_escape").decode() for key in keys]
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    return ", ".join(sorted(names)[:NAMED_MAX]) + more


class _Before:
    """The state before a transaction, as `chaincode.contract.Store`."""

    def __init__(self, values: Mapping[tuple[str, ...], bytes]) -> None:
        self._values = values

    def get(self, key: str) -> bytes | None:
        """The value of a composite key."""
        return self._values.get(tuple(key.strip(SEPARATOR).split(SEPARATOR)))

    def scan(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Rows whose composite keys begin with a prefix, in key order."""
        rows = ((SEPARATOR + SEPARATOR.join(key) + SEPARATOR, value) for key, value in self._values.items())
        return tuple(sorted(row for row in rows if row[0].startswith(prefix)))

    def history(self, key: str) -> tuple[tuple[str, str, bytes | None], ...]:
        """No transaction that writes reads the past."""
        raise ValueError(key)
