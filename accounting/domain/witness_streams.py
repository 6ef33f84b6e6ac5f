"""Streams of a guideline that laws of nature tie together: data of `guidelines/witnesses.toml`, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from accounting.domain.registry import GUIDELINES

FILE = GUIDELINES / "witnesses.toml"
Stream = tuple[str, str]
"""(kind, item)"""


@dataclass(frozen=True, slots=True)
class Ties:
    """heat_out: what the heat of the largest fuel makes, the first that is metered counts. raw, made: raw
    materials and what becomes of them."""

    heat_out: tuple[Stream, ...] = ()
    raw: tuple[Stream, ...] = ()
    made: tuple[Stream, ...] = ()


@cache
def ties() -> Mapping[str, Ties]:
    """By guideline; one that is not named has none."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        guideline: Ties(**{side: tuple(_stream(name) for name in names) for side, names in sides.items()})
        for guideline, sides in table.items()
    }


def _stream(name: str) -> Stream:
    kind, _, item = name.partition(":")
    return kind, item
