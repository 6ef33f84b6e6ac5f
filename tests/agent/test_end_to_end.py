"""The agent against a real Mosquitto and the real workers: killed at random, nothing lost, nothing twice."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.trial import AgentProcess, TrialMeter
from tests.conftest import _populate
from tests.ingest.pipe import ROOT, Pipe, running, wait_for

pytestmark = [
    pytest.mark.db,
    pytest.mark.usefixtures("mosquitto_program"),
]
PLANT = "edge-plant"
JOINED = "join hot_meterindex i on i.id = p.meter"
START_MS = (int(time.time()) // 3600 - 48) * 3_600_000
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
from ingest.models import Gateway, Plant
from ingest.services import plants
from proof.batches import GatewayKey
from tests import world

plant, gateway, spki = sys.argv[1:4]
meters = [one for one in sys.argv[4].split(",") if one]
viewer = viewer_of_person(world.person_id("alpha_head"))
with within(viewer.tenant):
    if not Plant.objects.filter(pk=plant).exists():
        plants.create_plant(viewer, plant=plant, name_zh="边缘厂", name_en="Edge plant")
    known = Gateway.objects.filter(pk=gateway).first()
    key = GatewayKey("ed25519", bytes.fromhex(spki))
    made = (
        plants.renew_password(viewer, known)
        if known
        else plants.create_gateway(viewer, gateway=gateway, name=gateway, key=key)
    )
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


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[Pipe]:
    home = tmp_path_factory.mktemp("edge") / "home"
    with running(home, lambda socket: _populate(socket, django_db_blocker)) as made:
        made.start("ingest.worker")
        yield made


@pytest.fixture
def agent_of(pipe: Pipe, tmp_path: Path) -> Iterator[Callable[..., AgentProcess]]:
    """agent_of(gateway, meters): an agent whose gateway and meters are registered; it ends with the test."""
    made: list[AgentProcess] = []

    def make(gateway: str, meters: tuple[str, ...], *, unregistered: tuple[str, ...] = ()) -> AgentProcess:
        folder = tmp_path / gateway
        folder.mkdir()
        agent = AgentProcess(folder, readings_per_batch=50)
        told = provision(pipe, agent, gateway, meters)
        agent.prepare(
            identity=told["username"],
            password=told["password"],
            plant=PLANT,
            port=pipe.port,
            meters=[
                TrialMeter(meter=one, unit="kWh", least_count="0.01", digits=8)
                for one in (*meters, *unregistered)
            ],
        )
        made.append(agent)
        return agent

    yield make
    for agent in made:
        agent.kill()


def rows_of(meters: tuple[str, ...], count: int, *, first: int = 0) -> list[tuple[int, str, str]]:
    """A reading a minute and meter of two days ago, each meter at its own pace."""
    return [
        (START_MS + n * 60_000, meter, f"{1000 + n * (m + 1)}.{n % 100:02d}")
        for n in range(first, first + count)
        for m, meter in enumerate(meters)
    ]


def stored(pipe: Pipe, meters: tuple[str, ...], where: str = "true") -> int:
    names = ", ".join(f"'{meter}'" for meter in meters)
    sql = f"select count(*) from hot_point p {JOINED} where i.meter in ({names}) and {where}"  # noqa: S608
    return int(pipe.sql(sql))


def status(agent: AgentProcess) -> dict[str, Any]:
    path = agent.folder / "spool" / "status.json"
    told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return told


def holds_exactly(pipe: Pipe, agent: AgentProcess, meters: tuple[str, ...], per_meter: int) -> None:
    """Every reading stored once, signed, under sequences without a gap; nothing quarantined."""
    count = per_meter * len(meters)
    wait_for(lambda: stored(pipe, meters) >= count, within_s=90)
    wait_for(lambda: status(agent).get("waiting_readings") == 0)
    assert agent.stop() == 0
    assert stored(pipe, meters) == count
    assert stored(pipe, meters, "p.q >= 16") == count, "every reading is stored as signed"
    for meter in meters:
        where = f"from hot_sequence s join hot_meterindex i on i.id = s.meter_id where i.meter = '{meter}'"
        assert pipe.sql(f"select string_agg(seen::text, ' ') {where}") == f"{{[1,{per_meter + 1})}}"


def test_an_agent_killed_at_random_loses_nothing_doubles_nothing_and_reaches_signed_grade(
    pipe: Pipe, agent_of: Callable[..., AgentProcess]
) -> None:
    meters = ("energy-a", "energy-b", "energy-c")
    agent = agent_of("gw-1", meters)
    rows = rows_of(meters, 1_500)
    chance = random.Random(7)  # noqa: S311
    agent.start()
    for piece in range(6):
        agent.add(rows[piece * 750 : (piece + 1) * 750])
        time.sleep(chance.uniform(0.2, 1.5))
        agent.kill()
        agent.start()
    holds_exactly(pipe, agent, meters, 1_500)
    assert pipe.sql("select count(*) from hot_quarantine where plant = 'edge-plant'") == 0


def test_worker_and_broker_killed_under_a_running_agent_cost_nothing(
    pipe: Pipe, agent_of: Callable[..., AgentProcess]
) -> None:
    meters = ("outage-a", "outage-b")
    agent = agent_of("gw-2", meters)
    agent.add(rows_of(meters, 300))
    agent.start()
    wait_for(lambda: stored(pipe, meters) > 0)
    pipe.kill("ingest.worker")
    agent.add(rows_of(meters, 300, first=300))
    wait_for(lambda: status(agent).get("taken") == 1_200)
    os.kill(pipe.child_of("operations.broker"), signal.SIGKILL)
    pipe.running.pop("operations.broker").wait()
    pipe.start("operations.broker")
    pipe.start("ingest.worker")
    agent.add(rows_of(meters, 300, first=600))
    holds_exactly(pipe, agent, meters, 900)
    offset = status(agent)["clock_offset_s"]
    assert offset is not None
    assert abs(offset) < 2, "one clock on this machine"


def test_a_meter_that_is_not_registered_is_named_and_its_readings_arrive_once_it_is(
    pipe: Pipe, agent_of: Callable[..., AgentProcess]
) -> None:
    agent = agent_of("gw-3", (), unregistered=("late-a",))
    agent.add(rows_of(("late-a",), 60))
    agent.start()
    wait_for(lambda: "unknown_meter" in str(status(agent).get("troubles")))
    assert status(agent)["waiting_readings"] == 60
    agent.kill()
    told = provision(pipe, agent, "gw-3", ("late-a",))
    (agent.folder / "broker.password").write_text(told["password"])
    agent.start()
    holds_exactly(pipe, agent, ("late-a",), 60)


def test_a_fallen_register_and_a_replaced_meter_wait_at_the_platform_for_a_persons_word(
    pipe: Pipe, agent_of: Callable[..., AgentProcess]
) -> None:
    agent = agent_of("gw-4", ("fall-a",))
    agent.add([(START_MS, "fall-a", "591204.00"), (START_MS + 60_000, "fall-a", "37.00")])
    agent.start()
    reason = "reason = 'meter_event_undeclared'"
    held = f"select count(*) from hot_quarantine where meter_name = 'fall-a' and {reason}"  # noqa: S608
    wait_for(lambda: pipe.sql(held) == 1)
    words = ["replaced", "fall-a", "--config", str(agent.configuration), "--final", "37.00", "--start", "0"]
    subprocess.run([sys.executable, "-m", "agent", *words], check=True, capture_output=True)
    wait_for(lambda: pipe.sql(held) == 2)
    with contextlib.closing(sqlite3.connect(agent.folder / "spool" / "spool.sqlite")) as link:
        wait_for(lambda: link.execute("select count(*) from event").fetchone() == (0,))
    wait_for(lambda: stored(pipe, ("fall-a",)) == 2)


def test_a_file_is_replayed_once_and_the_command_ends_when_all_has_its_receipt(
    pipe: Pipe, agent_of: Callable[..., AgentProcess]
) -> None:
    agent = agent_of("gw-5", ("replay-a",))
    agent.add(rows_of(("replay-a",), 500))
    words = ["replay", str(agent.csv), "--config", str(agent.configuration)]
    told = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "agent", *words], check=True, capture_output=True, text=True, timeout=60
        )
        told.append(json.loads(done.stdout))
    assert [one["taken"] for one in told] == [500, 0]
    assert told[0]["receipted"] == 500
    assert stored(pipe, ("replay-a",), "p.q >= 16") == 500
