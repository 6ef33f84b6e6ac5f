"""A block says of its readings what the points say that it stands for."""

import random
from decimal import Decimal

import pytest

from ingest.blocks import Block, fits, signed_codes
from ingest.calendar import HOUR_NS
from ingest.intake import MeterFacts, Point, decoded, point_time_ns
from ingest.routes import Route

START_MS = 1_780_000_000_000


def made(chance: random.Random) -> Block:
    size, seq0 = chance.randrange(1, 40), chance.randrange(1, 10**7) * 100
    ts_ms = sorted(START_MS + chance.randrange(20) * 1_200_000 for _ in range(size))
    counts = ",".join(str(chance.randrange(10**9)) for _ in range(size))
    return Block(chance.randrange(1, 4), 2, seq0, ts_ms, counts, [chance.choice([0, 16, 17]) for _ in ts_ms])


def points(block: Block) -> list[Point]:
    rows = zip(block.ts_ms, block.counts.split(","), block.codes, strict=True)
    return [
        Point(block.meter, point_time_ns(ts, seq), int(count), block.boot, seq, *decoded(number))
        for seq, (ts, count, number) in enumerate(rows, start=block.seq0)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_block_equals_its_points(seed: int) -> None:
    block = made(random.Random(seed))  # noqa: S311
    alone = points(block)
    assert block.last() == alone[-1]
    assert block.times_ns() == [point.t_ns for point in alone] == sorted(point.t_ns for point in alone)
    assert (block.first_ns, block.last_ns) == (alone[0].t_ns, alone[-1].t_ns)
    told = [(hour, seq) for hour, first, last in block.hours() for seq in range(first, last + 1)]
    assert told == [(point.t_ns // HOUR_NS, point.seq) for point in alone]


def test_point_times_fall_where_a_batch_passes_a_million() -> None:
    assert fits(999_901, 99)
    assert not fits(999_901, 100)
    assert fits(1_000_000, 3_000)


def test_a_quality_that_is_none_is_left_to_the_long_way() -> None:
    assert signed_codes(["good", "good"]) == [16, 16]
    assert signed_codes(["good", "bad", "uncertain"]) == [16, 18, 17]
    assert signed_codes(["great", "great"]) is None
    assert signed_codes(["good", "great"]) is None


def route(least_count: str, digits: int) -> Route:
    facts = MeterFacts(
        key=1, tenant="t_1", gateway="gw-1", plant="plant-1", meter="coal-1", unit="t",
        least_count=Decimal(least_count), digits=digits, interval_s=60, valid_from_ms=0,
    )  # fmt: skip
    return Route(facts, "v1/t_1.gw-1/plant-1/coal-1", True)


@pytest.mark.parametrize(
    ("least_count", "digits"), [("0.01", 8), ("1", 6), ("0.5", 8), ("10", 8), ("0.001", 3), ("0.01", 18)]
)
def test_many_texts_are_counted_as_each_is(least_count: str, digits: int) -> None:
    one, chance = route(least_count, digits), random.Random(7)  # noqa: S311
    strange = ["", "0", "00.00", "0.50", "1,00", "1.00,2.00", "٣.00", "-1.00", "1.00\n", " 1.00", "1e2"]
    for _ in range(300):
        places = chance.choice([0, 1, 2, 2, 2, 3])
        texts = [f"{chance.randrange(10 ** chance.randrange(1, 9)) / 7:.{places}f}" for _ in range(3)]
        if chance.random() < 0.3:
            texts[chance.randrange(3)] = chance.choice(strange)
        each = [one.count(text) for text in texts]
        assert one.counts(texts) == (None if min(each) < 0 else ",".join(map(str, each)))


def test_a_value_with_a_comma_is_no_two_readings() -> None:
    assert route("0.01", 8).counts(["1.00,2.00"]) is None
    assert route("0.01", 8).counts(["1.00", "2.00,"]) is None
