"""A transaction taken apart as a validator sees it, and put together as a gateway does."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import chaincode_event_pb2, proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError
from ledger.identity import transaction_id

Code = transaction_pb2.TxValidationCode


class Invalid(Exception):
    """A transaction that is not one; carries Fabric's validation code."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(text or Code.Name(code))
        self.code = code


@dataclass(frozen=True, slots=True)
class Endorsement:
    """Who endorsed, and his signature."""

    endorser: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    """An endorser transaction: what was called, what it read and wrote, who stands behind it.

    called: the chaincode in its header; chaincode, version: the one that answered; event_of: the one whose
    event it has, if any; spaces: what it read and wrote, by namespace, in their order.
    """

    tx_id: str
    channel: str
    creator: bytes
    signature: bytes
    payload: bytes
    called: str
    chaincode: str
    version: str
    response_payload: bytes
    endorsements: tuple[Endorsement, ...]
    spaces: tuple[tuple[str, kv_rwset_pb2.KVRWSet], ...]
    event: chaincode_event_pb2.ChaincodeEvent | None
    event_of: str | None
    seconds: int
    nanos: int

    def within(self, namespace: str) -> kv_rwset_pb2.KVRWSet:
        """What it read and wrote in one namespace."""
        return next((rwset for name, rwset in self.spaces if name == namespace), kv_rwset_pb2.KVRWSet())


# What a header may say that a block holds; anything else makes it a bad header.
_KINDS = (common_pb2.ENDORSER_TRANSACTION, common_pb2.CONFIG_UPDATE, common_pb2.CONFIG)


def parse(content: bytes) -> Submitted:
    """The endorser transaction in envelope bytes, syntax checked in Fabric's order. Raises Invalid."""
    try:
        return _parse(content)
    except DecodeError as error:
        raise Invalid(Code.BAD_PAYLOAD) from error


def transaction_id_of(content: bytes) -> str:
    """The transaction id an envelope claims; empty if it cannot be read."""
    try:
        payload = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(content).payload)
        return str(common_pb2.ChannelHeader.FromString(payload.header.channel_header).tx_id)
    except DecodeError:
        return ""


def proposal_hash(header: common_pb2.Header, chaincode_payload: bytes) -> bytes:
    """SHA-256 over header bytes as received and the payload without transient data."""
    digest = hashlib.sha256(header.channel_header)
    digest.update(header.signature_header)
    digest.update(chaincode_payload)
    return digest.digest()


def without_transient(payload: bytes) -> bytes:
    """A ChaincodeProposalPayload's bytes without its transient data."""
    parsed = proposal_pb2.ChaincodeProposalPayload.FromString(payload)
    return bytes(proposal_pb2.ChaincodeProposalPayload(input=parsed.input).SerializeToString())


def assemble(
    proposal: proposal_pb2.Proposal, responses: Sequence[proposal_response_pb2.ProposalResponse]
) -> common_pb2.Envelope:
    """The envelope, not yet signed, of a proposal and the equal answers of its endorsers."""
    header = common_pb2.Header.FromString(proposal.header)
    action = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=without_transient(proposal.payload),
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=responses[0].payload,
            endorsements=[response.endorsement for response in responses],
        ),
    )
    transaction = transaction_pb2.Transaction(
        actions=[
            transaction_pb2.TransactionAction(
                header=header.signature_header, payload=action.SerializeToString()
            )
        ]
    )
    payload = common_pb2.Payload(header=header, data=transaction.SerializeToString())
    return common_pb2.Envelope(payload=payload.SerializeToString())


