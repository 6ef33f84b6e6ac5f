"""Kills processes of a site with SIGKILL, one after the other, as long as it is switched on."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from operations.site import Site

# A killed process is back in a second or two; the next kill comes when the site has breathed.
PAUSE_S = (2.0, 4.0)


class Killer:
    """Kills each victim in turn, in an order that changes from round to round."""

    def __init__(self, site: Site, victims: Sequence[str], *, seed: int) -> None:
        self._site = site
        self._victims = tuple(victims)
        self._random = random.Random(seed)  # noqa: S311  which process dies next is no secret
        self._stop = threading.Event()
        self.kills: Counter[str] = Counter()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Killing until the block ends."""
        thread = threading.Thread(target=self._run, name="killer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _run(self) -> None:
        while True:
            for name in self._random.sample(self._victims, k=len(self._victims)):
                if self._stop.wait(self._random.uniform(*PAUSE_S)):
                    return
                self._kill(name)

    def _kill(self, name: str) -> None:
        entry = next((one for one in self._site.entries() if one.name == name), None)
        if entry is None or not entry.is_alive():
            return
        try:
            os.kill(entry.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.kills[name] += 1
