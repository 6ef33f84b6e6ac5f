"""Work that a drill does in a thread while its story goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(name: str, work: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    """Works until the block ends, which sets `stop`; `work` returns then. Raises afterwards what ended it
    early: a drill whose killer has died kills nobody."""
    faults: list[Exception] = []

    def guarded() -> None:
        try:
            work()
        except Exception as fault:  # noqa: BLE001 (raised below, in the drill's own thread)
            faults.append(fault)

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if faults:
        raise faults[0]
