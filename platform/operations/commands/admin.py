"""`tanheng admin create`: the first administrator and the regulators of a new installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from operations.founding import SignIn


@click.group()
def admin() -> None:
    """Create the first administrator."""


@admin.command()
@click.option(
    "--administrator", nargs=2, metavar="NAME EMAIL", required=True, help="The first administrator."
)
@click.option(
    "--regulator",
    "regulators",
    nargs=2,
    multiple=True,
    metavar="NAME EMAIL",
    required=True,
    help="A regulator; twice or more, because acts of two regulators need two.",
)
@click.option(
    "--parameters",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Founding file (TOML) that the three organisations agree on; by default the one that comes with us.",
)
@click.option(
    "--keys",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the key files, outside the home folder: a medium that you hand to these people.",
)
@click.option(
    "--demonstration",
    is_flag=True,
    help="One machine plays all these people: their key files may lie in the home folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def create(
    administrator: tuple[str, str],
    regulators: tuple[tuple[str, str], ...],
    parameters: Path | None,
    keys: Path,
    *,
    demonstration: bool,
    as_json: bool,
) -> None:
    """Make the first administrator and the regulators; accepted by the ledger once.

    Needs a running product (`tanheng up`). Passwords, second factors and key files are made here and shown
    once: hand each person her own, and keep no copy. The key files are written to --keys, never into the home
    folder: whoever holds them signs as these people, and the server must not. Later administrators register
    and a second administrator reviews.
    """
    if len(regulators) < 2:
        raise click.UsageError("two regulators are needed: some acts take the word of two")
    from operations.django_project import start

    start()
    from lexicon.refusals import Refused
    from lexicon.terms import AccountKind
    from tanheng.env import Environment

    from operations import founding

    people = [
        founding.FirstPerson(kind=AccountKind.ADMINISTRATOR, name=administrator[0], email=administrator[1])
    ]
    people += [
        founding.FirstPerson(kind=AccountKind.REGULATOR, name=name, email=at) for name, at in regulators
    ]
    home = Environment.read().home
    if not demonstration and keys.resolve().is_relative_to(home):
        raise click.UsageError(
            f"--keys {keys} lies in the home folder {home}: whoever runs the server could sign as these "
            "people. Name a folder outside it, such as a removable medium."
        )
    try:
        sign_ins, row = founding.found_all(people, keys=keys, parameters=founding.read_parameters(parameters))
        _tell(sign_ins, as_json=as_json)
        row = founding.wait_for(row)
    except (founding.FoundingFailed, FileExistsError, Refused) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        people_json = [one.as_json() for one in sign_ins]
        click.echo(
            json.dumps({"ok": True, "tx": row.tx_id, "block": row.block_number, "people": people_json})
        )
    else:
        click.echo(f"on the ledger: transaction {row.tx_id}, block {row.block_number}")


def _tell(sign_ins: list[SignIn], *, as_json: bool) -> None:
    if as_json:
        return
    for one in sign_ins:
        click.echo(f"{one.role} {one.name}: {one.email}")
        click.echo(f"  password {one.password}  second factor {one.totp}  key {one.key}")
    click.echo("Hand each person her own three key files and leave no copy on the server.")
