"""What chaincode may ask during a transaction, message by message (fabric-notes 6.2)."""

from collections.abc import Callable

from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.peer import chaincode_shim_pb2 as shim
from google.protobuf.message import DecodeError

from localnet.simulate import Page, Simulation, SimulationRefused

Message = shim.ChaincodeMessage


def answer(simulation: Simulation, request: shim.ChaincodeMessage) -> shim.ChaincodeMessage:
    """RESPONSE with what was asked, or ERROR with the reason."""
    handler = _HANDLERS.get(request.type)
    if handler is None:
        text = f"{Message.Type.Name(request.type)} is not served by localnet: it needs the real Fabric engine"
        return reply(request, Message.ERROR, text.encode())
    try:
        payload = handler(simulation, request.payload)
    except SimulationRefused as refused:
        return reply(request, Message.ERROR, str(refused).encode())
    except DecodeError:
        return reply(request, Message.ERROR, b"the request could not be read")
    return reply(request, Message.RESPONSE, payload)


def reply(request: shim.ChaincodeMessage, kind: int, payload: bytes) -> shim.ChaincodeMessage:
    """A message to the transaction that asked."""
    return Message(type=kind, payload=payload, txid=request.txid, channel_id=request.channel_id)


def _get(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.GetState.FromString(payload)
    _no_collection(request.collection)
    return simulation.get(request.key)


def _get_many(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.GetStateMultiple.FromString(payload)
    _no_collection(request.collection)
    values = [simulation.get(key) for key in request.keys]
    return bytes(shim.GetStateMultipleResult(values=values).SerializeToString())


def _put(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.PutState.FromString(payload)
    _no_collection(request.collection)
    simulation.put(request.key, request.value)
    return b""


def _delete(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.DelState.FromString(payload)
    _no_collection(request.collection)
    simulation.put(request.key, b"")
    return b""


def _write_batch(simulation: Simulation, payload: bytes) -> bytes:
    for record in shim.WriteBatchState.FromString(payload).rec:
        _no_collection(record.collection)
        if record.type == shim.WriteRecord.PUT_STATE:
            simulation.put(record.key, record.value)
        elif record.type == shim.WriteRecord.DEL_STATE:
            simulation.put(record.key, b"")
        elif record.type == shim.WriteRecord.PUT_STATE_METADATA:
            simulation.put_metadata(record.key, record.metadata.metakey, record.metadata.value)
        else:
            raise SimulationRefused("private data needs the real Fabric engine")
    return b""


def _get_metadata(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.GetStateMetadata.FromString(payload)
    _no_collection(request.collection)
    entries = [
        shim.StateMetadata(metakey=name, value=value)
        for name, value in sorted(simulation.metadata(request.key).items())
    ]
    return bytes(shim.StateMetadataResult(entries=entries).SerializeToString())


def _put_metadata(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.PutStateMetadata.FromString(payload)
    _no_collection(request.collection)
    simulation.put_metadata(request.key, request.metadata.metakey, request.metadata.value)
    return b""


def _range(simulation: Simulation, payload: bytes) -> bytes:
    request = shim.GetStateByRange.FromString(payload)
    _no_collection(request.collection)
    query = shim.QueryMetadata.FromString(request.metadata)
    if query.pageSize == 0:
        name = simulation.range(request.startKey, request.endKey)
        return _rows(simulation, simulation.page(name), name)
    simulation.only_read()
    name = simulation.range(query.bookmark or request.startKey, request.endKey)
    page = simulation.page(name, query.pageSize)
    metadata = shim.QueryResponseMetadata(fetched_records_count=len(page.rows), bookmark=page.next_key)
    answered = _rows(simulation, Page(page.rows, has_more=False), name)
    response = shim.QueryResponse.FromString(answered)
    response.metadata = metadata.SerializeToString()
    return bytes(response.SerializeToString())


def _next_page(simulation: Simulation, payload: bytes) -> bytes:
    name = shim.QueryStateNext.FromString(payload).id
    return _rows(simulation, simulation.page(name), name)


def _close_range(simulation: Simulation, payload: bytes) -> bytes:
    name = shim.QueryStateClose.FromString(payload).id
    return bytes(shim.QueryResponse(has_more=False, id=name).SerializeToString())


def _rows(simulation: Simulation, page: Page, name: str) -> bytes:
    results = [
        kv_query_result_pb2.KV(namespace=simulation.namespace, key=key, value=value)
        for key, value in page.rows
    ]
    return _query_response([row.SerializeToString() for row in results], has_more=page.has_more, name=name)


def _history(simulation: Simulation, payload: bytes) -> bytes:
    changes = []
    for change in simulation.history(shim.GetHistoryForKey.FromString(payload).key):
        found = kv_query_result_pb2.KeyModification(
            tx_id=change.tx_id, value=change.value, is_delete=change.is_delete
        )
        found.timestamp.seconds, found.timestamp.nanos = change.seconds, change.nanos
        changes.append(found.SerializeToString())
    return _query_response(changes, has_more=False, name="history")


def _query_response(results: list[bytes], *, has_more: bool, name: str) -> bytes:
    rows = [shim.QueryResultBytes(resultBytes=result) for result in results]
    return bytes(shim.QueryResponse(results=rows, has_more=has_more, id=name).SerializeToString())


def _no_collection(name: str) -> None:
    if name:
        raise SimulationRefused("private data collections need the real Fabric engine")


_HANDLERS: dict[int, Callable[[Simulation, bytes], bytes]] = {
    Message.GET_STATE: _get,
    Message.GET_STATE_MULTIPLE: _get_many,
    Message.PUT_STATE: _put,
    Message.DEL_STATE: _delete,
    Message.WRITE_BATCH_STATE: _write_batch,
    Message.GET_STATE_METADATA: _get_metadata,
    Message.PUT_STATE_METADATA: _put_metadata,
    Message.GET_STATE_BY_RANGE: _range,
    Message.QUERY_STATE_NEXT: _next_page,
    Message.QUERY_STATE_CLOSE: _close_range,
    Message.GET_HISTORY_FOR_KEY: _history,
}
