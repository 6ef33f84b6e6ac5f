"""`tanheng network identities`: the organisations' certificates, until when, and how they are made anew."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from ledger.identities import Held
    from ledger.network import Network

P = ParamSpec("P")
R = TypeVar("R")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
RESTART = "what runs takes it at its next start"


def told(command: Callable[P, R]) -> Callable[P, R]:
    """What can be refused is said in one sentence."""

    @wraps(command)
    def saying(*args: P.args, **kwargs: P.kwargs) -> R:
        from ledger.authority import RequestRefused
        from ledger.configuration import NoConfiguration
        from ledger.errors import LedgerError
        from ledger.identities import IdentityRefused
        from ledger.network import NoNetwork
        from ledger.revocation import NotPublished

        try:
            return command(*args, **kwargs)
        except (
            IdentityRefused,
            LedgerError,
            NoConfiguration,
            NoNetwork,
            NotPublished,
            RequestRefused,
        ) as error:
            raise click.ClickException(str(error)) from None

    return saying


@click.group()
def identities() -> None:
    """Certificates of the organisations: list, enrol, renew, rotate, revoke."""


@identities.command(name="list")
@as_json_option
@told
def show(*, as_json: bool) -> None:
    """Every certificate with the days it has left, the next to expire first."""
    from ledger.identities import held

    network, now = _network(), datetime.datetime.now(datetime.UTC)
    found = [one for name in network.organisations for one in held(network, name)]
    found.sort(key=lambda one: one.not_after)
    if as_json:
        click.echo(json.dumps({"ok": True, "identities": [_as_json(one, now) for one in found]}))
        return
    for one in found:
        state = "revoked" if one.revoked else f"{one.days_left(now):5} days"
        click.echo(f"{one.organisation:11} {one.name:28} {state}  {one.serial:x}")


@identities.command()
@click.argument("organisation")
@click.argument("request_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--role", required=True, help="The role in the certificate's attributes, as `service`.")
@click.option("--watch", is_flag=True, help="Let it follow blocks and events (the unit `service`).")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the certificate goes; else it is printed."
)
@told
def enrol(*, organisation: str, request_file: Path, role: str, watch: bool, out: Path | None) -> None:
    """Certify the key of a certificate request (PEM); the key stays with its owner."""
    from ledger.identities import enrol as certify

    units = ("client", "service") if watch else ("client",)
    made = certify(
        _network(), organisation, request_file.read_bytes(), attributes={"role": role}, units=units
    )
    if out is None:
        click.echo(made.path.read_text(), nl=False)
        return
    out.write_bytes(made.path.read_bytes())
    click.echo(f"{out}: serial {made.serial:x}, valid until {made.not_after.date()}")


@identities.command()
@click.argument("organisation", required=False)
@click.argument("name", required=False)
@as_json_option
@told
def renew(*, organisation: str | None, name: str | None, as_json: bool) -> None:
    """Two more years for one certificate and its key; without a name for all that expire within 60 days.

    A Byzantine orderer's stands in the channel: the network must run, and the orderer start again at once.
    """
    from ledger.identities import renew_due

    now = datetime.datetime.now(datetime.UTC)
    if organisation and name:
        renewed = [_prolong(_network(), organisation, name)]
    elif organisation:
        raise click.UsageError("name the certificate too, as `tanheng network identities list` shows it")
    else:
        renewed = renew_due(_network(), now=now)
    if as_json:
        click.echo(json.dumps({"ok": True, "renewed": [_as_json(one, now) for one in renewed]}))
        return
    for one in renewed:
        click.echo(f"{one.organisation} {one.name}: valid until {one.not_after.date()}; {RESTART}")
    if not renewed:
        click.echo("nothing expires within 60 days")


@identities.command()
@click.argument("organisation")
@click.argument("name")
@told
def rotate(*, organisation: str, name: str) -> None:
    """A new key and certificate; the old one stays valid until it is revoked.

    A Byzantine orderer's, and the TLS key of one of Raft, stand in the channel: the network must run, and the
    orderer start again at once.
    """
    from ledger.consenters import rotate_consenter
    from ledger.identities import find, key_in_channel
    from ledger.identities import rotate as replace

    network = _network()
    if key_in_channel(network, name):
        old = asyncio.run(rotate_consenter(network, organisation, name))
    else:
        old = replace(network, organisation, name)
    click.echo(
        f"{organisation} {name}: new certificate {find(network, organisation, name).serial:x}; {RESTART}"
    )
    if not old.is_tls:
        click.echo(f"then: tanheng network identities revoke {organisation} {old.serial:x}")


@identities.command()
@click.argument("organisation")
@click.argument("serial")
@told
def revoke(*, organisation: str, serial: str) -> None:
    """Put a certificate (serial as listed) on the organisation's list and bring it into the channel."""
    from ledger.identities import held
    from ledger.identities import revoke as strike

    try:
        number = int(serial, 16)
    except ValueError:
        raise click.BadParameter("a serial number is hexadecimal, as `list` shows it") from None
    network = _network()
    strike(network, organisation, number)
    _publish(network, organisation)
    for one in held(network, organisation):
        if one.serial == number and not one.name.startswith("issued/"):
            then = f"tanheng network identities rotate {organisation} {one.name}"
            click.echo(f"{one.name} has no valid certificate now: {then}")


@identities.command()
@click.argument("organisation")
@told
def publish(*, organisation: str) -> None:
    """Bring the organisation's list of revoked certificates into the channel, where `revoke` could not."""
    _publish(_network(), organisation)


def _prolong(network: Network, organisation: str, name: str) -> Held:
    """Renewed in its file, or where the channel's configuration holds it, there and then in its file."""
    from ledger.consenters import renew_consenter
    from ledger.identities import pinned, renew

    if pinned(network, name):
        return asyncio.run(renew_consenter(network, organisation, name))
    return renew(network, organisation, name)


def _publish(network: Network, organisation: str) -> None:
    from ledger.errors import LedgerError
    from ledger.revocation import NotPublished
    from ledger.revocation import publish as bring

    try:
        block = asyncio.run(bring(network, organisation))
    except (LedgerError, NotPublished) as error:
        raise click.ClickException(
            f"the list is written, but the channel does not have it yet ({error}); when the network runs: "
            f"tanheng network identities publish {organisation}"
        ) from None
    click.echo("the channel has this list already" if block is None else f"pinned in block {block}")


def _as_json(one: Held, now: datetime.datetime) -> dict[str, Any]:
    return {
        "organisation": one.organisation,
        "name": one.name,
        "serial": f"{one.serial:x}",
        "units": list(one.units),
        "attributes": dict(one.attributes),
        "not_after": one.not_after.isoformat(),
        "days_left": one.days_left(now),
        "revoked": one.revoked,
    }


def _network() -> Network:
    from ledger.network import load
    from tanheng.env import Environment

    return load(Environment.read().home)
