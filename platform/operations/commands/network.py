"""`tanheng network`: the ledger's three organisations alone, without the rest of the product."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tanheng.env import Environment

HONEST_LIMIT = (
    "One operator runs all three organisations here: endorsements prove order and integrity against "
    "outsiders only. What does not rest on the operator are the persons' signatures, the meters' signatures "
    "and outside witnesses."
)


@click.group()
def network() -> None:
    """The ledger network: up, down, status, info."""


@network.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object when the network is ready.")
def up(*, as_json: bool) -> None:
    """Start orderer, three peers and three chaincodes, supervised, until Ctrl-C."""
    from operations.supervisor import table
    from operations.supervisor.supervisor import AlreadyUp, Supervisor

    environment = _environment()
    supervisor = Supervisor(
        table.ledger(environment),
        home=environment.home,
        name="network",
        folder=table.root(),
        say=lambda line: click.echo(line, err=True),
    )

    def ready() -> None:
        base = environment.ledger_port
        told = {
            "ok": True,
            "orderer": f"127.0.0.1:{base}",
            "peers": [f"127.0.0.1:{base + 1 + n}" for n in range(3)],
        }
        click.echo(
            json.dumps(told) if as_json else f"the network is up; orderer on port {base}; Ctrl-C stops it"
        )
        sys.stdout.flush()

    try:
        sys.exit(asyncio.run(supervisor.run(when_ready=ready)))
    except AlreadyUp as error:
        raise click.ClickException(str(error)) from None


@network.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def down(*, as_json: bool) -> None:
    """Stop what `network up` started."""
    from operations.commands.down import stop_supervisor

    stopped = stop_supervisor(_environment().home / "run" / "network.json")
    said = "stopped" if stopped else "nothing was running"
    click.echo(json.dumps({"ok": True, "was_running": stopped}) if as_json else said)


@network.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, as_json: bool) -> None:
    """Height of each organisation's peer, asked through its own gateway. Exit status 3 when none answers."""
    from operations.chain import heights

    told = asyncio.run(heights(_environment()))
    up_count = sum(one.height is not None for one in told)
    if as_json:
        rows = {one.organisation: {"height": one.height, "block_hash": one.block_hash} for one in told}
        click.echo(json.dumps({"ok": up_count == len(told), "organisations": rows}))
    else:
        for one in told:
            state = (
                f"height {one.height}, last block {one.block_hash[:16]}"
                if one.height
                else f"no answer: {one.error}"
            )
            click.echo(f"{one.organisation:12} {state}")
    sys.exit(0 if up_count else 3)


@network.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(*, as_json: bool) -> None:
    """The network's name, organisations and addresses, and what its endorsements can prove."""
    from ledger.network import NoNetwork, load

    try:
        there = load(_environment().home)
    except NoNetwork as error:
        raise click.ClickException(f"{error}; `tanheng network up` makes one") from None
    organisations = {name: {"msp": one.msp, "peer": one.peer} for name, one in there.organisations.items()}
    if as_json:
        told = {"network": there.network, "engine": there.engine, "organisations": organisations}
        click.echo(json.dumps({"ok": True, **told, "honest_limit": HONEST_LIMIT}))
        return
    click.echo(
        f"network {there.network}\nengine {there.engine}, channel {there.channel}, orderer {there.orderer}"
    )
    for name, one in organisations.items():
        click.echo(f"{name:12} {one['msp']:14} {one['peer']}")
    click.echo(HONEST_LIMIT)


def _environment() -> Environment:
    from tanheng.env import Environment

    return Environment.read()
