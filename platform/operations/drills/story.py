"""The drills that kill: the story is told while its processes die, and every sum must still be right."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ledger.network import load

from operations.chain.standing import network_status
from operations.demo.client import DemoFailed
from operations.demo.narrator import Narrator
from operations.demo.story import tell
from operations.drills.figures import Figure
from operations.drills.killer import Killer
from operations.site import Site, SiteFailed, running, scratch_ports

VICTIMS: Mapping[str, tuple[str, ...]] = {
    "ingest": ("ingest", "hours", "broker"),
    "ledger": (
        "relay",
        "follower",
        "orderer",
        "peer-enterprise",
        "peer-auditor",
        "peer-regulator",
        "chaincode-enterprise",
        "chaincode-auditor",
        "chaincode-regulator",
    ),
}
SETTLED_WITHIN_S = 60.0


def run(name: str, narrator: Narrator, *, seed: int) -> Iterator[Figure]:
    """The figures of one drill on a scratch site; it ends by itself."""
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-drill-") as folder,
        running(Path(folder) / "home", scratch_ports()) as site,
    ):
        killer = Killer(site, VICTIMS[name], seed=seed)
        failure = ""
        try:
            with killer.at_work():
                tell(site, narrator)
        except DemoFailed as error:
            failure = str(error)
            narrator.line(failure)
        narrator.line(f"killed: {dict(killer.kills)}")
        yield Figure("kills", float(sum(killer.kills.values())), "processes", 1.0, at_most=False)
        yield Figure("story_failures", float(bool(failure)), "stories", 0.0)
        yield from _ledger_figures(site)


def _ledger_figures(site: Site) -> Iterator[Figure]:
    status = _settled(site)
    yield Figure("peers_that_differ", 0.0 if status["agree"] else 1.0, "networks", 0.0)
    yield Figure("audit_faults", float(len(_told(site, "audit").get("faults", ["no answer"]))), "rules", 0.0)
    yield Figure(
        "rows_that_differ_from_a_rebuild", float(_told(site, "rebuild").get("differing", -1)), "rows", 0.0
    )


def _settled(site: Site) -> dict[str, Any]:
    """The network's status when the peers agree, or as it is when the time is over."""
    end = time.monotonic() + SETTLED_WITHIN_S
    while True:
        status = network_status(load(site.home))
        if status["agree"] or time.monotonic() > end:
            return status
        time.sleep(0.5)


def _told(site: Site, command: str) -> dict[str, Any]:
    try:
        return site.command("ledger", command)
    except SiteFailed:
        return {}
