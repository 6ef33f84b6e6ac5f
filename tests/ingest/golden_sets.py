"""Golden data sets of `tests/ingest/golden`: readings as sent, and sums that a person worked out by hand."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lexicon.terms import ReadingQuality

from ingest.calendar import first_hour, instant_of_hour, month_of
from ingest.intake import Point, point_time_ns, whole_counts

FOLDER = Path(__file__).with_name("golden")
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@dataclass(frozen=True)
class Golden:
    """One set. `points(meter)`: its readings as stored; expected sums as texts by hour, day and month."""

    name: str
    content: dict[str, Any]

    @property
    def least_count(self) -> Decimal:
        return Decimal(self.content["least_count"])

    @property
    def plate(self) -> dict[str, Any]:
        """Fields of a MeterIndex."""
        return {name: self.content[name] for name in ("unit", "least_count", "digits", "interval_s")}

    @property
    def expected(self) -> dict[str, Any]:
        return self.content["expected"]

    def points(self, meter: int) -> list[Point]:
        rows = [line.split() for line in self.content["readings"].split("\n") if line]
        return [
            Point(
                meter=meter,
                t_ns=point_time_ns(int(datetime.fromisoformat(at).timestamp() * 1000), n),
                count=self.count(value),
                boot=1,
                seq=n,
                quality=ReadingQuality.GOOD,
                signed=True,
            )
            for n, (at, value) in enumerate(rows, start=1)
        ]

    def count(self, value: str) -> int:
        count = whole_counts(Decimal(value), self.least_count)
        assert count is not None, value
        return count

    def declarations(self) -> list[dict[str, Any]]:
        """Fields of Declarations."""
        return [
            {
                "t_ns": int(datetime.fromisoformat(one["at"]).timestamp() * 1000) * 1_000_000,
                "change": one["change"],
                "old_end": self.count(one["old_end"]) if "old_end" in one else None,
                "new_start": self.count(one["new_start"]),
                "person": "per_x",
                "declared_at": datetime(2026, 7, 1, tzinfo=UTC),
            }
            for one in self.content.get("declared", [])
        ]


def load(name: str) -> Golden:
    return Golden(name, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def hour_name(hour: int) -> str:
    return f"{instant_of_hour(hour):%Y-%m-%dT%H}Z"


def told(pairs: Sequence[tuple[str, int]], step: Decimal) -> list[str]:
    """Counts by name as the files write them; what came to nothing is left out."""
    return [f"{name} {count * step:f}" for name, count in pairs if count]


def check_days_are_hours(hours: dict[int, int], days: dict[Any, int], months: dict[str, int]) -> None:
    """Sums agree in whole counts, by the calendar of plants."""
    for day, count in days.items():
        start = first_hour(day)
        assert count == sum(value for hour, value in hours.items() if start <= hour < start + 24)
    for month, count in months.items():
        assert count == sum(value for day, value in days.items() if month_of(day) == month)
    assert sum(hours.values()) == sum(days.values()) == sum(months.values())
