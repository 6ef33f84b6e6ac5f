"""Contests on a running network: one listing that everybody takes from, and 500 listings taken at random.

What the ledger says afterwards decides: a take that was acknowledged and is not there is lost, a listing that
was taken twice is doubled.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.errors import Advice, CommitError, LedgerError, Refusal_, advice
from ledger.network import Network
from operations.chain.peers import Held, held_by

from bench.chain_people import OUTPUTS_OF_ISSUE, PRICE_CENTS, People

RELAY = ("enterprise", "relay")
CLIPS, CLIP_T = 16, 30
HOT_PER_S, HOT_S = 20, 10.0
LISTINGS, SELLERS, BUYERS = 500, 10, 50
TRIES = 10
COIN_CENTS = 50_000_000
Coin = tuple[str, int]


@dataclass(slots=True)
class Score:
    """What the takers were told: takes that counted (transaction, listing), conflicts, refusals, faults."""

    takes: list[tuple[str, str]] = field(default_factory=list)
    conflicts: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Buyer:
    """One buyer and her unspent output; each take leaves the change."""

    people: People
    name: str
    coin: Coin
    score: Score

    async def take(self, listing: str, k: int, quantity: int) -> bool:
        """One take; a conflict is retried with a new proposal of the same intent. False when refused."""
        taken = {"listing": listing, "k": k, "quantity": str(quantity), "price_cents": str(PRICE_CENTS)}
        args = {"takes": [taken], "coins": [{"tx": self.coin[0], "n": self.coin[1]}]}
        signed = self.people.signed(self.name, "take", args)
        for _ in range(TRIES):
            try:
                tx = await self.people.send(RELAY, "take", *signed)
            except Refusal_ as refusal:
                self.score.refused[refusal.name] += 1
                return False
            except CommitError:
                self.score.conflicts += 1
            except LedgerError as error:
                if advice(error) is not Advice.NEW_PROPOSAL:
                    self.score.faults[f"{error.step} {error.status}: {str(error)[-160:]}"] += 1
                    return False
            else:
                # Output 0 pays the seller, output 1 is the change.
                self.coin = (tx, 1)
                self.score.takes.append((tx, listing))
                return True
        self.score.faults["never valid"] += 1
        return False


async def prepare(people: People) -> list[tuple[str, Coin]]:
    """Sellers, and buyers with an output of coin each."""
    names = [*(f"seller_{n}" for n in range(SELLERS)), *(f"buyer_{n}" for n in range(BUYERS))]
    await asyncio.gather(*(people.enrol(name, f"acc_{name}") for name in names))
    # One after the other: every issue writes the supply.
    return [(f"buyer_{n}", await _coin(people, f"buyer_{n}")) for n in range(BUYERS)]


async def _coin(people: People, name: str) -> Coin:
    what = {"kind": "coin", "amount": str(COIN_CENTS * OUTPUTS_OF_ISSUE)}
    return await people.issue(f"iss_{name}", f"acc_{name}", what), 0


async def hot_listing(
    people: People, buyers: Sequence[tuple[str, Coin]]
) -> tuple[Score, list[tuple[str, Coin]]]:
    """20 takes of 1 t a second on one listing of 16 clips, each clip by chance; conflicts are counted.

    As the organisation's relay does, takes of one clip go up one after the other.
    """
    first = await people.lots("seller_0", CLIPS * CLIP_T)
    clips = [
        {
            "quantity": str(CLIP_T),
            "inputs": [{"serial_from": str(first + k * CLIP_T), "quantity": str(CLIP_T)}],
        }
        for k in range(CLIPS)
    ]
    await people.act("seller_0", "list", _offer("hot", clips))
    score, chance = Score(), random.Random(1)  # noqa: S311  which clip is taken is no secret
    crowd = [Buyer(people, name, coin, score) for name, coin in buyers]
    free: asyncio.Queue[Buyer] = asyncio.Queue()
    for buyer in crowd:
        free.put_nowait(buyer)
    turns = [asyncio.Lock() for _ in range(CLIPS)]
    began, running = time.monotonic(), []
    for number in range(int(HOT_PER_S * HOT_S)):
        await asyncio.sleep(max(0.0, began + number / HOT_PER_S - time.monotonic()))
        k = chance.randrange(CLIPS)
        running.append(asyncio.ensure_future(_one(free, k, turns[k])))
    await asyncio.gather(*running)
    return score, [(buyer.name, buyer.coin) for buyer in crowd]


async def _one(free: asyncio.Queue[Buyer], k: int, turn: asyncio.Lock) -> None:
    async with turn:
        buyer = await free.get()
        try:
            await buyer.take("hot", k, 1)
        finally:
            free.put_nowait(buyer)


async def contest(people: People, buyers: Sequence[tuple[str, Coin]]) -> tuple[Score, float]:
    """500 listings of 1 t, each buyer takes one by chance until none is left; the score, and the seconds."""
    each = LISTINGS // SELLERS
    serials = [await people.lots(f"seller_{n}", each) for n in range(SELLERS)]
    await asyncio.gather(*(_offers(people, n, serials[n], each) for n in range(SELLERS)))
    open_now = {f"c_{n}_{number}" for n in range(SELLERS) for number in range(each)}
    score, began = Score(), time.monotonic()
    await asyncio.gather(
        *(
            _until_none(Buyer(people, name, coin, score), open_now, seed)
            for seed, (name, coin) in enumerate(buyers)
        )
    )
    return score, time.monotonic() - began


async def _offers(people: People, seller: int, first: int, count: int) -> None:
    for number in range(count):
        clip = {"quantity": "1", "inputs": [{"serial_from": str(first + number), "quantity": "1"}]}
        await people.act(f"seller_{seller}", "list", _offer(f"c_{seller}_{number}", [clip]))


async def _until_none(buyer: Buyer, open_now: set[str], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  which listing is taken is no secret
    while open_now:
        listing = chance.choice(sorted(open_now))
        await buyer.take(listing, 0, 1)
        # Taken by her or by somebody else: either way it is open no more.
        open_now.discard(listing)


def _offer(listing: str, clips: list[dict[str, Any]]) -> dict[str, Any]:
    offer = {"listing": listing, "side": "sell", "unit": "CEA", "vintage": 2026}
    return {**offer, "price_cents": str(PRICE_CENTS), "clips": clips}


async def judged(network: Network, score: Score, *, prefix: str, each_t: int) -> dict[str, int]:
    """Lost and doubled trades, as one organisation's peer holds them.

    prefix: of the listings' names; each_t: what one listing offered, so more than that was sold twice.
    """
    held: Held = await held_by(network, "regulator")
    trades = [json.loads(value) for key, value in held.rows.items() if key[0] == "trade"]
    there = [(trade["tx"], trade["listing"]) for trade in trades if trade["listing"].startswith(prefix)]
    taken: Counter[str] = Counter()
    for trade in trades:
        taken[trade["listing"]] += int(trade["quantity"]) if trade["listing"].startswith(prefix) else 0
    return {
        "trades": len(there),
        "lost": len(set(score.takes) - set(there)),
        "unknown": len(set(there) - set(score.takes)),
        "doubled": sum(max(0, quantity - each_t) for quantity in taken.values()),
    }
