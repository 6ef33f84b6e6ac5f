"""The write-ahead log of a peer under a load that never rests: it stays short, and nobody waits long."""

import asyncio
import functools
import os
import sqlite3
import time

import pytest
from localnet import lull as lulls
from localnet.lull import Lull
from localnet.state import Change, Commit, Row, State

LIMIT = 256 * 1024
BLOCKS = 200


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "state.db")
    yield state
    state.close()


def in_a_loop(test):
    """Run an asynchronous test."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        asyncio.run(test(*args, **kwargs))

    return run


def write(state):
    """One block of two kB."""
    number = state.height
    row = Row(os.urandom(2_000), b"", number, 0)
    change = Change("carbon", b"key %d" % (number % 50), row)
    commit = Commit(number, number.to_bytes(32), b"\0", b"", (change,), (("carbon", change.key, 0),), ())
    state.begin(commit)
    state.finish()


async def load(state, door):
    """Commits while simulations overlap so that at every moment somebody reads; the longest log, in bytes."""
    longest, busy = 0, True

    async def reader(wait):
        await asyncio.sleep(wait)
        while busy:
            await door.over()
            snapshot = state.snapshot()
            height = snapshot.height
            await asyncio.sleep(0.006)
            # What was written meanwhile is not seen, also when the log was emptied between.
            found = snapshot.get("carbon", b"key %d" % ((height - 1) % 50)) if height else None
            assert found is None or found.block == height - 1
            snapshot.close()

    readers = [asyncio.create_task(reader(wait)) for wait in (0, 0.002, 0.004)]
    for _ in range(BLOCKS):
        write(state)
        await door.keep()
        longest = max(longest, state.log_bytes())
        await asyncio.sleep(0.001)
    busy = False
    await asyncio.gather(*readers)
    return longest


@in_a_loop
async def test_without_a_lull_the_log_grows_and_with_it_stays_short(state):
    never = Lull(state, limit=2**60)
    grown = await load(state, never)
    assert grown > 3 * LIMIT
    kept = await load(state, Lull(state, limit=LIMIT))
    # The load above left the long log behind: the first lull takes it away, and none comes again.
    assert kept < 2 * LIMIT
    assert state.height == 2 * BLOCKS
    connection = sqlite3.connect(state.path)
    assert connection.execute("SELECT count(*) FROM blocks").fetchone() == (2 * BLOCKS,)
    connection.close()


@in_a_loop
async def test_a_simulation_that_hangs_stops_nobody(state):
    hung = state.snapshot()
    for _ in range(200):
        write(state)
    door = Lull(state, limit=LIMIT, patience=0.05)
    assert state.log_bytes() > LIMIT
    started = time.monotonic()
    kept = asyncio.create_task(door.keep())
    await asyncio.sleep(0)
    entered = asyncio.create_task(door.over())
    await asyncio.sleep(0.01)
    assert not entered.done()
    assert await kept is False
    await entered
    # SQLite itself would wait five seconds for the reader.
    assert time.monotonic() - started < 2.5
    assert hung.height == 0
    hung.close()
    assert await door.keep() is True
    assert state.log_bytes() == 0


@in_a_loop
async def test_the_peer_says_once_that_a_reader_keeps_its_log(state, caplog, monkeypatch):
    monkeypatch.setattr(lulls, "REST_S", 0.01)
    monkeypatch.setattr(lulls, "LOOK_S", 0.01)

    class Peer:
        lull = Lull(state, limit=LIMIT, patience=0.01)

    hung = state.snapshot()
    for _ in range(200):
        write(state)
    task = asyncio.create_task(lulls.lull(Peer))
    await asyncio.sleep(0.2)
    assert [record.message for record in caplog.records] == [
        "a reader that does not end keeps state.db-wal from being emptied"
    ]
    hung.close()
    limit = time.monotonic() + 5
    while state.log_bytes():
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)
    task.cancel()
