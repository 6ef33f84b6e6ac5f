"""How a plant's registers rise: a shared load by the hour, slow drift, a little noise a meter; in integers.

Pure and seeded: the same seed, plant and instants give the same registers.
"""

import random
from dataclasses import dataclass, field

from ingest.simulation.plant import MeterSpec, PlantSpec

SLOT_MS = 900_000
_DAY_SLOTS = 96
# Load by hour of day in Shanghai, thousandths of the mean. A power plant follows demand, a kiln runs flat.
_PROFILES = {
    "power": (870, 850, 840, 835, 840, 870, 930, 1000, 1060, 1090, 1100, 1090,
              1050, 1040, 1050, 1060, 1080, 1110, 1150, 1150, 1120, 1070, 990, 925),
}  # fmt: skip
_FLAT = (1000,) * 24
# Thousandths of a count, times load and noise in thousandths each, times milliseconds of an hour.
_COUNT = 1000 * 1000 * 1000 * 3_600_000
_DRIFT_MAX = 60
_NOISE_MAX = 25


@dataclass(slots=True)
class Load:
    """The plant's load in thousandths of its mean, one value a quarter of an hour, asked in order."""

    profile: tuple[int, ...]
    chance: random.Random
    _slot: int = -1
    _drift: int = 0

    def permille(self, slot: int) -> int:
        """The load of a slot counted from 1970 UTC."""
        if slot != self._slot:
            self._slot = slot
            step = self.chance.randint(-12, 12)
            # Nine tenths of the drift stay: hours of more and hours of less, never away for long.
            self._drift = max(-_DRIFT_MAX, min(_DRIFT_MAX, self._drift * 9 // 10 + step))
        hour = (slot % _DAY_SLOTS // 4 + 8) % 24
        return self.profile[hour] + self._drift


@dataclass(slots=True)
class Register:
    """One meter's register; `rest` is what has not filled a least count yet."""

    meter: MeterSpec
    chance: random.Random
    count: int
    rest: int = 0
    _slot: int = -1
    _noise: int = 1000

    def rise(self, *, load: int, slot: int, duration_ms: int) -> int:
        """The count after so many ms at a load in thousandths."""
        if slot != self._slot:
            self._slot = slot
            self._noise = 1000 + self.chance.randint(-_NOISE_MAX, _NOISE_MAX)
        self.rest += self.meter.milli_counts_per_hour * load * self._noise * duration_ms
        risen, self.rest = divmod(self.rest, _COUNT)
        self.count = (self.count + risen) % 10**self.meter.digits
        return self.count


@dataclass(slots=True)
class Physics:
    """All registers of a plant, moved on together."""

    plant: PlantSpec
    seed: int
    registers: dict[str, Register] = field(init=False)
    _load: Load = field(init=False)
    _now_ms: int | None = None

    def __post_init__(self) -> None:
        self._load = Load(_PROFILES.get(self.plant.sector, _FLAT), self._chance("load"))
        self.registers = {
            meter.slug: Register(meter=meter, chance=self._chance(meter.slug), count=meter.start_count)
            for meter in self.plant.meters
        }

    def advance(self, now_ms: int) -> dict[str, int]:
        """The counts at an instant not before the last one; the first call finds them as they start."""
        duration_ms = 0 if self._now_ms is None else now_ms - self._now_ms
        self._now_ms = now_ms
        slot = now_ms // SLOT_MS
        load = self._load.permille(slot)
        return {
            slug: register.rise(load=load, slot=slot, duration_ms=duration_ms)
            for slug, register in self.registers.items()
        }

    def pause(self) -> None:
        """The plant stands still until the next instant."""
        self._now_ms = None

    def set_counts(self, counts: dict[str, int]) -> None:
        """Goes on from the registers of an earlier run."""
        for slug, count in counts.items():
            if slug in self.registers:
                self.registers[slug].count = count

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {self.plant.id} {name}")  # noqa: S311 (a simulation, no secret)
