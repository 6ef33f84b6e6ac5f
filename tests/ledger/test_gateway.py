"""The Gateway client against a small gRPC server that answers as Fabric 3.1.5 was seen to answer."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import grpc
import pytest
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
from ledger import errors
from ledger.gateway import BUSY, Gateway


class KeySigner:
    """A signer with a fresh key, as the material layer would give one."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.creator = identities_pb2.SerializedIdentity(
            mspid="RegulatorMSP", id_bytes=b"pem"
        ).SerializeToString()

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def detail_trailer(message: str) -> bytes:
    """A google.rpc.Status with one packed gateway.ErrorDetail, as Go writes it."""
    detail = gateway_pb2.ErrorDetail(address="peer:1", msp_id="AuditorMSP", message=message)
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
        return gateway_pb2.EndorseResponse(prepared_transaction=prepared(b"result"))

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


def prepared(result: bytes) -> common_pb2.Envelope:
    action = proposal_pb2.ChaincodeAction(response={"status": 200, "payload": result})
    answer = proposal_response_pb2.ProposalResponsePayload(extension=action.SerializeToString())
    endorsed = transaction_pb2.ChaincodeEndorsedAction(
        proposal_response_payload=answer.SerializeToString(),
        endorsements=[
            {"endorser": identities_pb2.SerializedIdentity(mspid=msp).SerializeToString()}
            for msp in ("RegulatorMSP", "AuditorMSP")
        ],
    )
    payload = transaction_pb2.ChaincodeActionPayload(action=endorsed)
    transaction = transaction_pb2.Transaction(actions=[{"payload": payload.SerializeToString()}])
    return common_pb2.Envelope(
        payload=common_pb2.Payload(data=transaction.SerializeToString()).SerializeToString()
    )


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


def test_a_proposal_is_endorsed_by_all_organisations_and_signed() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        transaction = await gateway.propose("take", b"{}")
        assert transaction.result == b"result"
        assert transaction.organisations == ("AuditorMSP", "RegulatorMSP")
        assert len(transaction.tx_id) == 64
        await gateway.submit(transaction.envelope, transaction.tx_id)
        assert peer.asked[-1] == ("submit", transaction.envelope)

    run(peer, story)
    assert peer.asked[0] == ("endorse", ["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"])


def test_a_silent_organisation_costs_no_more_than_the_patience_and_is_not_asked_again_soon() -> None:
    peer = Peer()
    peer.silent_for = ("AuditorMSP",)

    async def story(gateway: Gateway) -> None:
        await asyncio.wait_for(gateway.propose("take"), 3)
        await asyncio.wait_for(gateway.propose("take"), 3)

    run(peer, story)
    assert [asked for _, asked in peer.asked][1:] == [[], []]
    assert len(set(peer.named)) == 3, "a peer refuses the name of a proposal that it still works on"


def test_with_much_to_do_two_endorsements_are_enough() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        await asyncio.gather(*(gateway.propose("take") for _ in range(BUSY + 4)))
        await gateway.propose("take")

    run(peer, story)
    named = [bool(asked) for _, asked in peer.asked]
    assert (named.count(True), named.count(False)) == (BUSY + 1, 4)


def test_a_failed_organisation_leaves_the_choice_to_the_gateway() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        peer.fail["endorse by all"] = (grpc.StatusCode.UNAVAILABLE, "connection refused", b"")
        assert (await gateway.propose("take")).result == b"result"

    run(peer, story)
    assert peer.asked[-1] == ("endorse", [])


@pytest.mark.parametrize("step", ["evaluate", "endorse"])
def test_a_refusal_of_the_chaincode_is_a_refusal_with_its_facts(step: str) -> None:
    peer = Peer()
    body = '{"facts":{"held":"5"},"refusal":"holding_too_small"}'
    text = f"evaluate call to endorser returned error: chaincode response 409, {body}"
    trailer = detail_trailer(f"chaincode response 409, {body}") if step == "endorse" else b""
    status = grpc.StatusCode.UNKNOWN if step == "evaluate" else grpc.StatusCode.ABORTED
    peer.fail[step] = (
        status,
        text if step == "evaluate" else "failed to endorse transaction, see attached details",
        trailer,
    )

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.Refusal_) as caught:
            await (gateway.evaluate("x") if step == "evaluate" else gateway.propose("x"))
        assert (caught.value.name, caught.value.facts) == ("holding_too_small", {"held": "5"})
        assert errors.advice(caught.value) is errors.Advice.GIVE_UP

    run(peer, story)


