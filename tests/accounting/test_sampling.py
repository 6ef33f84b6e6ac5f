"""The sample a seed draws is the same for everybody, has no item twice, and no seed is as good as another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.domain.sampling import draw, usual_size

ITEMS = [f"day:{number}" for number in range(100)]
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(SEEDS, st.integers(0, 100))
def test_a_sample_is_part_of_its_population_without_repeats(seed: str, size: int) -> None:
    drawn = draw(seed, ITEMS, size)
    assert len(drawn) == len(set(drawn)) == size
    assert set(drawn) <= set(ITEMS)
    assert draw(seed, ITEMS, size) == drawn


@given(SEEDS)
def test_a_longer_sample_begins_with_the_shorter(seed: str) -> None:
    assert draw(seed, ITEMS, 20)[:10] == draw(seed, ITEMS, 10)


def test_one_sample_is_written_down() -> None:
    assert draw("00" * 32, ITEMS[:5], 3) == WRITTEN


# SHA-256(32 zero bytes, turn) mod 5, 4, 3; computed once with sha256sum.
WRITTEN = ["day:2", "day:4", "day:0"]


def test_more_than_the_population_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="population"):
        draw("00" * 32, ITEMS, 101)


@pytest.mark.parametrize(("population", "size"), [(0, 0), (5, 5), (10, 10), (99, 10), (121, 11), (2500, 50)])
def test_the_usual_size_is_the_root_of_the_population(population: int, size: int) -> None:
    assert usual_size(population) == size
