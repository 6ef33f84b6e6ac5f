"""Canonical JSON: the same bytes from every writer, and only those bytes read back."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.canonical import SAFE_INTEGER, NotCanonical, decode, digest, encode

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
LEAVES = st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value):
    written = encode(value)
    assert decode(written) == value
    assert encode(decode(written)) == written


@given(VALUES)
def test_the_bytes_are_those_of_the_standard_library_with_sorted_keys(value):
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert encode(value) == plain.encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "not_integer"),
        (float("nan"), "not_integer"),
        (2**53, "not_integer"),
        (Decimal("NaN"), "not_integer"),
        ({"A": 1}, "bad_key"),
        ({"a\n": 1}, "bad_key"),
        ({"__proto__": 1}, "bad_key"),
        ({1: 1}, "bad_key"),
        ("\ud83c", "lone_surrogate"),
        (b"x", "bad_type"),
        ({"a": {1, 2}}, "bad_type"),
    ],
)
def test_a_value_outside_the_subset_is_refused_by_reason(value, reason):
    with pytest.raises(NotCanonical) as refused:
        encode(value)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        (b'{"a":1,"a":1}', "not_canonical"),
        (b'{"b":1,"a":1}', "not_canonical"),
        (b'{"a": 1}', "not_canonical"),
        (b"-0", "not_canonical"),
        (b'"\\u4e70"', "not_canonical"),
        (b'"\\/"', "not_canonical"),
        (b"1.0", "not_integer"),
        (b"1e2", "not_integer"),
        (b"NaN", "not_integer"),
        (b"9007199254740993", "not_integer"),
        (b"\xef\xbb\xbf1", "not_json"),
        (b"\xff", "not_utf8"),
        (b'{"a":1', "not_json"),
        (b'"\\ud83c"', "lone_surrogate"),
        (b"[" * 100_000, "too_deep"),
        (b"[" * 40 + b"]" * 40, "too_deep"),
        (b'"' + b"x" * 300_000 + b'"', "too_large"),
    ],
)
def test_received_bytes_that_we_would_not_write_are_refused_by_reason(received, reason):
    with pytest.raises(NotCanonical) as refused:
        decode(received)
    assert refused.value.reason == reason


def test_a_decimal_is_text_without_an_exponent():
    assert encode({"coal_t": Decimal("1E+3")}) == b'{"coal_t":"1000"}'
    assert encode(Decimal("0.0010")) == b'"0.0010"'


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_number_of_more_digits_than_python_reads_is_refused_by_reason():
    with pytest.raises(NotCanonical) as refused:
        decode(b'{"a":' + b"1" * 5000 + b"}")
    assert refused.value.reason == "not_integer"
