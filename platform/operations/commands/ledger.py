"""`tanheng ledger`: read models made again from block 0, and the ledger's sums over its whole state."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
@click.option("--org", "organisation", default="regulator", show_default=True, help="Whose peer is read.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def rebuild(*, repair: bool, organisation: str, as_json: bool) -> None:
    """Make the read models again from block 0 and compare them with those in use, byte for byte.

    Needs the database and one peer; the site may be running. A rebuild that was killed goes on where it was.
    Exit status 1 when a row differs.
    """
    from operations.django_project import start

    start()
    from operations.chain.rebuild import Busy, PeerSource
    from operations.chain.rebuild import rebuild as make_again

    network = _network()
    try:
        with PeerSource(network, organisation) as source, _bar(quiet=as_json) as progress:
            rows = make_again(source, network=network.network, progress=progress, repair=repair)
    except Busy as error:
        raise click.ClickException(str(error)) from None
    differing = sum(row.differing for row in rows)
    if as_json:
        tables = {
            row.table: {"rows": row.rows, "differing": row.differing, "sha256": row.digest} for row in rows
        }
        told = {"ok": not differing, "differing": differing, "repaired": repair, "tables": tables}
        click.echo(json.dumps(told))
    else:
        for row in rows:
            told_digest = f"sha256 {row.digest[:16]}"
            click.echo(f"{row.table:24} {row.rows:7} rows, differing {row.differing}, {told_digest}")
        verdict = f"{differing} rows differ" + (", repaired" if repair else "")
        click.echo("equal, byte for byte" if not differing else verdict)
    sys.exit(1 if differing and not repair else 0)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal; nothing where a program reads."""
    if quiet:
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("from block 0"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("rebuild", total=None)
        yield lambda done, there: bar.update(task, completed=done, total=there)


@ledger.command()
@click.option("--org", "organisation", default="", help="Only this organisation's peer.")
@click.option(
    "--rules-since",
    metavar="BLOCK",
    type=click.IntRange(min=0),
    default=0,
    help="Blocks before this one were decided by an older release: look at their signatures only.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def audit(organisation: str, *, rules_since: int, as_json: bool) -> None:
    """Check every sum over the state of every peer, and compare the peers with each other.

    Each organisation's own peer is read: all rows of its state, and its blocks with their hashes. Rows must
    be what its blocks say, blocks and commit hashes the same everywhere, and every rule must hold. Each valid
    transaction is decided once more from its signed arguments and the state before it, so that writes which
    no person signed are found though two organisations' peers endorsed them. What deviates is named with
    transaction, key, block and organisation. Works on both engines. Exit status 1 when anything is wrong.
    """
    from operations.chain.report import examine, lines

    network = _network()
    if organisation and organisation not in network.organisations:
        raise click.BadParameter(f"there are {', '.join(network.organisations)}", param_hint="--org")
    organisations = [organisation] if organisation else list(network.organisations)
    told = examine(network, organisations, rules_since=rules_since)
    click.echo(json.dumps(told) if as_json else "\n".join(lines(told)))
    sys.exit(0 if told["ok"] else 1)


def _network() -> Network:
    from ledger.network import NoNetwork, load
    from tanheng.env import Environment

    try:
        return load(Environment.read().home)
    except NoNetwork as error:
        raise click.ClickException(str(error)) from None
