"""Our thin client of an organisation's Gateway: evaluate, endorse, submit, commit status, events, blocks.

No domain rule, and no retry that could do a thing twice: `ledger.errors.advice` says what to do.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

import grpc
from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.peer import events_pb2_grpc

from ledger import events
from ledger.commit import Commit, CommitStatus, code_name
from ledger.errors import (
    AccessDenied,
    Advice,
    EndorseError,
    LedgerError,
    LedgerUnavailable,
    advice,
    from_rpc,
)
from ledger.network import Network
from ledger.network import identity as load_identity
from ledger.proposal import Proposal, Signer, Transaction, propose, sign_envelope

# A broken stream comes back slower and slower: each attempt may leak a slot in a real peer (fabric-notes 3).
RECONNECT_S = (0.1, 0.3, 1.0, 3.0, 5.0)
# All organisations are asked; when one of them is silent this long, two are enough.
PATIENCE_S = 0.3
# With so many calls under way two endorsements are enough: a third costs all peers a sixth of what they can
# do, and a peer that has much to do is not a silent one.
BUSY = 8
# A peer that is a block behind has it after so long; the last attempt leaves the choice to the gateway.
CATCH_UP_S = (0.05, 0.15)
# An organisation that did not answer is not asked again so soon.
ABSENCE_S = 5.0
OPTIONS = (
    ("grpc.max_receive_message_length", 100 * 1024 * 1024),
    ("grpc.max_send_message_length", 100 * 1024 * 1024),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 120_000),
)


class Gateway:
    """One connection of one identity to one organisation's peer; an async context manager."""

    def __init__(
        self,
        *,
        address: str,
        signer: Signer,
        root_certificates: bytes | None,
        channel: str,
        chaincode: str,
        organisations: Sequence[str] = (),
        peer_msp: str = "",
    ) -> None:
        self.address = address
        self.peer_msp = peer_msp
        self._signer = signer
        self._roots = root_certificates
        self._channel_name = channel
        self._chaincode = chaincode
        self._organisations = tuple(organisations)
        self._absent_until = 0.0
        self._asking = 0
        self._channel: Any = None

    @classmethod
    def of(cls, network: Network, organisation: str, identity: str, *, peer: str = "") -> Self:
        """A gateway of a network on disk: who signs, and whose peer (`peer` names another organisation's).

        Raises NoNetwork when the organisation or the identity is not there.
        """
        at = network.organisation(peer or organisation)
        return cls(
            address=at.peer,
            signer=load_identity(network, organisation, identity),
            root_certificates=at.tls_root(),
            channel=network.channel,
            chaincode=network.chaincode,
            organisations=[member.msp for member in network.organisations.values()],
            peer_msp=at.msp,
        )

    async def __aenter__(self) -> Self:
        if self._roots is None:
            self._channel = grpc.aio.insecure_channel(self.address, options=OPTIONS)
        else:
            credentials = grpc.ssl_channel_credentials(self._roots)
            self._channel = grpc.aio.secure_channel(self.address, credentials, options=OPTIONS)
        self._gateway = gateway_pb2_grpc.GatewayStub(self._channel)
        self._deliver = events_pb2_grpc.DeliverStub(self._channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def evaluate(
        self, name: str, *args: bytes, timeout_s: float = 5.0, chaincode: str | None = None
    ) -> bytes:
        """The answer of a query. Raises Refusal_, EvaluateError, LedgerUnavailable."""
        proposal = self._propose(name, args, chaincode)
        request = gateway_pb2.EvaluateRequest(
            transaction_id=proposal.tx_id,
            channel_id=self._channel_name,
            proposed_transaction=proposal.message(),
        )
        answer = await self._call(self._gateway.Evaluate, request, "evaluate", proposal.tx_id, timeout_s)
        return bytes(answer.result.payload)

    async def height(self) -> int:
        """How many blocks the peer has; for those who may watch the channel. Raises LedgerError."""
        answer = await self.evaluate("GetChainInfo", self._channel_name.encode(), chaincode="qscc")
        return int(ledger_pb2.BlockchainInfo.FromString(answer).height)

    async def propose(
        self, name: str, *args: bytes, organisations: Sequence[str] = (), timeout_s: float = 15.0
    ) -> Transaction:
        """An endorsed transaction, signed by us and not yet sent.

        Without `organisations` all are asked; the gateway's own choice of two counts when one of them is
        silent or when many calls are under way.
        Raises Refusal_, EndorseError, LedgerUnavailable.
        """
        make = partial(self._propose, name, args, None)
        everybody = self._organisations and not organisations and self._asking < BUSY
        self._asking += 1
        try:
            if everybody and time.monotonic() >= self._absent_until:
                return await self._endorse_by_all(make, timeout_s)
            return await self._endorse(make, organisations, timeout_s)
        finally:
            self._asking -= 1

    async def submit(self, envelope: bytes, tx_id: str, *, timeout_s: float = 5.0) -> Commit:
        """Hand an envelope to the orderer. Raises SubmitError, or LedgerUnavailable (send the same again)."""
        request = gateway_pb2.SubmitRequest(
            transaction_id=tx_id,
            channel_id=self._channel_name,
            prepared_transaction=common_pb2.Envelope.FromString(envelope),
        )
        await self._call(self._gateway.Submit, request, "submit", tx_id, timeout_s)
        return Commit(tx_id)

    async def commit_status(self, tx_id: str, *, timeout_s: float = 60.0) -> CommitStatus:
        """What became of a transaction; waits until the peer has it. Raises LedgerUnavailable."""
        inner = gateway_pb2.CommitStatusRequest(
            transaction_id=tx_id, channel_id=self._channel_name, identity=self._signer.creator
        ).SerializeToString()
        request = gateway_pb2.SignedCommitStatusRequest(request=inner, signature=self._signer.sign(inner))
        answer = await self._call(self._gateway.CommitStatus, request, "commit status", tx_id, timeout_s)
        return CommitStatus(tx_id, code_name(answer.result), answer.block_number)

    async def chaincode_events(
        self, *, start_block: int = 0, after_tx: str | None = None
    ) -> AsyncIterator[events.ChaincodeEvent]:
        """Events of valid transactions in block order, for ever; a broken stream resumes after the last.

        Raises AccessDenied, at once and also when the right ends meanwhile; LedgerError.
        """
        last = (start_block, after_tx or "")
        attempt = 0
        while True:
            stream = self._gateway.ChaincodeEvents(self._events_request(*last))
            try:
                async for answer in stream:
                    for event in answer.events:
                        attempt = 0
                        last = (answer.block_number, event.tx_id)
                        yield events.ChaincodeEvent(
                            answer.block_number, event.tx_id, event.event_name, bytes(event.payload)
                        )
            except grpc.aio.AioRpcError as error:
                _raise_unless_broken(error, "chaincode events")
            finally:
                stream.cancel()
            await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
            attempt += 1

    async def block_events(self, *, start_block: int = 0) -> AsyncIterator[events.Block]:
        """Whole blocks in order, for ever; a broken stream resumes after the last. Raises as `raw_blocks`."""
        async for block in self.raw_blocks(start_block=start_block):
            yield events.parse_block(block)

    async def raw_blocks(self, *, start_block: int = 0) -> AsyncIterator[common_pb2.Block]:
        """Blocks as Fabric's own messages (a verifier hashes these), resumed like `block_events`.

        Raises AccessDenied, at once and also when the right ends meanwhile; LedgerError.
        """
        following = start_block
        attempt = 0
        while True:
            seek = events.seek_envelope(self._signer, channel=self._channel_name, start_block=following)
            stream = self._deliver.Deliver(_once(seek))
            try:
                async for answer in stream:
                    if answer.WhichOneof("Type") != "block":
                        _raise_if_denied(answer.status)
                        break
                    attempt = 0
                    following = answer.block.header.number + 1
                    yield answer.block
            except grpc.aio.AioRpcError as error:
                _raise_unless_broken(error, "block events")
            finally:
                stream.cancel()
            await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
            attempt += 1

    def _propose(self, name: str, args: tuple[bytes, ...], chaincode: str | None) -> Proposal:
        return propose(
            self._signer,
            channel=self._channel_name,
            chaincode=chaincode or self._chaincode,
            name=name,
            args=args,
        )

    async def _endorse_by_all(self, make: Callable[[], Proposal], timeout_s: float) -> Transaction:
        """All organisations' endorsement, or after a silence or a failure the gateway's own choice of two."""
        everyone = asyncio.ensure_future(self._endorse(make, self._organisations, timeout_s))
        try:
            return await asyncio.wait_for(asyncio.shield(everyone), PATIENCE_S)
        except TimeoutError:
            pass
        except Exception as error:
            if advice(error) is not Advice.WAIT:
                raise
            self._absent_until = time.monotonic() + ABSENCE_S
            return await self._endorse(make, (), timeout_s)
        return await self._first_success(everyone, make, timeout_s)

    async def _endorse(
        self, make: Callable[[], Proposal], organisations: Sequence[str], timeout_s: float
    ) -> Transaction:
        """An endorsement, asked for again while the peers' heights differ: nothing was sent meanwhile.

        Each time by a proposal of its own: a peer that still works on one refuses another with its name.
        """
        for pause_s in CATCH_UP_S:
            try:
                return await self._endorse_once(make(), organisations, timeout_s)
            except EndorseError as error:
                if not error.stale:
                    raise
            await asyncio.sleep(pause_s)
        chosen = () if organisations == self._organisations else organisations
        return await self._endorse_once(make(), chosen, timeout_s)

    async def _first_success(
        self, everyone: "asyncio.Future[Transaction]", make: Callable[[], Proposal], timeout_s: float
    ) -> Transaction:
        """The first of two running endorsements that succeeds; the other one is dropped."""
        fewer = asyncio.ensure_future(self._endorse(make, (), timeout_s))
        pending: set[asyncio.Future[Transaction]] = {everyone, fewer}
        try:
            while True:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                winner = next((task for task in done if task.exception() is None), None)
                if winner is not None or not pending:
                    if winner is fewer:
                        self._absent_until = time.monotonic() + ABSENCE_S
                    return (winner or fewer).result()
        finally:
            for task in (everyone, fewer):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(everyone, fewer, return_exceptions=True)

    async def _endorse_once(
        self, proposal: Proposal, organisations: Sequence[str], timeout_s: float
    ) -> Transaction:
        request = gateway_pb2.EndorseRequest(
            transaction_id=proposal.tx_id,
            channel_id=self._channel_name,
            proposed_transaction=proposal.message(),
            endorsing_organizations=list(organisations),
        )
        answer = await self._call(
            self._gateway.Endorse, request, "endorse", proposal.tx_id, timeout_s, asked=len(organisations)
        )
        return sign_envelope(self._signer, answer.prepared_transaction, proposal=proposal)

    async def _call(
        self,
        method: Callable[..., Any],
        request: Any,
        step: str,
        tx_id: str,
        timeout_s: float,
        *,
        asked: int = 0,
    ) -> Any:
        try:
            return await method(request, timeout=timeout_s)
        except grpc.aio.AioRpcError as error:
            raise from_rpc(error, step=step, tx_id=tx_id, asked=asked) from error
        except grpc.aio.UsageError as error:
            raise LedgerUnavailable(str(error), step=step, tx_id=tx_id) from error

    def _events_request(self, start_block: int, after_tx: str) -> gateway_pb2.SignedChaincodeEventsRequest:
        inner = gateway_pb2.ChaincodeEventsRequest(
            channel_id=self._channel_name,
            chaincode_id=self._chaincode,
            identity=self._signer.creator,
            start_position=events.position(start_block),
            after_transaction_id=after_tx,
        ).SerializeToString()
        return gateway_pb2.SignedChaincodeEventsRequest(request=inner, signature=self._signer.sign(inner))


async def _once(message: common_pb2.Envelope) -> AsyncIterator[common_pb2.Envelope]:
    yield message


def _raise_if_denied(status: int) -> None:
    """Deliver ends with a status, not with a gRPC error: what does not pass by itself is told.

    An unknown channel may be one that the peer is about to open; a node that stops is as one that is away.
    """
    told = common_pb2.Status.Name(status)
    if status == common_pb2.FORBIDDEN:
        raise AccessDenied(
            "the peer does not let this identity read blocks", step="block events", status=told
        )
    if status == common_pb2.BAD_REQUEST:
        raise LedgerError("the peer does not take this request for blocks", status=told)


def _raise_unless_broken(error: grpc.aio.AioRpcError, step: str) -> None:
    """Let a lost connection pass (the stream comes back); anything else is the caller's to know."""
    failure = from_rpc(error, step=step)
    if not isinstance(failure, LedgerUnavailable):
        raise failure from error
