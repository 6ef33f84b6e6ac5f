"""The peer's side of `protos.Chaincode/Connect`: one stream to the chaincode, many transactions on it."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Any

import grpc
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    chaincode_shim_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
)
from fabric_protos.peer import chaincode_shim_pb2 as shim

from localnet.simulate import Simulation
from localnet.state_requests import answer, reply
from localnet.transport import plain_channel

Message = shim.ChaincodeMessage
# As of Fabric (chaincode.executetimeout); a setting of the peer.
EXECUTE_TIMEOUT_S = 30
REDIAL_S = (0.1, 2.0)
# Peer and chaincode start side by side: a peer's first calls wait for the chaincode, as Fabric's do.
LAUNCH_S = 3.0
# ChaincodeAdditionalParams of Fabric 3.1: write batches and multi-gets, at most 1000 each. The published
# messages lack the type; four varint fields.
READY_PARAMETERS = bytes((0x08, 1, 0x10, 0xE8, 0x07, 0x18, 1, 0x20, 0xE8, 0x07))
log = logging.getLogger(__name__)


class ChaincodeUnavailable(Exception):
    """The chaincode cannot be asked now, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What the chaincode decided."""

    response: proposal_response_pb2.Response
    event: chaincode_event_pb2.ChaincodeEvent | None


@dataclass(slots=True)
class _Running:
    simulation: Simulation
    done: "asyncio.Future[Completed]"


class ChaincodeLink:
    """The connection of a peer to its organisation's chaincode; `run` keeps it up.

    execute_timeout_s: how long the chaincode may take over one call.
    """

    def __init__(self, *, name: str, address: str, execute_timeout_s: float = EXECUTE_TIMEOUT_S) -> None:
        self.name = name
        self._address = address
        self._execute_timeout_s = execute_timeout_s
        self._call: Any = None
        self._writing = asyncio.Lock()
        self._running: dict[tuple[str, str], _Running] = {}
        self._registered = asyncio.Event()
        self._launching_until = time.monotonic() + LAUNCH_S
        self._told_absent = False

    @property
    def connected(self) -> bool:
        """Whether the chaincode has registered."""
        return self._call is not None

    async def run(self) -> None:
        """Keep one stream open until cancelled."""
        delay = REDIAL_S[0]
        channel = plain_channel(self._address)
        try:
            while True:
                try:
                    await self._serve(chaincode_shim_pb2_grpc.ChaincodeStub(channel).Connect())
                    delay = REDIAL_S[0]
                except grpc.aio.AioRpcError as error:
                    log.debug("chaincode %s at %s: %s", self.name, self._address, error.details())
                except asyncio.InvalidStateError as error:
                    # A chaincode that dies between its question and our answer: the peer goes on.
                    log.debug("chaincode %s at %s: %s", self.name, self._address, error)
                except asyncio.CancelledError:
                    # gRPC's word for a call that was cancelled on our side; ours is the task's own count.
                    task = asyncio.current_task()
                    if task is None or task.cancelling():
                        raise
                finally:
                    self._lose()
                await asyncio.sleep(delay)
                delay = min(2 * delay, REDIAL_S[1])
        finally:
            await channel.close()

    async def execute(
        self,
        *,
        simulation: Simulation,
        channel: str,
        tx_id: str,
        call: chaincode_pb2.ChaincodeInput,
        proposal: proposal_pb2.SignedProposal,
    ) -> Completed:
        """Run one call in the chaincode. Raises ChaincodeUnavailable."""
        await self._launched()
        if self._call is None:
            raise self._absent()
        key = (channel, tx_id)
        if key in self._running:
            raise ChaincodeUnavailable(f"txid: {tx_id}({channel}) exists")
        running = _Running(simulation, asyncio.get_running_loop().create_future())
        self._running[key] = running
        message = Message(
            type=Message.TRANSACTION, payload=call.SerializeToString(), txid=tx_id, channel_id=channel
        )
        message.proposal.CopyFrom(proposal)
        message.timestamp.GetCurrentTime()
        try:
            # A caller that gives up in the middle of a write must not take the stream of all with it.
            await asyncio.shield(self._write(self._call, message))
            return await asyncio.wait_for(running.done, self._execute_timeout_s)
        except TimeoutError as error:
            log.warning(
                "chaincode %s at %s did not answer transaction %s within %g s",
                *(self.name, self._address, tx_id, self._execute_timeout_s),
            )
            raise ChaincodeUnavailable("timeout expired while executing transaction") from error
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError) as error:
            raise ChaincodeUnavailable("chaincode stream terminated") from error
        finally:
            self._running.pop(key, None)

    def _absent(self) -> ChaincodeUnavailable:
        """What a call is told that needs the chaincode; the log has it once for each absence."""
        text = f"could not launch chaincode {self.name}: connection to {self._address} failed"
        if not self._told_absent:
            log.warning("%s; this peer endorses nothing until it answers", text)
            self._told_absent = True
        return ChaincodeUnavailable(text)

    async def _launched(self) -> None:
        """Waits for the first registration within the peer's first moments; one lost later is absent."""
        left_s = self._launching_until - time.monotonic()
        if self._call is None and not self._registered.is_set() and left_s > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._registered.wait(), left_s)

    async def _serve(self, call: Any) -> None:
        registration = await call.read()
        if registration is grpc.aio.EOF or registration.type != Message.REGISTER:
            return
        await call.write(Message(type=Message.REGISTERED))
        await call.write(Message(type=Message.READY, payload=READY_PARAMETERS))
        self._call = call
        self._registered.set()
        self._told_absent = False
        log.info("chaincode %s registered from %s", self.name, self._address)
        while True:
            message = await call.read()
            if message is grpc.aio.EOF:
                return
            await self._handle(call, message)

    async def _handle(self, call: Any, message: shim.ChaincodeMessage) -> None:
        if message.type in {Message.KEEPALIVE, Message.REGISTER}:
            return
        running = self._running.get((message.channel_id, message.txid))
        if running is None:
            # Without an answer the chaincode's coroutine would wait for ever.
            if message.type not in {Message.COMPLETED, Message.ERROR}:
                text = f"no ledger context for transaction {message.txid}"
                await self._write(call, reply(message, Message.ERROR, text.encode()))
            return
        if message.type in {Message.COMPLETED, Message.ERROR}:
            if not running.done.done():
                running.done.set_result(_completed(message))
            return
        await self._write(call, answer(running.simulation, message))

    async def _write(self, call: Any, message: shim.ChaincodeMessage) -> None:
        # gRPC allows one write at a time on a stream.
        async with self._writing:
            await call.write(message)

    def _lose(self) -> None:
        if self._call is not None:
            log.warning("chaincode %s at %s is gone", self.name, self._address)
        self._call = None
        for running in self._running.values():
            if not running.done.done():
                running.done.set_exception(ChaincodeUnavailable("chaincode stream terminated"))
                with contextlib.suppress(ChaincodeUnavailable):
                    running.done.exception()


def _completed(message: shim.ChaincodeMessage) -> Completed:
    if message.type == Message.ERROR:
        text = message.payload.decode("utf-8", "replace")
        return Completed(proposal_response_pb2.Response(status=500, message=text), None)
    response = proposal_response_pb2.Response.FromString(message.payload)
    has_event = message.HasField("chaincode_event") and message.chaincode_event.event_name
    return Completed(response, message.chaincode_event if has_event else None)
