"""A plant of many meters for `bench.site`, so that all plants together publish a round number a second."""

from __future__ import annotations

import tomllib
from pathlib import Path

from operations.demo.plant import PlantFile

_PLANT = """[plant]
id = "crowd"
zh = "众表厂"
en = "Plant of many meters"
sector = "power"
region = "jiangsu"
"""
_METER = """
[[meter]]
slug = "meter-{number}"
zh = "{number}号表"
en = "Meter {number}"
medium = "coal"
unit = "t"
least_count = "0.01"
digits = 9
stream = ""
per_hour = "20.60"
start = "{number}.00"
"""


def plant_of(meters: int, folder: Path) -> PlantFile:
    """The plant, its file written to `folder`."""
    path = folder / "crowd.toml"
    text = _PLANT + "".join(_METER.format(number=number) for number in range(1, meters + 1))
    path.write_text(text, encoding="utf-8")
    content = tomllib.loads(text)
    return PlantFile(
        id=content["plant"]["id"],
        path=path,
        plant=content["plant"],
        accounting={},
        calibration={"laboratory": "bench", "certificate": "CROWD"},
        meters=tuple(content["meter"]),
    )
