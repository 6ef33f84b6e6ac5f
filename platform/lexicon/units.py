"""Units, quantities and the one rounding table. The only door from text to Decimal.

Owns conversion and rounding. Does not own factors or formulas.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import Enum, StrEnum
from fractions import Fraction

# Plain decimal text: no exponent, no sign but minus, no spaces, no separators. NaN and Infinity do not match.
DECIMAL_TEXT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
# A register of 20 digits with 10 decimals is beyond any meter; longer text is an attack on arithmetic.
DECIMAL_TEXT_LENGTH_MAX = 40


class NotANumber(ValueError):
    """Text that is no plain decimal number; `text` is what came (cut to 40 characters)."""

    def __init__(self, text: object) -> None:
        self.text = str(text)[:DECIMAL_TEXT_LENGTH_MAX]
        super().__init__(f"not a plain decimal number: {self.text!r}")


class UnitMismatch(ValueError):
    """Two quantities of different units or dimensions met."""


class Unit(StrEnum):
    """A unit as written in inputs, meters and reports; dimension and exact size in its base unit."""

    dimension: str
    size: Fraction
    zh: str

    def __new__(cls, symbol: str, dimension: str = "", size: str = "1", zh: str = "") -> "Unit":
        """Member from symbol, dimension, size as exact text and Chinese name."""
        member = str.__new__(cls, symbol)
        member._value_ = symbol
        member.dimension = dimension
        member.size = Fraction(size)
        member.zh = zh
        return member

    ONE = "1", "ratio", "1", "无量纲"
    PERCENT = "%", "ratio", "1/100", "百分比"
    GRAM = "g", "mass", "1/1000000", "克"
    KILOGRAM = "kg", "mass", "1/1000", "千克"
    TONNE = "t", "mass", "1", "吨"
    NM3 = "Nm3", "gas_volume", "1/10000", "标准立方米"
    THOUSAND_NM3 = "1e3Nm3", "gas_volume", "1/10", "千标准立方米"
    TEN_THOUSAND_NM3 = "1e4Nm3", "gas_volume", "1", "万标准立方米"
    LITRE = "L", "volume", "1/1000", "升"
    M3 = "m3", "volume", "1", "立方米"
    KWH = "kWh", "electricity", "1/1000", "千瓦时"
    MWH = "MWh", "electricity", "1", "兆瓦时"
    MJ = "MJ", "energy", "1/1000", "兆焦"
    GJ = "GJ", "energy", "1", "吉焦"
    TJ = "TJ", "energy", "1000", "太焦"
    GJ_PER_T = "GJ/t", "energy_per_mass", "1", "吉焦/吨"
    KJ_PER_KG = "kJ/kg", "energy_per_mass", "1/1000", "千焦/千克"
    GJ_PER_10K_NM3 = "GJ/1e4Nm3", "energy_per_gas_volume", "1", "吉焦/万标准立方米"
    GJ_PER_1K_NM3 = "GJ/1e3Nm3", "energy_per_gas_volume", "10", "吉焦/千标准立方米"
    KJ_PER_NM3 = "kJ/Nm3", "energy_per_gas_volume", "1/100", "千焦/标准立方米"
    TC_PER_GJ = "tC/GJ", "carbon_per_energy", "1", "吨碳/吉焦"
    TC_PER_TJ = "tC/TJ", "carbon_per_energy", "1/1000", "吨碳/太焦"
    TC_PER_T = "tC/t", "carbon_per_mass", "1", "吨碳/吨"
    TC_PER_10K_NM3 = "tC/1e4Nm3", "carbon_per_gas_volume", "1", "吨碳/万标准立方米"
    T_PER_10K_NM3 = "t/1e4Nm3", "mass_per_gas_volume", "1", "吨/万标准立方米"
    TCO2 = "tCO2", "carbon_dioxide", "1", "吨二氧化碳"
    TCO2E = "tCO2e", "emission", "1", "吨二氧化碳当量"
    TCO2_PER_T = "tCO2/t", "carbon_dioxide_per_mass", "1", "吨二氧化碳/吨"
    TCO2E_PER_T = "tCO2e/t", "emission_per_mass", "1", "吨二氧化碳当量/吨"
    TCO2_PER_MWH = "tCO2/MWh", "carbon_dioxide_per_electricity", "1", "吨二氧化碳/兆瓦时"
    TCO2_PER_GJ = "tCO2/GJ", "carbon_dioxide_per_energy", "1", "吨二氧化碳/吉焦"
    KG_PER_T = "kg/t", "mass_per_mass", "1/1000", "千克/吨"
    KGN2O_PER_T = "kgN2O/t", "nitrous_oxide_per_mass", "1/1000", "千克氧化亚氮/吨"
    HOUR = "h", "time", "1", "小时"
    DEVICE = "device", "count", "1", "台"
    CELSIUS = "degC", "temperature", "1", "摄氏度"
    MINUTE_PER_CELL_DAY = "min/cell-day", "anode_effect_duration", "1", "分钟/槽日"
    SLOPE = "kg.cell-day/(t.min)", "anode_effect_slope", "1", "千克·槽日/(吨·分钟)"
    CARBON_COIN = "coin", "money", "1", "碳币"
    KW = "kW", "power", "1/1000", "千瓦"
    MW = "MW", "power", "1", "兆瓦"
    T_PER_H = "t/h", "mass_flow", "1", "吨/小时"
    KG_PER_H = "kg/h", "mass_flow", "1/1000", "千克/小时"
    NM3_PER_H = "Nm3/h", "gas_flow", "1/10000", "标准立方米/小时"
    M3_PER_H = "m3/h", "volume_flow", "1", "立方米/小时"
    MJ_PER_H = "MJ/h", "heat_flow", "1/1000", "兆焦/小时"
    GJ_PER_H = "GJ/h", "heat_flow", "1", "吉焦/小时"


# Version of the table above: sizes of units are exact and never change, new units raise it. Quantities that
# were converted say by which version.
UNITS_VERSION = 2

# What an hour at one of a rate makes: a rate meter's quantity is counted in these.
INTEGRALS = {
    Unit.KW: Unit.KWH,
    Unit.MW: Unit.MWH,
    Unit.T_PER_H: Unit.TONNE,
    Unit.KG_PER_H: Unit.KILOGRAM,
    Unit.NM3_PER_H: Unit.NM3,
    Unit.M3_PER_H: Unit.M3,
    Unit.MJ_PER_H: Unit.MJ,
    Unit.GJ_PER_H: Unit.GJ,
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that never travels without its unit; adds and compares with its own unit only."""

    value: Decimal
    unit: Unit

    @classmethod
    def of(cls, text: str, unit: Unit | str) -> "Quantity":
        """Quantity from plain decimal text. Raises NotANumber, ValueError for an unknown unit."""
        return cls(decimal_from_text(text), Unit(unit))

    def __add__(self, other: "Quantity") -> "Quantity":
        """Sum of two quantities of one unit. Raises UnitMismatch."""
        return Quantity(self.value + self._same(other), self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        """Difference of two quantities of one unit. Raises UnitMismatch."""
        return Quantity(self.value - self._same(other), self.unit)

    def __lt__(self, other: "Quantity") -> bool:
        """Order within one unit. Raises UnitMismatch."""
        return self.value < self._same(other)

    def in_unit(self, unit: Unit) -> Fraction:
        """Exact value in another unit of the same dimension. Raises UnitMismatch."""
        return convert(Fraction(self.value), self.unit, unit)

    def _same(self, other: "Quantity") -> Decimal:
        if self.unit is not other.unit:
            raise UnitMismatch(f"{self.unit} and {other.unit}")
        return other.value


def decimal_from_text(text: object) -> Decimal:
    """Decimal of plain decimal text (no exponent, no float, no NaN). Raises NotANumber."""
    if not isinstance(text, str) or len(text) > DECIMAL_TEXT_LENGTH_MAX or not DECIMAL_TEXT.match(text):
        raise NotANumber(text)
    return Decimal(text)


def convert(value: Fraction, from_unit: Unit, to_unit: Unit) -> Fraction:
    """Exact value in `to_unit` of `value` in `from_unit`. Raises UnitMismatch when dimensions differ."""
    if from_unit is to_unit:
        return value
    if from_unit.dimension != to_unit.dimension:
        raise UnitMismatch(f"{from_unit} and {to_unit}")
    return value * from_unit.size / to_unit.size


class Rounding(Enum):
    """The one rounding table: (name, decimals, mode). Rounded once, from the unrounded value, at the end."""

    STORED_GRAMS = ("stored_grams", 0, ROUND_HALF_UP)  # of grams: what is stored and minted
    COVER_TONNES = ("cover_tonnes", 0, ROUND_HALF_UP)  # of tonnes: report cover and obligation
    ALLOWANCE_TONNES = (
        "allowance_tonnes",
        0,
        ROUND_FLOOR,
    )  # allowances are never rounded in the holder's favour
    PAGE_ACCOUNTING = ("page_accounting", 3, ROUND_HALF_UP)
    PAGE_TILE = ("page_tile", 1, ROUND_HALF_UP)
    PERCENT = ("percent", 1, ROUND_HALF_UP)
    CASE = ("case", 6, ROUND_HALF_UP)  # worked cases and `tanheng compute`


def rounded(value: Fraction | Decimal, rounding: Rounding) -> Decimal:
    """`value` by a row of the table, a Decimal with exactly that many decimals; zero is not negative."""
    _, decimals, mode = rounding.value
    scaled = Fraction(value) * 10**decimals
    whole = _half_up(scaled) if mode == ROUND_HALF_UP else scaled.numerator // scaled.denominator
    return Decimal(whole).scaleb(-decimals)


def grams_from_t(emissions_t: Fraction | Decimal) -> int:
    """Whole grams, HALF_UP, of an unrounded mass in t: what is stored and minted."""
    return int(rounded(Fraction(emissions_t) * 1_000_000, Rounding.STORED_GRAMS))


def t_from_grams(emissions_g: int) -> Decimal:
    """Exact tonnes of whole grams."""
    return Decimal(emissions_g).scaleb(-6)


def cover_t_from_grams(emissions_g: int) -> int:
    """Whole tonnes, HALF_UP, as on a report's cover and in an obligation."""
    return int(rounded(Fraction(emissions_g, 1_000_000), Rounding.COVER_TONNES))


def cents_from_coin(text: str) -> int:
    """Whole cents of coin text such as `70.50`. Raises NotANumber, also for more than two decimals."""
    scaled = decimal_from_text(text).scaleb(2)
    if scaled != scaled.to_integral_value():
        raise NotANumber(text)
    return int(scaled)


def coin_from_cents(cents: int) -> Decimal:
    """Coin with two decimals of whole cents."""
    return Decimal(cents).scaleb(-2)


def _half_up(value: Fraction) -> int:
    """Nearest whole number, halves away from zero (as decimal's ROUND_HALF_UP), without losing digits."""
    magnitude = abs(value)
    whole = (2 * magnitude.numerator + magnitude.denominator) // (2 * magnitude.denominator)
    return -whole if value < 0 else whole
