"""Compose file and chart name exactly the product's processes, and everything they mention is there."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from operations.supervisor import table
from operations.supervisor.process import Process
from tanheng.env import REPOSITORY, Environment

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
CHART = REPOSITORY / "helm"
NOT_OURS = {"postgres", "influxdb", "prepare"}
# Without a supervisor it is a process of its own, which runs its program now and then.
UPKEEP = "upkeep"
EXAMPLE = dict(
    re.findall(r"^([A-Z_]+)=(.*)$", (REPOSITORY / ".env.example").read_text(encoding="utf-8"), re.M)
)
KNOWN_VARIABLES = set(EXAMPLE)


@pytest.fixture
def processes(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """Arguments of every process of `tanheng up` but PostgreSQL, as an image of ours runs them."""
    environment = Environment.read({"TANHENG_HOME": str(tmp_path)})
    found = {}
    for stage in table.product(environment):
        for process in stage if isinstance(stage, tuple) else ():
            assert isinstance(process, Process)
            found[process.name] = tuple(_in_image(word, tmp_path) for word in process.command[1:])
    del found["postgres"]
    (upkeep,) = table.upkeep()
    found[UPKEEP] = (*(_in_image(word, tmp_path) for word in upkeep.command[1:]), "--watch")
    return found


def _in_image(word: str, home: Path) -> str:
    return word.replace(str(home), "/var/lib/tanheng").replace(f"{REPOSITORY}/", "")


def test_compose_runs_every_process_with_the_same_command(processes: dict[str, tuple[str, ...]]) -> None:
    composed = {
        name: tuple(one["command"])
        for name, one in COMPOSE["services"].items()
        if name not in NOT_OURS and one.get("profiles") != ["fabric"]
    }
    assert composed == processes


def test_the_upkeep_opens_renewed_keys_into_the_memory_that_the_nodes_share() -> None:
    assert COMPOSE["services"][UPKEEP]["ipc"] == COMPOSE["services"]["prepare"]["ipc"] == "host"


def test_the_chart_runs_every_process_with_the_same_command(processes: dict[str, tuple[str, ...]]) -> None:
    text = (CHART / "templates" / "statefulset.yaml").read_text(encoding="utf-8")
    rows = re.findall(r'\(dict "name" "([a-z-]+)" "args" \(list ((?:"[^"]+" ?)+)\)\)', text)
    charted = {name: tuple(re.findall(r'"([^"]+)"', words)) for name, words in rows}
    assert charted == {
        name: command for name, command in processes.items() if not name.startswith("chaincode-")
    }
    assert re.findall(r'list "enterprise" "auditor" "regulator"', text)


def test_every_variable_of_the_compose_file_is_in_the_example(tmp_path: Path) -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    # Docker compose itself reads the profiles.
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) == KNOWN_VARIABLES - {"COMPOSE_PROFILES"}


def test_every_setting_the_compose_file_gives_is_one_we_know(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s" * 50, encoding="utf-8")
    for name, service in COMPOSE["services"].items():
        if name in ("postgres", "influxdb"):
            continue
        given = {**service.get("environment", {}), "TANHENG_HOME": str(tmp_path)}
        if "TANHENG_LEDGER_ENGINE" in given:
            given["TANHENG_LEDGER_ENGINE"] = EXAMPLE["TANHENG_LEDGER_ENGINE"]
        given["TANHENG_SECRET_KEY_FILE"] = str(secret)
        Environment.read(given)


def test_every_mounted_file_and_volume_exists() -> None:
    for secret in COMPOSE["secrets"].values():
        assert (REPOSITORY / secret["file"]).is_file()
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (REPOSITORY / source).exists()


def test_every_service_names_its_image_and_keeps_to_the_loopback() -> None:
    for name, service in COMPOSE["services"].items():
        assert re.fullmatch(r"[\w./-]+:[\w.-]+", service["image"]), name
        assert service["network_mode"] == "host", "our servers listen on 127.0.0.1 only"
        assert "ports" not in service


def test_every_stage_that_is_built_is_in_the_dockerfile_and_copies_what_exists() -> None:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", text, re.M))
    built = {one["build"]["target"] for one in COMPOSE["services"].values() if "build" in one}
    assert built <= stages
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M):
        for source in line.split()[:-1]:
            assert (REPOSITORY / source).exists(), source


def _paths(values: dict[str, Any], prefix: str = "") -> set[str]:
    found = set()
    for name, value in values.items():
        found |= _paths(value, f"{prefix}{name}.") if isinstance(value, dict) and value else {prefix + name}
    return found


def test_the_chart_reads_exactly_the_values_it_declares() -> None:
    declared = _paths(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8")))
    text = "".join(path.read_text(encoding="utf-8") for path in (CHART / "templates").glob("*.yaml"))
    read = set(re.findall(r"\.Values\.([\w.]+)", text))
    unread = {path for path in declared if not any(path == one or path.startswith(f"{one}.") for one in read)}
    undeclared = {
        one for one in read if not any(path == one or path.startswith(f"{one}.") for path in declared)
    }
    assert (unread, undeclared) == (set(), set())


def test_the_chaincode_image_installs_nothing_of_the_product() -> None:
    lock = (REPOSITORY / "requirements" / "chaincode.lock").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", lock, re.M))
    assert {"grpcio", "hyperledger-fabric-protos", "cryptography"} <= names
    assert not names & {"django", "paho-mqtt", "httpx", "uvicorn"}
    assert sys.executable not in lock
