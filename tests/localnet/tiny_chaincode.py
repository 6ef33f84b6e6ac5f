"""A chaincode of a few functions that speaks protos.Chaincode/Connect as a server, for tests of the peer.

Run as a program: `python tests/localnet/tiny_chaincode.py HOST:PORT [PACKAGE]`; real peers want its id.
"""

import asyncio
import json
import os
import sys

import grpc
from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2_grpc, proposal_pb2, proposal_response_pb2
from fabric_protos.peer import chaincode_shim_pb2 as shim
from ledger.genesis import peer_principal, threshold_policy

Message = shim.ChaincodeMessage


class Stub:
    """The state of one transaction, over one stream."""

    def __init__(self, stream, message):
        self.stream = stream
        self.txid = message.txid
        self.channel = message.channel_id
        self.event = None
        self.proposal = message.proposal

    async def ask(self, kind, request):
        payload = request.SerializeToString()
        message = Message(type=kind, payload=payload, txid=self.txid, channel_id=self.channel)
        answer = await self.stream.ask(message)
        if answer.type != Message.RESPONSE:
            raise RuntimeError(answer.payload.decode())
        return answer.payload

    async def get(self, key):
        return await self.ask(Message.GET_STATE, shim.GetState(key=key))

    async def put(self, key, value):
        await self.ask(Message.PUT_STATE, shim.PutState(key=key, value=value))

    async def rows(self, start, end, metadata=b""):
        request = shim.GetStateByRange(startKey=start, endKey=end, metadata=metadata)
        answer = shim.QueryResponse.FromString(await self.ask(Message.GET_STATE_BY_RANGE, request))
        found = list(answer.results)
        while answer.has_more:
            following = await self.ask(Message.QUERY_STATE_NEXT, shim.QueryStateNext(id=answer.id))
            answer = shim.QueryResponse.FromString(following)
            found += answer.results
        rows = [kv_query_result_pb2.KV.FromString(row.resultBytes) for row in found]
        return [(row.key, row.value) for row in rows], answer


async def put(stub, key, value):
    await stub.put(key.decode(), value)
    return b"ok"


async def put_with_event(stub, key, value):
    await stub.put(key.decode(), value)
    stub.event = ("put", value)
    return b"ok"


async def get(stub, key):
    return await stub.get(key.decode())


async def add(stub, key, amount):
    old = int(await stub.get(key.decode()) or b"0")
    await stub.put(key.decode(), str(old + int(amount)).encode())
    return str(old + int(amount)).encode()


async def delete(stub, key):
    await stub.ask(Message.DEL_STATE, shim.DelState(key=key.decode()))
    return b"ok"


async def count_into(stub, start, end, key):
    rows, _ = await stub.rows(start.decode(), end.decode())
    await stub.put(key.decode(), str(len(rows)).encode())
    return str(len(rows)).encode()


async def count(stub, start, end):
    rows, _ = await stub.rows(start.decode(), end.decode())
    return str(len(rows)).encode()


async def page(stub, start, end, size, bookmark):
    metadata = shim.QueryMetadata(pageSize=int(size), bookmark=bookmark.decode()).SerializeToString()
    rows, answer = await stub.rows(start.decode(), end.decode(), metadata)
    following = shim.QueryResponseMetadata.FromString(answer.metadata)
    return json.dumps([[key for key, _ in rows], following.bookmark]).encode()


async def batch(stub, prefix, number):
    records = [
        shim.WriteRecord(type=shim.WriteRecord.PUT_STATE, key=f"{prefix.decode()}{index:05}", value=b"v")
        for index in range(int(number))
    ]
    await stub.ask(Message.WRITE_BATCH_STATE, shim.WriteBatchState(rec=records))
    return b"ok"


async def get_many(stub, *keys):
    request = shim.GetStateMultiple(keys=[key.decode() for key in keys])
    answer = await stub.ask(Message.GET_STATE_MULTIPLE, request)
    return b",".join(shim.GetStateMultipleResult.FromString(answer).values)


