"""When blocks are cut."""

import asyncio
import time

from localnet.config import BatchLimits
from localnet.cut import Cutter, settle

# Two fifths of the default time-out of 50 ms.
APART_S = 0.02


def cutter(messages=500, preferred=1000):
    return Cutter(BatchLimits(max_messages=messages, preferred_bytes=preferred, absolute_bytes=10_000))


def run(scenario):
    return asyncio.run(scenario())


def test_a_lonely_envelope_does_not_wait():
    async def scenario():
        one = cutter()
        taken = []
        for _ in range(3):
            one.put(b"x")
            begun = time.monotonic()
            assert len(await one.next_batch()) == 1
            taken.append(time.monotonic() - begun)
        return min(taken)

    assert run(scenario) < APART_S / 2


def test_under_load_blocks_stand_apart():
    async def scenario():
        one = cutter()
        for _ in range(20):
            one.put(b"x")
        assert len(await one.next_batch()) == 20
        begun = time.monotonic()
        for _ in range(3):
            one.put(b"x")
        assert len(await one.next_batch()) == 3
        return time.monotonic() - begun

    assert run(scenario) > APART_S / 2


def test_a_longer_time_out_keeps_blocks_further_apart():
    async def scenario():
        one = Cutter(
            BatchLimits(max_messages=500, preferred_bytes=1000, absolute_bytes=10_000, timeout_ms=250)
        )
        for _ in range(20):
            one.put(b"x")
        assert len(await one.next_batch()) == 20
        begun = time.monotonic()
        for _ in range(3):
            one.put(b"x")
        assert len(await one.next_batch()) == 3
        return time.monotonic() - begun

    assert run(scenario) > 0.05


def test_number_and_size_end_a_block_and_order_is_kept():
    async def scenario():
        one = cutter(messages=3, preferred=10)
        for content in (b"1", b"2", b"3", b"4", b"5" * 30, b"6" * 4, b"7" * 4, b"8" * 4):
            one.put(content)
        batches = [await one.next_batch() for _ in range(4)]
        return [[pending.envelope[:1] for pending in batch] for batch in batches]

    assert run(scenario) == [[b"1", b"2", b"3"], [b"4"], [b"5"], [b"6", b"7"]]


def test_a_sender_that_left_does_not_disturb_the_others():
    async def scenario():
        one = cutter()
        first, second = one.put(b"1"), one.put(b"2")
        first.ordered.cancel()
        settle(await one.next_batch(), 200)
        return second.ordered.result()

    assert run(scenario) == 200
