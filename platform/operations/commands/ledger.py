"""`tanheng ledger`: read models made again from block 0, and the ledger's sums over its whole state."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

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
@click.option(
    "--org", "organisation", default="regulator", help="Whose own peer is asked.", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def audit(organisation: str, *, as_json: bool) -> None:
    """Check the sums over the whole state, read from one organisation's own blocks, hashes included.

    Coin issued = unspent; serials issued = held, each once; no report without approval and case; no trade
    with oneself. Exit status 1 when a rule does not hold.
    """
    from localnet.probe import peer_status

    from operations.chain.audit import audit as check
    from operations.chain.state import read

    network = _network()
    height = int(peer_status(network, organisation)["height"])
    state = asyncio.run(read(network, organisation, height=height))
    found = check(state)
    told: dict[str, Any] = {
        "height": state.height,
        "transactions": state.transactions,
        "invalid": state.invalid,
        **found.as_json(),
    }
    if as_json:
        click.echo(json.dumps(told))
    else:
        for name, value in told.items():
            click.echo(f"{name:20} {value}")
    sys.exit(0 if told["ok"] else 1)


def _network() -> Network:
    from ledger.network import NoNetwork, load
    from tanheng.env import Environment

    try:
        return load(Environment.read().home)
    except NoNetwork as error:
        raise click.ClickException(str(error)) from None
