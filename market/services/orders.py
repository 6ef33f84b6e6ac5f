"""Orders made ready to sign: which lots, clips and coin of the account a person's wish comes to."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lexicon.market_arguments import (
    Clip,
    CoinInput,
    List,
    LotInput,
    LotUse,
    SplitCoin,
    Surrender,
    Take,
    TakeClip,
)
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AllowanceUnit, Side
from lexicon.transactions import Transaction, to_args

from market import duties, in_flight, selectors
from market.domain.inputs import (
    CoinPart,
    LotPart,
    choose_coins,
    choose_lots,
    clip_sizes,
    clips_of,
    split_of,
)
from market.models import ListingClip
from market.services import checks

_RANDOM = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants to do with an instrument; quantity in t, price in 0.01 coin at worst."""

    side: Side
    unit: AllowanceUnit
    vintage: int
    quantity: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Name and arguments to sign; what they come to in t and 0.01 coin."""

    name: str
    args: dict[str, Any]
    quantity: int
    cost_cents: int


def to_list(account: str, wish: Wish) -> Draft:
    """A new listing.

    Raises: Refused market_closed, price and quantity refusals, holding_too_small, balance_too_small,
    too_many_inputs.
    """
    state, parameters = checks.open_market()
    checks.price(wish.unit, wish.vintage, wish.price_cents, state=state, parameters=parameters)
    checks.quantity(wish.quantity, parameters)
    sizes = clip_sizes(wish.quantity, lot_t=parameters.lot_t)
    cents = wish.quantity * wish.price_cents
    if wish.side is Side.SELL:
        clips = _sell_clips(account, wish, sizes)
    else:
        coins = coins_for(account, cents)
        clips = [Clip(quantity=size, coins=coins if place == 0 else ()) for place, size in enumerate(sizes)]
    order = List(
        listing=new_id("lst"),
        side=wish.side,
        unit=wish.unit,
        vintage=wish.vintage,
        price_cents=wish.price_cents,
        clips=tuple(clips),
    )
    return Draft(Transaction.LIST, to_args(order), wish.quantity, cents)


def to_take(account: str, wish: Wish) -> Draft:
    """Taking the best offers of others up to a price; `side` is what the taker does.

    Raises: Refused market_closed, quantity refusals, clip_too_small (what is there), holding_too_small,
    balance_too_small, too_many_inputs.
    """
    _, parameters = checks.open_market()
    checks.quantity(wish.quantity, parameters)
    takes = _takes(account, wish)
    cents = sum(part.quantity * part.price_cents for part in takes)
    if wish.side is Side.BUY:
        order = Take(takes=tuple(takes), coins=coins_for(account, cents))
    else:
        lots = lots_for(account, wish)
        order = Take(takes=tuple(takes), lots=tuple(lot_input(part) for part in lots))
    return Draft(Transaction.TAKE, to_args(order), wish.quantity, cents)


def to_surrender(account: str, *, year: int, quantity: int) -> Draft:
    """Oldest lots first, for a year's obligation. Raises: Refused holding_too_small, too_many_inputs."""
    uses: list[LotUse] = []
    left = quantity
    for lot in duties.surrenderable(account, year):
        used = min(left, lot.quantity)
        if used:
            uses.append(
                LotUse(
                    unit=AllowanceUnit(lot.unit),
                    vintage=lot.vintage,
                    serial_from=lot.serial_from,
                    quantity=used,
                )
            )
            left -= used
    if left:
        refuse(Refusal.HOLDING_TOO_SMALL, available=quantity - left, needed=quantity)
    checks.no_repetition((use.unit, use.vintage, use.serial_from) for use in uses)
    order = Surrender(surrender=new_id("sur"), year=year, lots=tuple(uses))
    return Draft(Transaction.SURRENDER, to_args(order), quantity, 0)


