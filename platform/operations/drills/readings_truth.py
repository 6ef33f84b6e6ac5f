"""What a device of the drill counted: the store is compared with it in the end."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

from ingest.simulation.device import Sample


@dataclass
class Truth:
    """What each meter counted: (ts, count, seq), and the register's last state."""

    readings: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def block(self, meter: str, times: list[int], chance: random.Random, seq0: int) -> list[Sample]:
        """The next readings of a meter at these instants, its register rising with each."""
        made, count = [], self.counts.get(meter, 1_000)
        for seq, ts in enumerate(times, start=seq0):
            count += chance.randrange(40)
            self.readings.setdefault(meter, []).append((ts, count, seq))
            made.append(Sample(ts, f"{count // 100}.{count % 100:02d}"))
        self.counts[meter] = count
        return made

    def write(self, path: Path, *, username: str, plant: str, boot: int) -> None:
        """For `readings_check`; boot 0 are readings that nobody signed."""
        tenant = username.partition(".")[0]
        told = {"tenant": tenant, "plant": plant, "boot": boot, "meters": self.readings}
        path.write_text(json.dumps(told), encoding="utf-8")
