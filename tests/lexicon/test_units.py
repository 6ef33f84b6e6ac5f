"""Units and rounding: one door from text, exact conversions, no sum of unlike things."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.units import (
    NotANumber,
    Quantity,
    Rounding,
    Unit,
    UnitMismatch,
    cents_from_coin,
    coin_from_cents,
    convert,
    cover_t_from_grams,
    decimal_from_text,
    grams_from_t,
    rounded,
    t_from_grams,
)


@pytest.mark.parametrize("text", ["0", "12", "-3.50", "0.001", "123456789012345678.123456"])
def test_plain_decimal_text_is_a_number(text):
    assert format(decimal_from_text(text), "f") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "01",
        ".5",
        "5.",
        "1e3",
        "NaN",
        "Infinity",
        "1,000",
        "１２",
        "1\n",
        "9" * 41,
        1,
        1.5,
        None,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(NotANumber):
        decimal_from_text(text)


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        ("1", Unit.TONNE, Unit.KILOGRAM, "1000"),
        ("1", Unit.TEN_THOUSAND_NM3, Unit.NM3, "10000"),
        ("1", Unit.TEN_THOUSAND_NM3, Unit.THOUSAND_NM3, "10"),
        ("1", Unit.MWH, Unit.KWH, "1000"),
        ("1", Unit.GJ_PER_T, Unit.KJ_PER_KG, "1000"),
        ("1", Unit.GJ_PER_10K_NM3, Unit.KJ_PER_NM3, "100"),
        ("1", Unit.GJ_PER_10K_NM3, Unit.GJ_PER_1K_NM3, "0.1"),
        ("1", Unit.TC_PER_GJ, Unit.TC_PER_TJ, "1000"),
        ("5", Unit.PERCENT, Unit.ONE, "0.05"),
    ],
)
def test_conversions_are_those_of_the_case_file(value, from_unit, to_unit, expected):
    assert convert(Fraction(value), from_unit, to_unit) == Fraction(expected)
    assert convert(Fraction(expected), to_unit, from_unit) == Fraction(value)


def test_quantities_of_different_units_do_not_meet():
    coal, power = Quantity.of("1", Unit.TONNE), Quantity.of("1", "MWh")
    for wrong in (
        lambda: coal + power,
        lambda: coal - power,
        lambda: coal < power,
        lambda: coal.in_unit(Unit.MWH),
    ):
        with pytest.raises(UnitMismatch):
            wrong()
    assert coal + coal == Quantity(Decimal(2), Unit.TONNE)
    with pytest.raises(ValueError, match="bushel"):
        Quantity.of("1", "bushel")


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        ("0.5", Rounding.COVER_TONNES, "1"),
        ("-0.5", Rounding.COVER_TONNES, "-1"),
        ("-0.4", Rounding.COVER_TONNES, "0"),
        ("2.999", Rounding.ALLOWANCE_TONNES, "2"),
        ("1.0005", Rounding.PAGE_ACCOUNTING, "1.001"),
        ("1.25", Rounding.PAGE_TILE, "1.3"),
        ("1/3", Rounding.CASE, "0.333333"),
        ("2/3", Rounding.CASE, "0.666667"),
    ],
)
def test_the_rounding_table(value, rounding, expected):
    assert str(rounded(Fraction(value), rounding)) == expected


@given(st.fractions(min_value=0, max_value=10**9), st.sampled_from(list(Rounding)))
def test_rounding_moves_a_value_by_less_than_its_last_digit(value, rounding):
    _, decimals, _ = rounding.value
    assert abs(Fraction(rounded(value, rounding)) - value) < Fraction(1, 10**decimals)


@given(st.integers(0, 10**15))
def test_grams_survive_the_way_to_tonnes_and_back(grams):
    assert grams_from_t(t_from_grams(grams)) == grams


def test_grams_round_half_up_from_the_unrounded_value():
    assert grams_from_t(Fraction(1, 3)) == 333_333
    assert grams_from_t(Decimal("0.0000005")) == 1
    assert (cover_t_from_grams(499_999), cover_t_from_grams(500_000)) == (0, 1)


def test_coin_has_two_decimals():
    assert cents_from_coin("70.50") == 7050
    assert str(coin_from_cents(7050)) == "70.50"
    with pytest.raises(NotANumber):
        cents_from_coin("70.505")
