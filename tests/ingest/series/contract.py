"""What every time series must do; each store's tests inherit this class and give a `series` fixture."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DataError, transaction
from lexicon.terms import ReadingQuality

from ingest.blocks import Block
from ingest.calendar import HOUR_NS
from ingest.hours import Change, Declared, Register, compact
from ingest.intake import Point, code, point_time_ns
from ingest.message import Arrived
from ingest.series import Series
from tests.ingest.conftest import NOW_MS, Device

# A value's fault, not the store's: the batch is halved until the culprit is found (services.storing).
OF_THE_MESSAGE = (DataError, ValueError)
GOOD, UNCERTAIN, BAD = ReadingQuality.GOOD, ReadingQuality.UNCERTAIN, ReadingQuality.BAD
# 2026-06-30 23:00 UTC: the hours of these tests cross a month, so two partitions.
START_HOUR = int(datetime(2026, 6, 30, 23, tzinfo=UTC).timestamp()) // 3600
START_NS = START_HOUR * HOUR_NS
QUARTER_MS = 900_000
REGISTER = Register(capacity=10**8, interval_ns=QUARTER_MS * 1_000_000)


def point(
    n: int, count: int, *, meter: int = 1, quality: ReadingQuality = GOOD, signed: bool = True
) -> Point:
    t_ns = point_time_ns(START_NS // 1_000_000 + n * QUARTER_MS, n)
    return Point(meter=meter, t_ns=t_ns, count=count, boot=2, seq=n, quality=quality, signed=signed)


def block(points: Sequence[Point]) -> Block:
    """Points of consecutive sequences as columns."""
    first = points[0]
    return Block(
        meter=first.meter,
        boot=first.boot,
        seq0=first.seq,
        ts_ms=[one.t_ns // 1_000_000 for one in points],
        counts=",".join(str(one.count) for one in points),
        codes=[code(one.quality, signed=one.signed) for one in points],
    )


class SeriesContract:
    """Run against each adapter."""

    def test_what_was_written_is_read_back_in_time_order(self, series: Series) -> None:
        points = [point(n, 10 * n) for n in range(10)]
        shuffled = random.Random(4).sample(points, len(points))  # noqa: S311
        series.write(shuffled)
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + 10 * HOUR_NS) == points
        assert series.range(1, from_ns=points[2].t_ns, to_ns=points[5].t_ns) == points[2:5]
        assert series.range(9, from_ns=0, to_ns=START_NS * 2) == []

    def test_a_redelivery_replaces_itself_also_within_one_batch(self, series: Series) -> None:
        points = [point(n, n) for n in range(5)]
        series.write(points + points)
        series.write(points[::-1])
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + 10 * HOUR_NS) == points

    def test_two_readings_of_one_millisecond_stay_two(self, series: Series) -> None:
        ms = START_NS // 1_000_000
        pair = [point(0, n)._replace(t_ns=point_time_ns(ms, seq), seq=seq) for n, seq in enumerate((7, 8))]
        series.write(pair)
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + 1_000_000) == pair

    def test_one_point_that_it_cannot_hold_refuses_all_of_its_batch(self, series: Series, db: None) -> None:
        points = [point(1, 1), point(2, 2**63), point(3, 3)]
        with pytest.raises(OF_THE_MESSAGE), transaction.atomic():
            series.write(points)
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + HOUR_NS) == []
        series.write([points[0], points[2]])
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + HOUR_NS) == [points[0], points[2]]

    def test_of_a_fork_the_first_stays_whoever_asks_and_the_second_is_evidence(
        self, series: Series, device: Device, tmp_path: Path
    ) -> None:
        """The worker decides by what it finds stored, so a store is asked by a worker without a memory."""
        from ingest.hot.models import Quarantine
        from ingest.segments import Segments
        from ingest.selectors.directory import Directory
        from ingest.services.storing import Store, known_end

        def stored(*messages: Arrived) -> tuple[int, int, int]:
            segments = Segments(tmp_path / "segments", known_end=known_end)
            told = Store(directory=Directory(), series=series, segments=segments).store(
                messages, now_ms=NOW_MS
            )
            return told.readings, told.repeats, told.held

        start_ms = NOW_MS - 24 * 3_600_000
        clone = replace(device, seq=2, previous="f" * 64)
        first = device.batch(["1", "2"], ts_ms=start_ms)
        single, other = (device.single(value, seq=7, ts_ms=start_ms - 5) for value in ("3.00", "4.00"))
        assert stored(first, single) == (3, 0, 0)
        assert stored(clone.batch(["9"], ts_ms=start_ms + QUARTER_MS), other) == (0, 0, 2)
        assert stored(first, single) == (0, 3, 0)
        points = series.range(device.index, from_ns=0, to_ns=2 * NOW_MS * 1_000_000)
        assert [one.count for one in points] == [300, 100, 200]
        rows = Quarantine.objects.values_list("reason", "state").distinct()
        assert list(rows) == [("sequence_fork", "evidence")]

    def test_a_signed_repeat_of_an_unsigned_reading_raises_its_grade(self, series: Series) -> None:
        series.write([point(1, 7, signed=False)])
        series.write([point(1, 7, signed=True)])
        assert series.last([1])[1].signed
        series.write([point(2, 8, signed=False), point(2, 8, signed=True)])
        assert series.last([1])[1] == point(2, 8, signed=True)

    def test_qualities_and_large_numbers_survive(self, series: Series) -> None:
        points = [point(1, 10**17 + 1, quality=BAD), point(2, 2**53 + 1, quality=UNCERTAIN, signed=False)]
        series.write(points)
        assert series.range(1, from_ns=START_NS, to_ns=START_NS + HOUR_NS) == points

    def test_points_are_found_by_place(self, series: Series) -> None:
        points = [point(n, n, meter=meter) for n in range(3) for meter in (1, 2)]
        series.write(points)
        wanted = points[3]
        key = (wanted.meter, wanted.t_ns)
        assert series.at([key, (wanted.meter, 5)]) == {key: wanted}
        assert series.at([]) == {}

    def test_neighbours_are_good_readings_only(self, series: Series) -> None:
        series.write([point(1, 1), point(2, 2, quality=BAD), point(3, 3)])
        first, _, third = (point(n, n) for n in (1, 2, 3))
        assert series.before(1, third.t_ns) == first
        assert series.before(1, first.t_ns) is None
        assert series.after(1, first.t_ns + 1) == third
        assert series.after(1, third.t_ns) == third
        assert series.after(1, third.t_ns + 1) is None

    def test_the_newest_point_of_each_meter(self, series: Series) -> None:
        series.write([point(n, n, meter=meter) for n in range(4) for meter in (1, 2)])
        assert series.last([1, 2, 3]) == {1: point(3, 3, meter=1), 2: point(3, 3, meter=2)}

    def test_a_sample_takes_the_last_point_of_each_step(self, series: Series) -> None:
        points = [point(n, n) for n in range(12)]
        series.write(points)
        sampled = series.sampled(1, from_ns=START_NS, to_ns=START_NS + 3 * HOUR_NS, step_ns=HOUR_NS)
        assert sampled == [points[3], points[7], points[11]]

    def test_spans_equal_the_compacted_readings(self, series: Series) -> None:
        chance = random.Random(11)  # noqa: S311
        level, points = 0, []
        for n in range(40):
            level = (
                chance.choice([level + chance.randrange(9), level, 0])
                if n % 7 == 3
                else level + chance.randrange(9)
            )
            quality = chance.choice([GOOD, GOOD, GOOD, BAD])
            points.append(point(n, level, quality=quality, signed=chance.random() < 0.5))
        series.write(points)
        made = series.spans(1, from_hour=START_HOUR, to_hour=START_HOUR + 10, register=REGISTER)
        assert made == compact(points, REGISTER)
        assert any(span.ambiguous for span in made)

    def test_spans_respect_declarations(self, series: Series) -> None:
        points = [point(0, 500), point(1, 9_000), point(2, 9_004)]
        series.write(points)
        declared = Declared(
            t_ns=START_NS + HOUR_NS // 8, change=Change.REPLACED, old_end=510, new_start=8_990
        )
        register = Register(capacity=10**8, interval_ns=REGISTER.interval_ns, declared=(declared,))
        (span,) = series.spans(1, from_hour=START_HOUR, to_hour=START_HOUR + 1, register=register)
        assert span.inner == 10 + 10 + 4
