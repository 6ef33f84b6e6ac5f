"""Command line of the programs that drive a running network for a bench: a home in, one JSON object out."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

Drive = Callable[[Path], Awaitable[Mapping[str, object]]]


def main(drive: Drive, about: str | None) -> None:
    """Drives the network of `--home` and prints what was measured. about: the program's own docstring."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--home", type=Path, required=True, metavar="DIR", help="home of a running network")
    home = parser.parse_args().home

    async def measured() -> Mapping[str, object]:
        return await drive(home)

    print(json.dumps(asyncio.run(measured())))
