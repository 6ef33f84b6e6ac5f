"""Figures of the contests and of the files' growth, as `bench.chain_drive` measured them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from bench.chain_contest import HOT_PER_S, HOT_S, LISTINGS
from bench.figures import Figure, Outcome, Skipped

# Share of takes on one listing that met another take of the same clip.
CONFLICTS_PERCENT = 5.0
# No promise on size is made; this is what a pilot's disk (40 GB) bears for 500,000 transactions.
BLOCK_KIB, STATE_KIB = 40.0, 40.0
# Flat is: no more than half again, which is the noise of a shared machine.
FLAT = 1.5
# What a take of a listing is told that somebody else has taken.
GONE = frozenset({"listing_not_open"})
GROWN = {"blocks": BLOCK_KIB, "state": STATE_KIB}


def names(engine: str) -> Iterator[str]:
    """The figures of an engine, for what could not be measured."""
    yield f"{engine} conflicts on one listing"
    yield f"{engine} takes of one listing"
    yield f"{engine} refused takes of one listing"
    yield f"{engine} lost or doubled trades of {LISTINGS} listings"
    yield f"{engine} growth a transaction"


def of(engine: str, measured: Mapping[str, Any]) -> Iterator[Outcome]:
    """Conflicts, takes and refusals on one listing, lost and doubled trades, growth of blocks and state."""
    hot, free = measured["contests"]["hot"], measured["contests"]["free"]
    yield Figure(
        name=f"{engine} conflicts on one listing",
        value=100 * hot["conflicts"] / max(1, hot["takes"] + hot["conflicts"]),
        unit="%",
        limit=CONFLICTS_PERCENT,
        scales=False,
    )
    # Every clip has more than is asked of it: whoever is refused, or never got there, was wronged.
    yield Figure(
        name=f"{engine} takes of one listing",
        value=float(hot["takes"]),
        unit="takes",
        limit=HOT_PER_S * HOT_S,
        at_most=False,
        scales=False,
    )
    refused = sum(hot["refused"].values())
    if refused:
        sys.stderr.write(f"{engine}, one listing: refused {hot['refused']}\n")
    yield _count(f"{engine} refused takes of one listing", refused)
    for told, name in ((hot, "one listing"), (free, f"{LISTINGS} listings")):
        faults = sum(told["faults"].values()) + told["unknown"]
        if faults:
            sys.stderr.write(f"{engine}, {name}: {told['faults']}, {told['unknown']} nobody was told of\n")
        yield _count(f"{engine} lost or doubled trades of {name}", told["lost"] + told["doubled"])
        yield _count(f"{engine} other failed takes of {name}", faults)
    # Of 500 listings each is taken once: whoever comes second is told that it is gone, and nothing else.
    other = {name: count for name, count in free["refused"].items() if name not in GONE}
    if other:
        sys.stderr.write(f"{engine}, {LISTINGS} listings: refused {other}\n")
    yield _count(f"{engine} takes of {LISTINGS} listings refused otherwise than as gone", sum(other.values()))
    yield Figure(
        name=f"{engine} listings taken",
        value=float(free["trades"]),
        unit=f"of {LISTINGS}",
        limit=float(LISTINGS),
        at_most=False,
        scales=False,
    )
    for kind, grown in measured["growth_bytes"].items():
        if grown is None:
            yield Skipped(
                figure=f"{engine} growth by a {kind}", because="the peer's files are not below its home"
            )
            continue
        for part, limit in GROWN.items():
            yield Figure(
                name=f"{engine} {part} grow by a {kind}", value=grown[part] / 1024, unit="KiB", limit=limit,
                scales=False,
            )  # fmt: skip


def by_size(engine: str, rows: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Outcome]:
    """Processor time by the number of lots and reports in the state; each may be half again the smallest's.

    The table on the error stream has the medians of the clock as well.
    """
    first = rows[min(rows, key=int)]
    for size in sorted(rows, key=int):
        for kind, cost in rows[size].items():
            sys.stderr.write(
                f"{engine} {size:>7} lots and reports  {kind:5}"
                f"  p50 {cost['p50']:6.1f} ms  processors {cost['cpu']:6.1f} ms\n"
            )
            yield Figure(
                name=f"{engine} {kind} processors at {size} lots and reports", value=cost["cpu"], unit="ms",
                limit=first[kind]["cpu"] * FLAT, scales=False,
            )  # fmt: skip


def _count(name: str, value: int) -> Figure:
    return Figure(name=name, value=float(value), unit="takes", limit=0.0, scales=False)
