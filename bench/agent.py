"""The edge agent on a small box: memory with each source, and readings a second from a file to its disk."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from agent.trial import AgentProcess, TrialMeter
from bench.figures import Figure, Outcome

MEMORY_MB = 80.0
MEBI = 1024 * 1024
# A plant of 20 meters read every second makes 20 readings a second; an outage's file must go in much faster.
TAKEN_PER_S = 2_000.0
ROWS = 30_000
WAIT_S = 60.0
# There is no broker at this port to sign in at.
NOBODY = "none"
METERS = tuple(f"meter-{n:02d}" for n in range(20))
_MODBUS = """\
[[sources]]
kind = "modbus"
host = "127.0.0.1"
port = 9
interval_s = 0.2
[[sources.registers]]
meter = "meter-00"
address = 0
type = "uint32"
"""
_OPCUA = """\
[[sources]]
kind = "opcua"
url = "opc.tcp://127.0.0.1:9"
interval_s = 0.2
[[sources.nodes]]
meter = "meter-00"
node = "ns=2;s=Energy"
"""
_MQTT = """\
[[sources]]
kind = "mqtt"
url = "mqtt://127.0.0.1:9"
[[sources.topics]]
meter = "meter-00"
topic = "hall/energy"
"""


def run() -> Iterator[Outcome]:
    """Nothing outside is needed: broker and devices are away, which costs the agent no less."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name, source in (("modbus", _MODBUS), ("opcua", _OPCUA), ("mqtt", _MQTT)):
            yield _memory(name, _at_work(home, name, source))
        agent = _at_work(home, "csv", None)
        yield _taken(agent)
        yield _memory("csv", agent)


def _at_work(home: Path, name: str, source: str | None) -> AgentProcess:
    """A started agent, its byte code cached by an earlier start."""
    place = home / name
    place.mkdir()
    agent = AgentProcess(place)
    meters = [TrialMeter(meter=one, unit="kWh", least_count="0.01", digits=8) for one in METERS]
    agent.prepare(
        identity="t_bench.gw-1", password=NOBODY, plant="plant-1", port=9, meters=meters, source=source
    )
    cache = {"PYTHONPYCACHEPREFIX": str(home / "cache"), "PYTHONDONTWRITEBYTECODE": ""}
    for _ in range(2):
        agent.kill()
        (place / "spool" / "status.json").unlink(missing_ok=True)
        agent.start(**cache)
        _status(agent, lambda _: True)
    return agent


def _memory(name: str, agent: AgentProcess) -> Figure:
    rss = psutil.Process(agent.pid).memory_info().rss
    agent.stop()
    return Figure(name=f"agent_rss_{name}_mb", value=rss / MEBI, unit="MB", limit=MEMORY_MB, scales=False)


def _taken(agent: AgentProcess) -> Figure:
    """From appended to a file until numbered and on the disk."""
    start = 1_782_864_000_000
    rows = [(start + n * 1_000, METERS[n % len(METERS)], f"{n}.25") for n in range(ROWS)]
    began = time.monotonic()
    agent.add(rows)
    _status(agent, lambda told: int(str(told["taken"])) >= len(rows))
    seconds = time.monotonic() - began
    return Figure(
        name="agent_taken_per_s", value=len(rows) / seconds, unit="1/s", limit=TAKEN_PER_S, at_most=False
    )


def _status(agent: AgentProcess, true: Callable[[dict[str, object]], bool]) -> None:
    path = agent.folder / "spool" / "status.json"
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if path.exists() and true(json.loads(path.read_text(encoding="utf-8"))):
            return
        time.sleep(0.05)
    raise TimeoutError((agent.folder / "agent.log").read_text(encoding="utf-8"))


if __name__ == "__main__":
    from bench.harness import main

    main("agent")
