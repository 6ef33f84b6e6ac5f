"""How much memory and processor an agent takes, measured on a process of its own."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from agent.trial import AgentProcess, TrialMeter

MEBI = 1024 * 1024
# Resident, of a box that has 512.
LIMIT_MB = 80
CSV = """\
[[sources]]
kind = "csv"
path = "readings.csv"
time_format = "epoch_ms"
meter_column = "meter"
"""
MODBUS = """\
[[sources]]
kind = "modbus"
host = "127.0.0.1"
port = {modbus}
interval_s = 0.2
[[sources.registers]]
meter = "energy-a"
address = 0
type = "uint32"
"""
MQTT = """\
[[sources]]
kind = "mqtt"
url = "mqtt://127.0.0.1:{mqtt}"
[[sources.topics]]
meter = "energy-a"
topic = "hall/a"
"""
OPCUA = """\
[[sources]]
kind = "opcua"
url = "{url}"
interval_s = 0.2
[[sources.nodes]]
meter = "energy-a"
node = "{node}"
"""
SOURCES = CSV + MODBUS + MQTT + OPCUA


@dataclass(frozen=True, slots=True)
class Use:
    """Resident memory in MB, and the processor's share while it only polls."""

    rss_mb: float
    cpu_share: float


def use_of(folder: Path, source: str, *, rows: int = 0) -> Use:
    """An agent's use at work; its broker is away, so all it takes waits in the spool.

    It runs as installed: byte code is cached, so that compiling the libraries is not measured.
    """
    folder.mkdir()
    agent = AgentProcess(folder)
    meters = [
        TrialMeter(meter=one, unit="kWh", least_count="0.01", digits=8) for one in ("energy-a", "energy-b")
    ]
    agent.prepare(
        identity="t_000001.gw-1", password="x", plant="plant-1", port=9, meters=meters, source=source
    )
    agent.csv.write_text("time,meter,value\n")
    agent.add([(1_782_864_000_000 + 1000 * n, "energy-a", str(n)) for n in range(rows)])
    # One cache for the whole run of tests; the first starts fill it.
    cache = {"PYTHONPYCACHEPREFIX": str(folder.parents[1] / "cache"), "PYTHONDONTWRITEBYTECODE": ""}
    agent.start("check", "--offline", "--config", str(agent.configuration), **cache).wait(60)
    agent.start(**cache)
    _wait_at_work(agent, rows)
    agent.kill()
    agent.start(**cache)
    _wait_at_work(agent, rows)
    process = psutil.Process(agent.pid)
    before = process.cpu_times()
    time.sleep(1.0)
    after, rss = process.cpu_times(), process.memory_info().rss
    agent.stop()
    share = after.user + after.system - before.user - before.system
    assert os.path.getsize(folder / "spool" / "spool.sqlite") > 0
    return Use(rss_mb=rss / MEBI, cpu_share=share)


def _wait_at_work(agent: AgentProcess, rows: int) -> None:
    """Until it has written its status twice, and has taken all rows."""
    path = agent.folder / "spool" / "status.json"
    began = time.time()
    while time.time() < began + 30:
        told = json.loads(path.read_text()) if path.exists() else {"at": 0}
        if told["at"] >= began + 1 and told["waiting_readings"] >= rows:
            return
        time.sleep(0.1)
    agent.kill()
    raise AssertionError((agent.folder / "agent.log").read_text())
