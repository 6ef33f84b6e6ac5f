"""`tanheng network part`, `found`, `up --join`: three organisations that each run their own part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tanheng.env import Environment

    from operations.supervisor.process import Stage


@click.command()
@click.argument("organisation")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the others reach this machine.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The public half, to hand out.")
def part(*, organisation: str, host: str, out: Path) -> None:
    """Make one organisation's keys and certificates here, and the public half that the others need."""
    import json
    from dataclasses import asdict

    from ledger.material import ORDERER_ORGANISATION
    from ledger.network import NoNetwork
    from ledger.parts import PartRefused, make_part
    from tanheng.env import Environment

    from operations.ledger_material import passphrase_file_of, ports_of

    environment = Environment.read()
    ports = ports_of(environment)
    if organisation not in ports.peers:
        raise click.BadParameter(f"it is one of {', '.join(ports.peers)}")
    try:
        made = make_part(
            environment.home,
            organisation,
            peer=f"{host}:{ports.peers[organisation]}",
            # The chaincode is for its own peer only.
            chaincode=f"127.0.0.1:{ports.chaincodes[organisation]}",
            orderer=f"{host}:{ports.orderer}" if organisation == ORDERER_ORGANISATION else "",
            passphrase_file=passphrase_file_of(environment),
        )
    except (NoNetwork, PartRefused) as error:
        raise click.ClickException(str(error)) from None
    out.write_text(json.dumps(asdict(made), indent=2) + "\n", encoding="utf-8")
    click.echo(f"{out}: hand it to whoever runs `tanheng network found`; the keys stay in {environment.home}")


@click.command()
@click.argument("halves", nargs=3, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file by which all join.")
def found(*, halves: tuple[Path, ...], out: Path) -> None:
    """Put three public halves together: block 0 and the addresses, one file for all."""
    from ledger.parts import PartRefused, read_part
    from ledger.parts import found as together

    try:
        content = together([read_part(path.read_bytes()) for path in halves])
    except PartRefused as error:
        raise click.ClickException(str(error)) from None
    out.write_bytes(content)
    click.echo(f"{out}: each organisation now runs `tanheng network up --org NAME --join {out.name}`")


def joined(environment: Environment, organisation: str, file: Path) -> list[Stage]:
    """The processes of one organisation, after it has checked the file. Raises ClickException."""
    from ledger.network import NoNetwork
    from ledger.parts import PartRefused, join

    from operations.supervisor import table

    if environment.ledger_engine != "localnet":
        raise click.UsageError("--join is for the embedded engine; real Fabric has its own way to join")
    try:
        network = join(environment.home, organisation, file.read_bytes())
    except (NoNetwork, PartRefused) as error:
        raise click.ClickException(str(error)) from None
    return table.own_part(network, organisation, environment)
