"""Sets of sequence numbers as few ranges: what was issued, stored, quarantined, refused; what is missing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


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
