"""Bounds that physics sets to what is given of steam and hot water: data with their clause, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from accounting.domain.exact import number

FILE = Path(__file__).resolve().parent.parent / "guidelines" / "limits.toml"


@dataclass(frozen=True, slots=True)
class Limit:
    """The bounds of a parameter in `unit`, in the text of the file. usual: more wants a word, or empty."""

    unit: str
    low: str
    high: str
    usual: str
    low_is_out: bool
    clause: str
    verified: bool

    def holds(self, value: Fraction) -> bool:
        """Whether a value of the limit's unit is possible."""
        low, high = number(self.low), number(self.high)
        return low < value <= high if self.low_is_out else low <= value <= high

    def is_usual(self, value: Fraction) -> bool:
        """Whether a possible value needs no word of explanation."""
        return not self.usual or value <= number(self.usual)


@cache
def limits() -> Mapping[str, Limit]:
    """Every limit by its parameter, as they stand in `guidelines/limits.toml`."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        row["parameter"]: Limit(
            unit=row["unit"],
            low=row["low"],
            high=row["high"],
            usual=row.get("usual", ""),
            low_is_out=row.get("open", False),
            clause=f"{row['source']}，{row['clause']}",
            verified=row["verified"],
        )
        for row in table["limit"]
    }