def _parse(content: bytes) -> Submitted:
    if not content:
        raise Invalid(Code.NIL_ENVELOPE)
    envelope = common_pb2.Envelope.FromString(content)
    payload = common_pb2.Payload.FromString(envelope.payload)
    channel, signer = _headers(payload)
    if channel.type not in _KINDS:
        raise Invalid(Code.BAD_COMMON_HEADER)
    if channel.type != common_pb2.ENDORSER_TRANSACTION:
        raise Invalid(Code.UNKNOWN_TX_TYPE)
    if channel.tx_id != transaction_id(nonce=signer.nonce, creator=signer.creator):
        raise Invalid(Code.BAD_PROPOSAL_TXID)
    try:
        action = _action(payload)
        answer = proposal_response_pb2.ProposalResponsePayload.FromString(
            action.action.proposal_response_payload
        )
    except DecodeError as error:
        raise Invalid(Code.INVALID_ENDORSER_TRANSACTION) from error
    if not action.chaincode_proposal_payload:
        raise Invalid(Code.INVALID_ENDORSER_TRANSACTION, "it asks nothing")
    if answer.proposal_hash != proposal_hash(payload.header, action.chaincode_proposal_payload):
        raise Invalid(Code.INVALID_ENDORSER_TRANSACTION, "the proposal hash differs")
    extension = _part(proposal_pb2.ChaincodeHeaderExtension, channel.extension, Code.BAD_HEADER_EXTENSION)
    result = _part(proposal_pb2.ChaincodeAction, answer.extension, Code.BAD_RESPONSE_PAYLOAD)
    if not answer.extension:
        raise Invalid(Code.BAD_RESPONSE_PAYLOAD, "there is no answer in it")
    event = _part(chaincode_event_pb2.ChaincodeEvent, result.events, Code.INVALID_OTHER_REASON)
    spaces = tuple(_spaces(result.results))
    if not (extension.HasField("chaincode_id") and result.HasField("chaincode_id")):
        raise Invalid(Code.INVALID_OTHER_REASON, "its header or answer names no chaincode")
    return Submitted(
        tx_id=channel.tx_id,
        channel=channel.channel_id,
        creator=signer.creator,
        signature=envelope.signature,
        payload=envelope.payload,
        called=extension.chaincode_id.name,
        chaincode=result.chaincode_id.name,
        version=result.chaincode_id.version,
        response_payload=action.action.proposal_response_payload,
        endorsements=tuple(
            Endorsement(endorser=one.endorser, signature=one.signature) for one in action.action.endorsements
        ),
        spaces=spaces,
        event=event if event.event_name else None,
        event_of=event.chaincode_id if result.events else None,
        seconds=channel.timestamp.seconds,
        nanos=channel.timestamp.nanos,
    )


def _headers(payload: common_pb2.Payload) -> tuple[common_pb2.ChannelHeader, common_pb2.SignatureHeader]:
    channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    signer = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
    if channel.epoch != 0 or not signer.nonce or not signer.creator:
        raise Invalid(Code.BAD_COMMON_HEADER)
    return channel, signer


def _action(payload: common_pb2.Payload) -> transaction_pb2.ChaincodeActionPayload:
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    if len(transaction.actions) != 1:
        raise Invalid(Code.INVALID_ENDORSER_TRANSACTION, "a transaction has one action")
    if transaction.actions[0].header != payload.header.signature_header:
        raise Invalid(Code.INVALID_ENDORSER_TRANSACTION, "the action's header differs")
    return transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)


def _spaces(content: bytes) -> Iterator[tuple[str, kv_rwset_pb2.KVRWSet]]:
    """Each namespace and what was read and written in it."""
    for one in _part(rwset_pb2.TxReadWriteSet, content, Code.BAD_RWSET).ns_rwset:
        if one.collection_hashed_rwset:
            raise Invalid(Code.BAD_RWSET, "private data is not served")
        yield one.namespace, _part(kv_rwset_pb2.KVRWSet, one.rwset, Code.BAD_RWSET)


def _part(kind: Any, content: bytes, code: int) -> Any:
    """The message in these bytes. Raises Invalid with this code where there is none."""
    try:
        return kind.FromString(content)
    except DecodeError as error:
        raise Invalid(code) from error
