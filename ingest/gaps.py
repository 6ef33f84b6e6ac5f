"""Times without good readings, between two readings that are there. Pure."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from ingest.hours import FRESH_INTERVALS, Span

Stretch = tuple[int, int]
"""(from, to): the instants in ns of the last reading before it and the first after it."""

# A meter that tells every second and misses five has no gap that a person should see to.
LEAST_NS = 60_000_000_000


def near_ns(interval_ns: int) -> int:
    """How far two readings may be apart without a gap between them."""
    return max(FRESH_INTERVALS * interval_ns, LEAST_NS)


def between(times: Iterable[int], interval_ns: int) -> list[Stretch]:
    """The gaps between instants in order."""
    near = near_ns(interval_ns)
    return [(a, b) for a, b in pairwise(times) if b - a > near]


def among(spans: Sequence[Span], interval_ns: int, inside: Callable[[Span], Iterable[int]]) -> list[Stretch]:
    """The gaps between and within hours. inside(span): the instants of an hour's good readings, in order.

    It is asked only of hours that miss so many readings that a gap could be among them.
    """
    near = near_ns(interval_ns)
    found = [(a.last_ns, b.first_ns) for a, b in pairwise(spans) if b.first_ns - a.last_ns > near]
    for span in spans:
        if span.last_ns - span.first_ns > near and _missing(span, interval_ns) >= FRESH_INTERVALS - 1:
            found += between(inside(span), interval_ns)
    return sorted(found)


def _missing(span: Span, interval_ns: int) -> int:
    """Slots without a reading between an hour's first and last."""
    return span.last_ns // interval_ns - span.first_ns // interval_ns + 1 - span.slots