def to_split(account: str) -> Draft:
    """One large output of coin into several, so that orders can stand side by side.

    Raises: Refused step_not_ready when the outputs are as they should be.
    """
    flight = in_flight.of_account(account)
    coins = [one for one in selectors.usable_coins(account) if (one.tx, one.n) not in flight.coins]
    found = split_of([coin.amount_cents for coin in coins])
    if found is None:
        refuse(Refusal.STEP_NOT_READY, step="split_coin")
    place, amounts = found
    order = SplitCoin(coin=_coin_input(coins[place]), amounts_cents=tuple(amounts))
    return Draft(Transaction.SPLIT_COIN, to_args(order), 0, coins[place].amount_cents)


def new_id(kind: str) -> str:
    """A fresh id of the ledger's, `lst_...`."""
    return f"{kind}_{secrets.token_hex(8)}"


def _pick(places: Sequence[int]) -> int:
    return _RANDOM.choice(places)


def _sell_clips(account: str, wish: Wish, sizes: list[int]) -> list[Clip]:
    return [
        Clip(quantity=clip.quantity, inputs=tuple(lot_input(part) for part in clip.inputs))
        for clip in clips_of(lots_for(account, wish), sizes)
    ]


def lots_for(account: str, wish: Wish) -> list[LotPart]:
    """Lots of the account that may be sold today, for exactly the wish. Raises: Refused holding_too_small,
    inputs_in_flight, too_many_inputs."""
    lots = selectors.usable_lots(account, unit=wish.unit, vintage=wish.vintage)
    flight = in_flight.of_account(account)
    free = [lot for lot in lots if lot.serial_from not in flight.lots]
    if sum(lot.quantity for lot in free) < wish.quantity <= sum(lot.quantity for lot in lots):
        refuse(Refusal.INPUTS_IN_FLIGHT, orders=flight.orders)
    return choose_lots(free, wish.quantity, pick=_pick)


def coins_for(account: str, cents: int) -> tuple[CoinInput, ...]:
    """Free outputs that suffice, none that an order on its way names. Raises: Refused balance_too_small,
    inputs_in_flight, too_many_inputs."""
    coins, flight = selectors.usable_coins(account), in_flight.of_account(account)
    free = [coin for coin in coins if (coin.tx, coin.n) not in flight.coins]
    if sum(coin.amount_cents for coin in free) < cents <= sum(coin.amount_cents for coin in coins):
        refuse(Refusal.INPUTS_IN_FLIGHT, orders=flight.orders)
    return tuple(_coin_input(coin) for coin in choose_coins(free, cents, pick=_pick))


def _coin_input(coin: CoinPart) -> CoinInput:
    return CoinInput(tx=coin.tx, n=coin.n)


def lot_input(part: LotPart) -> LotInput:
    """A part as an order names it."""
    return LotInput(serial_from=part.serial_from, quantity=part.quantity)


def _takes(account: str, wish: Wish) -> list[TakeClip]:
    """The best clips of others at the wish's price or better, at random among equal prices."""
    buying = wish.side is Side.BUY
    clips = [
        clip
        for clip in selectors.open_clips(wish.unit, wish.vintage)
        if _fits(clip, account, wish, buying=buying)
    ]
    _RANDOM.shuffle(clips)
    clips.sort(key=lambda clip: clip.listing.price_cents, reverse=not buying)
    takes: list[TakeClip] = []
    left = wish.quantity
    for clip in clips:
        part = min(left, clip.quantity_open)
        if part:
            price = clip.listing.price_cents
            takes.append(TakeClip(listing=clip.listing_id, k=clip.k, quantity=part, price_cents=price))
            left -= part
    if left:
        refuse(Refusal.CLIP_TOO_SMALL, available=wish.quantity - left)
    return takes


def _fits(clip: ListingClip, account: str, wish: Wish, *, buying: bool) -> bool:
    listing = clip.listing
    if listing.account == account or listing.side != (Side.SELL if buying else Side.BUY):
        return False
    return listing.price_cents <= wish.price_cents if buying else listing.price_cents >= wish.price_cents
