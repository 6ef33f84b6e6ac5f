"""Sets of sequence numbers as few ranges: what was issued, stored, quarantined, refused; what is missing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# A row of a day's numbers holds those of one part, 4,096 of them: what a device makes of its numbers, a flush
# rewrites no more than this. One that counts by one begins a part every 4,096 readings.
PART_BITS = 12


def part_of(number: int) -> int:
    """The part that a sequence number belongs to."""
    return number >> PART_BITS


@dataclass(slots=True)
class SequenceSet:
    """A set of whole numbers kept as sorted, disjoint, non-touching [first, last] ranges."""

    _firsts: list[int] = field(default_factory=list)
    _lasts: list[int] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str) -> "SequenceSet":
        """The set from an int8multirange as PostgreSQL writes it, `{[1,5),[9,10)}`. Raises ValueError."""
        made = cls()
        for part in text.strip("{}").split("),"):
            if part:
                first, end = part.strip("[)").split(",")
                made.add_range(int(first), int(end) - 1)
        return made

    def text(self) -> str:
        """The set as PostgreSQL writes an int8multirange."""
        if len(self._firsts) == 1:
            return f"{{[{self._firsts[0]},{self._lasts[0] + 1})}}"
        return "{" + ",".join(f"[{first},{last + 1})" for first, last in self.ranges()) + "}"

    def ranges(self) -> list[tuple[int, int]]:
        return list(zip(self._firsts, self._lasts, strict=True))

    def add(self, number: int) -> None:
        self.add_range(number, number)

    def add_range(self, first: int, last: int) -> None:
        """Adds all numbers from first to last, both included. Raises ValueError when last < first."""
        if last < first:
            raise ValueError(f"no range: {first} to {last}")
        if not self._firsts:
            self._firsts.append(first)
            self._lasts.append(last)
            return
        if self._lasts[-1] + 1 == first:
            self._lasts[-1] = last
            return
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        if low < high:
            first, last = min(first, self._firsts[low]), max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]

    def parts(self) -> "Iterator[tuple[int, SequenceSet]]":
        """The set by parts, in order; together they are the set."""
        made: dict[int, SequenceSet] = {}
        for first, last in self.ranges():
            for part in range(part_of(first), part_of(last) + 1):
                low, high = part << PART_BITS, ((part + 1) << PART_BITS) - 1
                made.setdefault(part, SequenceSet()).add_range(max(first, low), min(last, high))
        yield from made.items()

    def newest(self, ranges: int) -> "tuple[SequenceSet, int]":
        """The first range and the last `ranges` ones; and the highest number left out, -1 where none is."""
        if len(self._firsts) <= ranges + 1:
            return self, -1
        floor = self._lasts[-ranges - 1]
        return SequenceSet(
            [self._firsts[0], *self._firsts[-ranges:]], [self._lasts[0], *self._lasts[-ranges:]]
        ), floor

    def is_longer_than(self, ranges: int) -> bool:
        """Whether it takes more than so many ranges to say this set."""
        return len(self._firsts) > ranges

    def add_all(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.add(number)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]

    def __len__(self) -> int:
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def __or__(self, other: "SequenceSet") -> "SequenceSet":
        union = SequenceSet(list(self._firsts), list(self._lasts))
        for first, last in other.ranges():
            union.add_range(first, last)
        return union

    def gaps(self, first: int, last: int) -> list[tuple[int, int]]:
        """The ranges between first and last, both included, that are not in the set."""
        missing, expected = [], first
        for low, high in self.ranges():
            if high < expected or low > last:
                continue
            if low > expected:
                missing.append((expected, low - 1))
            expected = high + 1
        if expected <= last:
            missing.append((expected, last))
        return missing

    @property
    def last(self) -> int:
        """The highest number. Raises IndexError on an empty set."""
        return self._lasts[-1]

    @property
    def first(self) -> int:
        """The lowest number. Raises IndexError on an empty set."""
        return self._firsts[0]

    def contiguous_to(self, start: int) -> int:
        """The highest number reached from `start` without a gap; start - 1 where start is not in the set."""
        if len(self._firsts) == 1 and self._firsts[0] <= start <= self._lasts[0]:
            return self._lasts[0]
        place = bisect_right(self._firsts, start) - 1
        return self._lasts[place] if place >= 0 and self._lasts[place] >= start else start - 1
