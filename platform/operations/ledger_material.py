"""The network's material on the ports of this installation; a second run changes nothing."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from ledger import material
from ledger.consensus import Consensus
from ledger.genesis import Batch
from ledger.identities import renew_due
from ledger.network import NoNetwork
from network import settings
from tanheng.env import Environment

from operations.supervisor.table import (
    FIRST_ADMINISTRATION,
    FIRST_CHAINCODE,
    FIRST_MORE_ORDERER,
    FIRST_PEER,
    ORGANISATIONS,
)


def ports_of(environment: Environment) -> material.Ports:
    """Where the nodes listen: counted from the one setting TANHENG_LEDGER_PORT."""
    base = environment.ledger_port
    return material.Ports(
        orderer=base,
        peers={name: base + FIRST_PEER + number for number, name in enumerate(ORGANISATIONS)},
        chaincodes={name: base + FIRST_CHAINCODE + number for number, name in enumerate(ORGANISATIONS)},
        more_orderers=tuple(base + FIRST_MORE_ORDERER + number for number in range(3)),
        administration=tuple(base + FIRST_ADMINISTRATION + number for number in range(4)),
    )


def passphrase_file_of(environment: Environment) -> Path | None:
    """Where the operator keeps what opens the nodes' keys; None for its place below the home."""
    return Path(environment.ledger_passphrase_file) if environment.ledger_passphrase_file else None


def consensus_of(environment: Environment) -> Consensus:
    """The engine that the settings name."""
    return Consensus(environment.ledger_consensus if environment.ledger_engine == "fabric" else "localnet")


def write(environment: Environment, *, keys: Path | None = None) -> None:
    """Write what is missing and renew what expires soon; of a real network also what its nodes read.

    Raises OtherEngine, NoNetwork.
    """
    made = material.write(
        environment.home,
        ports=ports_of(environment),
        consensus=consensus_of(environment),
        passphrase_file=passphrase_file_of(environment),
        batch=Batch(environment.ledger_batch_ms, environment.ledger_batch_messages),
    )
    renewed = renew_due(made, now=datetime.datetime.now(datetime.UTC))
    for one in renewed:
        sys.stderr.write(f"renewed {one.organisation} {one.name} until {one.not_after.date()}\n")
    if made.consensus.is_fabric:
        settings.write(made, keys=keys, execute_timeout_s=environment.ledger_execute_s)


def main() -> int:
    """Exit status 1, with the words for it, when a network of another engine lies here."""
    try:
        write(Environment.read())
    except (material.OtherEngine, NoNetwork) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
