"""The edge agent under fire: it follows a file that grows, is killed with SIGKILL again and again, and in the
end must have sent each line once. `python -m operations.drills.readings_agent SPKI` makes its plant.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanheng.env import REPOSITORY

from agent.trial import AgentProcess, TrialMeter
from operations.drills.readings_truth import Truth
from operations.site import Site

PLANT, GATEWAY = "edge", "gw-edge"
METERS = [TrialMeter(meter=f"edge-{n}", unit="t", least_count="0.01", digits=12) for n in range(1, 5)]
# A line of each meter every so often; a hundred readings a second for as long as others die.
ROUND_S, STEP_MS = 0.04, 20_000
KILLS, PAUSE_S = 4, (6.0, 12.0)
SENT_WITHIN_S = 240.0
DAYS_BACK = 90


@dataclass
class Edge:
    """An agent, the truth of its file, and how often it died."""

    agent: AgentProcess
    chance: random.Random
    identity: str
    truth: Truth = field(default_factory=Truth)
    kills: int = 0

    @classmethod
    def provisioned(cls, site: Site, folder: Path, *, port: int, seed: int) -> Edge:
        """The plant of an agent on the site. port: where it finds the broker. Raises RuntimeError."""
        folder.mkdir(parents=True)
        agent = AgentProcess(folder)
        done = subprocess.run(
            [sys.executable, "-m", "operations.drills.readings_agent", agent.key().spki.hex()],
            cwd=REPOSITORY, env=site.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-2_000:])
        told = json.loads(done.stdout.splitlines()[-1])
        agent.prepare(
            identity=told["username"], password=told["password"], plant=PLANT,
            port=port, meters=METERS,
        )  # fmt: skip
        return cls(agent, random.Random(seed), told["username"])  # noqa: S311 (a simulator's)

    def run(self, until: threading.Event) -> None:
        """Lines for the agent, and its deaths, until told to end and it has died often enough."""
        ts, counts = (
            (int(time.time()) - DAYS_BACK * 86_400) * 1000,
            dict.fromkeys((one.meter for one in METERS), 1_000),
        )
        self._start()
        dies_at = time.monotonic() + self.chance.uniform(*PAUSE_S)
        while not until.is_set() or self.kills < KILLS:
            rows = []
            for meter in counts:
                counts[meter] += self.chance.randrange(40)
                known = self.truth.readings.setdefault(meter, [])
                known.append((ts, counts[meter], len(known) + 1))
                rows.append((ts, meter, f"{counts[meter] // 100}.{counts[meter] % 100:02d}"))
            self.agent.add(rows)
            ts += STEP_MS
            if time.monotonic() > dies_at:
                self.agent.kill()
                self.kills += 1
                self._start()
                dies_at = time.monotonic() + self.chance.uniform(*PAUSE_S)
            time.sleep(ROUND_S)

    def finish(self) -> dict[str, Any]:
        """Waits until all has its receipt, at most four minutes; the agent's own words about it."""
        total = sum(map(len, self.truth.readings.values()))
        end = time.monotonic() + SENT_WITHIN_S
        while time.monotonic() < end and self._waiting(total):
            time.sleep(0.5)
        told = self._status()
        self.agent.stop()
        return told | {"readings": total, "waiting_readings": self._waiting(total)}

    def truth_file(self, boot: int) -> Path:
        """For `readings_check`."""
        path = self.agent.folder / "truth.json"
        self.truth.write(path, username=self.identity, plant=PLANT, boot=boot)
        return path

    def _start(self) -> None:
        paths = os.pathsep.join(str(REPOSITORY / part) for part in ("", "platform"))
        self.agent.start(PYTHONPATH=paths)

    def _waiting(self, total: int) -> int:
        """Lines of the file for which the spool has no receipt; its status may be of a moment ago."""
        with contextlib.closing(sqlite3.connect(self.agent.folder / "spool" / "spool.sqlite")) as link:
            (highest,) = link.execute("select coalesce(sum(receipted), 0) from chain").fetchone()
        return total - int(highest)

    def _status(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(
                (self.agent.folder / "spool" / "status.json").read_text("utf-8")
            )
        except (FileNotFoundError, ValueError):
            return {}
        return told


def main() -> None:
    """Plant, gateway and meters beside those of the load, in the same enterprise; prints the sign-in."""
    from operations.django_project import start

    start()
    from datetime import timedelta
    from decimal import Decimal

    from kit import clock
    from lexicon.terms import AccountKind, Medium, Role
    from lexicon.units import Unit
    from proof.batches import GatewayKey

    from ingest.services import plants
    from tenants.access import Viewer, within
    from tenants.models import Tenant, User

    tenant = Tenant.objects.get(organisation__isnull=False)
    viewer = Viewer(
        person="per_benchbenchbe", name="drill", user=User(), account=tenant.organisation.account,
        kind=AccountKind.ENTERPRISE, role=Role.HEAD, organisation=tenant.organisation.name, tenant=tenant,
    )  # fmt: skip
    with within(tenant):
        plants.create_plant(viewer, plant=PLANT, name_zh="边缘厂", name_en="Edge plant")
        key = GatewayKey("ed25519", bytes.fromhex(sys.argv[1]))
        made = plants.create_gateway(viewer, gateway=GATEWAY, name="agent", key=key)
        for one in METERS:
            plants.create_meter(viewer, plants.NewMeter(
                plant=PLANT, slug=one.meter, name_zh=one.meter, name_en=one.meter, medium=Medium.COAL,
                unit=Unit(one.unit), least_count=Decimal(one.least_count), digits=one.digits, interval_s=60,
                stream="", gateway=GATEWAY, valid_from=clock.now() - timedelta(days=200),
            ))  # fmt: skip
    print(json.dumps({"username": made.username, "password": made.password}))


if __name__ == "__main__":
    main()
