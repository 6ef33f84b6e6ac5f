"""A reading on its way: what a source gives, and how its value becomes exact text. Pure."""

import math
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from lexicon.terms import ReadingQuality

Numeric = Literal["uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]

_FORMATS: dict[str, tuple[str, int]] = {
    "uint16": (">H", 1),
    "int16": (">h", 1),
    "uint32": (">I", 2),
    "int32": (">i", 2),
    "uint64": (">Q", 4),
    "int64": (">q", 4),
    "float32": (">f", 2),
    "float64": (">d", 4),
}
NUMERIC = tuple(_FORMATS)
# Decimal itself takes 1_000 and digits of every script; a meter's line does not hold those.
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\Z")
# What cannot be a number is passed on as it is, so that the platform shows it; nobody needs more of it.
TEXT_MAX = 60
# Any register times any scale is exact within it; beyond, a value is no meter's and goes on as a text.
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One reading of a meter: instant in ms UTC, value as text. own_time: the source itself said when."""

    meter: str
    ts_ms: int
    value: str
    quality: ReadingQuality = ReadingQuality.GOOD
    own_time: bool = False


ORDERS: Mapping[str, tuple[bool, Literal["big", "little"]]] = {
    "ABCD": (False, "big"),
    "CDAB": (True, "big"),
    "BADC": (False, "little"),
    "DCBA": (True, "little"),
}
"""As makers name them: whether the words come last first, and which byte of a word comes first."""


def words_of(numeric: str) -> int:
    """How many registers of 16 bits a number takes."""
    return _FORMATS[numeric][1]


def from_registers(registers: Sequence[int], numeric: str, order: str) -> Decimal | str:
    """The number in some registers; order: one of `ORDERS`. A text where it is not finite."""
    layout, _ = _FORMATS[numeric]
    is_reversed, in_word = ORDERS[order]
    words = reversed(registers) if is_reversed else registers
    (number,) = struct.unpack(layout, b"".join(word.to_bytes(2, in_word) for word in words))
    return from_number(number)


def from_number(number: float) -> Decimal | str:
    """A machine's number, exactly as it stands there; a text where it is not finite."""
    if isinstance(number, float) and not math.isfinite(number):
        return str(number)
    return Decimal(number)


def value_text(number: Decimal | str, *, scale: Decimal, least_count: Decimal | None) -> str:
    """Plain decimal text of number times scale.

    least_count: rounds to it, half to even, for what comes as binary floating point; None: exact.
    """
    if isinstance(number, str):
        return number[:TEXT_MAX]
    scaled = _EXACT.multiply(number, scale)
    if least_count is not None:
        counts = _EXACT.divide(scaled, least_count)
        if counts.adjusted() > _EXACT.prec - 2:
            return str(number)[:TEXT_MAX]
        scaled = _EXACT.multiply(counts.quantize(Decimal(1), ROUND_HALF_EVEN, _EXACT), least_count)
    text = f"{scaled:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_of(text: str) -> Decimal | None:
    """The finite number a text holds, or None."""
    text = text.strip()
    return Decimal(text) if len(text) <= TEXT_MAX and _NUMBER.match(text) else None
