"""docker-compose.yml runs real Fabric on the generated material: checked as far as it goes without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from ledger.network import load
from network.builder import VARIABLE
from network.package import package_id
from network.settings import remove_opened_keys
from operations import ledger_material
from operations.supervisor.process import Process
from operations.supervisor.real_network import stages
from tanheng.env import REPOSITORY, Environment

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text("utf-8"))
FABRIC = {name: one for name, one in COMPOSE["services"].items() if one.get("profiles") == ["fabric"]}
INSIDE = Path("/var/lib/tanheng")
# What of the Compose Specification this file uses; anything else is a slip of the pen.
TEXTS = {"type": "array", "items": {"type": "string"}}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "build": {"type": "object", "required": ["context", "target"]},
        "image": {"type": "string", "pattern": r"^[\w./-]+:[\w.-]+$"},
        "network_mode": {"const": "host"},
        "ipc": {"const": "host"},
        "user": {"type": "string"},
        "restart": {"enum": ["no", "on-failure", "unless-stopped", "always"]},
        "profiles": TEXTS,
        "command": TEXTS,
        "volumes": TEXTS,
        "secrets": TEXTS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "properties": {
                    "condition": {
                        "enum": ["service_started", "service_healthy", "service_completed_successfully"]
                    }
                },
            },
        },
        "healthcheck": {"type": "object", "required": ["test"]},
    },
}


@pytest.fixture
def environment(tmp_path):
    """Settings as in the container, but for the folder; the material made as `prepare` makes it."""
    for name in ("peer", "orderer"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    made = Environment.read(
        {
            "TANHENG_HOME": str(tmp_path / "home"),
            "TANHENG_LEDGER_ENGINE": "fabric",
            "FABRIC_BIN": str(tmp_path),
        }
    )
    ledger_material.write(made)
    yield made
    remove_opened_keys(load(made.home))


def test_every_service_keeps_to_the_compose_specification():
    for name, service in COMPOSE["services"].items():
        jsonschema.validate(service, SERVICE)
        for other in service.get("depends_on", {}):
            assert other in COMPOSE["services"], (name, other)
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"], (name, volume)


def test_the_official_images_are_pinned_to_one_version():
    images = {one["image"] for one in FABRIC.values() if one["image"].startswith("hyperledger/")}
    assert {image.split(":")[0] for image in images} == {
        "hyperledger/fabric-peer",
        "hyperledger/fabric-orderer",
    }
    (version,) = {image.split(":")[1] for image in images}
    assert re.fullmatch(r"3\.\d+\.\d+", version)


def test_each_node_of_the_supervised_network_has_its_service_with_the_same_settings(environment):
    for stage in stages(environment):
        for process in stage if isinstance(stage, tuple) else ():
            assert isinstance(process, Process)
            if process.name.startswith("chaincode-"):
                address = COMPOSE["services"][process.name]["command"][-1]
                assert address in process.command
                assert COMPOSE["services"][process.name]["environment"]["CHAINCODE_ID"] == package_id()
                continue
            name = process.name if process.name.startswith("orderer") else f"fabric-{process.name}"
            service = FABRIC[name]
            inside = {
                variable: value.replace(str(environment.home), str(INSIDE))
                for variable, value in process.environment.items()
            }
            given = dict(service["environment"])
            given.pop("CORE_CHAINCODE_EXTERNALBUILDERS", None)
            assert given == inside, name
            assert tuple(service["command"]) == (Path(process.command[0]).name, *process.command[1:])


def test_every_folder_and_file_a_service_is_told_of_is_generated(environment):
    for name, service in FABRIC.items():
        if name == "channel":
            continue
        told = Path(service["environment"]["FABRIC_CFG_PATH"])
        folder = environment.home / told.relative_to(INSIDE)
        settings = folder / ("core.yaml" if "peer" in name else "orderer.yaml")
        assert settings.is_file(), name
        mounted = re.findall(rf'"({re.escape(str(environment.home))}[^"]*)"', settings.read_text())
        made_by_fabric = ("snapshots", "wal")
        assert [
            one for one in mounted if not Path(one).exists() and Path(one).name not in made_by_fabric
        ] == []


def test_the_channel_is_made_by_the_same_program_as_without_containers(environment):
    (step,) = [stage for stage in stages(environment) if getattr(stage, "name", "") == "channel"]
    expected = [word.replace(str(environment.home), str(INSIDE)) for word in step.command[1:]]
    assert COMPOSE["services"]["channel"]["command"] == expected


def test_the_peers_of_the_images_use_the_builder_that_their_image_brings():
    for name, service in FABRIC.items():
        if "peer" in name:
            (builder,) = yaml.safe_load(service["environment"]["CORE_CHAINCODE_EXTERNALBUILDERS"])
            assert builder["path"] == "/opt/hyperledger/ccaas_builder"
            assert builder["propagateEnvironment"] == [VARIABLE]
            assert set(json.loads(service["environment"][VARIABLE])) == {"address"}


def has_compose():
    """Whether docker is here, with its compose plugin."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_compose(), reason="there is no docker compose here")
def test_docker_reads_the_file():
    environment = {**os.environ, "TANHENG_DATABASE_PASSWORD": "x", "TANHENG_PUBLIC_URL": "http://localhost"}
    for engine in ("localnet", "fabric"):
        subprocess.run(
            ["docker", "compose", "--profile", engine, "config", "--quiet"],
            cwd=REPOSITORY,
            env={**environment, "TANHENG_LEDGER_ENGINE": engine},
            check=True,
            stdout=sys.stderr,
        )
