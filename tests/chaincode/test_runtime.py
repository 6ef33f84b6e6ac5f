"""The runtime against a peer of the test's own: a stream that dials in, as fabric-notes 6.2 has it."""

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fabric_protos.common import common_pb2
from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import (
    chaincode_pb2,
    chaincode_shim_pb2,
    chaincode_shim_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
)
from lexicon.canonical import encode
from lexicon.events import from_payload

from chaincode.endorsement import regulator_and_one_more
from chaincode.runtime import Runtime, options
from chaincode.state import prefix
from tests.chaincode.town import NETWORK, START, Town, h

shim = chaincode_shim_pb2
Message = shim.ChaincodeMessage
# use batch, 1000 a batch, use multi-get, 1000 keys
OFFERS = bytes((0x08, 1, 0x10, 0xE8, 0x07, 0x18, 1, 0x20, 0xE8, 0x07))
TIMEOUT_S = 10


def certificate(role):
    """A certificate with Fabric's attribute extension."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    attributes = json.dumps({"attrs": {"role": role}}).encode()
    oid = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .add_extension(x509.UnrecognizedExtension(oid, attributes), critical=False)
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


CERTIFICATES = {role: certificate(role) for role in ("relay", "administrator", "clock", "ingest", "service")}


def signed_proposal(role, now):
    identity = identities_pb2.SerializedIdentity(mspid="RegulatorMSP", id_bytes=CERTIFICATES[role])
    channel = common_pb2.ChannelHeader()
    channel.timestamp.FromDatetime(now.replace(tzinfo=None))
    header = common_pb2.Header(
        channel_header=channel.SerializeToString(),
        signature_header=common_pb2.SignatureHeader(creator=identity.SerializeToString()).SerializeToString(),
    )
    payload = proposal_pb2.ChaincodeProposalPayload(TransientMap={"purpose": b"test"})
    proposal = proposal_pb2.Proposal(header=header.SerializeToString(), payload=payload.SerializeToString())
    return proposal_pb2.SignedProposal(proposal_bytes=proposal.SerializeToString())


class Peer:
    """The peer's end of the stream: state in a dict, answers to every request, one future a transaction."""

    def __init__(self, call, offers):
        self.call, self.offers = call, offers
        self.state, self.policies, self.requests = {}, {}, []
        self.finished, self.errors = {}, {}
        self.writing = asyncio.Lock()

    async def open(self):
        registration = await self.call.read()
        assert registration.type == Message.REGISTER
        self.registered = chaincode_pb2.ChaincodeID.FromString(registration.payload).name
        await self.write(Message(type=Message.REGISTERED))
        await self.write(Message(type=Message.READY, payload=self.offers))
        self.reading = asyncio.ensure_future(self.read())

    async def read(self):
        while (message := await self.call.read()) is not grpc.aio.EOF:
            if message.type == Message.COMPLETED:
                self.finished[message.txid].set_result(message)
            else:
                await self.answer(message)

    async def write(self, message):
        async with self.writing:
            await self.call.write(message)

    async def answer(self, message):
        self.requests.append(message.type)
        kind, payload = Message.RESPONSE, b""
        if message.type in self.errors:
            kind, payload = Message.ERROR, self.errors[message.type]
        elif message.type == Message.GET_STATE:
            payload = self.state.get(shim.GetState.FromString(message.payload).key, b"")
        elif message.type == Message.GET_STATE_MULTIPLE:
            keys = shim.GetStateMultiple.FromString(message.payload).keys
            values = [self.state.get(key, b"") for key in keys]
            payload = shim.GetStateMultipleResult(values=values).SerializeToString()
        elif message.type == Message.GET_STATE_BY_RANGE:
            payload = self.page(shim.GetStateByRange.FromString(message.payload), 0)
        elif message.type == Message.QUERY_STATE_NEXT:
            payload = self.page(self.range, int(shim.QueryStateNext.FromString(message.payload).id))
        else:
            self.apply(message)
        reply = Message(type=kind, payload=payload, txid=message.txid, channel_id=message.channel_id)
        await self.write(reply)

    def page(self, query, start):
        """Two rows at a time, so that a range always has a second page to ask for."""
        self.range = query
        rows = [
            kv_query_result_pb2.KV(namespace="carbon", key=key, value=value)
            for key, value in sorted(self.state.items())
            if query.startKey <= key < query.endKey
        ]
        results = [
            shim.QueryResultBytes(resultBytes=row.SerializeToString()) for row in rows[start : start + 2]
        ]
        more = len(rows) > start + 2
        return shim.QueryResponse(results=results, has_more=more, id=str(start + 2)).SerializeToString()

    def apply(self, message):
        if message.type == Message.WRITE_BATCH_STATE:
            records = shim.WriteBatchState.FromString(message.payload).rec
        elif message.type == Message.PUT_STATE:
            put = shim.PutState.FromString(message.payload)
            records = [shim.WriteRecord(key=put.key, value=put.value, type=shim.WriteRecord.PUT_STATE)]
        elif message.type == Message.PUT_STATE_METADATA:
            put = shim.PutStateMetadata.FromString(message.payload)
            kind = shim.WriteRecord.PUT_STATE_METADATA
            records = [shim.WriteRecord(key=put.key, metadata=put.metadata, type=kind)]
        else:
            records = []
        for record in records:
            if record.type == shim.WriteRecord.PUT_STATE:
                self.state[record.key] = record.value
            elif record.type == shim.WriteRecord.PUT_STATE_METADATA:
                assert record.metadata.metakey == "VALIDATION_PARAMETER"
                self.policies[record.key] = record.metadata.value

    async def begin(self, tx, role, *args, now=START):
        """Starts a transaction; the future of its COMPLETED."""
        self.finished[tx] = asyncio.get_running_loop().create_future()
        call = chaincode_pb2.ChaincodeInput(args=args).SerializeToString()
        message = Message(type=Message.TRANSACTION, payload=call, txid=tx, channel_id="carbon")
        message.proposal.CopyFrom(signed_proposal(role, now))
        await self.write(message)
        return self.finished[tx]

    async def run(self, tx, role, *args, now=START):
        """A whole transaction: its response and its event."""
        completed = await asyncio.wait_for(await self.begin(tx, role, *args, now=now), TIMEOUT_S)
        response = proposal_response_pb2.Response.FromString(completed.payload)
        event = completed.chaincode_event if completed.HasField("chaincode_event") else None
        return response, event


