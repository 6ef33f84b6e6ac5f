"""What a topic leads to, with all that judging one reading needs at hand. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.intake import MeterFacts, scale

# No value of a register of 18 digits and its decimals is longer.
TEXT_LENGTH_MAX = 30


@dataclass(slots=True)
class Route:
    """One topic of one meter."""

    facts: MeterFacts
    prefix: str
    is_batch: bool
    meter: int = field(init=False)
    unit: str = field(init=False)
    shift: int = field(init=False)
    units: int = field(init=False)
    capacity: int = field(init=False)
    valid_from_ms: int = field(init=False)
    _one: re.Pattern[str] | None = field(init=False)
    _many: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        self.meter, self.unit, self.capacity = self.facts.key, self.facts.unit, self.facts.capacity
        self.valid_from_ms = self.facts.valid_from_ms
        self.shift, self.units = scale(self.facts.least_count)
        whole = self.facts.digits - self.shift
        self._one, self._many = _usual(whole, self.shift) if self.units == 1 and whole > 0 else (None, None)

    def count(self, text: str) -> int:
        """The count of a plain decimal text, or -1 where the long way has to look at it."""
        if self._one and self._one.match(text):
            return int(text.replace(".", ""))
        whole, _, decimals = text.partition(".")
        digits = whole + decimals
        if not (digits.isascii() and digits.isdigit()) or len(text) > TEXT_LENGTH_MAX:
            return -1
        if (whole[:1] == "0" and whole != "0") or not whole or text[-1] == ".":
            return -1
        missing = self.shift - len(decimals)
        if missing < 0:
            return -1
        count, rest = divmod(int(digits) * 10**missing, self.units)
        return -1 if rest or count >= self.capacity else count

    def counts(self, texts: Sequence[str]) -> str | None:
        """The counts of plain decimal texts, separated by commas, or None where one is left to the long way.

        Texts with just the decimals of the least count, as nearly all are, become counts by leaving out the
        point: all at once, without a number for any of them.
        """
        joined = ",".join(texts)
        # A text with a comma in it would make two counts of one reading.
        if self._many and joined.count(",") == len(texts) - 1 and self._many.match(joined):
            digits = joined.replace(".", "")
            if digits[0] != "0" and ",0" not in digits:
                return digits
            return ",".join([str(int(count)) for count in digits.split(",")])
        counts = [self.count(text) for text in texts]
        return None if min(counts) < 0 else ",".join(map(str, counts))


@lru_cache(maxsize=1_000)
def _usual(whole: int, decimals: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One number that a register with so many digits around its point can show; and many of them."""
    one = rf"(?:0|[1-9][0-9]{{0,{whole - 1}}}+)" + (rf"\.[0-9]{{{decimals}}}" if decimals else "")
    return re.compile(rf"{one}\Z"), re.compile(rf"(?:{one},)*{one}\Z")
