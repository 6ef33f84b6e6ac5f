"""`tanheng bench`: the promised figures, measured on this machine."""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.argument("names", nargs=-1)
@click.option("--full", is_flag=True, help="Also what takes long: costs by the size of the ledger's state.")
@click.option("--json", "as_json", is_flag=True, help="Print only the JSON object.")
def bench(names: tuple[str, ...], *, full: bool, as_json: bool) -> None:
    """Measure the promised figures: all benches, or the NAMES given (ledger, ingest, pages, site).

    A short calibration comes first; on a slower or busy machine limits are widened by at most 2. The last
    line is one JSON object; exit status 1 when a figure does not hold.
    """
    from bench import harness

    unknown = [name for name in names if name not in harness.BENCHES]
    if unknown:
        raise click.BadParameter(f"no bench {', '.join(unknown)}; there are {', '.join(harness.BENCHES)}")
    say = (lambda _: None) if as_json else click.echo
    result = harness.run(names or harness.BENCHES, say=say, full=full)
    click.echo(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)
