"""What one transaction may ask its peer, each as one request and one answer. Owns messages, no rule.

Method names are those of the published shims. Source: fabric-notes, section 6.2.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from fabric_protos.peer import chaincode_shim_pb2 as shim

from chaincode.callers import Creator, creator_of

Message = shim.ChaincodeMessage
Ask = Callable[[int, bytes], Awaitable[bytes]]

# The metadata entry that carries a key's endorsement policy.
VALIDATION_PARAMETER = "VALIDATION_PARAMETER"
# The last key of a range over everything that begins with a prefix, as Fabric's shims write it.
LAST = "\U0010ffff"
# Without a start key a range would also return composite keys, so the Go shim begins here.
FIRST = "\x01"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PeerError(Exception):
    """The peer answered ERROR to a state request; the text is the peer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the peer offers beyond Fabric 2.5: sizes of write batches and multi-gets, 0 for none."""

    batch_size: int = 0
    keys_size: int = 0

    @classmethod
    def read(cls, payload: bytes) -> "Offer":
        """READY: four varints (batch or not, its size, multi-get or not, its size); Fabric 2.5 sends none."""
        numbers = dict(_varint_fields(payload))
        return cls(
            batch_size=numbers.get(2, 0) if numbers.get(1) else 0,
            keys_size=numbers.get(4, 0) if numbers.get(3) else 0,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a range."""

    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Modification:
    """One past write of a key; the value is None where it was deleted."""

    tx: str
    at: datetime
    value: bytes | None


class Stub:
    """One running transaction's view of its peer."""

    def __init__(self, message: shim.ChaincodeMessage, ask: Ask, offer: Offer) -> None:
        """`ask` sends a request of a type and waits for its answer. Raises PeerError."""
        self._ask = ask
        self._offer = offer
        call = chaincode_pb2.ChaincodeInput.FromString(message.payload)
        self.args = tuple(bytes(argument) for argument in call.args)
        self.tx_id: str = message.txid
        self.channel_id: str = message.channel_id
        proposal = proposal_pb2.Proposal.FromString(message.proposal.proposal_bytes)
        header = common_pb2.Header.FromString(proposal.header)
        self._channel_header = common_pb2.ChannelHeader.FromString(header.channel_header)
        self._creator = common_pb2.SignatureHeader.FromString(header.signature_header).creator
        self._payload = proposal.payload

    def get_creator(self) -> Creator:
        """Organisation and certificate attributes of who sent the proposal."""
        identity = identities_pb2.SerializedIdentity.FromString(self._creator)
        return creator_of(msp=identity.mspid, certificate=identity.id_bytes)

    def get_tx_timestamp(self) -> datetime:
        """The proposal's time: the client's clock, the same on every peer."""
        stamp = self._channel_header.timestamp
        return EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)

    def get_transient(self) -> dict[str, bytes]:
        """Data given beside the proposal, never written to a block."""
        payload = proposal_pb2.ChaincodeProposalPayload.FromString(self._payload)
        return {key: bytes(value) for key, value in payload.TransientMap.items()}

    async def get_state(self, key: str) -> bytes | None:
        """The committed value of a key, or None. Raises PeerError."""
        return await self._ask(Message.GET_STATE, _bytes(shim.GetState(key=key))) or None

    async def get_states(self, keys: Sequence[str]) -> dict[str, bytes | None]:
        """Committed values of several keys, in one round trip where the peer offers it. Raises PeerError."""
        size = self._offer.keys_size
        if not size:
            return {key: await self.get_state(key) for key in keys}
        found: dict[str, bytes | None] = {}
        for start in range(0, len(keys), size):
            part = keys[start : start + size]
            payload = await self._ask(Message.GET_STATE_MULTIPLE, _bytes(shim.GetStateMultiple(keys=part)))
            values = shim.GetStateMultipleResult.FromString(payload).values
            found.update((key, bytes(value) or None) for key, value in zip(part, values, strict=True))
        return found

    async def get_state_by_range(self, start: str, end: str) -> list[Row]:
        """All rows from start (inclusive) to end, batch after batch. Raises PeerError."""
        request = shim.GetStateByRange(startKey=start or FIRST, endKey=end)
        rows: list[Row] = []
        answer = await self._query(Message.GET_STATE_BY_RANGE, request)
        while True:
            rows += _rows(answer)
            if not answer.has_more:
                break
            answer = await self._query(Message.QUERY_STATE_NEXT, shim.QueryStateNext(id=answer.id))
        await self._ask(Message.QUERY_STATE_CLOSE, _bytes(shim.QueryStateClose(id=answer.id)))
        return rows

    async def get_state_by_prefix(self, prefix: str) -> list[Row]:
        """All rows whose composite keys begin with `prefix`. Raises PeerError."""
        return await self.get_state_by_range(prefix, prefix + LAST)

    async def get_state_by_range_with_pagination(
        self, start: str, end: str, *, page_size: int, bookmark: str = ""
    ) -> tuple[list[Row], str]:
        """One page and the bookmark of the next (empty at the end). The peer refuses writes afterwards."""
        metadata = _bytes(shim.QueryMetadata(pageSize=page_size, bookmark=bookmark))
        request = shim.GetStateByRange(startKey=start or FIRST, endKey=end, metadata=metadata)
        answer = await self._query(Message.GET_STATE_BY_RANGE, request)
        return _rows(answer), shim.QueryResponseMetadata.FromString(answer.metadata).bookmark

    async def get_history_for_key(self, key: str) -> list[Modification]:
        """Past writes of a key, newest first. Raises PeerError."""
        answer = await self._query(Message.GET_HISTORY_FOR_KEY, shim.GetHistoryForKey(key=key))
        found: list[Modification] = []
        while True:
            found += [_modification(row.resultBytes) for row in answer.results]
            if not answer.has_more:
                return found
            answer = await self._query(Message.QUERY_STATE_NEXT, shim.QueryStateNext(id=answer.id))

    async def write(
        self, writes: Sequence[tuple[str, bytes | None]], policies: Sequence[tuple[str, bytes]]
    ) -> None:
        """Puts, deletes and key policies, gathered: in batches where the peer offers them.

        Raises PeerError; ValueError for an empty key or value (an empty value would be a delete).
        """
        records = [_record(key, value) for key, value in writes]
        records += [_policy_record(key, policy) for key, policy in policies]
        size = self._offer.batch_size
        if not size or len(records) == 1:
            for record in records:
                await self._ask(*_single(record))
            return
        for start in range(0, len(records), size):
            batch = shim.WriteBatchState(rec=records[start : start + size])
            await self._ask(Message.WRITE_BATCH_STATE, _bytes(batch))

    async def _query(self, kind: int, request: Any) -> shim.QueryResponse:
        return shim.QueryResponse.FromString(await self._ask(kind, _bytes(request)))


