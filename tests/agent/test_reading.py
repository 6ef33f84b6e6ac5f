"""Values become exact text: what a register holds, scaled, rounded only where it was a binary fraction."""

import struct
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reading import from_number, from_registers, number_of, value_text
from agent.settings import TimeFormat
from agent.sources.instants import instant_ms

CENT = Decimal("0.01")


def registers(layout: str, number: float) -> list[int]:
    packed = struct.pack(layout, number)
    return [int.from_bytes(packed[n : n + 2], "big") for n in range(0, len(packed), 2)]


@pytest.mark.parametrize(
    ("numeric", "layout", "number"),
    [
        ("uint16", ">H", 65_535),
        ("int16", ">h", -2),
        ("uint32", ">I", 4_000_000_001),
        ("int32", ">i", -70_000),
        ("uint64", ">Q", 2**63 + 1),
        ("int64", ">q", -(2**60)),
        ("float64", ">d", 1234.5),
    ],
)
def test_numbers_come_out_of_registers_in_each_of_the_four_orders(
    numeric: str, layout: str, number: float
) -> None:
    words = registers(layout, number)
    swapped = [int.from_bytes(word.to_bytes(2, "big"), "little") for word in words]
    assert from_registers(words, numeric, "ABCD") == Decimal(number)
    assert from_registers(words[::-1], numeric, "CDAB") == Decimal(number)
    assert from_registers(swapped, numeric, "BADC") == Decimal(number)
    assert from_registers(swapped[::-1], numeric, "DCBA") == Decimal(number)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("ABCD", [0x0102, 0x0304]),
        ("CDAB", [0x0304, 0x0102]),
        ("BADC", [0x0201, 0x0403]),
        ("DCBA", [0x0403, 0x0201]),
    ],
)
def test_each_order_puts_the_bytes_where_its_name_says(order: str, words: list[int]) -> None:
    assert from_registers(words, "uint32", order) == 0x01020304


def test_a_float_is_rounded_to_the_meters_least_count_and_nothing_else_is() -> None:
    single = from_registers(registers(">f", 1234.56), "float32", "ABCD")
    assert value_text(single, scale=Decimal(1), least_count=CENT) == "1234.56"
    assert value_text(Decimal("1.239"), scale=Decimal(1), least_count=None) == "1.239"
    assert value_text(Decimal(123456), scale=Decimal("0.001"), least_count=None) == "123.456"
    assert value_text(Decimal(1200), scale=Decimal("0.01"), least_count=None) == "12"


def test_what_is_no_number_goes_on_as_it_stands() -> None:
    assert value_text(from_number(float("nan")), scale=CENT, least_count=CENT) == "nan"
    assert value_text("n/a", scale=CENT, least_count=CENT) == "n/a"
    assert value_text(from_number(1.7e308), scale=Decimal(1), least_count=CENT).startswith("1699999")
    for text in ("1_000", "１２", "1,234.5", "", "0x10", "1e400", "NaN"):
        assert number_of(text) is None
    assert number_of(" 1.5e3 ") == 1500


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_an_integer_register_times_a_power_of_ten_is_exact(number: int, places: int) -> None:
    scale = Decimal(1).scaleb(-places)
    assert Decimal(value_text(Decimal(number), scale=scale, least_count=None)) == Decimal(number) * scale


@pytest.mark.parametrize(
    ("text", "form", "ms"),
    [
        ("2026-07-01 08:00:00", "iso", 1_782_864_000_000),
        ("2026-07-01T00:00:00.123Z", "iso", 1_782_864_000_123),
        ("2026/07/01 08:00", "%Y/%m/%d %H:%M", 1_782_864_000_000),
        ("1782864000", "epoch_s", 1_782_864_000_000),
        ("1782864000.5", "epoch_s", 1_782_864_000_500),
        ("1782864000123", "epoch_ms", 1_782_864_000_123),
    ],
)
def test_instants_are_read_as_the_source_writes_them(text: str, form: str, ms: int) -> None:
    assert instant_ms(text, TimeFormat(form=form, zone=ZoneInfo("Asia/Shanghai"))) == ms


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("yesterday", "iso"),
        ("-5", "epoch_s"),
        ("1e99", "epoch_s"),
        ("nan", "epoch_ms"),
        ("", "iso"),
        ("9e15", "epoch_ms"),
    ],
)
def test_an_instant_that_is_none_is_said_so(text: str, form: str) -> None:
    with pytest.raises(ValueError, match=r"1970|no number|form|instant"):
        instant_ms(text, TimeFormat(form=form, zone=ZoneInfo("UTC")))
