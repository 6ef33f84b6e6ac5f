"""One figure of a drill; limits of a drill are not widened by a slow machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from operations.programs import Used, told


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with its limit, an upper one unless said otherwise."""

    name: str
    value: float
    unit: str
    limit: float
    at_most: bool = True

    @property
    def holds(self) -> bool:
        """Whether the promise was kept; a negative count stands for "no answer" and never holds."""
        return 0 <= self.value <= self.limit if self.at_most else self.value >= self.limit


@dataclass(frozen=True, slots=True)
class Skipped:
    """What could not be tried here, and why; it is never counted as kept."""

    figure: str
    because: str


Outcome = Figure | Skipped | Used


def summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The object of the last line, in the shape that benches have."""
    figures = [one for one in outcomes if isinstance(one, Figure)]
    kept = {
        one.name: {"value": one.value, "unit": one.unit, "limit": one.limit, "holds": one.holds}
        for one in figures
    }
    skipped = [{"figure": one.figure, "because": one.because} for one in outcomes if isinstance(one, Skipped)]
    programs = told([one for one in outcomes if isinstance(one, Used)])
    return {"ok": all(one.holds for one in figures), "figures": kept, "skipped": skipped, **programs}
