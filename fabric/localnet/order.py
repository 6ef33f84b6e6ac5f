"""`python -m localnet.order --home DIR`: the orderer as its own process.

It puts envelopes in order, one block after the other. A block is written and synced before its senders read
SUCCESS and before any peer sees it.
"""

import argparse
import asyncio
import datetime
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2, ab_pb2_grpc
from google.protobuf.message import DecodeError
from ledger.blocks import header_hash, new_block, signed_bytes
from ledger.configuration import enveloped, is_configuration, is_update, last_config_number
from ledger.identity import new_nonce
from ledger.network import Network, load, node_identity, node_tls

from localnet.blocks import BlockFile, fsync_is_slow
from localnet.channel import Channel
from localnet.config import ChannelConfig
from localnet.cut import Cutter, Pending, settle
from localnet.deliver import stream
from localnet.heal import heal
from localnet.identity import AccessDenied, check_time
from localnet.node import node_folder
from localnet.process import run_until_stopped, set_up
from localnet.reconfigure import UpdateRefused, next_config
from localnet.tip import Tip
from localnet.transport import one_line, server

ORDERER_ORGANISATION = "regulator"
log = logging.getLogger(__name__)


class Orderer:
    """Blocks of the one sequencer."""

    def __init__(self, network: Network) -> None:
        genesis = common_pb2.Block.FromString(network.genesis())
        self.network = network
        self.channel = Channel(genesis)
        self.roster = self.channel.roster
        self.identity = node_identity(network, ORDERER_ORGANISATION, "orderer")
        self.tip = Tip()
        self.cutter = Cutter(self.config.batch)
        folder = node_folder(network, "orderer")
        self._blocks = BlockFile(folder / "blocks.dat")
        if self._blocks.cut_bytes:
            log.warning("cut %d torn bytes off the block file", self._blocks.cut_bytes)
        if self._blocks.height == 0:
            self._blocks.append(genesis.SerializeToString())
            self._blocks.sync()
        self.tip_hash = header_hash(self._blocks.block(self._blocks.height - 1).header)
        self._adopt_stored()
        self._sync_in_thread = fsync_is_slow(folder)
        # Blocks up to here are on the disk; later ones are shown to nobody.
        self._synced = self._blocks.height
        self._trouble = ""

    @property
    def height(self) -> int:
        """How many blocks are durable."""
        return self._synced

    def read_block(self, number: int) -> bytes:
        """A block's bytes."""
        return self._blocks.read(number)

    @property
    def config(self) -> ChannelConfig:
        """The configuration in force."""
        return self.channel.config

    def store(self, block: common_pb2.Block) -> None:
        """Append a signed block and bring it to the disk."""
        self._append(block)
        self._blocks.sync()
        self._adopt_stored()
        self._show()

    async def write_blocks(self) -> None:
        """Cut, sign, write and sync blocks for ever, then answer their senders."""
        while True:
            batch = await self.cutter.next_batch()
            if batch[0].alone and not self._make_config(batch[0]):
                continue
            try:
                await self._write(self._next(batch))
            except OSError as error:
                self._refuse_all(batch, error)
                continue
            self._trouble = ""
            if batch[0].alone:
                self._adopt_stored()
            self._show()
            settle(batch, common_pb2.SUCCESS)

    async def _write(self, block: common_pb2.Block) -> None:
        """Bring a block to the disk, or keep nothing of it. Raises OSError."""
        before, appended = self.tip_hash, False
        try:
            self._append(block)
            appended = True
            if self._sync_in_thread:
                await asyncio.to_thread(self._blocks.sync)
            else:
                self._blocks.sync()
        except OSError:
            if appended:
                self._blocks.drop_last()
            self.tip_hash = before
            raise

    def _refuse_all(self, batch: list[Pending], error: OSError) -> None:
        """Tell senders that nothing was ordered. What goes on being so is logged once."""
        trouble = f"no block can be written: {error.strerror}"
        if trouble != self._trouble:
            log.error("%s", trouble)
        self._trouble = trouble
        for pending in batch:
            pending.info = trouble
        settle(batch, common_pb2.SERVICE_UNAVAILABLE)

    def refusal(self, content: bytes) -> tuple[int, str] | None:
        """Why an envelope is not taken (status and words), or None if it is."""
        if len(content) > self.config.batch.absolute_bytes:
            return common_pb2.BAD_REQUEST, (
                f"message payload is {len(content)} bytes and exceeds maximum allowed "
                f"{self.config.batch.absolute_bytes} bytes"
            )
        try:
            envelope = common_pb2.Envelope.FromString(content)
            payload = common_pb2.Payload.FromString(envelope.payload)
            channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
            signer = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
        except DecodeError:
            return common_pb2.BAD_REQUEST, "the envelope cannot be read"
        if channel.channel_id != self.config.channel:
            return common_pb2.NOT_FOUND, f"channel {channel.channel_id} does not exist"
        if channel.type not in {common_pb2.ENDORSER_TRANSACTION, common_pb2.CONFIG_UPDATE}:
            return common_pb2.BAD_REQUEST, "only transactions and configuration updates are ordered here"
        refused = self._signature_refusal(envelope, signer.creator)
        if refused is None and channel.type == common_pb2.CONFIG_UPDATE:
            refused = self._update_refusal(envelope)
        return refused

    def close(self) -> None:
        """Sync and close."""
        self._blocks.close()

    def _signature_refusal(self, envelope: common_pb2.Envelope, creator: bytes) -> tuple[int, str] | None:
        try:
            caller = self.roster.check(
                creator=creator, signature=envelope.signature, message=envelope.payload
            )
            check_time(caller, datetime.datetime.now(datetime.UTC))
        except AccessDenied as denied:
            return common_pb2.FORBIDDEN, f"implicit policy evaluation failed: {denied}"
        if not self.config.writers([caller]):
            return common_pb2.FORBIDDEN, "implicit policy evaluation failed: not a writer"
        return None

    def _update_refusal(self, envelope: common_pb2.Envelope) -> tuple[int, str] | None:
        try:
            next_config(self.channel, envelope)
        except UpdateRefused as refused:
            return common_pb2.BAD_REQUEST, f"error applying config update to existing channel: {refused}"
        return None

    def _make_config(self, pending: Pending) -> bool:
        """Turn a configuration update into the configuration it makes; false if it came too late."""
        update = common_pb2.Envelope.FromString(pending.envelope)
        try:
            config = next_config(self.channel, update)
        except UpdateRefused as refused:
            pending.info = f"error applying config update to existing channel: {refused}"
            settle([pending], common_pb2.BAD_REQUEST)
            return False
        pending.envelope = enveloped(
            common_pb2.CONFIG,
            channel=self.config.channel,
            content=config.SerializeToString(),
            sender=self.identity,
        ).SerializeToString()
        return True

    def _adopt_stored(self) -> None:
        """Go on with the last configuration on the disk."""
        last = self._blocks.block(self._blocks.height - 1)
        alone = len(last.data.data) == 1 and is_configuration(last.data.data[0])
        number = last.header.number if alone else last_config_number(last)
        if number != self.channel.number:
            self.channel.adopt(self._blocks.block(number))

    def _next(self, batch: list[Pending]) -> common_pb2.Block:
        block = new_block(
            number=self._blocks.height,
            previous_hash=self.tip_hash,
            envelopes=[pending.envelope for pending in batch],
        )
        number = block.header.number if batch[0].alone else self.channel.number
        value = common_pb2.OrdererBlockMetadata(last_config=common_pb2.LastConfig(index=number))
        header = common_pb2.SignatureHeader(creator=self.identity.creator, nonce=new_nonce())
        metadata = common_pb2.Metadata(
            value=value.SerializeToString(),
            signatures=[common_pb2.MetadataSignature(signature_header=header.SerializeToString())],
        )
        metadata.signatures[0].signature = self.identity.sign(signed_bytes(block, metadata, 0))
        block.metadata.metadata[common_pb2.SIGNATURES] = metadata.SerializeToString()
        return block

    def _append(self, block: common_pb2.Block) -> None:
        self._blocks.append(block.SerializeToString())
        self.tip_hash = header_hash(block.header)

    def _show(self) -> None:
        self._synced = self._blocks.height
        self.tip.advance()


