"""`tanheng guidelines`: which guidelines there are, and one guideline's input schema."""

from __future__ import annotations

import json
from pathlib import Path

import click
from lexicon.factor_lines import first_of

from operations.commands.published_factors import factors_option, read_sets


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def guidelines(context: click.Context, *, as_json: bool) -> None:
    """List the guidelines or show one."""
    if context.invoked_subcommand is not None:
        return
    from accounting.domain.compute import guidelines_json

    rows = guidelines_json()
    if as_json:
        click.echo(json.dumps({"guidelines": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']!s:20} {row['zh']}  {row['en']}  ({row['regime']})")


@guidelines.command()
@click.argument("guideline_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the whole input schema as one JSON object.")
@factors_option
def show(guideline_id: str, factors: tuple[Path, ...], *, as_json: bool) -> None:
    """Streams, parameters, units and defaults of the guideline ID."""
    from accounting.domain.compute import guideline_json
    from accounting.domain.registry import guidelines as known

    later = read_sets(factors)
    offered = (
        {name for names in known()[guideline_id].factor_sets.values() for name in names}
        if (guideline_id in known())
        else set()
    )
    found = guideline_json(guideline_id, [one for one in later if first_of(one.id) in offered])
    if found is None:
        message = f"there is no guideline {guideline_id}; `tanheng guidelines` lists them"
        raise click.BadParameter(message, param_hint="ID")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)


def _print(found: dict) -> None:  # type: ignore[type-arg]
    click.echo(f"{found['id']}  {found['zh']}  {found['en']}\n{found['source']}\n")
    for stream in found["streams"]:
        items = ", ".join(f"{item['id']} {item['zh']}" for item in stream["items"])
        metered = " (metered)" if stream["meterable"] else ""
        click.echo(f"{stream['kind']}{metered}: {items}")
        for parameter in stream["parameters"]:
            click.echo(f"    {parameter['name']} [{', '.join(parameter['unit'])}] {parameter['meaning']}")
