"""The supervisor on real small programs: order, restart, clean stop, and what a killed supervisor leaves."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from ledger import material
from operations.supervisor import roster
from operations.supervisor.process import Process, Stage, Step, Upkeep, alive, listening, subscribed
from operations.supervisor.supervisor import AlreadyUp, Supervisor
from operations.supervisor.table import ledger, own_part, product
from tanheng.env import Environment

PROGRAM = """
import os, signal, sys, time
name, journal, stubborn = sys.argv[1], sys.argv[2], sys.argv[3] == "stubborn"
def note(what):
    with open(journal, "a") as out: out.write(f"{what} {name} {os.getpid()}\\n")
def stop(*_):
    note("stop")
    if not stubborn: sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note("start")
while True: time.sleep(0.05)
"""


class Site:
    """A scratch home with a journal that the programs write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.journal.touch()
        self.said: list[str] = []

    def program(self, name: str, *, stubborn: bool = False) -> Process:
        mark = f"start {name} "

        async def ready() -> bool:
            return mark in self.journal.read_text()

        kind = "stubborn" if stubborn else "polite"
        command = (sys.executable, "-c", PROGRAM, name, str(self.journal), kind)
        return Process(name=name, command=command, ready=ready, stop_within_s=0.5)

    def supervisor(self, *stages: Stage, upkeep: Sequence[Upkeep] = ()) -> Supervisor:
        return Supervisor(
            stages,
            home=self.folder,
            name="product",
            folder=self.folder,
            say=self.said.append,
            upkeep=upkeep,
        )

    def notes(self, word: str) -> list[str]:
        return [line.split()[1] for line in self.journal.read_text().splitlines() if line.startswith(word)]

    def pids(self) -> list[int]:
        return [
            int(line.split()[2]) for line in self.journal.read_text().splitlines() if line.startswith("start")
        ]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


async def _until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "did not happen in time"
        await asyncio.sleep(0.02)


def _run(supervisor: Supervisor, script: Callable[[], object]) -> int:
    """Run the supervisor, do `script` (a coroutine function) when it is ready, then stop it by a signal."""

    async def both() -> int:
        ready = asyncio.Event()
        running = asyncio.create_task(supervisor.run(when_ready=ready.set))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if ready.is_set():
            await script()  # type: ignore[misc]
            os.kill(os.getpid(), signal.SIGINT)
        waiting.cancel()
        return await running

    return asyncio.run(both())


async def _nothing() -> None:
    return None


def test_stages_start_in_order_and_stop_in_reverse(site: Site) -> None:
    supervisor = site.supervisor((site.program("database"),), (site.program("web"),))
    assert _run(supervisor, _nothing) == 0
    assert site.notes("start") == ["database", "web"]
    assert site.notes("stop") == ["web", "database"]
    assert not any(psutil.pid_exists(pid) for pid in site.pids())
    assert not (site.folder / "run" / "product.json").exists()


def test_a_killed_process_is_started_again_and_counted(site: Site) -> None:
    async def kill_it() -> None:
        os.kill(site.pids()[0], signal.SIGKILL)
        await _until(lambda: len(site.pids()) == 2)
        there = roster.read(site.folder / "run" / "product.json")
        assert there is not None
        assert there.processes[0].restarts == 1

    assert _run(site.supervisor((site.program("worker"),)), kill_it) == 0


def test_a_process_that_ignores_term_is_killed_after_its_time(site: Site) -> None:
    began = time.monotonic()
    assert _run(site.supervisor((site.program("deaf", stubborn=True),)), _nothing) == 0
    assert time.monotonic() - began < 10
    assert not psutil.pid_exists(site.pids()[0])


def test_a_process_that_ends_before_it_is_ready_stops_the_start_and_names_its_log(site: Site) -> None:
    async def never() -> bool:
        return False

    broken = Process(name="broken", command=(sys.executable, "-c", "raise SystemExit(3)"), ready=never)
    assert _run(site.supervisor((site.program("database"),), (broken,)), _nothing) == 1
    assert any("broken ended before it was ready" in line and "broken.log" in line for line in site.said)
    assert site.notes("stop") == ["database"]


