"""`tanheng drill`: faults on purpose, on scratch data, and what was lost."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from operations.commands.engine import engine_options

if TYPE_CHECKING:
    from operations.drills.figures import Outcome

NAMES = ("ingest", "ledger")


@click.command()
@engine_options
@click.argument("name", type=click.Choice(NAMES))
@click.option("--seed", type=int, default=1, show_default=True, help="Of the order in which processes die.")
@click.option("--json", "as_json", is_flag=True, help="Print only the JSON object.")
def drill(name: str, *, seed: int, as_json: bool) -> None:
    """Tell the demo's story on a scratch product while its processes are killed with SIGKILL.

    ingest first sends 200,000 readings while worker, broker and stores die, each store stays away for a
    minute and the gateways' network is cut (none lost, doubled or invented), then kills worker, hour worker
    and broker under the story. It runs on the InfluxDB of INFLUX_URL in a bucket of its own that it removes,
    else on an influxd that is found, else on PostgreSQL; which one, the last line says.
    ledger kills relay, follower, orderer, peers and chaincodes, first under trades without a pause and with
    web, clock and tasks besides (no intent lost, none applied twice, no page with a fault), then under the
    story.
    The story checks its own sums; then the peers must agree, the audit find no fault, and read models equal a
    rebuild. The last line is one JSON object; exit status 1 when a figure does not hold.
    """
    from operations.demo.narrator import Narrator
    from operations.drills import story
    from operations.drills.figures import summary

    outcomes = []
    for outcome in story.run(name, Narrator(quiet=as_json), seed=seed):
        outcomes.append(outcome)
        if not as_json:
            click.echo(_line(outcome))
    result = summary(outcomes)
    click.echo(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)


def _line(outcome: Outcome) -> str:
    from operations.drills.figures import Skipped
    from operations.programs import Used

    if isinstance(outcome, Skipped):
        return f"  -- {outcome.figure}: skipped, because {outcome.because}"
    if isinstance(outcome, Used):
        return f"  with {outcome.program} {outcome.version}"
    mark = "ok" if outcome.holds else "NO"
    return f"  {mark} {outcome.name}: {outcome.value:g} {outcome.unit} (limit {outcome.limit:g})"
