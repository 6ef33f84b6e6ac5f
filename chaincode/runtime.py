"""Serves the contract to a peer over `protos.Chaincode/Connect`; the peer dials in.

Our own, because the published shim loses messages under concurrency, drops events and transient data, and
hands peer errors out as state. One task writes to a stream; nothing else waits for a write.
"""

import asyncio
import json
import logging
import time
import traceback
from collections.abc import Sequence
from typing import Any

import grpc
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    chaincode_shim_pb2_grpc,
    proposal_response_pb2,
)
from fabric_protos.peer import chaincode_shim_pb2 as shim
from lexicon.intents import instant_text

from chaincode.contract import OK, REFUSED, Call, Outcome, execute
from chaincode.endorsement import regulator_and_one_more
from chaincode.state import Loaded, NotLoaded
from chaincode.stub import Message, Offer, PeerError, Stub

log = logging.getLogger(__name__)

FAULT = 500
# The deepest rule, a coin's trace, asks once for each ancestor; a call that asks more often has lost its way.
ROUNDS_MAX = 1000
# A call that took longer is told of.
SLOW_MS = 1000.0
# The peer gives a transaction 30 s (chaincode.executetimeout): an answer after that helps nobody.
ANSWER_TIMEOUT_S = 30.0
# gRPC trips over a stream that ends by itself while its server cuts it: streams get this long to end.
END_WITHIN_S = 2.0


