"""`tanheng ledger`: read models made again from block 0, and the ledger's sums over its whole state."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from operations.commands.stuck import stuck

if TYPE_CHECKING:
    from ledger.network import Network


@click.group()
def ledger() -> None:
    """Rebuild read models from block 0; audit the sums; list what is stuck."""


ledger.add_command(stuck)


@ledger.command()
@click.option(
    "--repair", is_flag=True, help="Put the rebuilt rows in where they differ; stop the site first."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def rebuild(*, repair: bool, as_json: bool) -> None:
    """Make the read models again from block 0 and compare them with those in use, row by row.

    Needs the database and one peer; the site may be running. Exit status 1 when a row differs.
    """
    from operations.django_project import start

    start()
    from operations.chain.rebuild import rebuild as make_again

    rows = make_again(_network(), repair=repair)
    differing = sum(row.only_in_use + row.only_rebuilt for row in rows)
    if as_json:
        tables = {
            row.table: {"rows": row.rows, "differing": row.only_in_use + row.only_rebuilt} for row in rows
        }
        click.echo(
            json.dumps({"ok": not differing, "differing": differing, "repaired": repair, "tables": tables})
        )
    else:
        for row in rows:
            click.echo(f"{row.table:24} {row.rows:7} rows, differing {row.only_in_use + row.only_rebuilt}")
        click.echo(
            "equal" if not differing else f"{differing} rows differ" + (", repaired" if repair else "")
        )
    sys.exit(1 if differing and not repair else 0)


@ledger.command()
@click.option("--org", "organisation", default="", help="Only this organisation's peer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def audit(organisation: str, *, as_json: bool) -> None:
    """Check every sum over the state of every peer, and compare the peers with each other.

    Each organisation's own peer is read: all rows of its state, and its blocks with their hashes. Rows must
    be what its blocks say, blocks and commit hashes the same everywhere, and every rule must hold. What
    deviates is named with key, block and organisation. Works on both engines. Exit status 1 when anything
    is wrong.
    """
    from operations.chain.report import examine, lines

    network = _network()
    if organisation and organisation not in network.organisations:
        raise click.BadParameter(f"there are {', '.join(network.organisations)}", param_hint="--org")
    told = examine(network, [organisation] if organisation else list(network.organisations))
    click.echo(json.dumps(told) if as_json else "\n".join(lines(told)))
    sys.exit(0 if told["ok"] else 1)


def _network() -> Network:
    from ledger.network import NoNetwork, load
    from tanheng.env import Environment

    try:
        return load(Environment.read().home)
    except NoNetwork as error:
        raise click.ClickException(str(error)) from None
