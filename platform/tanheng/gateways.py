"""Gateways of this installation's network, opened once a process: who signs, whose peer is asked first."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ledger import network
from ledger.gateway import Gateway
from ledger.network import Network, NoNetwork

log = logging.getLogger(__name__)
# How often a process that starts before the network looks again.
MATERIAL_S = 1.0


class Gateways:
    """Every gateway a process may need, opened at entry: per identity one to each organisation's peer."""

    def __init__(self, material: Network) -> None:
        self._network = material
        self._stack = AsyncExitStack()
        self._open: dict[tuple[str, str], list[Gateway]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def open(self, organisation: str, identity: str) -> Sequence[Gateway]:
        """The gateways of an identity: its own organisation's peer first, then the others'."""
        key = (organisation, identity)
        if key not in self._open:
            others = [name for name in self._network.organisations if name != organisation]
            made = [
                Gateway.of(self._network, organisation, identity, peer=peer)
                for peer in (organisation, *others)
            ]
            self._open[key] = [await self._stack.enter_async_context(gateway) for gateway in made]
        return self._open[key]

    def routes(self, organisation: str, identity: str) -> Sequence[Gateway]:
        """As `open`, for identities that were opened before. Raises KeyError for others."""
        return self._open[organisation, identity]


async def material(home: Path) -> Network:
    """The network below `home`; waits until there is one."""
    while True:
        try:
            return network.load(home)
        except NoNetwork:
            log.info("no network yet below %s", home)
            await asyncio.sleep(MATERIAL_S)


async def until_signal(work: Coroutine[Any, Any, None], *, stop: Callable[[], None] | None = None) -> None:
    """Run `work` to its end or a SIGTERM or SIGINT; then `stop` is called, or the work is cancelled."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop or task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
