"""Kills processes of a site with SIGKILL, one after the other, as long as it is switched on."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ingest.figures import read
from operations.drills.beside import beside
from operations.site import Site
from operations.supervisor.roster import signal_group

# The next kill comes when the site has breathed: everybody is at work again (a second or two, many on a busy
# machine, and never waited for longer than that), and then for so long.
PAUSE_S = (2.0, 4.0)
BACK_WITHIN_S = 30.0
LOOK_S = 0.25
WORKER = "ingest"


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
        with beside("killer", self._run, self._stop):
            yield

    def _run(self) -> None:
        while True:
            for name in self._random.sample(self._victims, k=len(self._victims)):
                self._await_all()
                if self._stop.wait(self._random.uniform(*PAUSE_S)):
                    return
                self._kill(name)

    def _await_all(self) -> None:
        """Until all victims are at work: who is killed while it starts never works at all."""
        end = time.monotonic() + BACK_WITHIN_S
        while time.monotonic() < end and not self._stop.is_set() and not self._are_at_work():
            self._stop.wait(LOOK_S)

    def _are_at_work(self) -> bool:
        """The roster calls a process ready until its end is noticed, and the worker one without a broker."""
        there = {one.name: one for one in self._site.entries()}
        mine = [there[name] for name in self._victims if name in there]
        if not all(one.state == "ready" and one.is_alive() for one in mine):
            return False
        if WORKER not in self._victims or WORKER not in there:
            return True
        told = read(self._site.home / "run" / "ingest.json") or {}
        return told.get("pid") == there[WORKER].pid and bool(told.get("connected"))

    def _kill(self, name: str) -> None:
        entry = next((one for one in self._site.entries() if one.name == name), None)
        if entry is None or not entry.is_alive():
            return
        # With all that it started: a database is more than the process that the supervisor knows.
        signal_group(entry.pid, signal.SIGKILL)
        self.kills[name] += 1
