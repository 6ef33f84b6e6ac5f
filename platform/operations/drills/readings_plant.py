"""The plant of the readings' drill, as the TOML that the simulator reads."""

from __future__ import annotations

from collections.abc import Iterable

_PLANT = """[plant]
id = "crowd"
zh = "演练厂"
en = "Plant of the drill"
sector = "power"
region = "jiangsu"
"""
_METER = """
[[meter]]
slug = "{slug}"
zh = "{slug} 表"
en = "Meter {slug}"
medium = "coal"
unit = "t"
least_count = "0.01"
digits = 12
interval_s = 60
stream = ""
per_hour = "20.60"
start = "10.00"
"""


def plant_text(meters: int, others: Iterable[str] = ()) -> str:
    """A plant with so many meters, `meter-1` and so on, and others by their names."""
    slugs = [*(f"meter-{number}" for number in range(1, meters + 1)), *others]
    return _PLANT + "".join(_METER.format(slug=slug) for slug in slugs)
