"""`tanheng drill`: faults on purpose, on scratch data, and what was lost."""

from __future__ import annotations

import json
import sys

import click

from operations.commands.engine import engine_options

NAMES = ("ingest", "ledger")


@click.command()
@engine_options
@click.argument("name", type=click.Choice(NAMES))
@click.option("--seed", type=int, default=1, show_default=True, help="Of the order in which processes die.")
@click.option("--json", "as_json", is_flag=True, help="Print only the JSON object.")
def drill(name: str, *, seed: int, as_json: bool) -> None:
    """Tell the demo's story on a scratch product while its processes are killed with SIGKILL.

    ingest kills the worker, the hour worker and the broker; ledger kills relay, follower, orderer, peers and
    chaincodes, first under trades without a pause (no intent lost, none applied twice), then under the story.
    The story checks its own sums; then the peers must agree, the audit find no fault, and read models equal a
    rebuild. The last line is one JSON object; exit status 1 when a figure does not hold.
    """
    from operations.demo.narrator import Narrator
    from operations.drills import story
    from operations.drills.figures import summary

    figures = []
    for figure in story.run(name, Narrator(quiet=as_json), seed=seed):
        figures.append(figure)
        if not as_json:
            mark = "ok" if figure.holds else "NO"
            click.echo(f"  {mark} {figure.name}: {figure.value:g} {figure.unit} (limit {figure.limit:g})")
    result = summary(figures)
    click.echo(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)
