"""What a drill leaves: the peers agree, the audit finds no fault, read models equal a rebuild."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ledger.network import load

from operations.chain.standing import network_status
from operations.drills.figures import Figure
from operations.site import Site, SiteFailed

SETTLED_WITHIN_S = 60.0


def ledger_figures(site: Site) -> Iterator[Figure]:
    """Peers that differ, rules that do not hold, rows that a rebuild gives otherwise."""
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
