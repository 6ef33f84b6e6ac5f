"""Commits heard on a peer's stream of blocks: the answer of CommitStatus, or the question itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import events_pb2
from fabric_protos.peer.transaction_pb2 import TxValidationCode as Code
from ledger import told
from ledger.commit import CommitStatus
from ledger.gateway import Gateway
from ledger.told import Told

from tests.ledger.scripted_peer import KeySigner, Peer, run

ASKED = CommitStatus("ab", "MVCC_READ_CONFLICT", 7)
HEARD = CommitStatus("ab", "VALID", 4)


def block(number: int, *entries: tuple[str, int]) -> events_pb2.FilteredBlock:
    shown = events_pb2.FilteredBlock(channel_id="carbon", number=number)
    for txid, code in entries:
        shown.filtered_transactions.add(txid=txid, tx_validation_code=code)
    return shown


@asynccontextmanager
async def hearing(peer: Peer, watcher: Gateway) -> AsyncIterator[Gateway]:
    """A gateway to the same peer that is told of its blocks; block 3 has come."""
    peer.filtered.put_nowait(block(3))
    async with (
        Told(watcher) as blocks,
        Gateway(
            address=watcher.address, signer=KeySigner(), root_certificates=None, channel="carbon",
            chaincode="carbon", told=blocks,
        ) as gateway,
    ):  # fmt: skip
        while not blocks._hears:
            await asyncio.sleep(0.001)
        yield gateway


async def waits(gateway: Gateway) -> "asyncio.Task[CommitStatus]":
    """A question that is under way."""
    asking = asyncio.ensure_future(gateway.commit_status("ab"))
    await asyncio.sleep(0.01)
    return asking


def questions(peer: Peer) -> int:
    return sum(1 for step, _ in peer.asked if step == "commit status")


@pytest.mark.parametrize("early", [False, True])
def test_who_waits_and_who_comes_after_the_block_is_told_without_a_question(early: bool) -> None:
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            asking = await waits(gateway) if early else None
            peer.filtered.put_nowait(block(4, ("zz", Code.MVCC_READ_CONFLICT), ("ab", Code.VALID)))
            if asking is not None:
                assert await asking == HEARD
            other = await gateway.commit_status("zz")
            assert (other.code, other.block_number) == ("MVCC_READ_CONFLICT", 4)
            assert await gateway.commit_status("ab") == HEARD

    run(peer, story)
    assert questions(peer) == 0
    assert [seek.start.WhichOneof("Type") for seek in peer.seeks] == ["newest"]


def test_what_the_stream_does_not_tell_of_is_asked_for_after_the_patience(monkeypatch) -> None:
    monkeypatch.setattr(told, "PATIENCE_S", 0.05)
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            assert await gateway.commit_status("ab") == ASKED

    run(peer, story)
    assert questions(peer) == 1


def test_an_id_that_came_twice_is_asked_for_its_first_envelope_counts(monkeypatch) -> None:
    monkeypatch.setattr(told, "PATIENCE_S", 0.05)
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            peer.filtered.put_nowait(block(4, ("ab", Code.DUPLICATE_TXID)))
            assert await gateway.commit_status("ab") == ASKED
            peer.filtered.put_nowait(block(5, ("zz", Code.VALID)))
            peer.filtered.put_nowait(block(6, ("zz", Code.DUPLICATE_TXID)))
            peer.filtered.put_nowait(block(7, ("last", Code.VALID)))
            await gateway.commit_status("last")
            assert (await gateway.commit_status("zz")).code == "VALID"

    run(peer, story)
    assert questions(peer) == 1


def test_a_stream_that_breaks_sends_all_who_wait_to_the_peer_at_once_and_comes_back(monkeypatch) -> None:
    monkeypatch.setattr(told, "PATIENCE_S", 60.0)
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            asking = await waits(gateway)
            peer.filtered.put_nowait(None)
            assert await asyncio.wait_for(asking, 10) == ASKED
            assert await asyncio.wait_for(gateway.commit_status("ab"), 10) == ASKED
            peer.filtered.put_nowait(block(9, ("cd", Code.VALID)))
            while not gateway._told._known:
                await asyncio.sleep(0.001)
            assert (await gateway.commit_status("cd")).block_number == 9

    run(peer, story)
    assert questions(peer) == 2


def test_who_may_not_watch_asks_for_each_and_does_not_try_again() -> None:
    peer = Peer()
    peer.ends = [common_pb2.FORBIDDEN]

    async def story(watcher: Gateway) -> None:
        async with Told(watcher) as blocks:
            await asyncio.wait_for(asyncio.shield(blocks._task), 10)
            assert await blocks.of("ab") is None

    run(peer, story)
    assert len(peer.seeks) == 1


def test_a_peer_that_is_away_is_asked_and_answers_for_itself() -> None:
    async def story() -> None:
        away = {"address": "127.0.0.1:1", "signer": KeySigner(), "root_certificates": None}
        async with (
            Gateway(**away, channel="c", chaincode="c") as watcher,
            Told(watcher) as blocks,
            Gateway(**away, channel="c", chaincode="c", told=blocks) as gateway,
        ):
            with pytest.raises(Exception, match=r"(?i)connect|unavailable"):
                await gateway.commit_status("ab", timeout_s=2.5)

    asyncio.run(asyncio.wait_for(story(), 5))


def test_a_short_question_is_asked_at_once(monkeypatch) -> None:
    monkeypatch.setattr(told.Told, "of", None)
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            assert await gateway.commit_status("ab", timeout_s=1.0) == ASKED

    run(peer, story)


def test_the_newest_commits_are_kept_and_no_more(monkeypatch) -> None:
    monkeypatch.setattr(told, "KEPT", 3)
    peer = Peer()

    async def story(watcher: Gateway) -> None:
        async with hearing(peer, watcher) as gateway:
            for number in range(4, 9):
                peer.filtered.put_nowait(block(number, (f"t{number}", Code.VALID)))
            await gateway.commit_status("t8")
            assert list(gateway._told._known) == ["t6", "t7", "t8"]

    run(peer, story)
