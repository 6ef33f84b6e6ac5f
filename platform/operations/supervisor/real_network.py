"""Real Fabric's processes: material and settings, then nodes and chaincodes together, then the channel."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.consensus import Consensus
from ledger.material import ORDERERS
from ledger.network import NoNetwork, ledger_folder, load
from network import package, processes, programs, settings

from . import table
from .process import Process, Stage, Step, listening

if TYPE_CHECKING:
    from tanheng.env import Environment

# What answers the peers of each organisation.
CHAINCODE = "chaincode.server"


def stages(environment: Environment) -> list[Stage]:
    """What `network up` starts for the engine fabric. Raises ProgramsMissing."""
    found = programs.find({"FABRIC_BIN": environment.fabric_bin, "PATH": os.environ.get("PATH", os.defpath)})
    home = str(environment.home)
    return [
        Step(name="ledger material", command=(sys.executable, "-m", "operations.ledger_material")),
        (*_orderers(environment, found), *_peers(environment, found), *_chaincodes(environment)),
        Step(name="channel", command=(sys.executable, "-m", "network.bring_up", "--home", home)),
    ]


def forget_opened_keys(environment: Environment) -> None:
    """Nodes' keys are opened into memory while they run; nothing of them stays after that."""
    try:
        settings.remove_opened_keys(load(environment.home))
    except NoNetwork:
        return


def _orderers(environment: Environment, found: programs.Programs) -> list[Process]:
    base = environment.ledger_port
    ports = (base, *(base + table.FIRST_MORE_ORDERER + number for number in range(3)))
    made = []
    places = ORDERERS[Consensus(environment.ledger_consensus)]
    for (owner, node), port in zip(places, ports, strict=False):
        name = f"{node}-{owner}"
        program = processes.orderer(found, _folder(environment, name))
        made.append(
            Process(
                name=name,
                command=program.command,
                environment=program.environment,
                ready=listening(table.HOST, port),
                port=port,
            )
        )
    return made


def _peers(environment: Environment, found: programs.Programs) -> list[Process]:
    made = []
    for number, owner in enumerate(table.ORGANISATIONS):
        name = f"peer-{owner}"
        chaincode = f"{table.HOST}:{environment.ledger_port + table.FIRST_CHAINCODE + number}"
        program = processes.peer(found, _folder(environment, name), chaincode=chaincode)
        port = environment.ledger_port + table.FIRST_PEER + number
        made.append(
            Process(
                name=name,
                command=program.command,
                environment=program.environment,
                ready=listening(table.HOST, port),
                port=port,
                # A peer closes its databases; what it was stopped at it would have to recover.
                stop_within_s=15.0,
            )
        )
    return made


def _chaincodes(environment: Environment) -> list[Process]:
    made = []
    for number, owner in enumerate(table.ORGANISATIONS):
        port = environment.ledger_port + table.FIRST_CHAINCODE + number
        address, registered = f"{table.HOST}:{port}", package.package_id()
        command = (sys.executable, "-m", CHAINCODE, "--address", address, "--id", registered)
        made.append(
            Process(name=f"chaincode-{owner}", command=command, ready=listening(table.HOST, port), port=port)
        )
    return made


def _folder(environment: Environment, name: str) -> Path:
    return ledger_folder(environment.home) / "nodes" / name