def test_a_port_that_somebody_else_has_stops_the_start_and_is_named(site: Site) -> None:
    """Whoever answers there would be taken for our own: another installation's broker, or its ledger."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        broker = replace(site.program("broker"), ready=listening("127.0.0.1", port), port=port)
        assert _run(site.supervisor((site.program("database"),), (broker,)), _nothing) == 1
    assert site.notes("start") == ["database"]
    assert any(f"port {port} already" in line and "TANHENG_MQTT_PORT" in line for line in site.said)


def test_a_failed_step_stops_the_start(site: Site) -> None:
    step = Step(name="migrations", command=(sys.executable, "-c", "raise SystemExit(1)"))
    assert _run(site.supervisor((site.program("database"),), step, (site.program("web"),)), _nothing) == 1
    assert site.notes("start") == ["database"]
    assert any("migrations failed (exit 1)" in line for line in site.said)


RENEWED = """
import pathlib, sys
mark = pathlib.Path(sys.argv[1])
if mark.exists():
    for name in ("b", "a", "elsewhere"): print(name, mark.stat().st_mtime)
    print("c", 1)
"""


def test_what_is_older_than_the_upkeep_says_is_started_again_once_one_after_the_other(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lagging(*words: Any, **facts: Any) -> roster.Entry:
        entry = roster.entry_of(*words, **facts)
        return replace(entry, started_at=entry.started_at - 0.5)

    monkeypatch.setattr("operations.supervisor.child.entry_of", lagging)
    mark, stage = site.folder / "renewed", tuple(site.program(name, stubborn=name == "a") for name in "abc")
    renewal = Upkeep(name="renewal", command=(sys.executable, "-c", RENEWED, str(mark)), every_s=0.2)

    async def script() -> None:
        await asyncio.sleep(1)
        assert len(site.notes("start")) == 3, "nothing is new yet"
        mark.touch()
        await _until(lambda: len(site.notes("start")) == 5)
        await asyncio.sleep(1)
        assert len(site.notes("start")) == 5

    assert _run(site.supervisor(stage, upkeep=[renewal]), script) == 0
    assert site.notes("start")[3:] == ["b", "a"], "in the order of the lines"
    assert any("b: started again with what is new" in line for line in site.said)
    assert not any("elsewhere" in line for line in site.said)


def test_an_upkeep_that_fails_is_said_and_stops_nothing(site: Site) -> None:
    async def script() -> None:
        await _until(lambda: any("renewal failed (exit 3)" in line for line in site.said))

    failing = (sys.executable, "-c", "import sys; print('a', 9e9); sys.exit(3)")
    renewal = Upkeep(name="renewal", command=failing, every_s=0.2)
    assert _run(site.supervisor((site.program("a"),), upkeep=[renewal]), script) == 0
    assert site.notes("start") == ["a"]


def test_a_second_supervisor_on_the_same_home_is_refused(site: Site) -> None:
    async def second() -> None:
        with pytest.raises(AlreadyUp, match="already running"):
            await site.supervisor((site.program("other"),)).run()

    assert _run(site.supervisor((site.program("first"),)), second) == 0
    assert site.notes("start") == ["first"]


def test_what_a_killed_supervisor_left_is_swept_at_the_next_start(site: Site) -> None:
    left = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "orphan", str(site.journal), "polite"], start_new_session=True
    )
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    dead = roster.entry_of("supervisor", gone.pid, state="ready")
    gone.wait()
    entry = roster.entry_of("orphan", left.pid, state="ready")
    roster.write(site.folder / "run" / "product.json", roster.Roster(dead, (entry,)))
    assert _run(site.supervisor((site.program("worker"),)), _nothing) == 0
    assert left.wait(timeout=5) == -signal.SIGKILL
    assert "ended what an earlier run had left: orphan" in site.said


def test_a_sweep_waits_until_what_it_killed_is_gone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ports are free then: a start that asked sooner took a dying part of its own for another program."""
    slow = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    dead = roster.entry_of("supervisor", gone.pid, state="ready")
    gone.wait()
    entry = roster.entry_of("slow", slow.pid, state="ready")
    roster.write(site.folder / "run" / "product.json", roster.Roster(dead, (entry,)))
    monkeypatch.setattr(roster, "signal_group", lambda *_: threading.Timer(0.3, slow.kill).start())
    try:
        assert roster.sweep(site.folder / "run" / "product.json") == ["slow"]
        assert not entry.is_alive()
    finally:
        slow.kill()
        slow.wait()


