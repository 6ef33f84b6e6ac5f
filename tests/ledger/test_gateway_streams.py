"""The Gateway client's streams against a scripted peer: events and blocks resume, or end with a name."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import grpc
import pytest
from fabric_protos.common import common_pb2
from ledger import errors
from ledger.gateway import Gateway

from tests.ledger.scripted_peer import Peer, run


async def first(stream: AsyncIterator, count: int) -> list:
    found = []
    async for item in stream:
        found.append(item)
        if len(found) == count:
            return found
    raise AssertionError("the stream ended")


def test_a_broken_event_stream_resumes_after_the_last_event() -> None:
    peer = Peer()
    peer.batches = [[(3, "a"), (3, "b")], [(4, "c")]]

    async def story(gateway: Gateway) -> None:
        found = await first(gateway.chaincode_events(start_block=2, after_tx="z"), 3)
        assert [(event.block_number, event.tx_id) for event in found] == [(3, "a"), (3, "b"), (4, "c")]

    run(peer, story)
    assert peer.starts[:2] == [(2, "z"), (3, "b")]


def test_a_broken_block_stream_resumes_with_the_next_block() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        found = await first(gateway.block_events(start_block=5), 3)
        assert [block.number for block in found] == [5, 6, 7]
        header = common_pb2.BlockHeader(number=5)
        expected = hashlib.sha256(b"\x30\x07\x02\x01\x05\x04\x00\x04\x00").hexdigest()
        assert found[0].header_hash == expected
        assert header.number == 5

    run(peer, story)
    assert peer.starts == [(5, ""), (7, "")]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(common_pb2.FORBIDDEN, errors.AccessDenied), (common_pb2.BAD_REQUEST, errors.LedgerError)],
)
def test_a_block_stream_that_is_not_for_us_ends_at_once_with_its_name(status, kind) -> None:
    peer = Peer()
    peer.ends = [status]

    async def story(gateway: Gateway) -> None:
        with pytest.raises(kind) as caught:
            await asyncio.wait_for(first(gateway.block_events(start_block=5), 1), 3)
        assert caught.value.status == common_pb2.Status.Name(status)

    run(peer, story)
    assert peer.starts == [(5, "")]


@pytest.mark.parametrize("status", [common_pb2.NOT_FOUND, common_pb2.SERVICE_UNAVAILABLE])
def test_a_block_stream_comes_back_to_a_peer_that_starts_or_stops(status) -> None:
    peer = Peer()
    peer.ends = [status]

    async def story(gateway: Gateway) -> None:
        found = await asyncio.wait_for(first(gateway.block_events(start_block=5), 1), 3)
        assert found[0].number == 5

    run(peer, story)
    assert peer.starts == [(5, ""), (5, "")]


@pytest.mark.parametrize("code", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED])
def test_an_event_stream_that_is_not_for_us_ends_at_once_with_its_name(code) -> None:
    peer = Peer()
    peer.fail["events"] = (code, "access denied", b"")

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.AccessDenied, match="access denied") as caught:
            await asyncio.wait_for(first(gateway.chaincode_events(), 1), 3)
        assert (caught.value.step, caught.value.status) == ("chaincode events", code.name)

    run(peer, story)
    assert len(peer.starts) == 1
