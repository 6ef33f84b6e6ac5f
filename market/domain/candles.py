"""Candles of a tape: open, high, low, close and volume of each step of time, exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STEPS = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A market day begins at midnight in China, 16:00 UTC the day before.
CHINA = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Print:
    """One trade of the tape: when, at what price (0.01 coin), how much (t)."""

    at: datetime
    price_cents: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Candle:
    """One step: prices in 0.01 coin, volume in t, turnover in 0.01 coin."""

    start: datetime
    open_cents: int
    high_cents: int
    low_cents: int
    close_cents: int
    volume: int
    turnover_cents: int


def start_of(at: datetime, step: timedelta) -> datetime:
    """Begin of the step that holds `at`, cut in China time."""
    return EPOCH - CHINA + (at - EPOCH + CHINA) // step * step


def candles(prints: Iterable[Print], step: timedelta) -> list[Candle]:
    """Candles of trades in their order on the ledger; steps without a trade have none."""
    made: list[Candle] = []
    for trade in prints:
        start = start_of(trade.at, step)
        if made and made[-1].start == start:
            made[-1] = _with(made[-1], trade)
        else:
            price = trade.price_cents
            made.append(Candle(start, price, price, price, price, trade.quantity, price * trade.quantity))
    return made


def _with(candle: Candle, trade: Print) -> Candle:
    return Candle(
        start=candle.start,
        open_cents=candle.open_cents,
        high_cents=max(candle.high_cents, trade.price_cents),
        low_cents=min(candle.low_cents, trade.price_cents),
        close_cents=trade.price_cents,
        volume=candle.volume + trade.quantity,
        turnover_cents=candle.turnover_cents + trade.price_cents * trade.quantity,
    )
