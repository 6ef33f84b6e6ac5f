"""Kills processes of a site in random order, keeps each store away for a minute, and cuts the network."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ingest.figures import read
from operations.drills.wire import Wire
from operations.site import Site
from operations.supervisor.roster import Entry, signal_group

PAUSE_S = (3.0, 6.0)
AWAY_S = 60.0
# Shorter than a session's keep-alive: the first cut is not noticed by either end, the second by its loss.
CUT_S = 12.0
_FORGETTING = (False, True)
CUTS = len(_FORGETTING)
LOOK_S = 0.5


class Reaper:
    """victims: names, as often as each is to die. away: who is kept dead for a minute.

    gateways: the wire by which gateways reach the broker; it is cut twice, once with what is on the way lost.
    unreached: servers that are not ours to kill, by name, each with the wire to it that is cut for a minute.
    """

    def __init__(
        self,
        site: Site,
        *,
        victims: Sequence[str],
        away: Sequence[str],
        gateways: Wire,
        unreached: Mapping[str, Wire],
        seed: int,
    ) -> None:
        self._site = site
        chance = random.Random(seed)  # noqa: S311 (which process dies next is no secret)
        self._pause = chance.uniform
        acts: list[Callable[[], None]] = [
            *(partial(self._kill, name) for name in victims),
            *(partial(self._keep_away, name) for name in away),
            *(partial(self._cut, gateways, forgetting) for forgetting in _FORGETTING),
            *(partial(self._unreach, name, wire) for name, wire in unreached.items()),
        ]
        self._acts = chance.sample(acts, k=len(acts))
        self.kills: Counter[str] = Counter()
        self.away_s: dict[str, float] = {}
        self.cuts = 0
        self.kills_while_away: Counter[str] = Counter()
        self.spooled = 0

    def run(self, *, at_most_s: float) -> None:
        """All acts, one after the other, each when the site has breathed."""
        end = time.monotonic() + at_most_s
        for act in self._acts:
            self._look(self._pause(*PAUSE_S))
            if time.monotonic() > end:
                return
            act()

    def _look(self, seconds: float) -> None:
        """Waits, and notes the most that the spool was told to have taken."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = read(self._site.home / "run" / "ingest.json") or {}
            self.spooled = max(self.spooled, int(told.get("spooled", 0)))
            time.sleep(LOOK_S)

    def _entry(self, name: str) -> Entry | None:
        """The process as it runs now, while the worker is at work: nothing hurts who is not awake yet."""
        end = time.monotonic() + AWAY_S
        while time.monotonic() < end:
            entries = {one.name: one for one in self._site.entries()}
            found, worker = entries.get(name), entries.get("ingest")
            told = read(self._site.home / "run" / "ingest.json") or {}
            awake = worker is not None and told.get("pid") == worker.pid and told.get("connected")
            if awake and not told.get("away") and found is not None and found.is_alive():
                return found
            time.sleep(LOOK_S)
        return None

    def _kill(self, name: str) -> None:
        """SIGKILL to it and to all that it started: nobody is asked to come to an end."""
        entry = self._entry(name)
        if entry is not None:
            signal_group(entry.pid, signal.SIGKILL)
            self.kills[name] += 1

    def _keep_away(self, name: str) -> None:
        """The supervisor is stopped for so long, so that nothing starts it again."""
        entry = self._entry(name)
        os.kill(self._site.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        try:
            if entry is not None:
                signal_group(entry.pid, signal.SIGKILL)
                self.kills[name] += 1
                self._look(AWAY_S / 3)
                self._kill_under_a_spool("broker")
                self._look(AWAY_S / 3)
                self._kill_under_a_spool("ingest")
                self._look(AWAY_S / 3)
                self.away_s[name] = round(time.monotonic() - began, 1)
        finally:
            os.kill(self._site.process.pid, signal.SIGCONT)

    def _kill_under_a_spool(self, name: str) -> None:
        """Broker or worker die while the worker spools; they are started when the store is back: the broker
        has what nobody acknowledged, the worker finds its spool."""
        entry = {one.name: one for one in self._site.entries()}.get(name)
        told = read(self._site.home / "run" / "ingest.json") or {}
        if entry is None or not entry.is_alive() or not told.get("spool_bytes"):
            return
        signal_group(entry.pid, signal.SIGKILL)
        self.kills[name] += 1
        self.kills_while_away[name] += 1

    def _cut(self, wire: Wire, forgetting: bool) -> None:
        """Counted where something was connected: a wire that carries nothing cannot be cut."""
        if self._entry("ingest") is None:
            return
        hanging = wire.cut()
        self._look(CUT_S)
        wire.mend(forgetting=forgetting)
        self.cuts += bool(hanging)

    def _unreach(self, name: str, wire: Wire) -> None:
        if self._entry("ingest") is None:
            return
        began = time.monotonic()
        wire.cut()
        self._look(AWAY_S)
        wire.mend(forgetting=True)
        self.away_s[name] = round(time.monotonic() - began, 1)
