"""The agent on a box with nothing else: a new environment, the locked packages, its wheel, one reading."""

import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from agent.trial import AgentProcess, TrialMeter
from tests.agent.memory import CSV

ROOT = Path(__file__).resolve().parents[2]


def installed(folder: Path) -> Path:
    """The programs' folder of a new environment, by the very commands of docs/agent.md."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT / "agent",
        check=True,
        capture_output=True,
    )
    venv.create(folder / "box", with_pip=True)
    programs = folder / "box" / "bin"
    (wheel,) = folder.glob("*.whl")
    for words in (
        ["--require-hashes", "-r", str(ROOT / "requirements" / "agent.lock")],
        ["--no-deps", str(wheel)],
    ):
        subprocess.run([str(programs / "pip"), "install", "-q", *words], check=True)
    return programs


def alone() -> dict[str, str]:
    """The environment without the way to this source tree."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


# 13 s of a processor of its own; beside benches, at the lowest priority, it gets a thirtieth of one.
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_new_environment_takes_the_wheel_and_reads_a_meter(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    program = str(installed(tmp_path) / "tanheng")

    def said(*words: str) -> str:
        return subprocess.run(
            [program, "agent", *words], capture_output=True, text=True, check=True, env=alone(), cwd=tmp_path
        ).stdout

    began = time.monotonic()
    assert "replay" in said("--help")
    start_s = time.monotonic() - began
    box = AgentProcess(tmp_path / "gw")
    meter = TrialMeter(meter="energy-a", unit="kWh", least_count="0.01", digits=8)
    box.prepare(identity="t_000001.gw-1", password="x", plant="plant-1", port=9, meters=[meter], source=CSV)
    assert len(box.key().fingerprint) == 64
    said("check", "--offline", "--config", str(box.configuration))
    box.csv.write_text("time,meter,value\n1782864000000,energy-a,12.34\n")
    with subprocess.Popen(
        [program, "agent", "--config", str(box.configuration)],
        env=alone(),
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    ) as process:
        status = box.configuration.parent / "spool" / "status.json"
        try:
            assert waits_for_one(status, 30 + 30 * start_s), (
                "the reading is in the spool until a platform has it"
            )
        finally:
            process.terminate()
    assert process.returncode == 0


def waits_for_one(status: Path, within_s: float) -> bool:
    """Whether it does; the caller knows by a start of the program how slow the machine is now."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if status.exists() and json.loads(status.read_text())["waiting_readings"] == 1:
            return True
        time.sleep(0.2)
    return False
