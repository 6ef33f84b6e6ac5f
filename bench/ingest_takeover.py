"""A second worker takes over from one that is killed with -9 while readings come in."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.figures import Figure
from bench.ingest_delays import outside
from bench.ingest_pipe import Pipe, wait
from bench.ingest_rates import METERED_PLANT, WORKER, course

RATE, ROUNDS = 100, 3
# Between the look for the lock (1 s) and the broker's handing over of the session.
TAKES_OVER_S = 5.0
LOOK_S, BEFORE_S = 0.005, 1.0
FIRST_SEQ = 3_000_000
_STANDS_BY = (
    "select count(*) from pg_stat_activity "
    "where query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()"
)
_STORED = (
    "select count(*) from hot_point where boot = 0 and meter in ("
    "select id from hot_meterindex where meter = '{meter}')"
)
_BOOKED = (
    "select coalesce(sum(count), 0) from hot_hour where meter_id in ("
    "select id from hot_meterindex where meter = '{meter}')"
)


@dataclass
class Stream:
    """Readings of one meter at an even rate, from a thread of its own, until told to end."""

    pipe: Pipe
    meter: str
    sent: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Publishes, and waits in the end until the broker has confirmed all."""
        began, topic = time.time(), f"v1/{self.pipe.broker.username}/{METERED_PLANT}/{self.meter}/r"
        with outside(self.pipe, "stream") as client:
            told = None
            while not self.ending.is_set():
                now, seq = time.time(), FIRST_SEQ + self.sent
                reading = {"ts": int(now * 1000), "value": f"{self.sent}.00", "unit": "t", "seq": seq}
                told = client.publish(topic, json.dumps(reading), qos=1)
                self.sent += 1
                self.ending.wait(max(0.0, began + self.sent / RATE - time.time()))
            if told is not None:
                told.wait_for_publish(timeout=10.0)


def take_over(pipe: Pipe) -> Iterator[Figure]:
    """The longest silence of the store over several kills, and how far the hours are from what was told.

    Raises RuntimeError where a reading that the broker confirmed is not stored in the end.
    """
    (meter,) = course(pipe, 1).meters
    stored = _STORED.format(meter=meter)
    stream = Stream(pipe, meter)
    publishing = threading.Thread(target=stream.run)
    publishing.start()
    silences = []
    try:
        for _ in range(ROUNDS):
            reading = pipe.running.pop(WORKER)
            pipe.start(WORKER)
            wait(lambda: pipe.count(_STANDS_BY) >= 1)
            time.sleep(BEFORE_S)
            reading.kill()
            reading.wait()
            silences.append(_silence(pipe, stored))
    finally:
        stream.ending.set()
        publishing.join()
    wait(lambda: pipe.count(stored) >= stream.sent)
    wait(lambda: pipe.count("select count(*) from hot_dirtyhour") == 0)
    # Each reading tells one tonne more; a least count is 0.01 t.
    off = pipe.count(_BOOKED.format(meter=meter)) - 100 * (stream.sent - 1)
    yield Figure(name="take_over_of_a_killed_worker", value=max(silences), unit="s", limit=TAKES_OVER_S)
    yield Figure(name="take_over_least_counts_off", value=abs(off), unit="", limit=0, scales=False)


def _silence(pipe: Pipe, stored: str) -> float:
    """Seconds from a worker's death to the first reading that the next one stores."""
    dead_at = time.monotonic()
    # A transaction that the dead one had sent to commit may still end.
    time.sleep(0.1)
    before = pipe.count(stored)
    while pipe.count(stored) == before:
        time.sleep(LOOK_S)
    return time.monotonic() - dead_at
