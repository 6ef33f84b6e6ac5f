"""`python -m bench.plain_drive --home DIR`: how many plain puts a second fifty clients get.

Prints one JSON object. The running network has `bench.plain_chaincode`.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from ledger.gateway import Gateway
from ledger.network import load

from bench import driven
from bench.chain_drive import CLIENTS, Growth, crowd
from bench.plain_chaincode import PUT

VALUE = b"x" * 100


async def drive(home: Path) -> dict[str, float]:
    """Puts a second, from the proposal to CommitStatus. Raises RuntimeError when one of them failed."""
    async with Gateway.of(load(home), "regulator", "ingest") as gateway:

        async def put() -> None:
            made = await gateway.propose(PUT, uuid.uuid4().hex.encode(), VALUE)
            await gateway.submit(made.envelope, made.tx_id)
            (await gateway.commit_status(made.tx_id)).require_valid()

        per_s, failed = await crowd([put] * CLIENTS, Growth(home))
    if failed:
        raise RuntimeError(f"plain puts failed: {failed}")
    return {"put_per_s": per_s}


if __name__ == "__main__":
    driven.main(drive, __doc__)
