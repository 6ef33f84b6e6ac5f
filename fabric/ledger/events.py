"""What a peer streams: chaincode events of valid transactions, and whole blocks, as typed values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2, transaction_pb2
from google.protobuf.message import DecodeError
from lexicon.events import Write, from_payload

from ledger.blocks import header_hash, validation_codes
from ledger.commit import code_name
from ledger.proposal import MSP_MAX, Endorser, Signer, endorsed_action, endorsing_peers, plain, stamp

LAST_BLOCK = 2**64 - 1
# The kind of what nobody can read; a function's name is cut where a page would.
UNREADABLE = "UNREADABLE"
TX_ID_LENGTH, NAME_MAX = 64, 60
UNVALIDATED = 254
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChaincodeEvent:
    """One event of one valid transaction."""

    block_number: int
    tx_id: str
    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """A chaincode event of ours, read, with its place in the chain: what appliers get (docs/seams.md 4).

    `intent`, `account`, `person` are empty for services; a write has `object`, `key`, `value` (None: gone).
    """

    block_number: int
    tx_id: str
    name: str
    at: datetime
    intent: str
    account: str
    person: str
    writes: tuple[Write, ...]

    def written(self, kind: str) -> Iterator[Write]:
        """The writes of one object type, in their order."""
        return (write for write in self.writes if write.object == kind)


def read_event(event: ChaincodeEvent) -> LedgerEvent:
    """The parts of a chaincode event. Raises ValueError when it is not of our shape."""
    try:
        content = from_payload(event.payload)
    except (KeyError, TypeError) as error:
        raise ValueError(f"event {event.name} of {event.tx_id} lacks {error}") from error
    return LedgerEvent(
        block_number=event.block_number,
        tx_id=event.tx_id,
        name=content.name,
        at=datetime.fromisoformat(content.at).astimezone(UTC),
        intent=content.intent or "",
        account=content.account or "",
        person=content.person or "",
        writes=content.writes,
    )


@dataclass(frozen=True, slots=True)
class BlockTransaction:
    """One transaction of a block, valid or not, as an explorer shows it."""

    tx_id: str
    number: int
    kind: str
    code: str
    name: str
    creator_msp: str
    peers: tuple[Endorser, ...]
    created_at: datetime
    size_bytes: int
    args: tuple[bytes, ...]

    @property
    def endorsers(self) -> tuple[str, ...]:
        """MSP ids of the organisations that endorsed, sorted."""
        return tuple(one.msp for one in self.peers)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its place in the hash chain and its transactions."""

    number: int
    header_hash: str
    previous_hash: str
    data_hash: str
    transactions: tuple[BlockTransaction, ...]


def parse_block(block: common_pb2.Block) -> Block:
    """A typed block. A transaction without a validity byte counts as not validated."""
    codes = validation_codes(block)
    return Block(
        number=block.header.number,
        header_hash=header_hash(block.header).hex(),
        previous_hash=block.header.previous_hash.hex(),
        data_hash=block.header.data_hash.hex(),
        transactions=tuple(
            _parse_transaction(envelope, number, codes[number] if number < len(codes) else UNVALIDATED)
            for number, envelope in enumerate(block.data.data)
        ),
    )


def _parse_transaction(envelope: bytes, number: int, code: int) -> BlockTransaction:
    """A transaction as far as it can be read. An orderer looks at the sender alone: whoever may write can
    have anything put into a block, and the peers' code says that it does not count."""
    try:
        return _read_transaction(envelope, number, code)
    except (DecodeError, IndexError, ValueError, OverflowError):
        return BlockTransaction(
            tx_id="",
            number=number,
            kind=UNREADABLE,
            code=code_name(code),
            name="",
            creator_msp="",
            peers=(),
            created_at=EPOCH,
            size_bytes=len(envelope),
            args=(),
        )


def _read_transaction(envelope: bytes, number: int, code: int) -> BlockTransaction:
    content = common_pb2.Envelope.FromString(envelope).payload
    payload = common_pb2.Payload.FromString(content)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    creator = common_pb2.SignatureHeader.FromString(payload.header.signature_header).creator
    endorsed = header.type == common_pb2.ENDORSER_TRANSACTION
    args = _call(payload.data) if endorsed else ()
    return BlockTransaction(
        tx_id=plain(header.tx_id, TX_ID_LENGTH),
        number=number,
        kind=common_pb2.HeaderType.Name(header.type),
        code=code_name(code),
        name=plain(args[0].decode("utf-8", "replace"), NAME_MAX) if args else "",
        creator_msp=plain(identities_pb2.SerializedIdentity.FromString(creator).mspid, MSP_MAX),
        peers=endorsing_peers(endorsed_action(content)) if endorsed else (),
        created_at=_instant(header.timestamp),
        size_bytes=len(envelope),
        args=args[1:],
    )


def _call(data: bytes) -> tuple[bytes, ...]:
    """Function name and arguments of an endorser transaction."""
    action = transaction_pb2.Transaction.FromString(data).actions[0]
    payload = transaction_pb2.ChaincodeActionPayload.FromString(action.payload).chaincode_proposal_payload
    spec = proposal_pb2.ChaincodeProposalPayload.FromString(payload).input
    call = chaincode_pb2.ChaincodeInvocationSpec.FromString(spec).chaincode_spec.input.args
    return tuple(bytes(arg) for arg in call)


def _instant(timestamp: Any) -> datetime:
    return EPOCH + timedelta(seconds=timestamp.seconds, microseconds=timestamp.nanos // 1000)


def seek_envelope(
    signer: Signer, *, channel: str, start_block: int, last_block: int = LAST_BLOCK
) -> common_pb2.Envelope:
    """A signed request to stream whole blocks from `start_block` on, for ever by default."""
    header = common_pb2.ChannelHeader(type=common_pb2.DELIVER_SEEK_INFO, channel_id=channel)
    stamp(header)
    seek = ab_pb2.SeekInfo(
        start=position(start_block),
        stop=position(last_block),
        behavior=ab_pb2.SeekInfo.BLOCK_UNTIL_READY,
    )
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(),
            signature_header=common_pb2.SignatureHeader(creator=signer.creator).SerializeToString(),
        ),
        data=seek.SerializeToString(),
    ).SerializeToString()
    return common_pb2.Envelope(payload=payload, signature=signer.sign(payload))


def position(number: int) -> ab_pb2.SeekPosition:
    """The place of a block in the chain, as Deliver and ChaincodeEvents want it."""
    return ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=number))
