"""Readings of one signed batch as columns, the way most of them go from message to store. Pure.

A hundred readings as a hundred values cost more than their signature; as columns they are checked and written
at once. Only a batch without any fault becomes a block, so everything in it counts.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from ingest.intake import CODES, SIGNED, Point, decoded

HOUR_MS = 3_600_000
# A point's time is its millisecond plus the sequence modulo a million (ingest.intake.point_time_ns).
MS_NS = 1_000_000


class Block(NamedTuple):
    """Signed readings seq0, seq0 + 1, ... of one boot of a meter.

    ts_ms: their instants, none before the one ahead of it. counts: their least counts as decimal text,
    separated by commas. codes: quality and signature of each (`ingest.intake.code`).
    """

    meter: int
    boot: int
    seq0: int
    ts_ms: list[int]
    counts: str
    codes: list[int]

    @property
    def seq1(self) -> int:
        """The last sequence."""
        return self.seq0 + len(self.ts_ms) - 1

    @property
    def first_ns(self) -> int:
        return self.ts_ms[0] * MS_NS + self.seq0 % MS_NS

    @property
    def last_ns(self) -> int:
        return self.ts_ms[-1] * MS_NS + self.seq1 % MS_NS

    def last(self) -> Point:
        """The newest reading."""
        counted = self.counts[self.counts.rfind(",") + 1 :]
        quality, signed = decoded(self.codes[-1])
        return Point(self.meter, self.last_ns, int(counted), self.boot, self.seq1, quality, signed)

    def times_ns(self) -> list[int]:
        """Point times, rising: a block's sequences do not pass a million (`fits`)."""
        return [ts * MS_NS + part for ts, part in zip(self.ts_ms, count(self.seq0 % MS_NS), strict=False)]

    def hours(self) -> Iterator[tuple[int, int, int]]:
        """(hour, first sequence, last sequence) of each hour that has readings, in order."""
        times, place, size = self.ts_ms, 0, len(self.ts_ms)
        while place < size:
            hour = times[place] // HOUR_MS
            end = bisect_left(times, (hour + 1) * HOUR_MS, place)
            yield hour, self.seq0 + place, self.seq0 + end - 1
            place = end


def parted(blocks: Sequence[Block], readings: int) -> Iterator[list[Block]]:
    """Blocks in order by as many as have so many readings together: the last of a part may pass that."""
    part: list[Block] = []
    size = 0
    for block in blocks:
        part.append(block)
        size += len(block.ts_ms)
        if size >= readings:
            yield part
            part, size = [], 0
    if part:
        yield part


def fits(seq0: int, readings: int) -> bool:
    """Whether point times rise with sequences; they do not where a batch passes a multiple of a million."""
    return seq0 % MS_NS + readings <= MS_NS


def signed_codes(qualities: Sequence[str]) -> list[int] | None:
    """Codes of signed readings by the names of their qualities; None where one is no quality."""
    names = set(qualities)
    if len(names) == 1:
        (name,) = names
        return [CODES[name] + SIGNED] * len(qualities) if name in CODES else None
    return [CODES[name] + SIGNED for name in qualities] if names <= CODES.keys() else None
