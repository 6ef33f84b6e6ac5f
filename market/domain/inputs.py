"""Which lots and coin outputs an order names: few, fitting, and at random among equals.

A hot input is a conflict: two orders that name the same lot cannot both stand. So equals are drawn at random,
and one that fits alone is better than many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lexicon.refusals import Refusal, refuse

INPUTS_MAX = 200
CLIPS_MAX = 16
# Takers of one clip wait for each other; eight clips let eight take at once, and each costs a key.
CLIPS_USUAL = 8
CLIP_USEFUL_T = 100
# Enough outputs that a handful of orders can stand at once without sharing one.
COIN_OUTPUTS = 8
# Below this an output is not worth an order of its own: 100.00 coin.
COIN_USEFUL_CENTS = 10_000

Item = TypeVar("Item")
# Gives one of several equals; `random.SystemRandom().choice` in service, the first in tests.
Pick = Callable[[Sequence[int]], int]


@dataclass(frozen=True, slots=True)
class LotPart:
    """The first `quantity` t of the lot that starts at `serial_from`."""

    serial_from: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CoinPart:
    """An unspent output of coin, in 0.01 coin."""

    tx: str
    n: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ClipPart:
    """A part of a listing with the lots it offers."""

    quantity: int
    inputs: tuple[LotPart, ...]


def choose(sizes: Sequence[int], needed: int, *, pick: Pick) -> list[int]:
    """Places of the items to use for `needed`: the smallest that suffices alone, else the largest ones first.

    Raises: Refused too_many_inputs. The caller has checked that all together suffice.
    """
    enough = [size for size in sizes if size >= needed]
    if enough:
        smallest = min(enough)
        return [pick([place for place, size in enumerate(sizes) if size == smallest])]
    chosen: list[int] = []
    left = needed
    while left > 0:
        largest = max(size for place, size in enumerate(sizes) if place not in chosen)
        equals = [place for place, size in enumerate(sizes) if size == largest and place not in chosen]
        chosen.append(pick(equals))
        left -= largest
    if len(chosen) > INPUTS_MAX:
        refuse(Refusal.TOO_MANY_INPUTS, limit=INPUTS_MAX)
    return chosen


def choose_lots(lots: Sequence[LotPart], quantity: int, *, pick: Pick) -> list[LotPart]:
    """Lots that give exactly `quantity` t; the last one may be used in part.

    Raises: Refused holding_too_small, too_many_inputs.
    """
    held = sum(lot.quantity for lot in lots)
    if held < quantity:
        refuse(Refusal.HOLDING_TOO_SMALL, available=held, needed=quantity)
    parts: list[LotPart] = []
    left = quantity
    for place in choose([lot.quantity for lot in lots], quantity, pick=pick):
        used = min(left, lots[place].quantity)
        parts.append(LotPart(lots[place].serial_from, used))
        left -= used
    return parts


def choose_coins(coins: Sequence[CoinPart], cents: int, *, pick: Pick) -> list[CoinPart]:
    """Outputs that give at least `cents`; what is over comes back as change.

    Raises: Refused balance_too_small, too_many_inputs.
    """
    held = sum(coin.amount_cents for coin in coins)
    if held < cents:
        refuse(Refusal.BALANCE_TOO_SMALL, available=held, needed=cents)
    return [coins[place] for place in choose([coin.amount_cents for coin in coins], cents, pick=pick)]


def clip_sizes(quantity: int, *, lot_t: int = 1) -> list[int]:
    """Sizes of the clips of an order: at most 8, none small, each a multiple of the market's lot."""
    units = quantity // lot_t
    count = max(1, min(CLIPS_USUAL, quantity // CLIP_USEFUL_T, units))
    share, rest = divmod(units, count)
    return [(share + (1 if place < rest else 0)) * lot_t for place in range(count)]


def clips_of(parts: Sequence[LotPart], sizes: Sequence[int]) -> list[ClipPart]:
    """The parts, in order, cut into clips of these sizes; the rest of a cut lot starts at the next serial."""
    left = list(parts)
    clips: list[ClipPart] = []
    for size in sizes:
        inputs: list[LotPart] = []
        while sum(part.quantity for part in inputs) < size:
            part = left.pop(0)
            used = min(part.quantity, size - sum(taken.quantity for taken in inputs))
            inputs.append(LotPart(part.serial_from, used))
            if used < part.quantity:
                left.insert(0, LotPart(part.serial_from + used, part.quantity - used))
        clips.append(ClipPart(size, tuple(inputs)))
    return clips


def split_of(amounts_cents: Sequence[int]) -> tuple[int, list[int]] | None:
    """Which output to split, and into what, so that there are eight of useful size; None when there are.

    Gives the place of the largest output and the amounts, whose sum is its own.
    """
    useful = [amount for amount in amounts_cents if amount >= COIN_USEFUL_CENTS]
    missing = COIN_OUTPUTS - len(useful)
    if missing <= 0 or not useful:
        return None
    largest = max(amounts_cents)
    parts = min(missing + 1, largest // COIN_USEFUL_CENTS)
    if parts < 2:
        return None
    share = largest // parts
    return list(amounts_cents).index(largest), [*[share] * (parts - 1), largest - share * (parts - 1)]
