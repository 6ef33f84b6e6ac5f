"""Certificates of a running network: renews what expires soon, and says which processes must take it.

`python -m operations.ledger_upkeep`, run by the supervisor now and then. Prints `NAME SECONDS` for each
process that reads certificates: the time at which the newest of its own was written. Whatever changed them
(this, or `tanheng network identities`), a process that is older is started again. Peers first, one after the
other, so that two organisations always answer; then orderers; then those that sign in at them.

Where no supervisor of ours runs (containers), `--watch` does the same for ever and starts nothing again: it
has no power over other containers. It says which are to be started again, in their order.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ledger.consensus import Consensus
from ledger.identities import TLS, Held, held, renew_due
from ledger.material import OtherEngine
from ledger.network import Network, NoNetwork, load
from tanheng.env import Environment

from operations import ledger_material
from operations.supervisor.table import UPKEEP_EVERY_S

# Who signs in with the technical clients' certificates.
CLIENTS = ("relay", "follower")
DUTIES = frozenset({"relay", "service", "ingest", "clock"})
# Where a watch keeps up to when it told.
TOLD = "ledger-upkeep"


def main(arguments: list[str] | None = None) -> int:
    """Renews and prints; exit status 1 with the words for it where the material cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m operations.ledger_upkeep", description=main.__doc__)
    parser.add_argument("--watch", action="store_true", help="go on, and say what is to be started again")
    environment = Environment.read()
    if parser.parse_args(arguments).watch:
        return watch(environment)
    try:
        found = renewed(environment)
    except (NoNetwork, OtherEngine) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, since in found.items():
        sys.stdout.write(f"{name} {since:.3f}\n")
    return 0


def watch(environment: Environment, *, every_s: float = UPKEEP_EVERY_S, rounds: int | None = None) -> int:
    """Renews now and every `every_s`; after each change a line with what is to be started again, in order.

    rounds: how often at most (None: for ever). What cannot be read or written now is said, and tried again in
    the next round. Up to when it told is kept in the home: what a killed one had not said the next one does.
    """
    kept = environment.home / "run" / TOLD
    since = _told(kept)
    while rounds is None or rounds > 0:
        try:
            found = renewed(environment)
            if due := changed(found, since):
                words = "certificates were renewed; start again, one after the other"
                sys.stderr.write(f"{words}: {' '.join(due)}\n")
                sys.stderr.flush()
            since = max([since, *found.values()])
            _keep(kept, since)
        except (NoNetwork, OtherEngine, OSError) as error:
            sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        if rounds is not None:
            rounds -= 1
        time.sleep(every_s)
    return 0


def _told(kept: Path) -> float:
    """Up to when (since 1970, s) changes were told; now, where nothing was ever kept."""
    try:
        return float(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return time.time()


def _keep(kept: Path, since: float) -> None:
    """Replaces the file in one step. Raises OSError."""
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = kept.with_suffix(".new")
    draft.write_text(repr(since), encoding="utf-8")
    draft.replace(kept)


def changed(found: Mapping[str, float], since: float) -> list[str]:
    """The processes with a certificate that is newer than that time, in the order of their new starts."""
    return [name for name, at in found.items() if at > since]


def renewed(environment: Environment) -> dict[str, float]:
    """Renew what expires soon; as `newest`. Raises NoNetwork where the material cannot be read."""
    try:
        network = load(environment.home)
    except NoNetwork:
        # Somebody else's network: what we have of it is handed out by its operator.
        return {}
    if network.consensus.is_fabric:
        # Its programs read copies, which are made anew with the rest.
        ledger_material.write(environment)
    else:
        for one in renew_due(network, now=datetime.datetime.now(datetime.UTC)):
            sys.stderr.write(f"renewed {one.organisation} {one.name} until {one.not_after.date()}\n")
    return newest(network)


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
