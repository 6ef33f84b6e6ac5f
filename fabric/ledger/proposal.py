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


def sign_envelope(signer: Signer, prepared: common_pb2.Envelope, *, tx_id: str) -> Transaction:
    """The transaction a gateway prepared, signed by us; gives the chaincode's answer and who endorsed."""
    signed = common_pb2.Envelope(payload=prepared.payload, signature=signer.sign(prepared.payload))
    action = endorsed_action(prepared.payload)
    return Transaction(
        tx_id=tx_id,
        envelope=signed.SerializeToString(),
        result=chaincode_result(action),
        organisations=endorsers(action),
    )


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
    except ValueError:
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
