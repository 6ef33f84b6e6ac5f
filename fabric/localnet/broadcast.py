"""The peer's way to the orderer: one stream, answers in order, the same envelope again when it breaks."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2, ab_pb2_grpc

REDIAL_S = 0.1
# How long a Submit without a deadline of its own waits for an orderer.
PATIENCE_S = 10.0
log = logging.getLogger(__name__)


class OrdererUnavailable(Exception):
    """No orderer took the envelope in time; it may or may not be ordered: send the same again."""


@dataclass(slots=True)
class _Sent:
    envelope: common_pb2.Envelope
    answer: "asyncio.Future[ab_pb2.BroadcastResponse]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Broadcaster:
    """Sends envelopes; `run` keeps the stream up."""

    def __init__(self, channel: Any) -> None:
        self._stub = ab_pb2_grpc.AtomicBroadcastStub(channel)
        self._unsent: deque[_Sent] = deque()
        self._wake = asyncio.Event()

    async def send(self, envelope: common_pb2.Envelope) -> ab_pb2.BroadcastResponse:
        """The orderer's answer. Raises OrdererUnavailable."""
        sent = _Sent(envelope)
        self._unsent.append(sent)
        self._wake.set()
        try:
            return await asyncio.wait_for(sent.answer, PATIENCE_S)
        except TimeoutError as error:
            raise OrdererUnavailable("no orderer answered") from error

    async def run(self) -> None:
        """Keep one stream open until cancelled. Duplicates are harmless: a peer marks them."""
        while True:
            await self._wait()
            call = self._stub.Broadcast()
            waiting: deque[_Sent] = deque()
            writer = asyncio.create_task(self._write(call, waiting))
            try:
                while (answer := await call.read()) is not grpc.aio.EOF:
                    sent = waiting.popleft()
                    if not sent.answer.done():
                        sent.answer.set_result(answer)
            except grpc.aio.AioRpcError as error:
                log.debug("broadcast stream: %s", error.details())
            finally:
                writer.cancel()
                call.cancel()
                self._unsent.extendleft(reversed([sent for sent in waiting if not sent.answer.done()]))
            await asyncio.sleep(REDIAL_S)

    async def _wait(self) -> None:
        while not self._unsent:
            self._wake.clear()
            await self._wake.wait()

    async def _write(self, call: Any, waiting: deque[_Sent]) -> None:
        try:
            while True:
                await self._wait()
                sent = self._unsent.popleft()
                if not sent.answer.done():
                    waiting.append(sent)
                    await call.write(sent.envelope)
        except grpc.aio.AioRpcError:
            # The reader sees the same end and sends again.
            return