def _record(key: str, value: bytes | None) -> shim.WriteRecord:
    if not key or value == b"":
        raise ValueError("empty key or value")
    if value is None:
        return shim.WriteRecord(key=key, type=shim.WriteRecord.DEL_STATE)
    return shim.WriteRecord(key=key, value=value, type=shim.WriteRecord.PUT_STATE)


def _policy_record(key: str, policy: bytes) -> shim.WriteRecord:
    metadata = shim.StateMetadata(metakey=VALIDATION_PARAMETER, value=policy)
    return shim.WriteRecord(key=key, metadata=metadata, type=shim.WriteRecord.PUT_STATE_METADATA)


def _single(record: shim.WriteRecord) -> tuple[int, bytes]:
    """A write as its own request, for a peer without batches."""
    if record.type == shim.WriteRecord.DEL_STATE:
        return Message.DEL_STATE, _bytes(shim.DelState(key=record.key))
    if record.type == shim.WriteRecord.PUT_STATE_METADATA:
        request = shim.PutStateMetadata(key=record.key, metadata=record.metadata)
        return Message.PUT_STATE_METADATA, _bytes(request)
    return Message.PUT_STATE, _bytes(shim.PutState(key=record.key, value=record.value))


def _rows(answer: shim.QueryResponse) -> list[Row]:
    parsed = (kv_query_result_pb2.KV.FromString(row.resultBytes) for row in answer.results)
    return [Row(row.key, bytes(row.value)) for row in parsed]


def _modification(raw: bytes) -> Modification:
    past = kv_query_result_pb2.KeyModification.FromString(raw)
    at = EPOCH + timedelta(seconds=past.timestamp.seconds, microseconds=past.timestamp.nanos // 1000)
    return Modification(past.tx_id, at, None if past.is_delete else bytes(past.value))


def _bytes(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _varint_fields(payload: bytes) -> list[tuple[int, int]]:
    """(field number, value) of a message of varints only; anything else ends the reading."""
    fields: list[tuple[int, int]] = []
    numbers: list[int] = []
    value = shift = 0
    for byte in payload:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
    for tag, number in zip(numbers[::2], numbers[1::2], strict=False):
        if tag & 7:
            break
        fields.append((tag >> 3, number))
    return fields
