"""Readings on their way to open dashboards: the newest of each meter, few frames a second and plant."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from kit import live

from ingest.calendar import instant_text
from ingest.intake import MeterFacts, Point
from ingest.selectors.directory import Directory
from ingest.units import value_text

# Two frames a second and plant: with one, a reading would wait up to a second for its frame alone.
INTERVAL_S = 0.5
# A meter takes 150 bytes of the 64 KiB that a frame may have.
METERS_PER_FRAME = 250
# What a plant's frames may cost twice a second. Where more meters change at once, those that wait longest go
# first and the rest half a second later.
METERS_AT_ONCE = 1_000


@dataclass(slots=True)
class Ticker:
    """Collects stored points and publishes what changed, coalesced: by plant, a meter's newest point."""

    directory: Directory
    _changed: dict[tuple[str, str], dict[int, Point]] = field(default_factory=dict)
    _homes: dict[int, dict[int, Point]] = field(default_factory=dict)
    _newest: dict[int, int] = field(default_factory=dict)
    _sent_at: dict[tuple[str, str], float] = field(default_factory=dict)

    def add(self, points: Iterable[Point]) -> None:
        """Takes the newest points that were stored; an older one than was shown is not shown."""
        newest, homes = self._newest, self._homes
        for point in points:
            key, t_ns = point[0], point[1]
            if t_ns >= newest.get(key, 0):
                newest[key] = t_ns
                home = homes.get(key)
                if home is None:
                    home = self._home(key)
                home[key] = point

    def _home(self, key: int) -> dict[int, Point]:
        """Where a meter's points wait; its plant never changes."""
        meter = self.directory.by_key(key)
        home = self._homes[key] = self._changed.setdefault((meter.tenant, meter.plant), {})
        return home

    def publish(self) -> None:
        """Sends the frames that are due. Raises OperationalError where the database is away."""
        now = time.monotonic()
        for plant, waiting in self._changed.items():
            if waiting and now - self._sent_at.get(plant, float("-inf")) >= INTERVAL_S:
                self._send(plant, waiting)
                self._sent_at[plant] = now

    def _send(self, plant: tuple[str, str], waiting: dict[int, Point]) -> None:
        """Those that wait longest; they wait on where the database does not take them."""
        now_due = list(islice(waiting.items(), METERS_AT_ONCE))
        by_key = self.directory.by_key
        changed = iter([(by_key(key), point) for key, point in now_due])
        topic = "plant.{}.{}".format(*plant)
        with transaction.atomic():
            while part := list(islice(changed, METERS_PER_FRAME)):
                live.publish(topic, {"meters": {meter.meter: shown(point, meter) for meter, point in part}})
        for key, _ in now_due:
            del waiting[key]

    def due_in_s(self) -> float:
        """How long until a frame is due; infinite when nothing changed."""
        now = time.monotonic()
        waits = (
            INTERVAL_S - (now - self._sent_at.get(plant, float("-inf")))
            for plant, waiting in self._changed.items()
            if waiting
        )
        return max(0.0, min(waits, default=float("inf")))


def shown(point: Point, meter: MeterFacts) -> dict[str, Any]:
    """One meter's newest reading as pages see it."""
    return {
        "value": value_text(point.count, meter.least_count),
        "unit": meter.unit,
        "at": instant_text(point.t_ns),
        "quality": str(point.quality),
        "signed": point.signed,
    }
