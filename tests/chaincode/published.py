"""The same probe on our runtime and on the published shim, each behind a peer that keeps what it is asked."""

import asyncio
import contextlib

import grpc
import pytest
from fabric_chaincode_python.fabric_contract_api.contractapi.transaction_context import ClientIdentity
from fabric_chaincode_python.fabric_shim import response as published_response
from fabric_chaincode_python.fabric_shim.interfaces import Chaincode
from fabric_chaincode_python.fabric_shim.server import ChaincodeService
from fabric_protos.peer import (
    chaincode_shim_pb2,
    chaincode_shim_pb2_grpc,
    proposal_response_pb2,
)

from chaincode import runtime
from chaincode.contract import Outcome
from tests.chaincode.test_runtime import OFFERS, Peer

SHORT_S = 3
SECRET = "never-to-be-logged"
POLICY = b"who must endorse a write of the key"


class Ours:
    """The probe's functions on our stub."""

    def __init__(self, stub):
        self.stub = stub
        self.happened = None

    async def transient(self):
        return self.stub.get_transient()["purpose"]

    async def event(self):
        self.happened = ("happened", b"payload")

    async def get(self, key, *_):
        return await self.stub.get_state(key.decode())

    async def put(self, key, value):
        await self.stub.write([(key.decode(), value)], [])

    async def walk(self, key):
        for number in range(5):
            await self.stub.get_state(f"{key.decode()}{number}")

    async def many(self):
        await self.stub.get_states([f"key{number}" for number in range(20)])

    async def from_the_start(self):
        await self.stub.get_state_by_range("", "z")

    async def page(self):
        _, bookmark = await self.stub.get_state_by_range_with_pagination("a", "z", page_size=2)
        return bookmark.encode()

    async def fail(self):
        raise RuntimeError(SECRET)

    async def guard(self, key):
        await self.stub.write([], [(key.decode(), POLICY)])

    async def role(self):
        return self.stub.get_creator().role.encode()

    async def twenty(self):
        await self.stub.write([(f"key{number}", b"1") for number in range(20)], [])

    async def size(self, argument):
        return str(len(argument)).encode()


class Theirs:
    """The same functions on the published stub, in its own way."""

    def __init__(self, stub):
        self.stub = stub

    async def transient(self):
        return self.stub.get_transient()["purpose"]

    async def event(self):
        self.stub.set_event("happened", b"payload")

    async def get(self, key, *_):
        return await self.stub.get_state(key)

    async def put(self, key, value):
        await self.stub.put_state(key, value)

    async def walk(self, key):
        for number in range(5):
            await self.stub.get_state(f"{key}{number}")

    async def many(self):
        for number in range(20):
            await self.stub.get_state(f"key{number}")

    async def from_the_start(self):
        [row async for row in await self.stub.get_state_by_range("", "z")]

    async def page(self):
        found = await self.stub.get_state_by_range_with_pagination("a", "z", 2)
        [row async for row in found]
        return getattr(found, "bookmark", "").encode()

    async def fail(self):
        raise RuntimeError(SECRET)

    async def guard(self, key):
        await self.stub.set_state_validation_parameter(key, POLICY)

    async def role(self):
        return (ClientIdentity(self.stub).get_attribute("role") or "").encode()

    async def twenty(self):
        for number in range(20):
            await self.stub.put_state(f"key{number}", b"1")

    async def size(self, argument):
        return str(len(argument)).encode()


class Published(Chaincode):
    """The probe as the published shim wants it."""

    async def init(self, stub):
        return await self.invoke(stub)

    async def invoke(self, stub):
        function, args = stub.get_function_and_parameters()
        answer = await getattr(Theirs(stub), function)(*args)
        return published_response.success(answer)


class PagedPeer(Peer):
    """A peer that also answers a query by pages, and keeps the messages."""

    def __init__(self, call, offers):
        super().__init__(call, offers)
        self.messages = []

    async def answer(self, message):
        self.messages.append(message)
        await super().answer(message)

    def page(self, query, start):
        content = super().page(query, start)
        if not query.metadata:
            return content
        shim = chaincode_shim_pb2
        answer = shim.QueryResponse.FromString(content)
        answer.has_more = False
        answer.metadata = shim.QueryResponseMetadata(
            fetched_records_count=2, bookmark="c"
        ).SerializeToString()
        return answer.SerializeToString()


class AtOnce:
    """How many writes are under way, and the most that ever were."""

    def __init__(self):
        self.now = self.most = 0


class Watched:
    """A chaincode service whose writes are counted while they are under way."""

    def __init__(self, service, writes):
        self.service, self.writes = service, writes

    async def Connect(self, stream, context):
        return await self.service.Connect(stream, WatchedContext(context, self.writes))


class WatchedContext:
    """A stream's context; all but `write` is gRPC's own."""

    def __init__(self, context, writes):
        self.context, self.writes = context, writes

    def __getattr__(self, name):
        return getattr(self.context, name)

    async def write(self, message):
        self.writes.now += 1
        self.writes.most = max(self.writes.most, self.writes.now)
        try:
            await asyncio.sleep(0)
            await self.context.write(message)
        finally:
            self.writes.now -= 1


async def nothing():
    """The published shim has nothing to tell its streams when it ends."""


def our_server(monkeypatch):
    async def invoke(stub):
        name, *args = stub.args
        probe = Ours(stub)
        answer = await getattr(probe, name.decode())(*args)
        return name.decode(), Outcome(status=200, message="", payload=answer or b"", event=probe.happened)

    monkeypatch.setattr(runtime, "_invoke", invoke)
    server = grpc.aio.server(options=runtime.options())
    served = runtime.Runtime("probe")
    served.register(server)
    return server, server.add_insecure_port("127.0.0.1:0"), served.stop


def published_server(_):
    server = grpc.aio.server()
    service = ChaincodeService("probe", Published())
    chaincode_shim_pb2_grpc.add_ChaincodeServicer_to_server(service, server)
    return server, server.add_insecure_port("127.0.0.1:0"), nothing


@contextlib.asynccontextmanager
async def dialled(make, monkeypatch):
    server, port, stop = make(monkeypatch)
    await server.start()
    limits = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=limits) as channel:
        peer = PagedPeer(chaincode_shim_pb2_grpc.ChaincodeStub(channel).Connect(), OFFERS)
        peer.state = {"a": b"1", "b": b"2", "c": b"3"}
        await peer.open()
        # The published shim handles each message in a task of its own: let it become ready.
        await asyncio.sleep(0.2)
        yield peer
        await stop()
        peer.reading.cancel()
    await server.stop(0)


def on_both(fault):
    """Ours must pass; the published shim must fail, with the fault named."""
    broken = pytest.param(published_server, marks=pytest.mark.xfail(strict=True, reason=fault))
    return pytest.mark.parametrize("make", [our_server, broken], ids=["ours", "published"])


def play(make, monkeypatch, story):
    async def with_peer():
        async with dialled(make, monkeypatch) as peer:
            return await story(peer)

    return asyncio.run(with_peer())


async def call(peer, tx, *args):
    """One transaction's end."""
    return await asyncio.wait_for(await peer.begin(tx, "relay", *args), SHORT_S)


def response_of(completed):
    return proposal_response_pb2.Response.FromString(completed.payload)
