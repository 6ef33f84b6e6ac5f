"""The agent without the platform: what it imports, and its own small wheel."""

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"agent", "lexicon", "proof"}
_ASK = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import agent.main, agent.runtime, agent.trial, agent.sources.csv_file, agent.sources.mqtt_bridge
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imported(*folders: Path) -> set[str]:
    words = [sys.executable, "-P", "-c", _ASK, json.dumps([str(folder) for folder in folders])]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={}, cwd="/")
    return set(json.loads(done.stdout))


def test_it_imports_no_platform_and_no_library_of_a_source_that_is_not_configured() -> None:
    found = imported(ROOT, ROOT / "platform")
    foreign = {"django", "ingest", "kit", "tenants", "operations", "grpc", "msgspec", "psycopg2", "ledger"}
    assert found & (foreign | {"asyncua", "pymodbus"}) == set()
    assert found >= OURS


def test_its_lock_and_its_own_project_name_the_same_packages_and_nothing_of_the_platform() -> None:
    project = tomllib.loads((ROOT / "agent" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements" / "agent.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in lock.splitlines() if "==" in line and line[0].isalpha()}
    extras = project["optional-dependencies"]
    wanted = {*project["dependencies"], *extras["modbus"], *extras["opcua"]}
    assert {word.split(">")[0].split("<")[0] for word in wanted} <= locked
    assert locked & {"django", "grpcio", "psycopg2-binary", "msgspec", "channels"} == set()
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == whole["version"]


def test_its_wheel_holds_three_packages_and_runs_from_them(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT / "agent",
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
        archive.extractall(tmp_path / "installed")
    assert {top for top in tops if not top.endswith(".dist-info")} == OURS
    assert imported(tmp_path / "installed") >= OURS