class Runtime:
    """The Chaincode service. `stop` ends every open stream, so that the server can stop at once."""

    def __init__(self, package_id: str) -> None:
        """`package_id`: what the chaincode registers as (CHAINCODE_ID of a ccaas package)."""
        self._package_id = package_id
        self._stopping = asyncio.Event()
        self._open: set[asyncio.Task[Any]] = set()

    def register(self, server: Any) -> None:
        """Adds the service to a grpc.aio server."""
        chaincode_shim_pb2_grpc.add_ChaincodeServicer_to_server(self, server)

    async def stop(self) -> None:
        """Ends every stream and waits until all have ended, at most `END_WITHIN_S`."""
        self._stopping.set()
        end = time.monotonic() + END_WITHIN_S
        while self._open and time.monotonic() < end:
            await asyncio.sleep(0.01)

    async def Connect(self, _: Any, context: Any) -> None:
        """One peer's stream, until either side ends it."""
        stream = _PeerStream(context)
        # gRPC's own task: it is over when the stream's status has gone out, not when this method returns.
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        stopping = asyncio.ensure_future(self._stopping.wait())
        writing = asyncio.ensure_future(stream.send())
        serving = asyncio.ensure_future(stream.serve(self._package_id))
        try:
            # A stream that cannot be written any more is over: its peer would wait for every answer in vain.
            await asyncio.wait((stopping, writing, serving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            serving.cancel()
            await asyncio.gather(stopping, serving, return_exceptions=True)
            await stream.close()
            await asyncio.wait((writing,), timeout=END_WITHIN_S)
            writing.cancel()


class _PeerStream:
    """One stream: reads messages, runs transactions, routes answers by (channel, transaction)."""

    def __init__(self, context: Any) -> None:
        self._context = context
        # gRPC allows one write at a time on a stream, which the published shim does not heed: one task writes
        # what the others leave here. A transaction waits for each answer: it has one message here at most.
        self._outgoing: asyncio.Queue[shim.ChaincodeMessage | None] = asyncio.Queue()
        self._waiting: dict[tuple[str, str], asyncio.Future[bytes]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._offer = Offer()

    async def serve(self, package_id: str) -> None:
        name = chaincode_pb2.ChaincodeID(name=package_id).SerializeToString()
        self._outgoing.put_nowait(Message(type=Message.REGISTER, payload=name))
        while True:
            message = await self._context.read()
            if message is grpc.aio.EOF:
                return
            self._take(message)

    async def close(self) -> None:
        """Cancels what still runs: its peer cannot hear the answer any more. What was left is sent."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._outgoing.put_nowait(None)

    async def send(self) -> None:
        """Writes until `close`, or until a write fails."""
        while (message := await self._outgoing.get()) is not None:
            try:
                await self._context.write(message)
            except Exception as error:  # noqa: BLE001 - gRPC has a name of its own for each way to end
                log.info("stream over: %s", type(error).__name__)
                return

    def _take(self, message: shim.ChaincodeMessage) -> None:
        if message.type in {Message.TRANSACTION, Message.INIT}:
            task = asyncio.get_running_loop().create_task(self._transact(message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        elif message.type in {Message.RESPONSE, Message.ERROR}:
            self._resolve(message)
        elif message.type == Message.READY:
            self._offer = Offer.read(message.payload)
            log.info("ready: batches of %d, multi-gets of %d", self._offer.batch_size, self._offer.keys_size)

    def _resolve(self, message: shim.ChaincodeMessage) -> None:
        waiting = self._waiting.pop((message.channel_id, message.txid), None)
        if waiting is None or waiting.done():
            return
        if message.type == Message.ERROR:
            waiting.set_exception(PeerError(message.payload.decode("utf-8", "replace")))
        else:
            waiting.set_result(bytes(message.payload))

    async def _transact(self, message: shim.ChaincodeMessage) -> None:
        started = time.monotonic()
        function = "?"
        try:
            stub = Stub(message, lambda kind, payload: self._ask(message, kind, payload), self._offer)
            function, outcome = await _invoke(stub)
        except PeerError as error:
            outcome = Outcome(status=FAULT, message=f"peer: {error}", payload=b"")
        except Exception as error:  # noqa: BLE001 - the edge: a peer must always be answered
            # Frames only: the message of an exception may hold what a transaction carries.
            log.error("fault in %s:\n%s", message.txid, "".join(traceback.format_tb(error.__traceback__)))  # noqa: TRY400
            outcome = Outcome(status=FAULT, message=f"fault: {type(error).__name__}", payload=b"")
        self._outgoing.put_nowait(_completed(message, outcome))
        spent_ms = (time.monotonic() - started) * 1000
        # What goes well and at once says nothing: a line for each call of each peer cost more than its rule.
        told = outcome.status != OK or spent_ms > SLOW_MS
        # %r: a name that a stranger made up must not be able to write lines of its own.
        log.log(
            logging.INFO if told else logging.DEBUG,
            "%s %r %s in %.1f ms",
            message.txid[:12],
            function[:40],
            _said(outcome),
            spent_ms,
        )

    async def _ask(self, message: shim.ChaincodeMessage, kind: int, payload: bytes) -> bytes:
        """One request of a transaction to the peer, and its answer. Raises PeerError."""
        named = (message.channel_id, message.txid)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        self._waiting[named] = answer
        late = loop.call_later(ANSWER_TIMEOUT_S, _no_answer, answer)
        self._outgoing.put_nowait(
            Message(type=kind, payload=payload, txid=message.txid, channel_id=message.channel_id)
        )
        try:
            return await answer
        finally:
            late.cancel()
            self._waiting.pop(named, None)


def _said(outcome: Outcome) -> str:
    """The outcome for the log: a refusal by its name, without its facts, which may repeat arguments."""
    if outcome.status == REFUSED:
        return f"refused {json.loads(outcome.message)['refusal']}"
    return f"status {outcome.status}"


def _no_answer(answer: asyncio.Future[bytes]) -> None:
    if not answer.done():
        answer.set_exception(PeerError("no answer in time"))


async def _invoke(stub: Stub) -> tuple[str, Outcome]:
    """Decides with what is known, fetches what is missing, decides again; then writes."""
    function, *args = stub.args or (b"",)
    call = Call(
        function=function.decode("utf-8", "replace"),
        args=tuple(args),
        tx=stub.tx_id,
        now=stub.get_tx_timestamp(),
        creator=stub.get_creator(),
    )
    loaded = Loaded()
    for _ in range(ROUNDS_MAX):
        try:
            outcome = execute(call, loaded)
            break
        except NotLoaded as missing:
            await _fetch(stub, loaded, missing)
    else:
        raise PeerError("the call asks for too much state")
    if outcome.status == OK and outcome.writes:
        policy = regulator_and_one_more()
        await stub.write(outcome.writes, [(key, policy) for key in outcome.guard])
    return call.function, outcome


async def _fetch(stub: Stub, loaded: Loaded, missing: NotLoaded) -> None:
    if missing.keys:
        loaded.values.update(await stub.get_states(missing.keys))
    for prefix in missing.ranges:
        loaded.ranges[prefix] = tuple((row.key, row.value) for row in await stub.get_state_by_prefix(prefix))
    for key in missing.histories:
        past = await stub.get_history_for_key(key)
        loaded.histories[key] = tuple((change.tx, instant_text(change.at), change.value) for change in past)


def _completed(message: shim.ChaincodeMessage, outcome: Outcome) -> shim.ChaincodeMessage:
    response = proposal_response_pb2.Response(
        status=outcome.status, message=outcome.message, payload=outcome.payload
    )
    completed = Message(
        type=Message.COMPLETED,
        payload=response.SerializeToString(),
        txid=message.txid,
        channel_id=message.channel_id,
    )
    if outcome.event is not None:
        name, payload = outcome.event
        event = chaincode_event_pb2.ChaincodeEvent(tx_id=message.txid, event_name=name, payload=payload)
        completed.chaincode_event.CopyFrom(event)
    return completed


def options() -> Sequence[tuple[str, int]]:
    """gRPC options of the server: 100 MiB messages, one listener a port, pings allowed as peers send them."""
    return (
        ("grpc.max_receive_message_length", 100 * 1024 * 1024),
        ("grpc.max_send_message_length", 100 * 1024 * 1024),
        ("grpc.so_reuseport", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
    )
