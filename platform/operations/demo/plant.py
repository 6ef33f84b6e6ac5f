"""A plant of the demo as its TOML file describes it: meters, streams, the month's typed values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.demo.cast import CEMENT, POWER, House

FOLDER = Path(__file__).with_name("plants")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantFile:
    """The content of a plant's file, as JSON the interface takes."""

    id: str
    path: Path
    plant: Mapping[str, Any]
    accounting: Mapping[str, Any]
    calibration: Mapping[str, str]
    meters: tuple[Mapping[str, Any], ...]

    def streams(self) -> list[dict[str, Any]]:
        """The source streams that have meters, in the order of the meters."""
        found: dict[str, dict[str, Any]] = {}
        for meter in self.meters:
            if not meter["stream"]:
                continue
            kind, _, item = meter["stream"].partition(":")
            stream = found.setdefault(
                item,
                {
                    "slug": item,
                    "kind": kind,
                    "item": item,
                    "name_zh": self.accounting["streams"][item]["zh"],
                    "name_en": self.accounting["streams"][item]["en"],
                    "unit": meter["unit"],
                    "meters": {"quantity": []},
                },
            )
            stream["meters"]["quantity"].append(meter["slug"])
        return list(found.values())


def read(house: House) -> PlantFile:
    """The plant of an enterprise."""
    path = FOLDER / {POWER.slug: "power.toml", CEMENT.slug: "cement.toml"}[house.slug]
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return PlantFile(
        id=content["plant"]["id"],
        path=path,
        plant=content["plant"],
        accounting=content["accounting"],
        calibration=content["calibration"],
        meters=tuple(content["meter"]),
    )
