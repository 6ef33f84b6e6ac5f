"""Trades under load while every process of the ledger is killed in turn: none lost, none applied twice."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanheng.env import REPOSITORY

from operations.demo.narrator import Narrator
from operations.drills.figures import Figure
from operations.drills.killer import Killer
from operations.drills.outcome import ledger_figures
from operations.drills.visitor import Visitor
from operations.site import Site, running, scratch_ports

# A minute of kills: every victim once and most of them twice; no drill goes on for ever.
KILLING_S, AT_MOST_S = 45.0, 180.0
# Besides the ledger's own: the traders here reach the market without the web process, a visitor by it. The
# demo's story speaks to the web process alone and could not be told while that is away, nor without the
# database, which holds every intent before anybody is told that it is accepted.
SERVICES = ("web", "clock", "tasks", "postgres")
PAGES = ("/healthz", "/api/v1/public/")
PREPARED_WITHIN_S = 180.0


def run(victims: tuple[str, ...], narrator: Narrator, *, seed: int) -> Iterator[Figure]:
    """Figures of trades under fire on a scratch site of their own."""
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-drill-") as folder,
        running(Path(folder) / "home", scratch_ports()) as site,
    ):
        victims = (*victims, *SERVICES)
        killer, visitor = Killer(site, victims, seed=seed), Visitor(site.url, PAGES)
        with visitor.asking():
            told = _trade(site, Path(folder), killer, victims)
        narrator.line(f"killed under trades: {dict(killer.kills)}")
        narrator.line(f"trades: {told}")
        yield Figure(
            "trades_processes_killed",
            float(len(killer.kills)),
            "of its parts",
            float(len(victims)),
            at_most=False,
        )
        for name in ("unanswered", "lost", "applied_twice", "not_told"):
            yield Figure(f"trades_{name}", float(told.get(name, -1)), "intents", 0.0)
        narrator.line(f"answers of the pages by status, 0 for none: {dict(visitor.answers)}")
        yield Figure("trades_faults_of_pages", float(visitor.faults), "answers", 0.0)
        yield Figure("trades_pages_away_at_the_end", float(not visitor.is_answered()), "sites", 0.0)
        committed = told.get("states", {}).get("committed", 0)
        yield Figure("trades_committed_under_fire", float(committed), "intents", 5.0, at_most=False)
        for figure in ledger_figures(site):
            yield Figure(f"trades_{figure.name}", figure.value, figure.unit, figure.limit, figure.at_most)


def _trade(site: Site, folder: Path, killer: Killer, victims: tuple[str, ...]) -> dict[str, Any]:
    """What the load's last line says; empty when it had none."""
    ready, until = folder / "ready", folder / "until"
    with (folder / "load.log").open("w", encoding="utf-8") as log:
        load = subprocess.Popen(
            [sys.executable, "-m", "bench.trades_load", "--ready", str(ready), "--until", str(until)],
            cwd=REPOSITORY,
            env=site.environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        _await(ready, load)
        began = time.monotonic()
        with killer.at_work():
            while load.poll() is None and not _enough(killer, victims, time.monotonic() - began):
                time.sleep(0.5)
        until.touch()
        said, _ = load.communicate()
    lines = said.splitlines()
    return json.loads(lines[-1]) if lines and load.returncode == 0 else {}


def _enough(killer: Killer, victims: tuple[str, ...], seconds: float) -> bool:
    return seconds > AT_MOST_S or (seconds > KILLING_S and len(killer.kills) == len(victims))


def _await(ready: Path, load: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PREPARED_WITHIN_S
    while not ready.exists() and load.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
