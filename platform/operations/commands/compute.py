"""`tanheng compute`: one input file through one guideline, the statement as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from operations.commands.published_factors import factors_option, read_sets


@click.command()
@click.option("--guideline", help="Guideline id; by default the one that the input names.")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="JSON file in the schema that `tanheng guidelines show ID --json` prints; - reads standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result on one line.")
@factors_option
def compute(guideline: str | None, source: Path, factors: tuple[Path, ...], *, as_json: bool) -> None:
    """Emissions of one input: lines, subtotals, total in tCO2e with 6 decimals, remarks.

    Exit status 2, with named remarks instead of a total, when the input is not good enough.
    """
    from accounting.domain.compute import compute_json, exit_status
    from accounting.domain.factors import trying

    with trying(*read_sets(factors)):
        result = compute_json(_with_guideline(_read(source), guideline))
    click.echo(json.dumps(result, ensure_ascii=False, indent=None if as_json else 2))
    sys.exit(exit_status(result))


def _read(source: Path) -> object:
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text("utf-8")
        return json.loads(text)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise click.BadParameter(f"{source} is no JSON: {error}", param_hint="--input") from None


def _with_guideline(given: object, guideline: str | None) -> object:
    """The input with the guideline asked for; one that names another is refused, never silently replaced."""
    if guideline is None or not isinstance(given, dict):
        return given
    named = given.get("guideline", guideline)
    if named != guideline:
        raise click.UsageError(f"the input names guideline {named}, the option {guideline}")
    return {**given, "guideline": guideline}