@contextlib.asynccontextmanager
async def dialled(offers=OFFERS):
    """A runtime on a free port and a peer that has dialled in."""
    runtime = Runtime("carbon:1")
    server = grpc.aio.server(options=options())
    runtime.register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        peer = Peer(chaincode_shim_pb2_grpc.ChaincodeStub(channel).Connect(), offers)
        await peer.open()
        yield peer
        await runtime.stop()
        await asyncio.wait_for(peer.reading, TIMEOUT_S)
    await server.stop(0.2)


def _initial():
    """The arguments of the town's `initialise`."""
    captured = []

    class Listening(Town):
        def serve(self, role, function, args):
            captured.append(args)
            return super().serve(role, function, args)

    Listening().found()
    return captured[0]


INITIAL = _initial()


def founded(peer):
    """The state of a founded ledger for a peer."""
    peer.state = dict(Town().found().values)


def run(story, offers=OFFERS):
    async def with_peer():
        async with dialled(offers) as peer:
            return await story(peer)

    return asyncio.run(with_peer())


@pytest.mark.parametrize("offers", [OFFERS, b""], ids=["Fabric 3.1", "Fabric 2.5"])
def test_a_transaction_reads_writes_sets_policies_and_sends_its_event(offers):
    async def story(peer):
        args = encode(INITIAL)
        response, event = await peer.run("tx1", "administrator", b"initialise", args)
        return peer, response, event

    peer, response, event = run(story, offers)
    assert (peer.registered, response.status) == ("carbon:1", 200)
    assert json.loads(response.payload) == {"tx": "tx1"}
    assert peer.state[prefix("params", "network")] == encode({"network": NETWORK})
    assert set(peer.policies.values()) == {regulator_and_one_more()}
    assert prefix("supply", "coin") in peer.policies
    assert prefix("account", "regulator") not in peer.policies
    assert event.event_name == "initialise"
    assert {write.object for write in from_payload(event.payload).writes} == {
        "params",
        "account",
        "person",
        "key",
        "supply",
    }
    assert (Message.WRITE_BATCH_STATE in peer.requests) == (offers == OFFERS)
    assert (Message.GET_STATE_MULTIPLE in peer.requests) == (offers == OFFERS)


def test_a_refusal_is_answered_as_canonical_json_without_writes_or_event():
    async def story(peer):
        founded(peer)
        before = dict(peer.state)
        response, event = await peer.run("tx1", "clock", b"close_session", encode({"session": 1}))
        return response, event, peer.state == before

    response, event, unchanged = run(story)
    assert response.status == 400
    assert response.message == '{"facts":{"expected":0},"refusal":"session_number_wrong"}'
    assert event is None
    assert unchanged


