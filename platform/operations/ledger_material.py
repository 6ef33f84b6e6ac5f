"""The embedded network's material on the ports of this installation; a second run changes nothing."""

from __future__ import annotations

from pathlib import Path

from ledger import material
from tanheng.env import Environment

from operations.supervisor.table import FIRST_CHAINCODE, FIRST_PEER, ORGANISATIONS


def ports_of(environment: Environment) -> material.Ports:
    """Where the nodes listen: counted from the one setting TANHENG_LEDGER_PORT."""
    base = environment.ledger_port
    return material.Ports(
        orderer=base,
        peers={name: base + FIRST_PEER + number for number, name in enumerate(ORGANISATIONS)},
        chaincodes={name: base + FIRST_CHAINCODE + number for number, name in enumerate(ORGANISATIONS)},
    )


def passphrase_file_of(environment: Environment) -> Path | None:
    """Where the operator keeps what opens the nodes' keys; None for its place below the home."""
    return Path(environment.ledger_passphrase_file) if environment.ledger_passphrase_file else None


def main() -> None:
    """Write what is missing."""
    environment = Environment.read()
    material.write(
        environment.home, ports=ports_of(environment), passphrase_file=passphrase_file_of(environment)
    )


if __name__ == "__main__":
    main()
