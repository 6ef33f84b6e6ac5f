"""Where Fabric's two programs are: the folder FABRIC_BIN, else PATH. The product holds nothing of them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "FABRIC_BIN"
VERSION_WITHIN_S = 20.0


class ProgramsMissing(Exception):
    """`peer` or `orderer` is not there; the text says where was looked and what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The two programs of a real network."""

    peer: Path
    orderer: Path

    def version(self) -> str:
        """The peer's own word for its version, such as "v3.1.5"; "unknown" if it gives none."""
        said = subprocess.run(
            [self.peer, "version"], capture_output=True, text=True, timeout=VERSION_WITHIN_S, check=False
        ).stdout
        for line in said.splitlines():
            name, _, value = line.strip().partition(":")
            if name == "Version" and value.strip():
                return value.strip()
        return "unknown"


def find(variables: Mapping[str, str] = os.environ) -> Programs:
    """`peer` and `orderer` from FABRIC_BIN, or from PATH where that is not set. Raises ProgramsMissing."""
    folder = variables.get(VARIABLE, "")
    search = folder or variables.get("PATH", os.defpath)
    found = {name: shutil.which(name, path=search) for name in ("peer", "orderer")}
    peer, orderer = found["peer"], found["orderer"]
    if peer is None or orderer is None:
        missing = " and ".join(name for name, path in found.items() if path is None)
        where = f"in {folder} ({VARIABLE})" if folder else "on PATH"
        raise ProgramsMissing(
            f"Fabric's {missing} not found {where}: only the embedded engine (localnet) can run. Install "
            f"Hyperledger Fabric 3.1 or later and set {VARIABLE} to the folder of `peer` and `orderer`."
        )
    return Programs(peer=Path(peer), orderer=Path(orderer))
