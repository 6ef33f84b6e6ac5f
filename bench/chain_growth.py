"""`python -m bench.chain_growth --home DIR --sizes 1000,10000`: what a transaction costs as the state grows.

Fills the state with lots (listings of 16 clips make 16 at a time) and reports. At each size it measures one
client's writes and takes: the median from call to CommitStatus, and the processor time of client and nodes,
which other work on the machine disturbs least. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import statistics
import uuid
from pathlib import Path
from typing import Any

import psutil
from ledger.gateway import Gateway
from ledger.network import load

from bench import chain_drive
from bench.chain_drive import Act, Taker, alone, write
from bench.chain_people import IDENTITIES, PRICE_CENTS, People

CLIPS = 16
SELLERS = 20
REPORTERS = 40
PERIOD = "2026-05"
DIGESTS = ("statement_digest", "figures_root", "guideline_hash", "factor_sets_hash", "nonce_commitment")


async def measure(home: Path, sizes: list[int]) -> dict[str, Any]:
    """By size and kind of transaction: `p50` and `cpu`, both ms."""
    network = load(home)
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        people = People(network.network, gateways)
        [purse] = await people.prepare(1)
        taker = Taker(people, purse)
        await people.draw(PERIOD)
        await people.enrol("head", "acc_reporter", role="head")
        sellers = [f"filler_{number}" for number in range(SELLERS)]
        await asyncio.gather(*(people.enrol(name, f"acc_{name}") for name in sellers))
        rows: dict[str, Any] = {}
        there = 0
        for size in sizes:
            await _fill(people, sellers, size - there)
            there = size
            rows[str(size)] = {
                "write": await _cost(home, lambda: write(people)),
                "take": await _cost(home, taker.take),
            }
    return rows


async def _cost(home: Path, act: Act) -> dict[str, float]:
    nodes = [process for process in psutil.process_iter() if _of(home, process)]
    before = _cpu_s(nodes)
    times = await alone(act)
    calls = chain_drive.ALONE + chain_drive.WARM_UP
    return {"p50": statistics.median(times), "cpu": 1000 * (_cpu_s(nodes) - before) / calls}


def _of(home: Path, process: psutil.Process) -> bool:
    """Whether a process is this one or has the network's folder on its command line or in its environment."""
    try:
        told = [*process.cmdline(), *process.environ().values()]
    except psutil.Error:
        return False
    return process.pid == os.getpid() or any(str(home) in one for one in told)


def _cpu_s(processes: list[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(time.user + time.system for time in times)


async def _fill(people: People, sellers: list[str], count: int) -> None:
    """`count` more lots and as many more reports."""
    each = -(-count // (SELLERS * CLIPS))
    firsts = [await people.lots(seller, each * CLIPS) for seller in sellers]
    await asyncio.gather(*(_lots(people, *one, each) for one in zip(sellers, firsts, strict=True)))
    await asyncio.gather(*(_reports(people, count // REPORTERS) for _ in range(REPORTERS)))


async def _lots(people: People, seller: str, first: int, listings: int) -> None:
    for number in range(listings):
        start = first + number * CLIPS
        clips = [
            {"quantity": "1", "inputs": [{"serial_from": str(start + k), "quantity": "1"}]}
            for k in range(CLIPS)
        ]
        offer = {"listing": f"g_{uuid.uuid4().hex[:24]}", "side": "sell", "unit": "CEA", "vintage": 2026}
        await people.act(seller, "list", {**offer, "price_cents": str(PRICE_CENTS), "clips": clips})


async def _reports(people: People, count: int) -> None:
    for _ in range(count):
        plant = uuid.uuid4().hex[:24]
        digest = hashlib.sha256(plant.encode()).hexdigest()
        args: dict[str, Any] = dict.fromkeys(DIGESTS, digest)
        args |= {"plant": plant, "period": PERIOD, "version": 1, "figures_count": 12, "anchors": []}
        args |= {"guideline": "power_ndrc_2013", "total_boxes": [{"fingerprint": digest, "box": "AAAA"}]}
        await people.act("head", "submit_statement", args)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--sizes", default="1000,10000,100000")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    print(json.dumps(asyncio.run(measure(given.home, sizes))))


if __name__ == "__main__":
    main()
