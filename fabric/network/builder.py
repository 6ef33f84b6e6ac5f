"""The external builder that a peer runs for our package: `builder.py detect|build|release FOLDER...`.

Standard library only: the peer runs it with an environment of its own. It builds nothing, it hands the peer
the address of the chaincode that runs beside it. Source: Fabric's external builder interface.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

# A JSON object of texts: what the templates in connection.json stand for. Fabric's own builder reads it too.
VARIABLE = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"
KIND = "ccaas"


def detect(source: Path, metadata: Path) -> int:
    """0 when the package is of our kind."""
    del source
    return 0 if json.loads((metadata / "metadata.json").read_text("utf-8"))["type"] == KIND else 1


def build(source: Path, metadata: Path, output: Path) -> int:
    """Keeps connection.json with its templates filled; 1 when one of them is not in the settings."""
    del metadata
    filled = (source / "connection.json").read_text("utf-8")
    for name, value in json.loads(os.environ.get(VARIABLE, "{}")).items():
        filled = filled.replace("{{." + name + "}}", value)
    if "{{" in filled:
        sys.stderr.write(f"{VARIABLE} does not fill {filled}\n")
        return 1
    json.loads(filled)
    (output / "connection.json").write_text(filled, "utf-8")
    return 0


def release(output: Path, target: Path) -> int:
    """Puts connection.json where the peer looks for it."""
    folder = target / "chaincode" / "server"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(output / "connection.json", folder / "connection.json")
    return 0


STEPS: dict[str, Callable[..., int]] = {"detect": detect, "build": build, "release": release}


def main(arguments: list[str]) -> int:
    """One step; exit status 0 when it is done."""
    return STEPS[arguments[0]](*map(Path, arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
