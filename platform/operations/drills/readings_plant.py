"""The plant of the readings' drill, as the TOML that the simulator reads."""

from __future__ import annotations

_PLANT = """[plant]
id = "crowd"
zh = "演练厂"
en = "Plant of the drill"
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
digits = 12
interval_s = 60
stream = ""
per_hour = "20.60"
start = "10.00"
"""


def plant_text(meters: int) -> str:
    """A plant with so many meters."""
    return _PLANT + "".join(_METER.format(number=number) for number in range(1, meters + 1))
