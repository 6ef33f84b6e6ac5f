"""The drills that kill: the story is told while its processes die, and every sum must still be right."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ledger.consensus import Consensus
from ledger.material import ORDERERS
from tanheng.env import Environment

from operations import influx_bucket
from operations.demo.client import DemoFailed
from operations.demo.narrator import Narrator
from operations.demo.story import tell
from operations.drills import readings, trades
from operations.drills.figures import Figure, Outcome
from operations.drills.killer import Killer
from operations.drills.outcome import ledger_figures
from operations.influx_bucket import NoBucket
from operations.site import running, scratch_ports

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


def victims(name: str) -> tuple[str, ...]:
    """Whom a drill kills; real Fabric has an orderer for each organisation, or four."""
    environment = Environment.read()
    if environment.ledger_engine != "fabric":
        return VICTIMS[name]
    orderers = [f"{node}-{owner}" for owner, node in ORDERERS[Consensus(environment.ledger_consensus)]]
    return tuple(one for victim in VICTIMS[name] for one in (orderers if victim == "orderer" else [victim]))


def run(name: str, narrator: Narrator, *, seed: int) -> Iterator[Outcome]:
    """The figures of one drill on scratch sites; it ends by itself."""
    if name == "ingest":
        yield from readings.run(narrator, seed=seed)
    if name == "ledger":
        yield from trades.run(victims(name), narrator, seed=seed)
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-drill-") as folder,
        _series() as series,
        running(Path(folder) / "home", scratch_ports() | series) as site,
    ):
        killer = Killer(site, victims(name), seed=seed)
        failure = ""
        try:
            with killer.at_work():
                tell(site, narrator)
        except DemoFailed as error:
            failure = str(error)
            sys.stderr.write(f"{failure}\n")
        narrator.line(f"killed: {dict(killer.kills)}")
        yield Figure("kills", float(sum(killer.kills.values())), "processes", 1.0, at_most=False)
        yield Figure("story_failures", float(bool(failure)), "stories", 0.0)
        yield from ledger_figures(site)


@contextmanager
def _series() -> Iterator[dict[str, str]]:
    """Settings by which the story's readings have a bucket of their own at INFLUX_URL, if they may.

    Where it is not, the drill of readings has said why.
    """
    with ExitStack() as stack:
        bucket = None
        with suppress(NoBucket):
            bucket = stack.enter_context(influx_bucket.given(Environment.read()))
        yield {"INFLUX_URL": bucket.url} if bucket else {}
