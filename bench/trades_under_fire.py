"""Traders that list and take through the market's services while processes die, and what became of it all.

Imported by `bench.trades_load` once Django is set up.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import Count
from kit.outbox import OPEN, OutboxRow
from lexicon.refusals import Refused
from lexicon.terms import AllowanceUnit, OutboxState, Side

from bench import market_drive
from bench.market_drive import Failed, Stage, prepare
from market.models import ChainEvent, Trade
from market.services import listings, orders, trades

# A killed peer or orderer is back in seconds; nothing may take longer than this in the end.
SETTLES_S = 120.0
WITHIN_S = 60.0
PRICE_CENTS = 7000
LISTED_T, TAKEN_T_MAX = 400, 20
AWAY, AWAY_PAUSE_S = (InterfaceError, OperationalError), 0.2
T = TypeVar("T")


@dataclass(slots=True)
class Log:
    """Every intent that a service answered 202 for, and why a trader could not sign."""

    accepted: list[uuid.UUID] = field(default_factory=list)
    not_signed: Counter[str] = field(default_factory=Counter)
    late: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(*, until: Path, ready: Path, traders: int) -> dict[str, Any]:
    """Trade until the file is there, wait until everything has ended, and count."""
    market_drive.WITHIN_S = WITHIN_S
    stage = Stage()
    prepare(stage)
    ready.touch()
    log = Log()
    crowd = [
        threading.Thread(target=_trade_until, args=(stage, log, until, number)) for number in range(traders)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    _settle(log)
    return _there(lambda: _counted(log))


def _trade_until(stage: Stage, log: Log, until: Path, number: int) -> None:
    """Trader 0 lists, the others take: several sellers of one account would only fight for its lots."""
    chance = random.Random(number)  # noqa: S311  quantities of a drill
    while not until.exists():
        if number == 0:
            offer = _wish(Side.SELL, PRICE_CENTS, LISTED_T)
            _one(log, lambda offer=offer: _list(stage, offer))  # type: ignore[misc]
        else:
            bid = _wish(Side.BUY, PRICE_CENTS, chance.randrange(1, TAKEN_T_MAX))
            _one(log, lambda bid=bid: _take(stage, bid))  # type: ignore[misc]
    close_old_connections()


def _wish(side: Side, price_cents: int, quantity: int) -> orders.Wish:
    return orders.Wish(
        side=side, unit=AllowanceUnit.CEA, vintage=2026, quantity=quantity, price_cents=price_cents
    )


def _list(stage: Stage, wish: orders.Wish) -> uuid.UUID:
    made = orders.to_list("acc_seller", wish)
    return listings.place(stage.viewer("seller"), stage.signed("seller", made.name, made.args)).id


def _take(stage: Stage, wish: orders.Wish) -> uuid.UUID:
    made = orders.to_take("acc_buyer", wish)
    return trades.take(stage.viewer("buyer"), stage.signed("buyer", made.name, made.args)).id


def _one(log: Log, sign: Callable[[], uuid.UUID]) -> None:
    """One order: accepted and followed, or not signed because the book or the purse has nothing for it."""
    try:
        row_id = sign()
    except Refused as refused:
        with log.lock:
            log.not_signed[refused.refusal.value] += 1
        time.sleep(0.05)
        return
    except AWAY:
        # Nobody was told 202: whether the intent is there decides nothing of what a trader may rely on.
        with log.lock:
            log.not_signed["database away"] += 1
        connection.close()
        time.sleep(AWAY_PAUSE_S)
        return
    with log.lock:
        log.accepted.append(row_id)
    began = time.perf_counter()
    try:
        _there(lambda: market_drive.wait(row_id, began))
    except Failed as failed:
        if "not committed" in str(failed):
            with log.lock:
                log.late += 1


def _there(ask: Callable[[], T]) -> T:
    """What the database answers, once it does: it dies like everybody. Raises its error after a while."""
    end = time.monotonic() + SETTLES_S
    while True:
        try:
            return ask()
        except AWAY:
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(AWAY_PAUSE_S)


def _settle(log: Log) -> None:
    end = time.monotonic() + SETTLES_S
    waiting = OutboxRow.objects.filter(pk__in=log.accepted, state__in=OPEN)
    while _there(waiting.exists) and time.monotonic() < end:
        time.sleep(0.2)


def _counted(log: Log) -> dict[str, Any]:
    rows = OutboxRow.objects.filter(pk__in=log.accepted)
    states = dict(rows.values_list("state").annotate(n=Count("pk")))
    committed = set(rows.filter(state=OutboxState.COMMITTED).values_list("tx_id", flat=True))
    events = ChainEvent.objects.filter(intent__in=[str(row_id) for row_id in log.accepted])
    twice = events.values("intent").annotate(n=Count("pk")).filter(n__gt=1).count()
    return {
        "accepted": len(log.accepted),
        "states": states,
        "refusals": dict(rows.exclude(refusal="").values_list("refusal").annotate(n=Count("pk"))),
        "not_signed": dict(log.not_signed),
        "late": log.late,
        "unanswered": sum(states.get(state, 0) for state in OPEN),
        "lost": len(log.accepted)
        - sum(states.values())
        + len(committed - set(events.values_list("pk", flat=True))),
        "applied_twice": twice,
        "not_told": events.exclude(pk__in=committed).count(),
        "trades": Trade.objects.count(),
    }
