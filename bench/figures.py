"""What a bench gives: figures with limits, what was skipped, whose programs it ran; and the last JSON line.

A bench is a module in this folder with `def run() -> Iterator[Outcome]`; `harness.BENCHES` names it. Run one
alone with `python -m bench.<name>` from the root (as a script, its own name would hide a package of ours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from operations.programs import Used, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. at_most: an upper limit. scales: a slower machine widens it (times, rates), by the
    run's calibration or by one of its own that was made in the same seconds (beside), or by what another
    program of the same work says of the machine (slower), whichever is more."""

    name: str
    value: float
    unit: str
    limit: float
    at_most: bool = True
    scales: bool = True
    beside: float | None = None
    slower: float = 1.0

    def limit_here(self, factor: float) -> float:
        """The limit on this machine; factor >= 1 says how much slower than the reference it is."""
        if not self.scales:
            return self.limit
        slower = max(self.slower, factor if self.beside is None else self.beside)
        return self.limit * slower if self.at_most else self.limit / slower

    def holds(self, factor: float) -> bool:
        """Whether the promise is kept on this machine."""
        limit = self.limit_here(factor)
        return self.value <= limit if self.at_most else self.value >= limit

    def is_as_promised(self) -> bool:
        """Whether the limit holds as it is written, however slow this machine is."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A figure that was not measured, because a program or a part is not there."""

    figure: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What figures were taken from, to be read side by side; head: names of the columns."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    def lines(self) -> list[str]:
        """The table as text, the head first, each column as wide as its widest word."""
        words = [self.head, *(tuple(f"{value:.6g}" for value in row) for row in self.rows)]
        widths = [max(len(word) for word in column) for column in zip(*words, strict=True)]
        return [
            "  ".join(word.rjust(width) for word, width in zip(row, widths, strict=True)) for row in words
        ]


Outcome = Figure | Skipped | Used | Table


def summary(outcomes: Sequence[Outcome], *, factor: float) -> dict[str, object]:
    """The object of the last line: ok is the and of all holds; what was skipped is never a figure.

    limit: what a machine as slow as this one in that minute must keep; promised: as it is written.
    """
    measured = [one for one in outcomes if isinstance(one, Figure)]
    figures = {
        one.name: {
            "value": round(one.value, 3),
            "unit": one.unit,
            "limit": round(one.limit_here(factor), 3),
            "promised": round(one.limit, 3),
            "holds": one.holds(factor),
            "holds_as_promised": one.is_as_promised(),
        }
        for one in measured
    }
    skipped = [{"figure": one.figure, "because": one.because} for one in outcomes if isinstance(one, Skipped)]
    programs = told([one for one in outcomes if isinstance(one, Used)])
    ok = all(one.holds(factor) for one in measured)
    return {"ok": ok, "figures": figures, "skipped": skipped, **programs, **_tables(outcomes)}


def _tables(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """`tables` of the last line's object; nothing where there is none."""
    rows = {
        one.name: [
            {name: round(value, 3) for name, value in zip(one.head, row, strict=True)} for row in one.rows
        ]
        for one in outcomes
        if isinstance(one, Table)
    }
    return {"tables": rows} if rows else {}


def not_measured(name: str) -> Figure:
    """A figure that fails: what should have been measured broke, which is no reason to leave it out."""
    return Figure(name=name, value=0.0, unit="runs", limit=1.0, at_most=False, scales=False)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie, by rank. Raises ValueError when empty."""
    if not values:
        raise ValueError("no values were measured")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