def test_peers_at_different_heights_ask_for_a_new_proposal() -> None:
    peer = Peer()
    peer.fail["endorse"] = (
        grpc.StatusCode.ABORTED,
        "failed to collect enough transaction endorsements, see attached details",
        detail_trailer("ProposalResponsePayloads do not match (base64): 1 vs 2"),
    )

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.EndorseError) as caught:
            await gateway.propose("take")
        assert caught.value.details[0].msp_id == "AuditorMSP"
        assert errors.advice(caught.value) is errors.Advice.NEW_PROPOSAL

    run(peer, story)


REFUSED = 'chaincode response 409, {"facts":{},"refusal":"issue_unknown"}'
NOT_ENOUGH = "failed to collect enough transaction endorsements, see attached details for more info"


def refused_by(count: int) -> tuple[grpc.StatusCode, str, bytes]:
    """What a gateway says when so many of the organisations' chaincodes refuse."""
    trailer = detail_trailer(REFUSED)
    return grpc.StatusCode.ABORTED, NOT_ENOUGH, trailer + trailer[10:] * (count - 1)


def test_a_peer_that_is_a_block_behind_refuses_and_is_asked_again() -> None:
    """Seen on real peers: two had the block that the call rests on, the third not yet."""
    peer = Peer()
    peer.behind = [refused_by(1)]

    async def story(gateway: Gateway) -> None:
        assert (await gateway.propose("endorse_issue")).result == b"result"

    run(peer, story)
    assert [asked for _, asked in peer.asked] == [["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"]] * 2


def test_a_peer_that_stays_behind_is_left_out_by_the_gateways_own_choice() -> None:
    peer = Peer()
    peer.fail["endorse by all"] = refused_by(1)

    async def story(gateway: Gateway) -> None:
        assert (await gateway.propose("endorse_issue")).result == b"result"

    run(peer, story)
    assert peer.asked[-1] == ("endorse", [])


def test_what_all_organisations_refuse_is_refused() -> None:
    peer = Peer()
    peer.fail["endorse"] = refused_by(3)

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.Refusal_) as caught:
            await gateway.propose("endorse_issue")
        assert caught.value.name == "issue_unknown"

    run(peer, story)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("status", "text", "kind", "told"),
    [
        (
            grpc.StatusCode.UNAVAILABLE,
            "no orderers",
            errors.LedgerUnavailable,
            errors.Advice.SAME_ENVELOPE,
        ),
        (
            grpc.StatusCode.ABORTED,
            "received unsuccessful response from orderer: status=FORBIDDEN",
            errors.SubmitError,
            errors.Advice.NEW_PROPOSAL,
        ),
        (
            grpc.StatusCode.UNKNOWN,
            "too many requests for /gateway.Gateway, exceeding concurrency limit (500)",
            errors.LedgerUnavailable,
            errors.Advice.SAME_ENVELOPE,
        ),
    ],
)
def test_an_error_of_submit_says_what_to_do(status, text, kind, told) -> None:
    peer = Peer()
    peer.fail["submit"] = (status, text, b"")

    async def story(gateway: Gateway) -> None:
        with pytest.raises(kind) as caught:
            await gateway.submit(prepared(b"").SerializeToString(), "ab")
        assert errors.advice(caught.value) is told

    run(peer, story)


def test_an_invalid_transaction_is_a_commit_error_with_fabrics_code() -> None:
    async def story(gateway: Gateway) -> None:
        status = await gateway.commit_status("ab")
        assert (status.code, status.block_number, status.valid) == ("MVCC_READ_CONFLICT", 7, False)
        with pytest.raises(errors.CommitError) as caught:
            status.require_valid()
        assert errors.advice(caught.value) is errors.Advice.NEW_PROPOSAL

    run(Peer(), story)


