"""What every node process does alike: logging, garbage collection, and an orderly end."""

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from typing import Any

# Collections of young objects show in the tail of a peer that makes many short-lived messages.
GC_THRESHOLD = 50_000


def set_up() -> None:
    """Logging to the error stream, and a calmer garbage collector."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


async def run_until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    """Run coroutines until SIGTERM or SIGINT; if one of them fails, all end and the error rises."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    tasks = [asyncio.create_task(one) for one in work]
    waiting = asyncio.create_task(stopped.wait())
    try:
        done, _ = await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()
    finally:
        for task in (waiting, *tasks):
            task.cancel()
        await asyncio.gather(waiting, *tasks, return_exceptions=True)
