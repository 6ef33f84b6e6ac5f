"""A small gRPC server that answers as Fabric 3.1.5 was seen to answer, and the client against it."""

import asyncio
import hashlib
from collections.abc import Callable

import grpc
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.msp import identities_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    events_pb2,
    events_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from ledger.gateway import Gateway


class KeySigner:
    """A signer with a fresh key, as the material layer would give one."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.creator = identities_pb2.SerializedIdentity(
            mspid="RegulatorMSP", id_bytes=b"pem"
        ).SerializeToString()

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def detail_trailer(message: str, *, msp: str = "AuditorMSP") -> bytes:
    """A google.rpc.Status with one packed gateway.ErrorDetail, as Go writes it."""
    detail = gateway_pb2.ErrorDetail(address="peer:1", msp_id=msp, message=message)
    packed = field(1, b"type.googleapis.com/gateway.ErrorDetail") + field(2, detail.SerializeToString())
    return b"\x08\x0a" + field(2, b"failed") + field(3, packed)


def field(number: int, value: bytes) -> bytes:
    size = len(value)
    head = bytes([number << 3 | 2])
    return head + (bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])) + value


class Peer(gateway_pb2_grpc.GatewayServicer, events_pb2_grpc.DeliverServicer):
    """Answers what a test tells it to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.fail: dict[str, tuple[grpc.StatusCode, str, bytes]] = {}
        # Failures of endorsements in their order, before `fail`.
        self.behind: list[tuple[grpc.StatusCode, str, bytes]] = []
        # What it gives to sign instead of the envelope of the proposal.
        self.lie: Callable[[common_pb2.Envelope], common_pb2.Envelope] = lambda honest: honest
        self.silent_for: tuple[str, ...] = ()
        self.named: list[str] = []
        self.batches: list[list[tuple[int, str]]] = []
        self.starts: list[tuple[int, str]] = []
        self.ends: list[int] = []

    async def _maybe_fail(self, step: str, context: grpc.aio.ServicerContext) -> None:
        if step in self.fail:
            code, text, trailer = self.fail[step]
            await context.abort(
                code, text, trailing_metadata=(("grpc-status-details-bin", trailer),) if trailer else ()
            )

    async def Evaluate(self, request, context):
        await self._maybe_fail("evaluate", context)
        return gateway_pb2.EvaluateResponse(
            result=proposal_response_pb2.Response(status=200, payload=b"answer")
        )

    async def Endorse(self, request, context):
        self.asked.append(("endorse", list(request.endorsing_organizations)))
        self.named.append(request.transaction_id)
        if request.endorsing_organizations and self.silent_for:
            await asyncio.sleep(30)
        if self.behind:
            code, text, trailer = self.behind.pop(0)
            await context.abort(code, text, trailing_metadata=(("grpc-status-details-bin", trailer),))
        if request.endorsing_organizations:
            await self._maybe_fail("endorse by all", context)
        await self._maybe_fail("endorse", context)
        honest = prepared(b"result", request.proposed_transaction.proposal_bytes)
        return gateway_pb2.EndorseResponse(prepared_transaction=self.lie(honest))

    async def Submit(self, request, context):
        self.asked.append(("submit", request.prepared_transaction.SerializeToString()))
        await self._maybe_fail("submit", context)
        return gateway_pb2.SubmitResponse()

    async def CommitStatus(self, request, context):
        return gateway_pb2.CommitStatusResponse(result=11, block_number=7)

    async def ChaincodeEvents(self, request, context):
        inner = gateway_pb2.ChaincodeEventsRequest.FromString(request.request)
        self.starts.append((inner.start_position.specified.number, inner.after_transaction_id))
        await self._maybe_fail("events", context)
        for number, tx_id in self.batches.pop(0) if self.batches else []:
            event = chaincode_event_pb2.ChaincodeEvent(tx_id=tx_id, event_name="take", payload=b"{}")
            yield gateway_pb2.ChaincodeEventsResponse(events=[event], block_number=number)
        await context.abort(grpc.StatusCode.UNAVAILABLE, "going down")

    async def Deliver(self, request_iterator, context):
        async for envelope in request_iterator:
            payload = common_pb2.Payload.FromString(envelope.payload)
            start = ab_pb2.SeekInfo.FromString(payload.data).start.specified.number
            self.starts.append((start, ""))
            if self.ends:
                yield events_pb2.DeliverResponse(status=self.ends.pop(0))
                return
            for number in (start, start + 1):
                yield events_pb2.DeliverResponse(block=common_pb2.Block(header={"number": number}))
            await context.abort(grpc.StatusCode.UNAVAILABLE, "going down")


def prepared(result: bytes, content: bytes = b"") -> common_pb2.Envelope:
    """The envelope of a proposal (its bytes) as a gateway prepares it."""
    proposal = proposal_pb2.Proposal.FromString(content)
    header = common_pb2.Header.FromString(proposal.header)
    whole = header.channel_header + header.signature_header + proposal.payload
    action = proposal_pb2.ChaincodeAction(
        response={"status": 200, "payload": result}, chaincode_id={"name": "carbon"}
    )
    answer = proposal_response_pb2.ProposalResponsePayload(
        extension=action.SerializeToString(), proposal_hash=hashlib.sha256(whole).digest()
    )
    endorsed = transaction_pb2.ChaincodeEndorsedAction(
        proposal_response_payload=answer.SerializeToString(),
        endorsements=[
            {"endorser": identities_pb2.SerializedIdentity(mspid=msp).SerializeToString()}
            for msp in ("RegulatorMSP", "AuditorMSP")
        ],
    )
    payload = transaction_pb2.ChaincodeActionPayload(
        action=endorsed, chaincode_proposal_payload=proposal.payload
    )
    transaction = transaction_pb2.Transaction(
        actions=[{"header": header.signature_header, "payload": payload.SerializeToString()}]
    )
    whole_payload = common_pb2.Payload(header=header, data=transaction.SerializeToString())
    return common_pb2.Envelope(payload=whole_payload.SerializeToString())


def run(peer: Peer, story) -> None:
    async def play() -> None:
        server = grpc.aio.server()
        gateway_pb2_grpc.add_GatewayServicer_to_server(peer, server)
        events_pb2_grpc.add_DeliverServicer_to_server(peer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            async with Gateway(
                address=f"127.0.0.1:{port}",
                signer=KeySigner(),
                root_certificates=None,
                channel="carbon",
                chaincode="carbon",
                organisations=("EnterpriseMSP", "AuditorMSP", "RegulatorMSP"),
            ) as gateway:
                await story(gateway)
        finally:
            await server.stop(0)

    asyncio.run(play())
