"""Runs of a simulated plant: one month as fast as it goes, then live, one reading a second and meter."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.calendar import month_days, month_hours
from ingest.mqtt import Broker
from ingest.simulation.device import Device, Sample, gateway_key
from ingest.simulation.physics import SLOT_MS, Physics
from ingest.simulation.plant import MeterSpec, PlantSpec
from ingest.units import value_text

DAY_MS = 86_400_000
CONNECT_S = 30.0
FLUSH_S = 120.0
PROGRESS_S = 0.5

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a run published, and by meter how far the register rose from its first reading to its last."""

    readings: int
    batches: int
    resent: int
    seconds: float
    sums: dict[str, dict[str, Any]]


@dataclass(slots=True)
class State:
    """What a plant keeps between runs: its boot counter and its registers."""

    path: Path
    boot: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "State":
        """The state of a file, with the boot raised for the run that begins now and written back."""
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        state = cls(path=path, boot=kept.get("boot", 0) + 1, counts=kept.get("counts", {}))
        state.save()
        return state

    def save(self) -> None:
        """Replaces the file as a whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps({"boot": self.boot, "counts": self.counts}), encoding="utf-8")
        draft.replace(self.path)


@dataclass(slots=True)
class Run:
    """One process's work for one plant. report: called with progress, at most twice a second."""

    plant: PlantSpec
    device: Device
    physics: Physics
    state: State
    report: Report
    published: int = 0
    _reported_at: float = 0.0

    def month(self, month: str) -> Totals:
        """Publishes a month at one reading a quarter of an hour and meter, a signed batch a day and meter.

        Returns when every batch has its receipt. Raises Refused, TimeoutError, ValueError for no month.
        """
        began = time.monotonic()
        first, after = month_hours(month)
        start_ms, days = first * 3_600_000, (after - first) // 24
        firsts: dict[str, int] = {}
        for day in range(days):
            samples = self._day(start_ms + day * DAY_MS, firsts)
            for meter in self.plant.meters:
                self._send(meter, samples[meter.slug])
            self._progress(total=days * 96 * len(self.plant.meters))
        self.device.flush(timeout_s=FLUSH_S)
        self._keep()
        return Totals(
            readings=self.published,
            batches=days * len(self.plant.meters),
            resent=self.device.resent,
            seconds=round(time.monotonic() - began, 3),
            sums=self._sums(firsts),
        )

    def live(self, *, seconds: int | None) -> int:
        """Publishes one signed reading a second and meter, for ever or for so many seconds; how many."""
        began = self.published
        self.physics.pause()
        begin_s = int(time.time()) + 1
        second = begin_s
        while seconds is None or second < begin_s + seconds:
            while (left := second - time.time()) > 0:
                self.device.pump(wait_s=max(0.001, min(left, 0.2)))
            counts = self.physics.advance(second * 1000)
            for meter in self.plant.meters:
                self._send(meter, [_sample(meter, second * 1000, counts[meter.slug])])
            self._progress(total=None)
            # A second that was missed because the machine stood still is left out, not made up for.
            second = max(second + 1, int(time.time()))
        self.device.flush(timeout_s=FLUSH_S)
        self._keep()
        return self.published - began

    def _day(self, start_ms: int, firsts: dict[str, int]) -> dict[str, list[Sample]]:
        samples: dict[str, list[Sample]] = {meter.slug: [] for meter in self.plant.meters}
        for slot in range(DAY_MS // SLOT_MS):
            ts_ms = start_ms + slot * SLOT_MS
            counts = self.physics.advance(ts_ms)
            for meter in self.plant.meters:
                firsts.setdefault(meter.slug, counts[meter.slug])
                samples[meter.slug].append(_sample(meter, ts_ms, counts[meter.slug]))
        return samples

    def _send(self, meter: MeterSpec, samples: list[Sample]) -> None:
        self.device.send(meter.slug, meter.unit.value, samples)
        self.published += len(samples)

    def _sums(self, firsts: dict[str, int]) -> dict[str, dict[str, Any]]:
        sums = {}
        for meter in self.plant.meters:
            risen = self.physics.registers[meter.slug].count - firsts[meter.slug]
            count = risen % 10**meter.digits
            sums[meter.slug] = {
                "count": count,
                "quantity": value_text(count, meter.least_count),
                "unit": meter.unit.value,
                "stream": meter.stream,
            }
        return sums

    def _keep(self) -> None:
        self.state.counts = {slug: register.count for slug, register in self.physics.registers.items()}
        self.state.save()

    def _progress(self, *, total: int | None) -> None:
        if time.monotonic() - self._reported_at >= PROGRESS_S:
            self._reported_at = time.monotonic()
            self._keep()
            self.report(
                {
                    "event": "progress",
                    "plant": self.plant.id,
                    "published": self.published,
                    "receipted": self.device.receipted,
                    "total": total,
                }
            )


def prepare(plant: PlantSpec, *, broker: Broker, folder: Path, seed: int, report: Report) -> Run:
    """A run signed in at the broker, going on from the state in `folder`. Raises Refused, TimeoutError."""
    state = State.load(folder / f"{plant.id}.json")
    key = gateway_key(key_path(folder, plant.id))
    device = Device(broker=broker, plant=plant.id, boot=state.boot, key=key)
    physics = Physics(plant, seed)
    physics.set_counts(state.counts)
    device.connect(timeout_s=CONNECT_S)
    return Run(plant=plant, device=device, physics=physics, state=state, report=report)


def key_path(folder: Path, plant: str) -> Path:
    """Where a simulated plant keeps its gateway's private key."""
    return folder / f"{plant}.key"


def month_before(month: str, *, days: int) -> str:
    """The newest month before `month` that has so many days."""
    while True:
        first, _ = month_days(month)
        year, number = (first.year, first.month - 1) if first.month > 1 else (first.year - 1, 12)
        month = f"{year:04d}-{number:02d}"
        begin, after = month_days(month)
        if (after - begin).days == days:
            return month


def _sample(meter: MeterSpec, ts_ms: int, count: int) -> Sample:
    return Sample(ts_ms=ts_ms, value=value_text(count, meter.least_count))
