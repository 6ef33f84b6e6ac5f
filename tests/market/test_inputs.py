"""Which lots and coin an order names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.refusals import Refusal, Refused

from market.domain.inputs import (
    CLIPS_MAX,
    COIN_OUTPUTS,
    CoinPart,
    LotPart,
    choose_coins,
    choose_lots,
    clip_sizes,
    clips_of,
    split_of,
)


def first(places):
    return places[0]


def last(places):
    return places[-1]


def test_the_smallest_lot_that_suffices_is_used_alone_and_in_part() -> None:
    lots = [LotPart(1, 500), LotPart(501, 80), LotPart(581, 100)]
    assert choose_lots(lots, 90, pick=first) == [LotPart(581, 90)]


def test_equals_are_drawn() -> None:
    coins = [CoinPart("a", 0, 70), CoinPart("b", 0, 70), CoinPart("c", 0, 900)]
    assert choose_coins(coins, 50, pick=first)[0].tx == "a"
    assert choose_coins(coins, 50, pick=last)[0].tx == "b"


@pytest.mark.parametrize("held", [[], [5], [5, 4]])
def test_more_than_is_held_is_refused_with_the_figures(held: list[int]) -> None:
    lots = [LotPart(place * 100, quantity) for place, quantity in enumerate(held)]
    with pytest.raises(Refused) as caught:
        choose_lots(lots, 10, pick=first)
    assert caught.value.refusal is Refusal.HOLDING_TOO_SMALL
    assert caught.value.facts == {"available": sum(held), "needed": 10}


def test_more_coin_than_there_is_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        choose_coins([CoinPart("a", 0, 99)], 100, pick=first)
    assert caught.value.refusal is Refusal.BALANCE_TOO_SMALL


def test_an_order_of_too_many_inputs_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        choose_lots([LotPart(place, 1) for place in range(250)], 240, pick=first)
    assert caught.value.refusal is Refusal.TOO_MANY_INPUTS


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=40), st.data())
def test_lots_give_exactly_the_quantity_and_none_is_named_twice(sizes, data) -> None:
    quantity = data.draw(st.integers(1, sum(sizes)))
    lots = [LotPart(place * 10_000, size) for place, size in enumerate(sizes)]
    parts = choose_lots(lots, quantity, pick=data.draw(st.sampled_from([first, last])))
    assert sum(part.quantity for part in parts) == quantity
    assert len({part.serial_from for part in parts}) == len(parts)
    held = {lot.serial_from: lot.quantity for lot in lots}
    assert all(0 < part.quantity <= held[part.serial_from] for part in parts)
    clips = clips_of(parts, clip_sizes(quantity))
    assert len(clips) <= CLIPS_MAX
    assert sum(clip.quantity for clip in clips) == quantity
    assert all(sum(lot.quantity for lot in clip.inputs) == clip.quantity for clip in clips)
    serials = [
        serial
        for clip in clips
        for lot in clip.inputs
        for serial in range(lot.serial_from, lot.serial_from + lot.quantity)
    ]
    assert len(serials) == len(set(serials))
    assert set(serials) <= {
        serial for part in parts for serial in range(part.serial_from, part.serial_from + part.quantity)
    }


@pytest.mark.parametrize(
    ("quantity", "lot_t", "sizes"),
    [
        (50, 1, [50]),
        (300, 1, [100] * 3),
        (3000, 1, [375] * 8),
        (1000, 100, [200, 200, 100, 100, 100, 100, 100, 100]),
    ],
)
def test_clips_are_few_even_and_multiples_of_the_lot(quantity: int, lot_t: int, sizes: list[int]) -> None:
    assert clip_sizes(quantity, lot_t=lot_t) == sizes


@given(st.lists(st.integers(1, 10_000_000), min_size=1, max_size=12))
def test_a_split_keeps_the_sum_and_reaches_for_eight_outputs(amounts) -> None:
    found = split_of(amounts)
    if found is None:
        return
    place, parts = found
    assert sum(parts) == amounts[place] == max(amounts)
    assert 2 <= len(parts) <= COIN_OUTPUTS


def test_one_large_output_becomes_eight() -> None:
    assert split_of([8_000_00]) == (0, [100_000] * 8)
    assert split_of([100_000] * 8) is None
    assert split_of([500]) is None
