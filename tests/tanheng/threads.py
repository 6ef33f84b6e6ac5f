"""Database work of an event loop, done in the test's own thread: there its transaction is."""

import asyncio
import queue
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

WORK: queue.Queue = queue.Queue()


class TestThread:
    """Stands in for `tanheng.leader.DatabaseThread`; the test is the only process."""

    __test__ = False

    async def run(self, work, *args, **kwargs):
        done: Future = Future()
        WORK.put((done, lambda: work(*args, **kwargs)))
        return await asyncio.wrap_future(done)

    async def lead(self, name: str) -> None:
        """There is nobody else."""


def play(story: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine whose database work is done here, one after the other."""
    result: Future = Future()

    def run() -> None:
        try:
            result.set_result(asyncio.run(story))
        except BaseException as error:
            result.set_exception(error)
        WORK.put(None)

    thread = threading.Thread(target=run)
    thread.start()
    while (item := WORK.get()) is not None:
        done, work = item
        if not done.set_running_or_notify_cancel():
            continue
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)
    thread.join()
    return result.result()
