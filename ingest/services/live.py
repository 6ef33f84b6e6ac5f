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
    """Collects stored points and publishes what changed, coalesced."""

    directory: Directory
    _changed: dict[tuple[str, str], dict[str, tuple[Point, MeterFacts]]] = field(default_factory=dict)
    _newest: dict[int, int] = field(default_factory=dict)
    _sent_at: dict[tuple[str, str], float] = field(default_factory=dict)

    def add(self, points: Iterable[Point]) -> None:
        """Takes the newest points that were stored; an older one than was shown is not shown."""
        newest, by_key = self._newest, self.directory.by_key
        plant, waiting = ("", ""), dict[str, tuple[Point, MeterFacts]]()
        for point in points:
            key, t_ns = point[0], point[1]
            if t_ns >= newest.get(key, 0):
                newest[key] = t_ns
                meter = by_key(key)
                # Meters of a plant mostly come one after the other.
                if meter.plant != plant[1] or meter.tenant != plant[0]:
                    plant = meter.tenant, meter.plant
                    waiting = self._changed.setdefault(plant, {})
                waiting[meter.meter] = (point, meter)

    def publish(self) -> None:
        """Sends the frames that are due. Raises OperationalError where the database is away."""
        now = time.monotonic()
        due = [
            plant for plant in self._changed if now - self._sent_at.get(plant, float("-inf")) >= INTERVAL_S
        ]
        for tenant, plant in due:
            waiting = self._changed[tenant, plant]
            now_due = list(islice(waiting.items(), METERS_AT_ONCE))
            changed = iter(now_due)
            with transaction.atomic():
                while part := dict(islice(changed, METERS_PER_FRAME)):
                    meters = {name: shown(point, meter) for name, (point, meter) in part.items()}
                    live.publish(f"plant.{tenant}.{plant}", {"meters": meters})
            for name, _ in now_due:
                del waiting[name]
            if not waiting:
                del self._changed[tenant, plant]
            self._sent_at[tenant, plant] = now

    def due_in_s(self) -> float:
        """How long until a frame is due; infinite when nothing changed."""
        now = time.monotonic()
        waits = (INTERVAL_S - (now - self._sent_at.get(plant, float("-inf"))) for plant in self._changed)
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
