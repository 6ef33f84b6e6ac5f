"""`python -m bench.chain_crowds --home DIR`: only how many writes and takes a second fifty clients get.

Prints one JSON object.
"""

from pathlib import Path
from typing import Any

from bench import driven
from bench.chain_drive import at_work, crowds, kinds_of


async def drive(home: Path) -> dict[str, Any]:
    """What `bench.chain_drive.crowds` gives."""
    async with at_work(home) as (_, people, takers):
        return await crowds(kinds_of(people, takers[1:], plain=False), home)


if __name__ == "__main__":
    driven.main(drive, __doc__)
