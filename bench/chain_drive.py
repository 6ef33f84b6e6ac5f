"""`python -m bench.chain_drive --home DIR`: writes and takes on a running network, one client and fifty.

Prints one JSON object: times in ms from the call to CommitStatus, and how many a second fifty clients get.
What is compared takes turns, call by call and round by round, so that the machine's moods fall on all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError, Refusal_
from ledger.gateway import Gateway
from ledger.network import Network, load
from lexicon import canonical

from bench import chain_contest as contest
from bench import driven
from bench.calibration import calibrate
from bench.chain_people import IDENTITIES, PRICE_CENTS, People, Purse
from bench.plain_chaincode import PUT

CLIENTS = 50
ALONE, WARM_UP = 60, 10
ROUNDS, ROUND_S, ROUND_WARM_UP_S = 8, 1.5, 0.5
PLAIN_VALUE = b"x" * 100

Act = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Tally:
    """What a crowd did: successes that count for its rate, and failures by name."""

    counted: int = 0
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


async def plain_put(people: People) -> None:
    """One put of `bench.plain_chaincode`. Raises Refusal_, LedgerError."""
    await people.send(("regulator", "ingest"), PUT, uuid.uuid4().hex.encode(), PLAIN_VALUE)


async def in_turn(acts: Mapping[str, Act]) -> dict[str, list[float]]:
    """Times of one client in ms, one call after the other, each kind in its turn.

    Raises what a call raises: alone, none may fail.
    """
    times: dict[str, list[float]] = {kind: [] for kind in acts}
    for number in range(WARM_UP + ALONE):
        for kind, act in acts.items():
            began = time.perf_counter()
            await act()
            if number >= WARM_UP:
                times[kind].append((time.perf_counter() - began) * 1000)
    return times


async def alone(act: Act) -> list[float]:
    """The same for one kind of call."""
    return (await in_turn({"": act}))[""]


class Growth:
    """How much a peer's files grow by what a crowd does; its node's folder is the engine's own business."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._grown: Counter[str] = Counter()
        self._transactions = 0
        self._found = True

    async def by(self, round_: Awaitable[int]) -> None:
        """Adds what happens while a round runs, which gives its transactions."""
        before = self._sizes()
        self._transactions += await round_
        after = self._sizes()
        self._found = self._found and all(after.values())
        self._grown.update({kind: after[kind] - before[kind] for kind in after})

    def told(self) -> dict[str, float] | None:
        """Bytes a transaction of blocks and of state; None where the files are not found."""
        if not self._transactions or not self._found:
            return None
        return {kind: grown / self._transactions for kind, grown in self._grown.items()}

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


async def crowds(kinds: Mapping[str, list[Act]], home: Path) -> dict[str, Any]:
    """By kind: how many calls a second count when all its clients call without a pause, what failed, and how
    the files grew. The kinds take turns, `ROUNDS` times."""
    tallies = {kind: Tally() for kind in kinds}
    growths = {kind: Growth(home) for kind in kinds}
    for _ in range(ROUNDS):
        for kind, acts in kinds.items():
            await growths[kind].by(_round(acts, tallies[kind]))
    return {
        "per_s": {kind: tally.counted / (ROUNDS * ROUND_S) for kind, tally in tallies.items()},
        "failed": {kind: dict(tally.failed) for kind, tally in tallies.items()},
        "growth_bytes": {kind: growth.told() for kind, growth in growths.items()},
    }


async def _round(acts: list[Act], tally: Tally) -> int:
    """One round of one crowd; how many transactions it made, counted in the figure or not."""
    begin, done = time.monotonic() + ROUND_WARM_UP_S, list[float]()
    await asyncio.gather(*(_repeat(act, tally, done, begin + ROUND_S) for act in acts))
    tally.counted += sum(begin <= at < begin + ROUND_S for at in done)
    return len(done)


async def _repeat(act: Act, tally: Tally, done: list[float], end: float) -> None:
    while time.monotonic() < end:
        try:
            await act()
            done.append(time.monotonic())
        except (LedgerError, Refusal_) as error:
            tally.failed[getattr(error, "name", "") or getattr(error, "status", "") or "fault"] += 1


@contextlib.asynccontextmanager
async def at_work(home: Path) -> AsyncIterator[tuple[Network, People, list[Taker]]]:
    """The people of a running network, and as many takers as a crowd has, with one more."""
    network = load(home)
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        people = People(network.network, gateways)
        yield network, people, [Taker(people, purse) for purse in await people.prepare(CLIENTS + 1)]


def kinds_of(people: People, takers: list[Taker], *, plain: bool) -> dict[str, list[Act]]:
    """The crowds that are compared; plain: with the put of `bench.plain_chaincode`, which must be there."""
    kinds: dict[str, list[Act]] = {
        "write": [lambda: write(people)] * CLIENTS,
        "take": [taker.take for taker in takers],
    }
    return {"put": [lambda: plain_put(people)] * CLIENTS, **kinds} if plain else kinds


async def drive(home: Path, *, plain: bool = False) -> dict[str, Any]:
    """Confirmation alone, throughput of the crowd, growth of the files, and the contests."""
    async with at_work(home) as (network, people, takers):
        kinds = kinds_of(people, takers[1:], plain=plain)
        before = calibrate().factor
        times = await in_turn({kind: acts[0] for kind, acts in kinds.items()} | {"take": takers[0].take})
        factor = (before + calibrate().factor) / 2
        return {
            "times_ms": times,
            "factor": factor,
            **await crowds(kinds, home),
            "contests": await _contests(network, people),
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