def test_a_pid_that_now_belongs_to_another_program_is_left_alone(site: Site) -> None:
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)
    try:
        older = roster.Entry(name="worker", pid=innocent.pid, started_at=time.time() - 3600, state="ready")
        dead = roster.Entry(name="supervisor", pid=innocent.pid, started_at=1.0, state="ready")
        roster.write(site.folder / "run" / "product.json", roster.Roster(dead, (older,)))
        assert roster.sweep(site.folder / "run" / "product.json") == []
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_ingest_is_ready_only_when_a_living_worker_says_that_it_has_subscribed(tmp_path: Path) -> None:
    figures = tmp_path / "ingest.json"
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()

    def ready(told: object) -> bool:
        figures.write_text(told if isinstance(told, str) else json.dumps(told))
        return bool(asyncio.run(subscribed(figures)()))  # type: ignore[arg-type]

    assert not asyncio.run(subscribed(figures)())  # type: ignore[arg-type]
    assert not ready('{"connected": tr')
    assert not ready([])
    assert not ready({"connected": False, "pid": os.getpid()})
    assert not ready({"connected": True, "pid": gone.pid})
    assert ready({"connected": True, "pid": os.getpid()})


def test_the_product_waits_for_the_subscription_at_its_own_broker_only(tmp_path: Path) -> None:
    def ingest(**more: str) -> Process:
        environment = Environment.read({"TANHENG_HOME": str(tmp_path)} | more)
        services = product(environment)[-1]
        assert isinstance(services, tuple)
        return next(process for process in services if process.name == "ingest")

    own = ingest().ready
    assert not asyncio.run(own())  # type: ignore[arg-type]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "ingest.json").write_text(json.dumps({"connected": True, "pid": os.getpid()}))
    assert asyncio.run(own())  # type: ignore[arg-type]
    assert ingest(MQTT_URL="mqtt://u:p@broker.example:1883").ready is alive


@pytest.mark.parametrize(("setting", "strict"), [({}, False), ({"TANHENG_LEDGER_PEER_SYNC": "strict"}, True)])
def test_peers_sync_before_they_confirm_where_the_settings_say_so(
    tmp_path: Path, setting: dict[str, str], strict: bool
) -> None:
    environment = Environment.read({"TANHENG_HOME": str(tmp_path)} | setting)
    nodes = ledger(environment)[-1]
    assert isinstance(nodes, tuple)
    peers = [node.command for node in nodes if node.name.startswith("peer-")]
    assert [command[-1] == "--strict" for command in peers] == [strict] * 3
    network = material.write(tmp_path)
    own = next(node for node in own_part(network, "auditor", environment)[-1] if node.name == "peer-auditor")
    assert (own.command[-1] == "--strict") is strict


@pytest.mark.parametrize(("setting", "seconds"), [({}, "30"), ({"TANHENG_LEDGER_EXECUTE_S": "7"}, "7")])
def test_peers_wait_for_their_chaincode_as_long_as_the_settings_say(
    tmp_path: Path, setting: dict[str, str], seconds: str
) -> None:
    environment = Environment.read({"TANHENG_HOME": str(tmp_path)} | setting)
    nodes = ledger(environment)[-1]
    assert isinstance(nodes, tuple)
    peers = [node.command for node in nodes if node.name.startswith("peer-")]
    assert [command[command.index("--execute-timeout") + 1] for command in peers] == [seconds] * 3
