"""The first two steps of a transaction: a signed Proposal, and the endorsed Transaction made of it."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography import x509
from cryptography.x509.oid import NameOID
from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

from ledger.errors import ForeignEnvelope
from ledger.low_s import low_s_der

NONCE_BYTES = 24
# As long as the names that are ours may be.
MSP_MAX, NAME_MAX = 20, 64


class Signer(Protocol):
    """An identity that can act on the ledger."""

    @property
    def creator(self) -> bytes:
        """The serialised `msp.SerializedIdentity`."""
        ...

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256 of the message, DER, low S."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A signed proposal; its bytes are hashed by peers, so they travel as they were signed."""

    tx_id: str
    content: bytes
    signature: bytes

    def message(self) -> proposal_pb2.SignedProposal:
        """The wire message."""
        return proposal_pb2.SignedProposal(proposal_bytes=self.content, signature=self.signature)


@dataclass(frozen=True, slots=True)
class Transaction:
    """An endorsed transaction with our signature: what a relay stores before it submits."""

    tx_id: str
    envelope: bytes
    result: bytes
    organisations: tuple[str, ...] = ()


def propose(signer: Signer, *, channel: str, chaincode: str, name: str, args: tuple[bytes, ...]) -> Proposal:
    """A new signed proposal (new nonce, new transaction id) to call `name` of a chaincode."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    tx_id = hashlib.sha256(nonce + signer.creator).hexdigest()
    chaincode_id = chaincode_pb2.ChaincodeID(name=chaincode)
    header = common_pb2.Header(
        channel_header=_channel_header(channel, tx_id, chaincode_id).SerializeToString(),
        signature_header=common_pb2.SignatureHeader(creator=signer.creator, nonce=nonce).SerializeToString(),
    )
    spec = chaincode_pb2.ChaincodeInvocationSpec(
        chaincode_spec=chaincode_pb2.ChaincodeSpec(
            type=chaincode_pb2.ChaincodeSpec.GOLANG,
            chaincode_id=chaincode_id,
            input=chaincode_pb2.ChaincodeInput(args=[name.encode(), *args]),
        )
    )
    payload = proposal_pb2.ChaincodeProposalPayload(input=spec.SerializeToString())
    content = proposal_pb2.Proposal(
        header=header.SerializeToString(), payload=payload.SerializeToString()
    ).SerializeToString()
    return Proposal(tx_id=tx_id, content=content, signature=signer.sign(content))


def sign_envelope(signer: Signer, prepared: common_pb2.Envelope, *, proposal: Proposal) -> Transaction:
    """The transaction a gateway prepared for our proposal, signed by us; gives the chaincode's answer and who
    endorsed.

    Nothing is signed before the envelope was found to be of this proposal: a gateway may lie. What peers
    endorsed as the outcome is theirs to say, and the other peers' to check. Raises ForeignEnvelope.
    """
    try:
        strange = _strange(prepared.payload, proposal)
    except DecodeError:
        strange = "cannot be read"
    if strange:
        raise ForeignEnvelope(strange, tx_id=proposal.tx_id)
    signed = common_pb2.Envelope(payload=prepared.payload, signature=signer.sign(prepared.payload))
    action = endorsed_action(prepared.payload)
    return Transaction(
        tx_id=proposal.tx_id,
        envelope=signed.SerializeToString(),
        result=chaincode_result(action),
        organisations=endorsers(action),
    )


def _strange(payload: bytes, proposal: Proposal) -> str | None:
    """In what an envelope's payload is not of the proposal, or None. Raises DecodeError."""
    asked = proposal_pb2.Proposal.FromString(proposal.content)
    header = common_pb2.Header.FromString(asked.header)
    outer = common_pb2.Payload.FromString(payload)
    actions = transaction_pb2.Transaction.FromString(outer.data).actions
    return _first_wrong(
        ("is of another transaction", outer.header.channel_header == header.channel_header),
        ("is of another sender", outer.header.signature_header == header.signature_header),
        (f"carries {len(actions)} actions", len(actions) == 1),
    ) or _strange_action(actions[0], header, asked.payload)


