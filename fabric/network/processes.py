"""The command and the environment of each node's program. It starts nothing; `operations` does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from network.builder import VARIABLE
from network.programs import Programs

# Two lines a transaction would be written otherwise, by every node.
LOGGING = "WARNING"


@dataclass(frozen=True, slots=True)
class NodeProgram:
    """How a node is started."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


def peer(programs: Programs, folder: Path, *, chaincode: str) -> NodeProgram:
    """A peer whose settings lie in `folder`; chaincode: where its own organisation's chaincode listens."""
    environment = _environment(folder) | {VARIABLE: json.dumps({"address": chaincode})}
    return NodeProgram((str(programs.peer), "node", "start"), environment)


def orderer(programs: Programs, folder: Path) -> NodeProgram:
    """An orderer whose settings lie in `folder`."""
    return NodeProgram((str(programs.orderer),), _environment(folder))


def _environment(folder: Path) -> dict[str, str]:
    return {"FABRIC_CFG_PATH": str(folder), "FABRIC_LOGGING_SPEC": LOGGING}