async def guard(stub, key, *msps):
    """From now on a write of the key needs a peer of each of these organisations."""
    policy = threshold_policy(len(msps), [peer_principal(msp.decode()) for msp in msps])
    metadata = shim.StateMetadata(metakey="VALIDATION_PARAMETER", value=policy.SerializeToString())
    request = shim.PutStateMetadata(key=key.decode(), metadata=metadata)
    await stub.ask(Message.PUT_STATE_METADATA, request)
    return b"ok"


async def history(stub, key):
    answer = await stub.ask(Message.GET_HISTORY_FOR_KEY, shim.GetHistoryForKey(key=key.decode()))
    changes = [
        kv_query_result_pb2.KeyModification.FromString(row.resultBytes)
        for row in shim.QueryResponse.FromString(answer).results
    ]
    return json.dumps(
        [[change.tx_id, change.value.decode(), change.is_delete] for change in changes]
    ).encode()


async def disagree(stub, key):
    await stub.put(key.decode(), os.urandom(8))
    return b"ok"


async def sleep(stub, seconds):
    await asyncio.sleep(float(seconds))
    return b"ok"


async def transient(stub, name):
    """What came beside the proposal; it is written nowhere."""
    proposal = proposal_pb2.Proposal.FromString(stub.proposal.proposal_bytes)
    given = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload).TransientMap
    return str(len(given[name.decode()])).encode()


async def refuse(stub, text):
    raise RefusedError(text.decode())


class RefusedError(Exception):
    """The chaincode says no."""


FUNCTIONS = {
    function.__name__: function
    for function in (
        *(put, put_with_event, get, add, delete, count_into, count, page, batch, get_many),
        *(guard, history, disagree, sleep, transient, refuse),
    )
}


class Stream:
    """One connection of a peer."""

    def __init__(self, context):
        self.context = context
        self.lock = asyncio.Lock()
        self.waiting = {}

    async def write(self, message):
        async with self.lock:
            await self.context.write(message)

    async def ask(self, message):
        future = asyncio.get_running_loop().create_future()
        self.waiting[message.txid] = future
        await self.write(message)
        return await future

    async def run(self, message):
        stub = Stub(self, message)
        args = list(chaincode_pb2.ChaincodeInput.FromString(message.payload).args)
        done = Message(type=Message.COMPLETED, txid=message.txid, channel_id=message.channel_id)
        try:
            payload = await FUNCTIONS[args[0].decode()](stub, *args[1:])
            response = proposal_response_pb2.Response(status=200, payload=payload)
            if stub.event:
                done.chaincode_event.event_name, done.chaincode_event.payload = stub.event
        except RefusedError as refused:
            response = proposal_response_pb2.Response(status=409, message=str(refused))
        except Exception as error:
            response = proposal_response_pb2.Response(status=500, message=str(error))
        done.payload = response.SerializeToString()
        await self.write(done)


class Service(chaincode_shim_pb2_grpc.ChaincodeServicer):
    def __init__(self, package):
        self.package = package

    async def Connect(self, requests, context):
        stream = Stream(context)
        name = chaincode_pb2.ChaincodeID(name=self.package).SerializeToString()
        await stream.write(Message(type=Message.REGISTER, payload=name))
        tasks = set()
        async for message in requests:
            if message.type == Message.TRANSACTION:
                task = asyncio.create_task(stream.run(message))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            elif message.txid in stream.waiting:
                stream.waiting.pop(message.txid).set_result(message)


async def main(address, package="tiny"):
    options = [
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", 100 << 20),
        ("grpc.max_send_message_length", 100 << 20),
    ]
    server = grpc.aio.server(options=options)
    chaincode_shim_pb2_grpc.add_ChaincodeServicer_to_server(Service(package), server)
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
