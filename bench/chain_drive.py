"""`python -m bench.chain_drive --home DIR`: writes and takes on a running network, one client and fifty.

Prints one JSON object: times in ms from the call to CommitStatus, and how many a second fifty clients get.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError, Refusal_
from ledger.gateway import Gateway
from ledger.network import Network, load
from lexicon import canonical

from bench import chain_contest as contest
from bench import driven
from bench.chain_people import IDENTITIES, PRICE_CENTS, People, Purse

CLIENTS = 50
ALONE, WARM_UP = 60, 10
CROWD_S, CROWD_WARM_UP_S = 8.0, 2.0

Act = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Tally:
    """What a crowd did: instants of success, and failures by name."""

    done: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)


class Taker:
    """Takes one tonne at a time from its own clip and pays with the change of the take before."""

    def __init__(self, people: People, purse: Purse) -> None:
        self._people = people
        self._purse = purse

    async def take(self) -> None:
        """One take. Raises Refusal_, LedgerError."""
        tx, n = self._purse.coin
        taken = {
            "listing": self._purse.listing,
            "k": 0,
            "quantity": "1",
            "price_cents": str(PRICE_CENTS),
        }
        args = {"takes": [taken], "coins": [{"tx": tx, "n": n}]}
        done = await self._people.send(
            ("enterprise", "relay"), "take", *self._people.signed("buyer", "take", args)
        )
        # Output 0 pays the seller, output 1 is the change.
        self._purse = Purse((done, 1), self._purse.listing)


async def write(people: People) -> None:
    """One anchor of a plant of its own: reads two keys, writes one. Raises Refusal_, LedgerError."""
    plant = uuid.uuid4().hex
    args = {
        "account": "acc_seller",
        "plant": plant,
        "day": "2026-06-01",
        "n": 0,
        "root": hashlib.sha256(plant.encode()).hexdigest(),
        "leaf_count": 1,
    }
    await people.send(("regulator", "ingest"), "anchor_day", canonical.encode(args))


async def alone(act: Act) -> list[float]:
    """Times of one client, one call after the other. Raises what a call raises: alone, none may fail."""
    times: list[float] = []
    for number in range(WARM_UP + ALONE):
        began = time.perf_counter()
        await act()
        if number >= WARM_UP:
            times.append((time.perf_counter() - began) * 1000)
    return times


class Growth:
    """How much a peer's files grow by what a crowd does; its node's folder is the engine's own business."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._before = self._sizes()
        self.transactions = 0

    def told(self) -> dict[str, float] | None:
        """Bytes a transaction of blocks and of state; None where the files are not found."""
        after = self._sizes()
        if not self.transactions or not all(after.values()):
            return None
        return {kind: (after[kind] - self._before[kind]) / self.transactions for kind in after}

    def _sizes(self) -> dict[str, int]:
        """One peer's blocks, and its state with index and history."""
        sizes = {"blocks": 0, "state": 0}
        for path in self._home.rglob("*"):
            within = path.relative_to(self._home).parts
            if "enterprise" not in "/".join(within) or not path.is_file():
                continue
            if path.name == "blocks.dat" or "chains" in within:
                sizes["blocks"] += path.stat().st_size
            elif path.name == "state.db":
                sizes["state"] += _pages(path)
            elif {"stateLeveldb", "historyLeveldb", "index"} & set(within):
                sizes["state"] += path.stat().st_size
        return sizes


def _pages(path: Path) -> int:
    """Bytes of a SQLite database in use: what waits in its log counts, what the log wastes does not."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        [[pages]] = database.execute("PRAGMA page_count").fetchall()
        [[size]] = database.execute("PRAGMA page_size").fetchall()
    return int(pages) * int(size)


async def crowd(acts: list[Act], growth: Growth) -> tuple[float, dict[str, int]]:
    """How many calls a second count when all clients call without a pause, and what failed."""
    tally = Tally()
    begin = time.monotonic() + CROWD_WARM_UP_S
    await asyncio.gather(*(_repeat(act, tally, begin + CROWD_S) for act in acts))
    counted = [at for at in tally.done if begin <= at < begin + CROWD_S]
    growth.transactions = len(tally.done)
    return len(counted) / CROWD_S, dict(tally.failed)


async def _repeat(act: Act, tally: Tally, end: float) -> None:
    while time.monotonic() < end:
        try:
            await act()
            tally.done.append(time.monotonic())
        except (LedgerError, Refusal_) as error:
            tally.failed[getattr(error, "name", "") or getattr(error, "status", "") or "fault"] += 1


async def drive(home: Path) -> dict[str, Any]:
    """Confirmation alone, throughput of the crowd, growth of the files, and the contests."""
    network = load(home)
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        people = People(network.network, gateways)
        takers = [Taker(people, purse) for purse in await people.prepare(CLIENTS + 1)]
        times = {"write": await alone(lambda: write(people)), "take": await alone(takers[0].take)}
        growth = Growth(home)
        writes, writes_failed = await crowd([lambda: write(people)] * CLIENTS, growth)
        told = {"write": growth.told()}
        growth = Growth(home)
        takes, takes_failed = await crowd([taker.take for taker in takers[1:]], growth)
        told["take"] = growth.told()
        contests = await _contests(network, people)
    return {
        "growth_bytes": told,
        "contests": contests,
        "times_ms": times,
        "per_s": {"write": writes, "take": takes},
        "failed": {"write": writes_failed, "take": takes_failed},
    }


async def _contests(network: Network, people: People) -> dict[str, Any]:
    """One hot listing, then 500 listings by 50 buyers; what takers were told beside what the ledger has."""
    buyers = await contest.prepare(people)
    hot, buyers = await contest.hot_listing(people, buyers)
    free, seconds = await contest.contest(people, buyers)
    return {
        "hot": {
            **_told(hot),
            **await contest.judged(network, hot, prefix="hot", each_t=contest.CLIPS * contest.CLIP_T),
        },
        "free": {
            **_told(free),
            "seconds": seconds,
            **await contest.judged(network, free, prefix="c_", each_t=1),
        },
    }


def _told(score: contest.Score) -> dict[str, Any]:
    return {
        "takes": len(score.takes),
        "conflicts": score.conflicts,
        "refused": dict(score.refused),
        "faults": dict(score.faults),
    }


if __name__ == "__main__":
    driven.main(drive, __doc__)
