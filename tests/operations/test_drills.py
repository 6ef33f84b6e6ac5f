"""The drills: what their last line promises, the killer on real processes, the story under fire (slow)."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from operations.drills.figures import Figure, summary
from operations.drills.killer import Killer
from operations.drills.story import VICTIMS, victims
from operations.supervisor import roster, table
from tanheng.env import Environment


def test_a_figure_without_an_answer_never_holds() -> None:
    silent = Figure("rows_that_differ", -1.0, "rows", 0.0)
    assert not silent.holds
    assert summary([silent])["ok"] is False


def test_one_broken_promise_makes_the_drill_fail() -> None:
    kept, broken = Figure("faults", 0.0, "rules", 0.0), Figure("kills", 0.0, "processes", 1.0, at_most=False)
    assert summary([kept])["ok"] is True
    assert summary([kept, broken])["ok"] is False


def test_every_victim_is_a_process_of_the_product(tmp_path: Path) -> None:
    stages = table.product(Environment.read({"TANHENG_HOME": str(tmp_path)}))
    names = {process.name for stage in stages if isinstance(stage, tuple) for process in stage}
    assert {victim for victims in VICTIMS.values() for victim in victims} <= names


def test_the_killer_kills_what_it_is_told_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.drills.killer.PAUSE_S", (0.01, 0.02))
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    spared = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    site: Any = type("Site", (), {})()
    entries = [
        roster.entry_of("worker", victim.pid, state="ready"),
        roster.entry_of("web", spared.pid, state="ready"),
    ]
    site.entries = lambda: entries
    killer = Killer(site, ["worker"], seed=1)
    try:
        with killer.at_work():
            assert victim.wait(timeout=10) == -9
            time.sleep(0.1)
        assert killer.kills == {"worker": 1}
        assert spared.poll() is None
    finally:
        spared.kill()
        spared.wait()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", list(VICTIMS))
def test_the_story_comes_out_right_while_processes_die(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "operations", "drill", name, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["ok"], told


def test_a_drill_on_real_fabric_kills_its_orderers(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    assert victims("ledger") == VICTIMS["ledger"]
    monkeypatch.setenv("TANHENG_LEDGER_ENGINE", "fabric")
    monkeypatch.setenv("TANHENG_LEDGER_CONSENSUS", "bft")
    killed = victims("ledger")
    assert len(killed) == len(VICTIMS["ledger"]) + 3
    assert {"orderer-enterprise", "orderer-auditor", "orderer-regulator", "orderer2-regulator"} < set(killed)
    assert victims("ingest") == VICTIMS["ingest"]
