"""The agent against a real Mosquitto and the real workers: killed at random, nothing lost, nothing twice."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from operations import broker as brokers

from agent.trial import AgentProcess, TrialMeter
from tests.conftest import _populate
from tests.ingest.pipe import ROOT, Pipe, running, wait_for

pytestmark = [
    pytest.mark.db,
    pytest.mark.skipif(brokers.program() is None, reason="Mosquitto is not installed"),
]
METERS = ("energy-a", "energy-b", "energy-c")
PLANT = "edge-plant"
_PROVISION = """
import json, os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "tanheng.settings"
django.setup()
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from lexicon.terms import Medium
from lexicon.units import Unit
from tenants.access import viewer_of_person, within
from ingest.services import plants
from proof.batches import GatewayKey
from tests import world

plant, gateway, spki, meters = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4].split(",")
viewer = viewer_of_person(world.person_id("alpha_head"))
with within(viewer.tenant):
    if gateway == "gw-1":
        plants.create_plant(viewer, plant=plant, name_zh="边缘厂", name_en="Edge plant")
    key = GatewayKey("ed25519", bytes.fromhex(spki)) if spki else None
    made = plants.create_gateway(viewer, gateway=gateway, name=gateway, key=key)
    for slug in meters:
        plants.create_meter(viewer, plants.NewMeter(
            plant=plant, slug=slug, name_zh=slug, name_en=slug, medium=Medium.ELECTRICITY, unit=Unit.KWH,
            least_count=Decimal("0.01"), digits=8, interval_s=60, stream="power", gateway=gateway,
            valid_from=datetime.now(UTC) - timedelta(days=300)))
print(json.dumps({"username": made.username, "password": made.password}))
"""


def provision(pipe: Pipe, agent: AgentProcess, gateway: str, meters: tuple[str, ...]) -> dict[str, str]:
    words = [sys.executable, "-c", _PROVISION, PLANT, gateway, agent.key().spki.hex(), ",".join(meters)]
    done = subprocess.run(words, cwd=ROOT, env=pipe.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


def prepared(pipe: Pipe, folder: Path, gateway: str, meters: tuple[str, ...]) -> AgentProcess:
    """An agent whose gateway and meters are registered."""
    folder.mkdir(exist_ok=True)
    agent = AgentProcess(folder, readings_per_batch=50)
    told = provision(pipe, agent, gateway, meters)
    agent.prepare(
        identity=told["username"],
        password=told["password"],
        plant=PLANT,
        port=pipe.port,
        meters=[TrialMeter(meter=one, unit="kWh", least_count="0.01", digits=8) for one in meters],
    )
    return agent


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[Pipe]:
    home = tmp_path_factory.mktemp("edge") / "home"
    with running(home, lambda socket: _populate(socket, django_db_blocker)) as made:
        made.start("ingest.worker")
        made.start("ingest.hour_worker")
        yield made


def test_an_agent_killed_at_random_loses_nothing_doubles_nothing_and_reaches_signed_grade(
    pipe: Pipe, tmp_path: Path
) -> None:
    agent = prepared(pipe, tmp_path / "gw", "gw-1", METERS)
    start = (int(time.time()) // 3600 - 48) * 3_600_000
    per_meter = 1_500
    rows = [
        (start + n * 60_000, meter, f"{1000 + n * (m + 1)}.{n % 100:02d}")
        for n in range(per_meter)
        for m, meter in enumerate(METERS)
    ]
    chance = random.Random(7)  # noqa: S311
    agent.start()
    for piece in range(6):
        agent.add(rows[piece * 750 : (piece + 1) * 750])
        time.sleep(chance.uniform(0.2, 1.0))
        agent.kill()
        agent.start()
    points = (
        "select count(*) from hot_point p join hot_meterindex i on i.id = p.meter where plant = 'edge-plant'"
    )
    wait_for(lambda: pipe.sql(points) == len(rows), within_s=60)
    wait_for(lambda: json.loads((agent.folder / "spool/status.json").read_text())["waiting_readings"] == 0)
    assert agent.stop() == 0
    assert pipe.sql(points) == len(rows)
    assert pipe.sql(points + " and p.q >= 16") == len(rows), "every reading is stored as signed"
    assert pipe.sql("select count(*) from hot_quarantine where plant = 'edge-plant'") == 0
    sequences = (
        "select seen::text from hot_sequence s join hot_meterindex i on i.id = meter_id where meter = '{}'"
    )
    for meter in METERS:
        assert pipe.sql(sequences.format(meter)) == f"{{[1,{per_meter + 1})}}"
