"""What an order's named inputs must be, held against the read models: a page learns of a fault at once.

The ledger checks everything again; where this is a block behind, the ledger's word stands.
"""

from collections.abc import Iterable, Sequence

from lexicon.market_arguments import CoinInput, LotInput
from lexicon.records import MarketParameters
from lexicon.refusals import Refusal, refuse
from lexicon.terms import LotState

from market import in_flight, selectors
from market.domain.inputs import INPUTS_MAX
from market.models import CoinOutput, FrozenAccount, Lot
from market.selectors import MarketState


def open_market() -> tuple[MarketState, MarketParameters]:
    """Session and rules. Raises: Refused market_closed, market_halted."""
    state, parameters = selectors.market_state(), selectors.market_parameters()
    if parameters is None or not state.open:
        refuse(Refusal.MARKET_CLOSED)
    if state.halted:
        refuse(Refusal.MARKET_HALTED)
    return state, parameters


def trading_allowed(account: str) -> None:
    """Raises: Refused orders_frozen while two regulators keep the account from trading."""
    if FrozenAccount.objects.filter(pk=account).exists():
        refuse(Refusal.ORDERS_FROZEN)


def price(
    unit: str,
    vintage: int,
    price_cents: int,
    *,
    state: MarketState,
    parameters: MarketParameters,
    blocks: bool = False,
) -> None:
    """Raises: Refused instrument_not_traded, price_off_tick, price_out_of_band."""
    reference, low, high = selectors.price_band(
        unit, vintage, state=state, parameters=parameters, blocks=blocks
    )
    if not reference:
        refuse(Refusal.INSTRUMENT_NOT_TRADED, unit=unit, vintage=vintage)
    if price_cents % parameters.tick_cents:
        refuse(Refusal.PRICE_OFF_TICK, tick=parameters.tick_cents)
    if not low <= price_cents <= high:
        refuse(Refusal.PRICE_OUT_OF_BAND, low=low, high=high)


def quantity(quantity_t: int, parameters: MarketParameters) -> None:
    """Raises: Refused quantity_off_lot, quantity_too_large."""
    if quantity_t % parameters.lot_t:
        refuse(Refusal.QUANTITY_OFF_LOT, lot=parameters.lot_t)
    if quantity_t > parameters.order_max_t:
        refuse(Refusal.QUANTITY_TOO_LARGE, limit=parameters.order_max_t)


def no_repetition(inputs: Iterable[object]) -> None:
    """Raises: Refused too_many_inputs, input_twice."""
    named = list(inputs)
    if len(named) > INPUTS_MAX:
        refuse(Refusal.TOO_MANY_INPUTS, limit=INPUTS_MAX)
    if len(set(named)) != len(named):
        refuse(Refusal.INPUT_TWICE)


def lots(
    account: str, unit: str, vintage: int, inputs: Sequence[LotInput], *, state: MarketState, selling: bool
) -> None:
    """Each named lot is the account's, free, and large enough; for selling also tradable today.

    Raises: Refused input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, not_tradable_yet,
    lot_too_small, inputs_in_flight (an order of the account on its way names one of them).
    """
    no_repetition(part.serial_from for part in inputs)
    known = Lot.objects.filter(
        unit=unit, vintage=vintage, serial_from__in=[part.serial_from for part in inputs]
    )
    rows: dict[int, tuple[Lot | None, int]] = {lot.serial_from: (lot, lot.quantity) for lot in known}
    for part in inputs:
        lot, available = rows.get(part.serial_from, (None, 0))
        _lot(account, lot, part, available, state=state, selling=selling)
        # As on the ledger: what is left behind a part that was used starts at the next serial. Where nothing
        # is left, another lot may start there.
        if available > part.quantity:
            rows[part.serial_from + part.quantity] = (lot, available - part.quantity)
    flight = in_flight.of_account(account) if inputs else None
    if flight and any(part.serial_from in flight.lots for part in inputs):
        refuse(Refusal.INPUTS_IN_FLIGHT, orders=flight.orders)


def _lot(
    account: str, lot: Lot | None, part: LotInput, available: int, *, state: MarketState, selling: bool
) -> None:
    if lot is None:
        refuse(Refusal.LOT_UNKNOWN, serial_from=part.serial_from)
    if lot.owner != account:
        refuse(Refusal.LOT_NOT_YOURS, serial_from=part.serial_from)
    if lot.hold:
        refuse(Refusal.LOT_HELD, hold=lot.hold)
    listed_now = state.holds(lot.listing_session)
    if lot.state not in {LotState.FREE, LotState.LISTED} or (lot.state == LotState.LISTED and listed_now):
        refuse(Refusal.LOT_NOT_FREE, state=lot.state)
    if selling and lot.tradable_from_session > state.session:
        refuse(Refusal.NOT_TRADABLE_YET, session=lot.tradable_from_session)
    if available < part.quantity:
        refuse(Refusal.LOT_TOO_SMALL, available=available)


def coins(account: str, inputs: Sequence[CoinInput], needed_cents: int, *, state: MarketState) -> None:
    """Each named output is the account's, unspent and not locked; together they suffice.

    Raises: Refused input_twice, coin_unknown, coin_not_yours, coin_locked, balance_too_small,
    inputs_in_flight (an order of the account on its way names one of them).
    """
    no_repetition((coin.tx, coin.n) for coin in inputs)
    named = CoinOutput.objects.filter(tx__in={coin.tx for coin in inputs}, spent_tx="")
    rows = {(row.tx, row.n): row for row in named}
    available = 0
    for coin in inputs:
        row = rows.get((coin.tx, coin.n))
        if row is None:
            refuse(Refusal.COIN_UNKNOWN)
        if row.owner != account:
            refuse(Refusal.COIN_NOT_YOURS)
        if row.listing and state.holds(row.listing_session):
            refuse(Refusal.COIN_LOCKED)
        available += row.amount_cents
    if available < needed_cents:
        refuse(Refusal.BALANCE_TOO_SMALL, needed=needed_cents, available=available)
    flight = in_flight.of_account(account) if inputs else None
    if flight and any((coin.tx, coin.n) in flight.coins for coin in inputs):
        refuse(Refusal.INPUTS_IN_FLIGHT, orders=flight.orders)
