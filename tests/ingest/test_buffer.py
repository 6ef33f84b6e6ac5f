"""The buffer: batches by number, bytes and time; full means that reading pauses."""

import threading
import time

from ingest.buffer import Buffer, Limits
from ingest.message import Arrived


def some(count: int, size: int = 10) -> list[Arrived]:
    now_ms = int(time.time() * 1000)
    return [Arrived("t", b"x" * size, now_ms, mid=n + 1, qos=1) for n in range(count)]


def test_a_batch_is_full_by_number_or_by_bytes_and_keeps_the_order() -> None:
    buffer = Buffer(Limits(messages=3, payload_bytes=100, wait_s=10))
    messages = some(4) + some(3, size=60)
    buffer.put(messages)
    assert buffer.take(idle_s=0) == messages[:3]
    assert buffer.take(idle_s=0) == messages[3:6]
    assert len(buffer) == 1


def test_a_first_message_waits_no_longer_than_the_limit_and_others_join_it() -> None:
    buffer = Buffer(Limits(wait_s=0.2))
    began = time.monotonic()
    threading.Timer(0.05, lambda: buffer.put(some(1))).start()
    threading.Timer(0.1, lambda: buffer.put(some(2))).start()
    assert len(buffer.take(idle_s=5)) == 3
    assert time.monotonic() - began < 2


def test_after_a_quick_flush_the_next_message_waits_little_and_after_a_slow_one_as_long_as_ever() -> None:
    buffer = Buffer(Limits(wait_s=30))
    buffer.put(some(1))
    threading.Timer(0.2, lambda: buffer.put(some(1))).start()
    # Before anything was flushed, nobody knows how long a flush takes.
    buffer.limits = Limits(wait_s=0.4)
    assert len(buffer.take(idle_s=0)) == 2
    buffer.limits = Limits(wait_s=30)
    began = time.monotonic()
    buffer.put(some(1))
    assert len(buffer.take(idle_s=0)) == 1
    assert time.monotonic() - began < 10
    time.sleep(0.1)
    buffer.limits = Limits(wait_s=2, waits=1_000)
    threading.Timer(0.3, lambda: buffer.put(some(1))).start()
    buffer.put(some(1))
    assert len(buffer.take(idle_s=0)) == 2


def test_a_clock_that_was_set_back_delays_nothing_for_long() -> None:
    buffer = Buffer(Limits(wait_s=0.05))
    buffer.put([Arrived("t", b"", int(time.time() * 1000) + 3_600_000)])
    began = time.monotonic()
    assert len(buffer.take(idle_s=0)) == 1
    assert time.monotonic() - began < 2


def test_too_many_bytes_pause_reading_until_they_are_taken() -> None:
    buffer = Buffer(Limits(messages=10, payload_bytes=1_000, wait_s=0, held_bytes=500))
    assert not buffer.is_full()
    buffer.put(some(6, size=100))
    assert buffer.is_full()
    buffer.take(idle_s=0)
    assert not buffer.is_full()
    assert buffer.take(idle_s=0.01) == []
