"""`tanheng network`: the ledger's three organisations alone, without the rest of the product."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations.commands.engine import engine_options
from operations.commands.identities import identities
from operations.commands.parts import found, joined, part

if TYPE_CHECKING:
    from ledger.network import Network
    from tanheng.env import Environment

HONEST_LIMIT = (
    "One operator runs all three organisations here: endorsements prove order and integrity against "
    "outsiders only. What does not rest on the operator are the persons' signatures, the meters' signatures "
    "and outside witnesses."
)


@click.group()
def network() -> None:
    """The ledger network: up, down, status, info, identities."""


network.add_command(identities)
network.add_command(part)
network.add_command(found)


@network.command()
@engine_options
@click.option("--org", help="Run this organisation's part alone; needs --join.")
@click.option(
    "--join",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file that `tanheng network found` wrote for all three.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object when the network is ready.")
def up(*, org: str | None, join: Path | None, as_json: bool) -> None:
    """Start orderers, three peers and three chaincodes, supervised, until Ctrl-C.

    With --engine fabric these are Hyperledger Fabric's own programs, from FABRIC_BIN or PATH. With --org and
    --join one organisation runs its peer and chaincode alone (the regulator the orderer, too), with keys that
    never left its home.
    """
    from network.programs import ProgramsMissing

    from operations.supervisor import real_network, table
    from operations.supervisor.supervisor import AlreadyUp, Supervisor

    environment = _environment()
    if (org is None) != (join is None):
        raise click.UsageError("--org and --join belong together")
    try:
        stages = joined(environment, org, join) if org and join else table.ledger(environment)
    except ProgramsMissing as error:
        raise click.ClickException(str(error)) from None
    supervisor = Supervisor(
        stages,
        home=environment.home,
        name="network",
        folder=table.root(),
        say=lambda line: click.echo(line, err=True),
        upkeep=table.upkeep(),
    )

    def ready() -> None:
        base = environment.ledger_port
        if org is not None:
            said = {"ok": True, "engine": "localnet", "organisation": org}
            click.echo(json.dumps(said) if as_json else f"the {org}'s part is up; Ctrl-C stops it")
            sys.stdout.flush()
            return
        told = {
            "ok": True,
            "engine": environment.ledger_engine,
            "orderer": f"127.0.0.1:{base}",
            "peers": [f"127.0.0.1:{base + 1 + n}" for n in range(3)],
        }
        click.echo(
            json.dumps(told) if as_json else f"the network is up; orderer on port {base}; Ctrl-C stops it"
        )
        sys.stdout.flush()

    try:
        status = asyncio.run(supervisor.run(when_ready=ready))
    except AlreadyUp as error:
        raise click.ClickException(str(error)) from None
    real_network.forget_opened_keys(environment)
    sys.exit(status)


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
    """How each node stands, asked over the client's own protocols.

    Exit status 0 when all answer and agree and none is in trouble, 1 when not, 3 when no peer answers.
    """
    from ledger.identities import days_left
    from ledger.network import NoNetwork, load
    from localnet.status import describe, is_well

    from operations.chain.standing import network_status

    try:
        there = load(_environment().home)
        told = network_status(there) | {"certificate_days_left": days_left(there)}
    except NoNetwork as error:
        raise click.ClickException(f"{error}; `tanheng network up` makes one") from None
    well = is_well(told)
    click.echo(json.dumps({"ok": well, **told}) if as_json else "\n".join(describe(told)))
    answers = any(peer["answers"] for peer in told["peers"].values())
    sys.exit(3 if not answers else 0 if well else 1)


@network.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(*, as_json: bool) -> None:
    """The network's name, what a client of each organisation needs, and what its endorsements can prove."""
    from ledger.network import NoNetwork, load

    try:
        there = load(_environment().home)
    except NoNetwork as error:
        raise click.ClickException(f"{error}; `tanheng network up` makes one") from None
    organisations = {name: _access(there, name) for name in there.organisations}
    if as_json:
        told = {
            "network": there.network,
            "engine": there.engine,
            "channel": there.channel,
            "chaincode": there.chaincode,
            "organisations": organisations,
        }
        click.echo(json.dumps({"ok": True, **told, "honest_limit": HONEST_LIMIT}))
        return
    click.echo(
        f"network {there.network}\nengine {there.engine}, channel {there.channel}, orderer {there.orderer}"
    )
    for name, one in organisations.items():
        click.echo(f"{name:12} {one['msp']:14} {one['peer']}")
    click.echo(HONEST_LIMIT)


def _access(there: Network, name: str) -> dict[str, str]:
    """What a foreign client of this organisation's gateway needs; only a service may follow events."""
    member = there.organisation(name)
    service = member.folder.resolve() / "identities" / "service"
    return {
        "msp": member.msp,
        "peer": member.peer,
        "gateway": member.peer,
        "tls_root": str(member.folder.resolve() / "tls" / "ca.pem"),
        "certificate": str(service / "cert.pem"),
        "key": str(service / "key.pem"),
    }


def _environment() -> Environment:
    from tanheng.env import Environment

    return Environment.read()
