"""What an account's own orders on their way to the ledger name: coin and lots that no second order may name.

The read model still shows them as free until the ledger has confirmed; an order that names them again would
be refused there as a double spend, seconds after its signature.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from kit import clock
from kit.outbox import OPEN, OutboxRow
from lexicon.terms import OutboxState

# A confirmed order is read within a fraction of a second; what was not within this is no reason to wait.
READ_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class InFlight:
    """orders: how many name something. coins: (tx, n) of outputs; lots: first serials."""

    orders: int
    coins: frozenset[tuple[str, int]]
    lots: frozenset[int]


def of_account(account: str) -> InFlight:
    """Of the account's orders that wait, are sent, or are confirmed and not read yet."""
    unread = Q(state=OutboxState.COMMITTED, read_at=None, committed_at__gte=clock.now() - READ_WITHIN)
    rows = OutboxRow.objects.filter(Q(state__in=OPEN) | unread, account=account)
    orders, coins, lots = 0, set[tuple[str, int]](), set[int]()
    for text in rows.values_list("intent_text", flat=True):
        named = list(_objects(json.loads(text).get("args", {})))
        its_coins = {(one["tx"], int(one["n"])) for one in named if {"tx", "n"} <= one.keys()}
        its_lots = {int(one["serial_from"]) for one in named if "serial_from" in one}
        orders += bool(its_coins or its_lots)
        coins |= its_coins
        lots |= its_lots
    return InFlight(orders, frozenset(coins), frozenset(lots))


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Every object within the arguments of an order."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)
