"""Whether a reading may be stored, and as how many least counts. Pure: meter and clock are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from lexicon.refusals import Refusal
from lexicon.terms import ReadingQuality
from lexicon.units import Unit

from ingest.reading import Flawed, Reading

# Five minutes: no network time service misses by more; beyond it the clock is wrong (design/ingest.md).
AHEAD_MS_MAX = 5 * 60 * 1000
# Four hundred days: a yearly report is verified in the year after; nothing older can still change one.
AGE_MS_MAX = 400 * 24 * 3600 * 1000
# Registers of up to 18 digits fit a 64-bit count.
DIGITS_MAX = 18

GOOD, UNCERTAIN, BAD = ReadingQuality.GOOD, ReadingQuality.UNCERTAIN, ReadingQuality.BAD
_EXACT = Context(prec=80)
_QUALITIES = (GOOD, UNCERTAIN, BAD)
_UNITS = frozenset(unit.value for unit in Unit)
SIGNED = 16
CODES = {quality.value: number for number, quality in enumerate(_QUALITIES)}
"""A quality as stores keep it; the code of a signed reading is higher by SIGNED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFacts:
    """What judging needs to know of a meter; `key` is its number in the hot tables, least_count in `unit`."""

    key: int
    tenant: str
    gateway: str
    plant: str
    meter: str
    unit: str
    least_count: Decimal
    digits: int
    interval_s: int
    valid_from_ms: int

    @property
    def capacity(self) -> int:
        """Whole least counts at which the register turns over."""
        return int(10**self.digits)


class Point(NamedTuple):
    """One storable reading: point time in ns, count in least counts, its name (meter, boot, seq).

    A tuple, because every reading becomes one: it is made six times faster than a frozen dataclass, and a
    store takes its columns apart with `zip`.
    """

    meter: int
    t_ns: int
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs
    boot: int
    seq: int
    quality: ReadingQuality
    signed: bool


def code(quality: ReadingQuality, *, signed: bool) -> int:
    """Quality and signature as one number, as stores keep them."""
    return CODES[quality] + SIGNED * signed


def decoded(number: int) -> tuple[ReadingQuality, bool]:
    """Quality and signature of a code. Raises IndexError for a number that is none."""
    return _QUALITIES[number % SIGNED], number >= SIGNED


def unique(points: Sequence[Point]) -> Sequence[Point]:
    """The last of each place; nearly always all, which the set tells at less cost than a dict."""
    if len({point[:2] for point in points}) == len(points):
        return points
    return list({point[:2]: point for point in points}.values())


def judge(reading: Reading, meter: MeterFacts, *, now_ms: int) -> int | Flawed:
    """The reading's count, or why it is not stored (the first reason that applies)."""
    if reading.value < 0:
        return _flawed(reading, Refusal.VALUE_NEGATIVE)
    if reading.unit != meter.unit:
        reason = Refusal.UNIT_MISMATCH if reading.unit in _UNITS else Refusal.READING_UNIT_UNKNOWN
        return _flawed(reading, reason, expected=meter.unit)
    count = whole_counts(reading.value, meter.least_count)
    if count is None:
        return _flawed(reading, Refusal.VALUE_FINER_THAN_LEAST_COUNT, least_count=str(meter.least_count))
    if count >= meter.capacity:
        return _flawed(reading, Refusal.VALUE_ABOVE_REGISTER, digits=str(meter.digits))
    return _timed(reading, meter, count, now_ms)


def whole_counts(value: Decimal, least_count: Decimal) -> int | None:
    """How many least counts make the value, or None where it is finer. Exact for what a meter can send."""
    shift, units = scale(least_count)
    scaled = value.scaleb(shift, _EXACT)
    if scaled != scaled.to_integral_value(context=_EXACT):
        return None
    count, rest = divmod(int(scaled), units)
    return None if rest else count


def point_time_ns(ts_ms: int, seq: int) -> int:
    """The instant a reading is stored under: its ms, made unique by its sequence, equal when redelivered."""
    return ts_ms * 1_000_000 + seq % 1_000_000


def _timed(reading: Reading, meter: MeterFacts, count: int, now_ms: int) -> int | Flawed:
    ahead = reading.ts_ms - now_ms
    if ahead > AHEAD_MS_MAX:
        return _flawed(reading, Refusal.READING_IN_FUTURE, seconds=str(ahead // 1000))
    if ahead < -AGE_MS_MAX:
        return _flawed(reading, Refusal.READING_TOO_OLD, days=str(AGE_MS_MAX // 86_400_000))
    if reading.ts_ms < meter.valid_from_ms:
        return _flawed(reading, Refusal.READING_BEFORE_VALID_FROM)
    return count


def _flawed(reading: Reading, reason: Refusal, **facts: str) -> Flawed:
    seen = {"value": str(reading.value), "unit": reading.unit[:40]}
    return Flawed(reason, seq=reading.seq, ts_ms=reading.ts_ms, sent=reading.sent, facts=seen | facts)


@lru_cache(maxsize=1_000)
def scale(least_count: Decimal) -> tuple[int, int]:
    """Decimal places to shift so that the least count is whole, and that whole number."""
    exponent = least_count.normalize().as_tuple().exponent
    shift = max(0, -int(exponent))
    return shift, int(least_count.scaleb(shift))
