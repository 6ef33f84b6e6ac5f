"""Sets of sequence numbers behave as Python's sets, and are written as PostgreSQL writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sequences import SequenceSet

ranges = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)), max_size=25)


def built(parts: list[tuple[int, int]]) -> tuple[SequenceSet, set[int]]:
    made, plain = SequenceSet(), set[int]()
    for first, length in parts:
        made.add_range(first, first + length)
        plain |= set(range(first, first + length + 1))
    return made, plain


@given(ranges)
def test_a_sequence_set_equals_a_plain_set(parts: list[tuple[int, int]]) -> None:
    made, plain = built(parts)
    assert len(made) == len(plain)
    assert [number in made for number in range(80)] == [number in plain for number in range(80)]
    assert all(b[0] > a[1] + 1 for a, b in zip(made.ranges(), made.ranges()[1:], strict=False))


@given(ranges)
def test_its_text_reads_back(parts: list[tuple[int, int]]) -> None:
    made, _ = built(parts)
    assert SequenceSet.parse(made.text()).ranges() == made.ranges()


@given(ranges, ranges)
def test_union_is_union(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    union = built(left)[0] | built(right)[0]
    assert union.ranges() == built(left + right)[0].ranges()


@given(ranges, st.integers(0, 30), st.integers(0, 60))
def test_gaps_are_what_is_missing(parts: list[tuple[int, int]], first: int, length: int) -> None:
    made, plain = built(parts)
    missing = {n for low, high in made.gaps(first, first + length) for n in range(low, high + 1)}
    assert missing == set(range(first, first + length + 1)) - plain


@given(ranges, st.integers(0, 60))
def test_contiguous_reaches_to_the_first_gap(parts: list[tuple[int, int]], start: int) -> None:
    made, plain = built(parts)
    reached = start - 1
    while reached + 1 in plain:
        reached += 1
    assert made.contiguous_to(start) == reached


def test_an_empty_set_has_no_last_and_a_range_has_an_order() -> None:
    assert not SequenceSet()
    assert SequenceSet.parse("{}").text() == "{}"
    with pytest.raises(IndexError):
        _ = SequenceSet().last
    with pytest.raises(ValueError, match="no range"):
        SequenceSet().add_range(2, 1)
