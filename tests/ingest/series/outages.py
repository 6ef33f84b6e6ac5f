"""What every store does when a type does not fit, its server is silent or killed; each adapter runs it."""

import itertools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

import pytest

from ingest.intake import Point, point_time_ns
from tests.ingest.pipe import wait_for
from tests.ingest.series.contract import START_NS, point

# What a busy machine may take beyond the time-out that a house sets.
AWAY_WITHIN_S = 15.0
BATCH = 25


class Away(Exception):
    """The store did not say that it has what was written: the same is to be written again."""


class Fault(Exception):
    """The store refuses what was written, whenever it is tried: one of the points is at fault."""


class House(ABC):
    """A store with the server behind it, which a test may hurt."""

    @abstractmethod
    def write(self, points: Sequence[Point]) -> None:
        """Keeps them durably. Raises Away or Fault."""

    @abstractmethod
    def stored(self) -> list[Point]:
        """All points of meter 1, in time order."""

    @abstractmethod
    def of_another_type(self, one: Point) -> Point:
        """That point with a field of a type that its column or series does not have."""

    @abstractmethod
    def silent(self) -> AbstractContextManager[None]:
        """The server keeps its connections and answers nothing while the block lasts."""

    @abstractmethod
    def kill(self) -> None:
        """kill -9 of the server."""

    @abstractmethod
    def start(self) -> None:
        """Starts it again on what it left."""


class OutageContract:
    """Run against each adapter, which gives a `house` fixture: empty, its server up."""

    def test_a_field_of_another_type_is_a_fault_of_its_point_and_the_others_are_stored(
        self, house: House
    ) -> None:
        points = [point(n, n) for n in range(4)]
        house.write(points[:1])
        with pytest.raises(Fault):
            house.write([points[1], house.of_another_type(points[2]), points[3]])
        for one in (points[1], points[3]):
            house.write([one])
        with pytest.raises(Fault):
            house.write([house.of_another_type(points[2])])
        assert house.stored() == [points[0], points[1], points[3]]

    def test_a_server_that_does_not_answer_is_away_soon_and_what_was_tried_is_stored_once(
        self, house: House
    ) -> None:
        points = [point(n, n) for n in range(50)]
        house.write(points[:10])
        with house.silent():
            began = time.monotonic()
            with pytest.raises(Away):
                house.write(points[10:])
            assert time.monotonic() - began < AWAY_WITHIN_S
        _until_taken(house, points[10:])
        assert house.stored() == points

    def test_what_was_confirmed_outlives_kill_9_and_the_rest_is_taken_again(self, house: House) -> None:
        points = [point(n, n) for n in range(200)]
        house.write(points[:100])
        house.kill()
        with pytest.raises(Away):
            house.write(points[100:])
        house.start()
        assert house.stored() == points[:100]
        _until_taken(house, points[100:])
        # What was confirmed comes again, too, when its acknowledgement was lost.
        house.write(points)
        assert house.stored() == points

    def test_a_server_killed_in_the_middle_of_writes_holds_each_point_once_in_the_end(
        self, house: House
    ) -> None:
        """New points are written without a pause until both kills are over, however late a kill comes."""
        confirmed: list[Point] = []
        done, met = threading.Event(), threading.Event()

        def write_all() -> None:
            for start in itertools.count(0, BATCH):
                batch = [_each_ms(n) for n in range(start, start + BATCH)]
                _until_taken(house, batch, met)
                confirmed.extend(batch)
                if done.is_set():
                    return

        writing = threading.Thread(target=write_all, daemon=True)
        writing.start()
        for _ in range(2):
            goal = len(confirmed) + 10 * BATCH
            wait_for(lambda goal=goal: len(confirmed) >= goal)
            met.clear()
            house.kill()
            wait_for(met.is_set)
            house.start()
        done.set()
        writing.join(timeout=60)
        assert not writing.is_alive()
        assert house.stored() == confirmed


def _each_ms(n: int) -> Point:
    return point(n, n)._replace(t_ns=point_time_ns(START_NS // 1_000_000 + n, n))


def _until_taken(house: House, points: Sequence[Point], met: threading.Event | None = None) -> None:
    """Writes the same again until it is confirmed, as the worker does; sets `met` when it was away."""
    end = time.monotonic() + 60
    while True:
        try:
            house.write(points)
        except Away:
            assert time.monotonic() < end, "the store did not come back"
            if met is not None:
                met.set()
            time.sleep(0.02)
        else:
            return