def test_a_peer_that_is_not_there_is_unavailable_at_every_step() -> None:
    async def story() -> None:
        async with Gateway(
            address="127.0.0.1:1",
            signer=KeySigner(),
            root_certificates=None,
            channel="c",
            chaincode="c",
        ) as gateway:
            for call in (
                gateway.evaluate("x", timeout_s=0.5),
                gateway.propose("x", timeout_s=0.5),
                gateway.submit(b"", "ab", timeout_s=0.5),
                gateway.commit_status("ab", timeout_s=0.5),
            ):
                with pytest.raises(errors.LedgerUnavailable):
                    await call

    asyncio.run(story())


async def first(stream: AsyncIterator, count: int) -> list:
    found = []
    async for item in stream:
        found.append(item)
        if len(found) == count:
            return found
    raise AssertionError("the stream ended")


def test_a_broken_event_stream_resumes_after_the_last_event() -> None:
    peer = Peer()
    peer.batches = [[(3, "a"), (3, "b")], [(4, "c")]]

    async def story(gateway: Gateway) -> None:
        found = await first(gateway.chaincode_events(start_block=2, after_tx="z"), 3)
        assert [(event.block_number, event.tx_id) for event in found] == [(3, "a"), (3, "b"), (4, "c")]

    run(peer, story)
    assert peer.starts[:2] == [(2, "z"), (3, "b")]


def test_a_broken_block_stream_resumes_with_the_next_block() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        found = await first(gateway.block_events(start_block=5), 3)
        assert [block.number for block in found] == [5, 6, 7]
        header = common_pb2.BlockHeader(number=5)
        expected = hashlib.sha256(b"\x30\x07\x02\x01\x05\x04\x00\x04\x00").hexdigest()
        assert found[0].header_hash == expected
        assert header.number == 5

    run(peer, story)
    assert peer.starts == [(5, ""), (7, "")]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(common_pb2.FORBIDDEN, errors.AccessDenied), (common_pb2.BAD_REQUEST, errors.LedgerError)],
)
def test_a_block_stream_that_is_not_for_us_ends_at_once_with_its_name(status, kind) -> None:
    peer = Peer()
    peer.ends = [status]

    async def story(gateway: Gateway) -> None:
        with pytest.raises(kind) as caught:
            await asyncio.wait_for(first(gateway.block_events(start_block=5), 1), 3)
        assert caught.value.status == common_pb2.Status.Name(status)

    run(peer, story)
    assert peer.starts == [(5, "")]


@pytest.mark.parametrize("status", [common_pb2.NOT_FOUND, common_pb2.SERVICE_UNAVAILABLE])
def test_a_block_stream_comes_back_to_a_peer_that_starts_or_stops(status) -> None:
    peer = Peer()
    peer.ends = [status]

    async def story(gateway: Gateway) -> None:
        found = await asyncio.wait_for(first(gateway.block_events(start_block=5), 1), 3)
        assert found[0].number == 5

    run(peer, story)
    assert peer.starts == [(5, ""), (5, "")]


@pytest.mark.parametrize("code", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED])
def test_an_event_stream_that_is_not_for_us_ends_at_once_with_its_name(code) -> None:
    peer = Peer()
    peer.fail["events"] = (code, "access denied", b"")

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.AccessDenied, match="access denied") as caught:
            await asyncio.wait_for(first(gateway.chaincode_events(), 1), 3)
        assert (caught.value.step, caught.value.status) == ("chaincode events", code.name)

    run(peer, story)
    assert len(peer.starts) == 1


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_status_trailer_gives_what_is_whole_and_never_raises(cut: int) -> None:
    whole = detail_trailer("words")
    assert list(errors.decode_details(whole)) == [errors.PeerDetail("peer:1", "AuditorMSP", "words")]
    list(errors.decode_details(whole[:-cut]))