class BroadcastService(ab_pb2_grpc.AtomicBroadcastServicer):  # type: ignore[misc]
    """orderer.AtomicBroadcast."""

    def __init__(self, orderer: Orderer) -> None:
        self._orderer = orderer

    async def Broadcast(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        """Answers in the order of the envelopes, each once its block is on the disk."""
        answers: asyncio.Queue[asyncio.Future[Any] | Any] = asyncio.Queue()
        reader = asyncio.create_task(self._read(request_iterator, answers))
        try:
            while (answer := await answers.get()) is not None:
                if isinstance(answer, Pending):
                    status = await answer.ordered
                    yield ab_pb2.BroadcastResponse(status=status, info=answer.info)
                else:
                    yield answer
        finally:
            reader.cancel()

    async def Deliver(self, request_iterator: Any, context: Any) -> AsyncIterator[Any]:
        """Blocks for those who may watch the channel."""
        async for envelope in request_iterator:
            async for answer in stream(
                self._orderer, envelope, resource="event/Block", respond=_block, end=_end
            ):
                yield answer

    async def _read(self, requests: Any, answers: "asyncio.Queue[Any]") -> None:
        async for envelope in requests:
            content = envelope.SerializeToString()
            refusal = self._orderer.refusal(content)
            if refusal is not None:
                log.info("refused, %s: %s", common_pb2.Status.Name(refusal[0]), one_line(refusal[1]))
            if refusal is None:
                update = is_update(envelope)
                answers.put_nowait(self._orderer.cutter.put(content, alone=update))
            else:
                answers.put_nowait(ab_pb2.BroadcastResponse(status=refusal[0], info=refusal[1]))
        answers.put_nowait(None)


async def serve(orderer: Orderer) -> None:
    """Heal from the peers, then accept until the process is told to stop."""
    tls = node_tls(orderer.network, ORDERER_ORGANISATION, "orderer")
    listener = server(
        address=orderer.network.orderer,
        certificate_pem=tls.certificate_pem,
        key_pem=tls.key_pem,
    )
    ab_pb2_grpc.add_AtomicBroadcastServicer_to_server(BroadcastService(orderer), listener)
    try:
        await run_until_stopped(_work(orderer, listener))
    finally:
        orderer.tip.close()
        await listener.stop(0.2)
        orderer.close()


async def _work(orderer: Orderer, listener: Any) -> None:
    await heal(orderer)
    await listener.start()
    log.info("orderer answers at %s, height %d", orderer.network.orderer, orderer.height)
    await orderer.write_blocks()


def _block(content: bytes) -> ab_pb2.DeliverResponse:
    return ab_pb2.DeliverResponse(block=common_pb2.Block.FromString(content))


def _end(status: Any) -> ab_pb2.DeliverResponse:
    return ab_pb2.DeliverResponse(status=status)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="localnet.order", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    arguments = parser.parse_args()
    set_up()
    asyncio.run(_main(arguments.home))


async def _main(home: Path) -> None:
    await serve(Orderer(load(home)))


if __name__ == "__main__":
    main()
