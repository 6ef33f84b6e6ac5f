"""Fabric's own chaincodes (cscc, _lifecycle, qscc) asked at a peer directly, as its command line would.

A direct proposal, because the Gateway serves the channel's chaincode and these begin before there is one.
"""

import hashlib
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.peer import peer_pb2_grpc, proposal_pb2, proposal_response_pb2, transaction_pb2
from ledger.gateway import OPTIONS
from ledger.identity import Identity
from ledger.proposal import Proposal, propose

from network.layout import Node

OK = 200
WITHIN_S = 60.0


class PeerRefused(Exception):
    """A peer that does not answer, or says no; the text holds its words."""


class PeersDiffer(PeerRefused):
    """Peers endorsed a proposal with different results: one of them lacks the last block, or lies."""


class PeerLine:
    """A connection to one peer, as its organisation's node administrator or another of its identities.

    An async context manager. within_s: how long one answer may take, the peer's start included.
    """

    def __init__(self, peer: Node, signer: Identity, *, within_s: float = WITHIN_S) -> None:
        self.peer = peer
        self.signer = signer
        self._within_s = within_s
        self._channel: Any = None

    async def __aenter__(self) -> Self:
        credentials = grpc.ssl_channel_credentials(self.peer.tls_root.read_bytes())
        self._channel = grpc.aio.secure_channel(self.peer.address, credentials, options=OPTIONS)
        self._endorser = peer_pb2_grpc.EndorserStub(self._channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def ask(self, chaincode: str, name: str, *args: bytes, channel: str = "") -> bytes:
        """A query's answer. Raises PeerRefused."""
        proposal = propose(self.signer, channel=channel, chaincode=chaincode, name=name, args=args)
        return bytes((await self.endorse(proposal)).response.payload)

    async def endorse(self, proposal: Proposal) -> proposal_response_pb2.ProposalResponse:
        """The peer's endorsement of a proposal, whoever signed it. Raises PeerRefused."""
        try:
            answer = await self._endorser.ProcessProposal(
                proposal.message(), timeout=self._within_s, wait_for_ready=True
            )
        except grpc.aio.AioRpcError as error:
            raise PeerRefused(f"{self.peer.name} at {self.peer.address}: {error.details()}") from error
        if answer.response.status != OK:
            raise PeerRefused(f"{self.peer.name}: {answer.response.status} {answer.response.message}")
        return answer


def envelope(
    signer: Identity, proposal: Proposal, answers: Sequence[proposal_response_pb2.ProposalResponse]
) -> bytes:
    """The signed transaction of a proposal and its endorsements. Raises PeersDiffer."""
    if len({hashlib.sha256(answer.payload).digest() for answer in answers}) != 1:
        raise PeersDiffer("the peers do not endorse the same")
    parsed = proposal_pb2.Proposal.FromString(proposal.content)
    header = common_pb2.Header.FromString(parsed.header)
    action = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=parsed.payload,
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=answers[0].payload,
            endorsements=[answer.endorsement for answer in answers],
        ),
    )
    step = transaction_pb2.TransactionAction(
        header=header.signature_header, payload=action.SerializeToString()
    )
    data = transaction_pb2.Transaction(actions=[step]).SerializeToString()
    payload = common_pb2.Payload(header=header, data=data).SerializeToString()
    made = common_pb2.Envelope(payload=payload, signature=signer.sign(payload))
    return bytes(made.SerializeToString())
