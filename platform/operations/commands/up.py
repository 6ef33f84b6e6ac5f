"""`tanheng up`: every process of the product, supervised, until Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import click

from operations.commands.demo import MARK
from operations.commands.engine import engine_options


@click.command()
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object when all is ready.")
def up(*, as_json: bool) -> None:
    """Start everything, supervise it, stop it cleanly on Ctrl-C.

    A process that dies is started again. Each process writes its own log under the home folder (TANHENG_HOME,
    by default var/). Exit status 1 when a part does not come up.
    """
    from network.programs import ProgramsMissing
    from tanheng.env import Environment

    from operations.supervisor import real_network, roster, table
    from operations.supervisor.supervisor import AlreadyUp, Supervisor

    environment = Environment.read()
    if told := keys_left(environment.home):
        click.echo(told, err=True)
    network = roster.read(environment.home / "run" / "network.json")
    with_ledger = network is None or not network.is_up()
    try:
        stages = table.product(environment, with_ledger=with_ledger)
    except ProgramsMissing as error:
        raise click.ClickException(str(error)) from None
    supervisor = Supervisor(
        stages,
        home=environment.home,
        name="product",
        folder=table.root(),
        say=lambda line: click.echo(line, err=True),
        upkeep=table.upkeep(),
    )
    began = time.monotonic()

    def ready() -> None:
        took_s = round(time.monotonic() - began, 1)
        if as_json:
            click.echo(json.dumps({"ok": True, "url": environment.public_url, "ready_s": took_s}))
        else:
            click.echo(f"Open {environment.public_url} (ready in {took_s} s); Ctrl-C stops it.")
            click.echo(f"Logs: {environment.home / 'logs'}")
        sys.stdout.flush()

    try:
        status = asyncio.run(supervisor.run(when_ready=ready))
    except AlreadyUp as error:
        raise click.ClickException(str(error)) from None
    if with_ledger:
        real_network.forget_opened_keys(environment)
    sys.exit(status)


def keys_left(home: Path) -> str | None:
    """A sentence where key files of people lie in the home, as `admin create` once did; a demo's may."""
    folder = home / "keys" / "people"
    left = len(list(folder.glob("*.pem")))
    if not left or (home / MARK).exists():
        return None
    return (
        f"{left} key files of people lie in {folder}: whoever runs this server can sign as them. "
        "Hand each person her own and delete them here."
    )
