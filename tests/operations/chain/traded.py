"""A ledger on which something was issued and traded, on whichever engine's peers."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from ledger.gateway import Gateway

from tests.chaincode.test_on_localnet import IDENTITIES, Contract, LiveTown, story


async def trade(network) -> LiveTown:
    """The story of the contract's test: accounts, an issue, a session, a take. Gives its people."""
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        town = LiveTown().open(network, gateways)
        await story(town)
    return town


@contextlib.contextmanager
def trading(folder: Path) -> Iterator[Contract]:
    """Three embedded peers and chaincodes in a folder, on which somebody traded: `town` has the people."""
    contract = Contract(folder)
    try:
        contract.start()
        contract.town = asyncio.run(trade(contract.network))
        yield contract
    finally:
        contract.stop()
