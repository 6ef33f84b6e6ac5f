"""`python -m bench.chain_sweep --home DIR`: writes of one client and of fifty, quickly.

One cell of the sweep over batch time-out and number of messages: prints one JSON object.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError, Refusal_
from ledger.gateway import Gateway
from ledger.network import load

from bench import driven
from bench.chain_drive import CLIENTS, alone, write
from bench.chain_people import IDENTITIES, People
from bench.figures import percentile

CROWD_S = 5.0


async def cell(home: Path) -> dict[str, Any]:
    """p50 and p95 of one client in ms; writes a second and p95 of fifty."""
    network = load(home)
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        people = People(network.network, gateways)
        await people.prepare(1)
        times = await alone(lambda: write(people))
        crowd: list[float] = []
        end = time.monotonic() + CROWD_S
        failed = sum(await asyncio.gather(*(_repeat(people, end, crowd) for _ in range(CLIENTS))))
    return {
        "one_p50_ms": percentile(times, 0.5),
        "one_p95_ms": percentile(times, 0.95),
        "crowd_per_s": len(crowd) / CROWD_S,
        "crowd_p95_ms": percentile(crowd, 0.95),
        "crowd_failed": failed,
    }


async def _repeat(people: People, end: float, times: list[float]) -> int:
    """Writes until the end; how many failed."""
    failed = 0
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            await write(people)
            times.append((time.perf_counter() - began) * 1000)
        except (LedgerError, Refusal_):
            failed += 1
    return failed


if __name__ == "__main__":
    driven.main(cell, __doc__)
