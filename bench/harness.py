"""Runs benches one after the other: calibration first, figures as they come, one JSON object at the end."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from operations.programs import Used

from bench.calibration import Beside, calibrate
from bench.figures import Figure, Outcome, Skipped, Table, summary

# name -> what it measures; each is the module bench.<name>
BENCHES = {
    "ledger": "confirmation with the whole product, and both engines of the ledger alone",
    "ingest": "readings a second, and nothing lost",
    "agent": "the edge agent on a small box: memory with each source, readings a second",
    "charts": "a year's chart of a meter, and 1,000 meters' month, from what is summed already",
    "pages": "bundles of the front end against their budgets",
    "accounting": "months and years closed, reports printed, schemas made, cost by lines",
    "recomputation": "a report calculated again in the auditor's own browser",
    "radar": "forged documents found by class, and genuine ones suspected",
    "witnesses": "physics witnesses of simulated plants: faults found, clean months left in peace",
    "site": "live feed, interface and memory of the whole product with the demo's data",
}


def run(names: Iterable[str], *, say: Callable[[str], None], full: bool = False) -> dict[str, object]:
    """Measure the named benches; `say` gets a line for each figure. Gives the object of the last line.

    A limit is widened by what the machine was slower just before and just after the figure was measured.

    full: also what takes long, where a bench has it (`run_full`).
    """
    calibration = calibrate()
    told = ", ".join(f"{name} {value:.2f} ms" for name, value in calibration.measured_ms.items())
    say(f"calibration: {told}; at first limits are widened by {calibration.factor}")
    outcomes: list[Outcome] = []
    beside = Beside(calibration)
    for name in names:
        module = importlib.import_module(f"bench.{name}")
        measure = getattr(module, "run_full", module.run) if full else module.run
        for outcome in measure():
            outcomes.append(_beside(outcome, beside))
            say(_line(outcomes[-1], calibration.factor))
    return {**summary(outcomes, factor=calibration.factor), "factor": calibration.factor}


def _beside(outcome: Outcome, beside: Beside) -> Outcome:
    if not isinstance(outcome, Figure) or outcome.beside is not None:
        return outcome
    return replace(outcome, beside=beside.factor())


def main(name: str) -> None:
    """One bench alone, for `python -m bench.<name>`."""
    print(json.dumps(run([name], say=print)))


def _line(outcome: Outcome, factor: float) -> str:
    if isinstance(outcome, Skipped):
        return f"  -- {outcome.figure}: skipped, because {outcome.because}"
    if isinstance(outcome, Used):
        return f"  with {outcome.program} {outcome.version}"
    if isinstance(outcome, Table):
        return "\n     ".join([f"  {outcome.name}:", *outcome.lines()])
    measured = f"{outcome.name}: {outcome.value:.6g} {outcome.unit}"
    return f"  {_mark(outcome, factor)} {measured} ({_bound(outcome, factor)})"


def _mark(figure: Figure, factor: float) -> str:
    return "ok" if figure.holds(factor) else "NO"


def _bound(figure: Figure, factor: float) -> str:
    here, promised = figure.limit_here(factor), figure.limit
    told = f"{'at most' if figure.at_most else 'at least'} {here:.6g}"
    if here == promised:
        return told
    return f"{told}; promised {promised:.6g}{'' if figure.is_as_promised() else ', missed'}"
