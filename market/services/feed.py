"""Live frames of an event: the books it moved, the accounts it touched, and the overseers' feed.

Frames are absolute states, so that one seen twice does no harm. A book's frame is the whole quote (ten levels
a side, the last trades); an account's frame says which of its pages to read again, with its balances.
"""

from collections.abc import Iterator
from typing import Any

from ledger.events import Block, LedgerEvent

from market import selectors
from market.models import CoinOutput, Lot
from market.selectors import MarketState
from tenants import selectors as people

Frame = tuple[str, dict[str, Any]]
BOOK_OBJECTS = {"listing", "trade"}
TAPE_SHOWN = 20


def frames(event: LedgerEvent) -> Iterator[Frame]:
    """(topic, data) of everything an event changed; call it after the projection."""
    state = selectors.market_state()
    yield "oversight", story(event)
    for unit, vintage in sorted(_books(event)):
        yield f"market.{unit}-{vintage}", quote_frame(unit, vintage, state=state)
    for account in sorted(_accounts(event)):
        yield f"account.{account}", account_frame(account, event.name, state=state)


def chain_frame(block: Block) -> Frame:
    """The `chain` topic's frame for a block."""
    return "chain", {
        "height": block.number + 1,
        "header_hash": block.header_hash,
        "transactions": len(block.transactions),
        "names": [item.name for item in block.transactions],
    }


def story(event: LedgerEvent) -> dict[str, Any]:
    """One event in the overseers' feed, with names and the figures a line shows."""
    accounts = {event.account} | _accounts(event)
    names = people.organisation_names(sorted(accounts - {""}))
    trades = [
        {
            "unit": write.value["unit"],
            "vintage": str(write.value["vintage"]),
            "quantity": write.value["quantity"],
            "price_cents": write.value["price_cents"],
            "seller": write.value["seller"],
            "buyer": write.value["buyer"],
        }
        for write in event.written("trade")
        if write.value is not None
    ]
    return {
        "name": event.name,
        "tx_id": event.tx_id,
        "block_number": event.block_number,
        "at": event.at.isoformat(),
        "account": event.account,
        "names": names,
        "trades": trades,
        "objects": [[write.object, *map(str, write.key)] for write in event.writes][:20],
    }


def quote_frame(unit: str, vintage: int, *, state: MarketState | None = None) -> dict[str, Any]:
    """A quote as the `market` topic carries it: the REST answer's shape, own offers unmarked."""
    state = state or selectors.market_state()
    quote = selectors.quote(unit, vintage, state=state)
    opened_at = state.opened_at.isoformat() if state.opened_at else None
    return {
        "unit": unit,
        "vintage": str(vintage),
        "session": {
            "id": state.session,
            "phase": state.phase,
            "opened_at": opened_at,
            "halted": state.halted,
        },
        "previous_close_cents": str(quote.previous_close_cents),
        "low_cents": str(quote.low_cents),
        "high_cents": str(quote.high_cents),
        "last_cents": None if quote.last_cents is None else str(quote.last_cents),
        "volume": str(quote.volume),
        "sells": [_level(level) for level in quote.sells],
        "buys": [_level(level) for level in quote.buys],
        "tape": [
            {
                "trade": trade.trade,
                "at": trade.at.isoformat(),
                "price_cents": str(trade.price_cents),
                "quantity": str(trade.quantity),
                "tx_id": trade.tx_id,
            }
            for trade in quote.tape[:TAPE_SHOWN]
        ],
    }


def account_frame(account: str, because: str, *, state: MarketState | None = None) -> dict[str, Any]:
    """Balances of an account, and what happened."""
    state = state or selectors.market_state()
    coin = selectors.coin_balance(account, state=state)
    return {
        "kind": "assets",
        "because": because,
        "coin": {"free_cents": str(coin.free_cents), "locked_cents": str(coin.locked_cents)},
        "holdings": [
            {name: str(getattr(holding, name)) for name in holding.__slots__}
            for holding in selectors.holdings(account, state=state)
        ],
    }


def _level(level: Any) -> dict[str, Any]:
    return {
        "price_cents": str(level.price_cents),
        "quantity": str(level.quantity),
        "offers": level.offers,
        "own": "0",
    }


def _books(event: LedgerEvent) -> set[tuple[str, int]]:
    """Instruments whose book or tape changed; a session's change moves them all."""
    if any(write.object == "params" and write.key[0] == "session" for write in event.writes):
        return {(row["unit"], row["vintage"]) for row in selectors.traded()}
    return {
        (str(write.value["unit"]), int(str(write.value["vintage"])))
        for write in event.writes
        if write.object in BOOK_OBJECTS and write.value is not None
    }


def _accounts(event: LedgerEvent) -> set[str]:
    """Accounts whose holdings, orders or duties changed."""
    found = {
        str(write.value[field])
        for write in event.writes
        if write.value is not None
        for field in ("owner", "account", "seller", "buyer", "auditor", "counterparty")
        if write.value.get(field)
    }
    session = any(write.object == "params" and write.key[0] == "session" for write in event.writes)
    return found | (_with_locks() if session else set())


def _with_locks() -> set[str]:
    """Accounts that have something listed: a session's end sets it free."""
    listed = set(Lot.objects.exclude(listing="").values_list("owner", flat=True).distinct())
    coins = CoinOutput.objects.filter(spent_tx="").exclude(listing="")
    return listed | set(coins.values_list("owner", flat=True).distinct())
