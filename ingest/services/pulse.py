"""How fast readings come in, by enterprise: counted in memory as they are stored, told once a second."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction
from kit import clock, live

from ingest.calendar import instant_text
from ingest.decision import Fresh
from ingest.selectors.directory import Directory
from ingest.selectors.pulses import SHORT_S, WINDOW_S, rate_text

TOPIC = "oversight"
TELL_S = 1.0
# With nothing coming in, silence is told now and then, so that it differs from a worker that is away.
QUIET_S = 10.0
# 1,000 enterprises are half of what a frame may hold; the busiest are named, the sum is of all.
NAMED_MAX = 1_000

_KEEP = """
insert into hot_pulse (tenant, readings_short, readings_window, told_at)
select t, s, w, %s from unnest(%s::text[], %s::int[], %s::int[]) as k(t, s, w) order by t
on conflict (tenant) do update set readings_short = excluded.readings_short,
  readings_window = excluded.readings_window, told_at = excluded.told_at
"""
_SILENT = "update hot_pulse set readings_short = 0, readings_window = 0, told_at = %s where tenant <> all(%s)"


@dataclass(slots=True)
class Pulse:
    """Counts of the last minute by second; `tell` keeps them in `hot_pulse` and sends them to overseers."""

    directory: Directory
    _seconds: dict[int, Counter[str]] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)
    _tenants: dict[int, str] = field(default_factory=dict)
    _told_at: float = float("-inf")
    _was_silent: bool = False

    def add(self, fresh: Mapping[int, Fresh]) -> None:
        """Takes what was stored, whatever instant it is of: what counts is that it arrived now."""
        counts = self._seconds.setdefault(int(time.monotonic()), Counter())
        tenants, newest = self._tenants, self._newest
        for meter, (point, readings) in fresh.items():
            tenant = tenants.get(meter)
            if tenant is None:
                tenant = tenants[meter] = self.directory.by_key(meter).tenant
            counts[tenant] += readings
            if point[1] > newest.get(tenant, 0):
                newest[tenant] = point[1]

    def tell(self) -> None:
        """Tells what is due, at most once a second. Raises OperationalError where the database is away."""
        now = time.monotonic()
        if now - self._told_at < TELL_S:
            return
        window, short = self._sums(int(now))
        if not window and self._was_silent and now - self._told_at < QUIET_S:
            return
        with transaction.atomic():
            _keep(window, short)
            live.publish(TOPIC, self._frame(window, short))
        self._told_at, self._was_silent = now, not window

    def _sums(self, second: int) -> tuple[Counter[str], Counter[str]]:
        """Counts of the last minute and of the last ten seconds; the running second is not over and waits."""
        for old in [one for one in self._seconds if one < second - WINDOW_S]:
            del self._seconds[old]
        window, short = Counter[str](), Counter[str]()
        for one, counts in self._seconds.items():
            if one < second:
                window.update(counts)
            if second - SHORT_S <= one < second:
                short.update(counts)
        return window, short

    def _frame(self, window: Counter[str], short: Counter[str]) -> dict[str, object]:
        """Absolute: who is not named has sent nothing in the last minute. No figure of a meter."""
        return {
            "kind": "readings",
            "at": clock.now().isoformat(),
            "per_s": rate_text(short.total()),
            "enterprises": {
                tenant: {
                    "per_s": rate_text(short[tenant]),
                    "last_minute": count,
                    "last_at": instant_text(self._newest[tenant]),
                }
                for tenant, count in window.most_common(NAMED_MAX)
            },
        }


def _keep(window: Mapping[str, int], short: Mapping[str, int]) -> None:
    now, tenants = clock.now(), list(window)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP, [now, tenants, [short.get(name, 0) for name in tenants], [window[n] for n in tenants]]
        )
        cursor.execute(_SILENT, [now, tenants])