def test_a_hundred_transactions_at_once_each_get_their_own_answer():
    async def story(peer):
        founded(peer)
        calls = [
            await peer.begin(f"tx{number}", "service", b"get_account", encode({"account": f"acc_{number}"}))
            for number in range(100)
        ]
        return await asyncio.wait_for(asyncio.gather(*calls), TIMEOUT_S)

    for number, completed in enumerate(run(story)):
        response = proposal_response_pb2.Response.FromString(completed.payload)
        assert completed.txid == f"tx{number}"
        assert json.loads(response.message)["facts"] == {"account": f"acc_{number}"}


def test_an_error_of_the_peer_is_never_taken_for_state():
    async def story(peer):
        founded(peer)
        peer.errors[Message.GET_STATE_MULTIPLE] = b"the store is broken"
        broken, _ = await peer.run("tx1", "service", b"get_account", encode({"account": "regulator"}))
        peer.errors = {Message.PUT_STATE: b"no writes now"}
        unwritten, event = await peer.run("tx2", "clock", b"open_session", encode({"session": 1}))
        peer.errors = {}
        well, _ = await peer.run("tx3", "service", b"get_account", encode({"account": "regulator"}))
        return broken, unwritten, event, well

    broken, unwritten, event, well = run(story)
    assert (broken.status, broken.message) == (500, "peer: the store is broken")
    assert (unwritten.status, event) == (500, None)
    assert well.status == 200


def test_a_range_of_several_pages_is_read_to_its_end_and_time_is_the_proposal_s():
    async def story(peer):
        founded(peer)
        await peer.run("tx1", "clock", b"open_session", encode({"session": 1}))
        await peer.run("tx2", "clock", b"close_session", encode({"session": 1}))
        for place, price in enumerate(("7000", "7100", "7200", "7300", "7400")):
            trade = {"instrument": "CEA-2026", "quantity": "1", "price_cents": price}
            peer.state[prefix("sessiontrade", 1, h("t"), place)] = encode(trade)
        later = START + timedelta(hours=5)
        return await peer.run("tx3", "clock", b"settle_session", encode({"session": 1}), now=later)

    response, event = run(story)
    assert response.status == 200
    settled = from_payload(event.payload)
    assert settled.at == "2026-06-01T07:00:00Z"
    assert settled.writes[0].value["closes"] == [{"instrument": "CEA-2026", "price_cents": "7200"}]


def test_a_torn_call_is_answered_and_the_stream_lives_on():
    async def story(peer):
        founded(peer)
        answers = [await peer.run(f"tx{n}", "relay", *args) for n, args in enumerate(TORN)]
        well, _ = await peer.run("tx9", "service", b"network_info")
        return [response for response, _ in answers], well

    torn, well = run(story)
    assert [response.status for response in torn] == [400] * len(TORN)
    assert well.status == 200


TORN = ((), (b"",), (b"take",), (b"take", b"{", b"x", b"y"), (b"take", b"\xff", b"\xff", b"\xff"), (b"\xff",))


def test_nothing_that_a_transaction_carries_is_logged(caplog):
    secret = "never-to-be-logged"

    async def story(peer):
        founded(peer)
        await peer.run("tx1", "relay", b"take", secret.encode(), b"a", b"b")
        peer.state[prefix("account", "regulator")] = b'{"broken":"' + secret.encode() + b'"}'
        return await peer.run("tx2", "service", b"get_account", encode({"account": "regulator"}))

    with caplog.at_level(logging.DEBUG, logger="chaincode"):
        run(story)
    assert "tx1" in caplog.text
    assert secret not in caplog.text


def test_a_name_with_line_breaks_writes_no_line_of_its_own(caplog):
    with caplog.at_level(logging.INFO, logger="chaincode"):
        run(lambda peer: peer.run("tx1", "relay", b"x\nforged line\x1b[2J"))
    assert "\nforged" not in caplog.text
    assert "\x1b" not in caplog.text


def test_stopping_ends_open_streams_at_once():
    async def story():
        started = asyncio.get_running_loop().time()
        async with dialled() as peer:
            founded(peer)
            await peer.run("tx1", "service", b"network_info")
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(story()) < 2


def test_a_stream_that_cannot_be_written_any_more_ends():
    """Its peer would wait for every answer in vain; a new stream is dialled at once."""

    class Broken:
        async def read(self):
            await asyncio.Event().wait()

        async def write(self, _):
            raise RuntimeError("the stream is broken")

    asyncio.run(asyncio.wait_for(Runtime("carbon:1").Connect(None, Broken()), TIMEOUT_S))