def _strange_action(
    given: transaction_pb2.TransactionAction, header: common_pb2.Header, asked: bytes
) -> str | None:
    """The same of its one action. asked: the proposal's payload, which peers keep as it is without transient
    data; ours has none."""
    action = transaction_pb2.ChaincodeActionPayload.FromString(given.payload)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    whole = hashlib.sha256(header.channel_header + header.signature_header + asked).digest()
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    called = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension).chaincode_id.name
    answering = proposal_pb2.ChaincodeAction.FromString(answer.extension).chaincode_id.name
    return _first_wrong(
        ("carries the action of another sender", given.header == header.signature_header),
        ("carries other arguments", action.chaincode_proposal_payload == asked),
        ("was endorsed for another proposal", answer.proposal_hash == whole),
        ("carries the answer of another chaincode", answering == called),
    )


def _first_wrong(*held: tuple[str, bool]) -> str | None:
    return next((what for what, holds in held if not holds), None)


def endorsed_action(payload: bytes) -> transaction_pb2.ChaincodeEndorsedAction:
    """The endorsed action inside an envelope's payload bytes."""
    data = common_pb2.Payload.FromString(payload).data
    action = transaction_pb2.Transaction.FromString(data).actions[0]
    return transaction_pb2.ChaincodeActionPayload.FromString(action.payload).action


def chaincode_result(action: transaction_pb2.ChaincodeEndorsedAction) -> bytes:
    """What the chaincode answered, from an endorsed action."""
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.proposal_response_payload)
    return bytes(proposal_pb2.ChaincodeAction.FromString(answer.extension).response.payload)


class Endorser(NamedTuple):
    """A peer that endorsed: its organisation, the name in its certificate, and the SHA-256 of that."""

    msp: str
    name: str
    fingerprint: str


def endorsers(action: transaction_pb2.ChaincodeEndorsedAction) -> tuple[str, ...]:
    """MSP ids of the organisations that endorsed, sorted."""
    return tuple(one.msp for one in endorsing_peers(action))


def endorsing_peers(action: transaction_pb2.ChaincodeEndorsedAction) -> tuple[Endorser, ...]:
    """The peers that endorsed, sorted by organisation. An identity without a P-256 certificate has no name.

    Raises DecodeError for an endorser that is no identity.
    """
    return tuple(sorted(_peer(bytes(one.endorser)) for one in action.endorsements))


@lru_cache(maxsize=256)
def _peer(serialized: bytes) -> Endorser:
    identity = identities_pb2.SerializedIdentity.FromString(serialized)
    msp = plain(identity.mspid, MSP_MAX)
    try:
        certificate = x509.load_pem_x509_certificate(identity.id_bytes)
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        # As Fabric keeps it; an older home's file may still hold the other form of the same signature.
        kept = low_s_der(certificate)
    except Exception:  # noqa: BLE001 - the library has many names for what it cannot read
        return Endorser(msp, "", hashlib.sha256(identity.id_bytes).hexdigest())
    return Endorser(
        msp, plain(str(names[0].value), NAME_MAX) if names else "", hashlib.sha256(kept).hexdigest()
    )


def plain(text: str, most: int) -> str:
    """What a stranger wrote, without what no page and no table takes: control characters, and length."""
    return "".join(one for one in text if one.isprintable())[:most]


def _channel_header(
    channel: str, tx_id: str, chaincode_id: chaincode_pb2.ChaincodeID
) -> common_pb2.ChannelHeader:
    extension = proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_id)
    header = common_pb2.ChannelHeader(
        type=common_pb2.ENDORSER_TRANSACTION,
        channel_id=channel,
        tx_id=tx_id,
        extension=extension.SerializeToString(),
    )
    stamp(header)
    return header


def stamp(header: common_pb2.ChannelHeader) -> None:
    """Write the present instant, to the nanosecond, into a channel header (peers accept 15 minutes off)."""
    now = time.time_ns()
    header.timestamp.seconds, header.timestamp.nanos = divmod(now, 1_000_000_000)
