"""What the worker did and how it stands, in a file that `tanheng status`, the pages and the benches read."""

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lexicon.refusals import Refusal

log = logging.getLogger(__name__)
FIGURES_S = 2.0
# A worker that is alive writes at least this often; older figures say that it is not.
STALE_S = 10.0


@dataclass(slots=True)
class Figures:
    """Counts since the worker's start; `lag_s`: a message's arrival to its durable write, in the last flush.

    rate: readings stored a second between the last two times the file was written.
    """

    path: Path
    messages: int = 0
    readings: int = 0
    repeats: int = 0
    held: int = 0
    spooled: int = 0
    flushes: int = 0
    lag_s: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    _written_at: float = 0.0
    _written: tuple[int, bool] = (-1, False)
    _rate: tuple[float, int, float] = (0.0, 0, 0.0)
    _since: dict[str, float] = field(default_factory=dict)
    _written_before: bool = False

    def hold(self, reasons: Iterable[Refusal]) -> None:
        """Counts what went to the quarantine."""
        for reason in reasons:
            self.held += 1
            self.reasons[reason.value] += 1

    def write(self, *, idle: bool, connected: bool, **state: Any) -> None:
        """Writes the file now and then, and at once when the subscription came or went or work has ended."""
        now = time.monotonic()
        changed = self._written[1] != connected or (idle and self._written[0] != self.messages)
        if now - self._written_at < FIGURES_S and not changed:
            return
        self._written_at, self._written = now, (self.messages, connected)
        at = round(time.time(), 3)
        shown = {
            "at": at,
            "pid": os.getpid(),
            "connected": connected,
            **state,
            "since": self._began(
                at, broker=not connected, store=state.get("away"), behind=state.get("spool_bytes")
            ),
            "messages": self.messages,
            "readings": self.readings,
            "repeats": self.repeats,
            "held": self.held,
            "spooled": self.spooled,
            "flushes": self.flushes,
            "rate_per_s": self._rate_per_s(now),
            "lag_s": round(self.lag_s, 3),
            "reasons": dict(self.reasons),
        }
        draft = self.path.with_suffix(".new")
        try:
            draft.write_text(json.dumps(shown), encoding="utf-8")
            draft.replace(self.path)
        except OSError as error:
            # On a full disk the readings matter, and pages say of old figures that they are old.
            log.warning("the worker's figures cannot be written: %s", error)

    def _began(self, at: float, **troubles: Any) -> dict[str, float]:
        """Since when each trouble lasts that there is; a restart of the worker does not begin it anew."""
        if not self._written_before:
            self._since, self._written_before = (read(self.path) or {}).get("since", {}), True
        self._since = {name: self._since.get(name, at) for name, is_there in troubles.items() if is_there}
        return self._since

    def _rate_per_s(self, now: float) -> float:
        """Over a second at least: two writes in quick succession would tell a rate that nobody can follow."""
        since, readings, rate = self._rate
        if now - since >= 1.0:
            rate = (self.readings - readings) / (now - since) if since else 0.0
            self._rate = (now, self.readings, rate)
        return round(rate, 1)


def read(path: Path) -> dict[str, Any] | None:
    """The worker's last figures with `fresh`, or None where it never ran or the file cannot be read."""
    try:
        shown: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return shown | {"fresh": time.time() - float(shown.get("at", 0)) < STALE_S}
