"""What ingest asks of a time series, whichever store keeps it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from lexicon.refusals import Refusal, Refused

from ingest.blocks import Block
from ingest.hours import Register, Span
from ingest.intake import Point


class SeriesUnavailable(Refused):
    """The store does not answer; readings wait in the spool, and who asks is told so. detail: for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(Refusal.SERIES_UNAVAILABLE)
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class Series(Protocol):
    """Readings by (meter, point time). A store sees first values and equal repeats; a repeat replaces itself.

    Times are ns since 1970 UTC; `before` and `after` and `spans` look at good readings only.
    """

    transactional: bool
    """True where `write` joins the caller's database transaction."""

    def write(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> None:
        """Keeps single points and blocks of them durably; no two blocks hold one point.

        Raises SeriesUnavailable.
        """
        ...

    def writing(self, points: Sequence[Point], blocks: Sequence[Block] = ()) -> AbstractContextManager[None]:
        """The same while the caller does something else: it is durable when the context ends without error.

        Whatever happens inside, nothing is under way any more when the context has ended.
        """
        ...

    def at(self, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Point]:
        """The points that stand at these (meter, point time)s."""
        ...

    def range(self, meter: int, *, from_ns: int, to_ns: int) -> list[Point]:
        """All points from `from_ns` up to but without `to_ns`, in time order."""
        ...

    def sampled(self, meter: int, *, from_ns: int, to_ns: int, step_ns: int) -> list[Point]:
        """The last point of each step that has one, in time order."""
        ...

    def before(self, meter: int, t_ns: int) -> Point | None:
        """The last good point before the instant."""
        ...

    def after(self, meter: int, t_ns: int) -> Point | None:
        """The first good point at or after the instant."""
        ...

    def last(self, meters: Sequence[int]) -> Mapping[int, Point]:
        """The newest point of each meter that has one."""
        ...

    def spans(self, meter: int, *, from_hour: int, to_hour: int, register: Register) -> list[Span]:
        """`ingest.hours.compact` of the good points of these hours."""
        ...
