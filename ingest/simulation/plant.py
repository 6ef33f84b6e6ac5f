"""A plant's description: its meters, their registers and mean rates, from a TOML file."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lexicon.terms import Medium
from lexicon.units import Unit, decimal_from_text

INTERVAL_S = 900


class BadPlant(ValueError):
    """The file describes no plant; the text says what is missing or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSpec:
    """One meter: its nameplate, the stream it feeds, its mean rate in `unit` an hour and its first value."""

    slug: str
    name_zh: str
    name_en: str
    medium: Medium
    unit: Unit
    least_count: Decimal
    digits: int
    interval_s: int
    stream: str
    per_hour: Decimal
    start: Decimal

    @property
    def start_count(self) -> int:
        return int(self.start / self.least_count)

    @property
    def milli_counts_per_hour(self) -> int:
        """The mean rate in thousandths of a least count an hour."""
        return int(self.per_hour * 1000 / self.least_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantSpec:
    """A plant with its meters."""

    id: str
    name_zh: str
    name_en: str
    sector: str
    region: str
    meters: tuple[MeterSpec, ...]


def load(path: Path) -> PlantSpec:
    """The plant of a file. Raises BadPlant, OSError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        plant = content["plant"]
        return PlantSpec(
            id=plant["id"],
            name_zh=plant["zh"],
            name_en=plant["en"],
            sector=plant["sector"],
            region=plant["region"],
            meters=tuple(_meter(fields) for fields in content["meter"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadPlant(f"{path.name}: {type(error).__name__} {error}") from error


def _meter(fields: dict[str, Any]) -> MeterSpec:
    return MeterSpec(
        slug=fields["slug"],
        name_zh=fields["zh"],
        name_en=fields["en"],
        medium=Medium(fields["medium"]),
        unit=Unit(fields["unit"]),
        least_count=decimal_from_text(fields["least_count"]),
        digits=fields["digits"],
        interval_s=fields.get("interval_s", INTERVAL_S),
        stream=fields.get("stream", ""),
        per_hour=decimal_from_text(fields["per_hour"]),
        start=decimal_from_text(fields["start"]),
    )
