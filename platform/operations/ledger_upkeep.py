"""Certificates of a running network: renews what expires soon, and says which processes must take it.

`python -m operations.ledger_upkeep`, run by the supervisor now and then. Prints `NAME SECONDS` for each
process that reads certificates: the time at which the newest of its own was written. Whatever changed them
(this, or `tanheng network identities`), a process that is older is started again. Peers first, one after the
other, so that two organisations always answer; then orderers; then those that sign in at them.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator

from ledger.consensus import Consensus
from ledger.identities import TLS, Held, held, renew_due
from ledger.network import Network, NoNetwork, load
from tanheng.env import Environment

from operations import ledger_material

# Who signs in with the technical clients' certificates.
CLIENTS = ("relay", "follower")
DUTIES = frozenset({"relay", "service", "ingest", "clock"})


def main() -> int:
    """Renews and prints; exit status 1 with the words for it where the material cannot be read."""
    environment = Environment.read()
    try:
        network = load(environment.home)
    except NoNetwork:
        # Somebody else's network: what we have of it is handed out by its operator.
        return 0
    try:
        if network.consensus.is_fabric:
            # Its programs read copies, which are made anew with the rest.
            ledger_material.write(environment)
        else:
            for one in renew_due(network, now=datetime.datetime.now(datetime.UTC)):
                sys.stderr.write(f"renewed {one.organisation} {one.name} until {one.not_after.date()}\n")
        for name, since in newest(network).items():
            sys.stdout.write(f"{name} {since:.3f}\n")
    except NoNetwork as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def newest(network: Network) -> dict[str, float]:
    """By process the time (since 1970, s) of its newest certificate, in the order of their new starts."""
    found: dict[str, float] = {}
    for organisation, member in network.organisations.items():
        if not member.folder.exists():
            continue
        for one in held(network, organisation):
            for name in processes_of(one, network.consensus):
                found[name] = max(found.get(name, 0.0), one.path.stat().st_mtime)
    return dict(sorted(found.items(), key=lambda item: _place(item[0])))


def processes_of(one: Held, consensus: Consensus) -> Iterator[str]:
    """The processes that read a certificate; none for roots, administrators and those of foreign clients."""
    name = one.name.removesuffix(TLS)
    if name == "peer":
        yield f"peer-{one.organisation}"
    elif name.startswith("orderer"):
        yield f"{name}-{one.organisation}" if consensus.is_fabric else name
    elif name in DUTIES:
        yield from CLIENTS


def _place(name: str) -> tuple[int, str]:
    return (0 if name.startswith("peer") else 1 if name.startswith("orderer") else 2), name


if __name__ == "__main__":
    sys.exit(main())
