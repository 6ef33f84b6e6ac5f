"""Exact numbers of the calculation: text to rational and back. Rounding is the lexicon's one table."""

import re
from fractions import Fraction

from lexicon.units import NotANumber, Rounding, decimal_from_text, rounded


def number(text: object) -> Fraction:
    """The exact value of plain decimal text. Raises NotANumber for anything else, a JSON number included."""
    return Fraction(*decimal_from_text(text).as_integer_ratio())


def is_number(text: object) -> bool:
    """Whether a value is a number as this system writes it: text, decimal point, no exponent."""
    try:
        decimal_from_text(text)
    except NotANumber:
        return False
    return True


def tco2e_text(value: Fraction) -> str:
    """Six decimals, HALF_UP: tonnes to the gram, the form in which lines and totals are compared."""
    return format(rounded(value, Rounding.CASE), "f")


def plain_text(value: Fraction) -> str:
    """The exact decimal text of a rational whose denominator has only the factors 2 and 5.

    Raises ValueError for any other: such a value is a result, never an input.
    """
    rest, places = value.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest, count = rest // factor, count + 1
        places = max(places, count)
    if rest != 1:
        raise ValueError("no finite decimal")
    digits = str(abs(value.numerator) * (10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[: len(digits) - places]}" + (f".{digits[-places:]}" if places else "")


def page_text(text: str) -> str:
    """An amount on a page: three decimals, HALF_UP of the stored text. Raises NotANumber."""
    return format(rounded(decimal_from_text(text), Rounding.PAGE_ACCOUNTING), "f")


def grouped_text(text: str) -> str:
    """A figure as print writes it: −1,234.5 for the -1234.5 of inputs; other text as it is."""
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not (whole.isascii() and whole.isdigit() and (rest.isdigit() or not point)):
        return text
    return f"{sign}{int(whole):,}{point}{rest}"


# Two elements or more with a number: CO2, C2F6 and CaMg(CO3)2, also as tCO2e, and no name of a stream.
_ELEMENT = "(?:Al|Ba|Ca|Cl|Fe|Li|Mg|Mn|Na|Si|Sr|C|F|H|K|N|O|S)"
_PART = f"(?:{_ELEMENT}[0-9]?)"
_COMPOUND = re.compile(
    rf"(?<![A-Za-z0-9])(?:k?[gt])?{_PART}+(?:{_PART}|\({_PART}{{2,}}\)[0-9])(?=e?(?![A-Za-z0-9]))"
)
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def compounds_text(text: str) -> str:
    """Words with chemical compounds as print writes them: CO₂ for CO2."""
    return _COMPOUND.sub(lambda found: found[0].translate(_LOW), text)


_SHOWN = (
    ("1e4", "10⁴"), ("1e3", "10³"), ("m3", "m³"), ("CO2", "CO₂"), ("N2O", "N₂O"), ("degC", "℃"),
)  # fmt: skip


def measure_text(amount: str, symbol: str) -> str:
    """An amount with its unit as sentences say it: 5 t, 0.95 for a share, whose unit is 1."""
    return amount if symbol == "1" else f"{amount} {unit_text(symbol)}"


def unit_text(symbol: str) -> str:
    """A unit as print writes it: 10⁴Nm³ for the 1e4Nm3 of inputs."""
    for written, shown in _SHOWN:
        symbol = symbol.replace(written, shown)
    return symbol
