"""Block streams: Fabric's seek protocol for peers (three forms of a block) and for the orderer."""

import datetime
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2, events_pb2_grpc
from google.protobuf.message import DecodeError
from ledger.blocks import validation_codes
from ledger.configuration import is_configuration

from localnet.config import ChannelConfig
from localnet.envelope import Invalid, parse, transaction_id_of
from localnet.identity import AccessDenied, Roster, check_time
from localnet.tip import Tip

log = logging.getLogger(__name__)
Respond = Callable[[bytes], Any]
End = Callable[[int], Any]


class BlockSource(Protocol):
    """Something that has blocks and grows."""

    roster: Roster
    tip: Tip

    @property
    def config(self) -> ChannelConfig:
        """The configuration in force."""
        ...

    @property
    def height(self) -> int:
        """How many blocks may be shown."""
        ...

    def read_block(self, number: int) -> bytes:
        """A block's bytes."""
        ...


class _SeekRefused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


async def stream(
    source: BlockSource, envelope: common_pb2.Envelope, *, resource: str, respond: Respond, end: End
) -> AsyncIterator[Any]:
    """The answers to one seek request: `respond(block bytes)` for each block, then `end(status)`."""
    try:
        seek = _admitted(source, envelope, resource)
        number, last = _bounds(seek, source.height)
    except _SeekRefused as refused:
        log.info("refused, %s: a block stream", common_pb2.Status.Name(refused.status))
        yield end(refused.status)
        return
    config = source.config
    while number <= last:
        signal = source.tip.signal()
        if config is not source.config:
            # Certificates may have been revoked since: as Fabric does, ask again.
            config = source.config
            try:
                _admitted(source, envelope, resource)
            except _SeekRefused as refused:
                yield end(refused.status)
                return
        if number >= source.height:
            if seek.behavior == ab_pb2.SeekInfo.FAIL_IF_NOT_READY:
                yield end(common_pb2.NOT_FOUND)
                return
            if source.tip.closed:
                yield end(common_pb2.SERVICE_UNAVAILABLE)
                return
            await signal.wait()
            continue
        yield respond(source.read_block(number))
        number += 1
    yield end(common_pb2.SUCCESS)


def _admitted(source: BlockSource, envelope: common_pb2.Envelope, resource: str) -> ab_pb2.SeekInfo:
    try:
        payload = common_pb2.Payload.FromString(envelope.payload)
        channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
        signer = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
        seek = ab_pb2.SeekInfo.FromString(payload.data)
    except DecodeError as error:
        raise _SeekRefused(common_pb2.BAD_REQUEST) from error
    if channel.channel_id != source.config.channel:
        raise _SeekRefused(common_pb2.NOT_FOUND)
    try:
        caller = source.roster.check(
            creator=signer.creator, signature=envelope.signature, message=envelope.payload
        )
        check_time(caller, datetime.datetime.now(datetime.UTC))
    except AccessDenied as denied:
        raise _SeekRefused(common_pb2.FORBIDDEN) from denied
    if not source.config.rule(resource)([caller]):
        raise _SeekRefused(common_pb2.FORBIDDEN)
    return seek


def _bounds(seek: ab_pb2.SeekInfo, height: int) -> tuple[int, int]:
    start, last = _position(seek.start, height), _position(seek.stop, height)
    if start > last:
        raise _SeekRefused(common_pb2.BAD_REQUEST)
    return start, last


def _position(position: ab_pb2.SeekPosition, height: int) -> int:
    kind = position.WhichOneof("Type")
    if kind == "oldest":
        return 0
    if kind == "newest":
        return height - 1
    if kind == "next_commit":
        return height
    if kind == "specified":
        return int(position.specified.number)
    raise _SeekRefused(common_pb2.BAD_REQUEST)


class DeliverService(events_pb2_grpc.DeliverServicer):  # type: ignore[misc]
    """protos.Deliver of a peer: whole blocks, filtered blocks, blocks with (no) private data."""

    def __init__(self, source: BlockSource) -> None:
        self._source = source

    async def Deliver(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        """Whole blocks."""
        async for answer in self._streams(request_iterator, "event/Block", _whole):
            yield answer

    async def DeliverFiltered(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        """Transaction ids, codes and event names."""

        def filtered(content: bytes) -> events_pb2.DeliverResponse:
            return events_pb2.DeliverResponse(
                filtered_block=filtered_block(self._source.config.channel, content)
            )

        async for answer in self._streams(request_iterator, "event/FilteredBlock", filtered):
            yield answer

    async def DeliverWithPrivateData(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        """Whole blocks in the form that could carry private data; there is none here."""
        async for answer in self._streams(request_iterator, "event/Block", _with_private_data):
            yield answer

    async def _streams(self, requests: Any, resource: str, respond: Respond) -> AsyncIterator[Any]:
        async for envelope in requests:
            async for answer in stream(self._source, envelope, resource=resource, respond=respond, end=_end):
                yield answer


def filtered_block(channel: str, content: bytes) -> events_pb2.FilteredBlock:
    """What a filtered stream shows of a block."""
    block = common_pb2.Block.FromString(content)
    codes = validation_codes(block)
    shown = events_pb2.FilteredBlock(channel_id=channel, number=block.header.number)
    for envelope, code in zip(block.data.data, codes, strict=True):
        entry = shown.filtered_transactions.add(txid=transaction_id_of(envelope), tx_validation_code=code)
        entry.type = common_pb2.CONFIG if _configures(envelope) else common_pb2.ENDORSER_TRANSACTION
        event = _event_of(envelope)
        if event is not None:
            event.payload = b""
            entry.transaction_actions.chaincode_actions.add().chaincode_event.CopyFrom(event)
    return shown


def _configures(envelope: bytes) -> bool:
    try:
        return is_configuration(envelope)
    except DecodeError:
        return False


def _event_of(envelope: bytes) -> Any:
    try:
        return parse(envelope).event
    except Invalid:
        return None


def _whole(content: bytes) -> events_pb2.DeliverResponse:
    return events_pb2.DeliverResponse(block=common_pb2.Block.FromString(content))


def _with_private_data(content: bytes) -> events_pb2.DeliverResponse:
    block = events_pb2.BlockAndPrivateData(block=common_pb2.Block.FromString(content))
    return events_pb2.DeliverResponse(block_and_private_data=block)


def _end(status: Any) -> events_pb2.DeliverResponse:
    return events_pb2.DeliverResponse(status=status)
