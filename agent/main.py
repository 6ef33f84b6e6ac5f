"""The commands of the edge agent: `tanheng agent`, and check, keys, replay, replaced, status below it."""

import base64
import dataclasses
import json
import logging
import sqlite3
import sys
import time
from decimal import Decimal
from pathlib import Path

import click
from proof.batches import public_key

from agent import checking
from agent.changes import declare_replaced
from agent.configuration import load
from agent.keys import load_key, make_key
from agent.reading import number_of
from agent.runtime import STATUS_FILE, opened, stop_on_signals
from agent.settings import CsvSource, Settings
from agent.sources.csv_file import CsvReader
from agent.words import AgentError, Notice, text_of

CONFIG = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The agent's TOML file.",
)


class Outside(click.Group):
    """What stops a command is its own few lines, in Chinese and English, and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run one of the commands."""
        try:
            return super().invoke(ctx)
        except AgentError as error:
            click.echo(str(error), err=True)
        except (OSError, sqlite3.Error) as error:
            logging.getLogger("agent").debug("the cause", exc_info=True)
            click.echo(text_of(Notice.DISK_UNUSABLE, error=error), err=True)
        sys.exit(2)


@click.group(cls=Outside, invoke_without_command=True)
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="The agent's TOML file.")
@click.pass_context
def agent(context: click.Context, config: Path | None) -> None:
    """The edge agent: reads CSV, Modbus TCP, OPC UA or MQTT; signs, keeps and sends until the receipt.

    Without a command it runs until it is stopped: tanheng agent --config FILE.
    """
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise click.UsageError("--config FILE")
    _log()
    with opened(load(config)) as running:
        stop_on_signals(running)
        running.run()


@agent.command()
@CONFIG
@click.option("--offline", is_flag=True, help="Files only: ask neither broker nor sources.")
def check(config: Path, *, offline: bool) -> None:
    """Try everything once: file, key, spool, broker, each source. Exit status 1 when one is not right."""
    settings = load(config)
    good = True
    for line in checking.lines(settings, offline=offline):
        good = good and line.good
        click.echo(f"{'ok' if line.good else 'NO'}  {line.text}")
    sys.exit(0 if good else 1)


@agent.command()
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Takes key_file from it.")
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Or this file.")
def keys(config: Path | None, path: Path | None) -> None:
    """Make the gateway's key (once, mode 0600) and print its public half, as it is registered."""
    if (config is None) == (path is None):
        raise click.UsageError("--config FILE or --file FILE")
    place = path if path is not None else load(config).key_file  # type: ignore[arg-type]
    if not place.exists():
        make_key(place)
    public = public_key(load_key(place))
    told = {
        "file": str(place),
        "algorithm": public.algorithm,
        "fingerprint": public.fingerprint,
        "spki": base64.b64encode(public.spki).decode(),
    }
    click.echo(json.dumps(told, indent=2))


@agent.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CONFIG
@click.option(
    "--source", "name", help="Whose columns and times apply; needed where there are several CSV sources."
)
def replay(file: Path, config: Path, name: str | None) -> None:
    """Send a CSV file once, to its end; returns when all has its receipt. A second time it sends nothing."""
    _log()
    settings = load(config)
    source = dataclasses.replace(_csv_source(settings, name), path=file)
    with opened(dataclasses.replace(settings, sources=(source,))) as running:
        for reader in running.readers:
            if isinstance(reader, CsvReader):
                reader.follow = False
        stop_on_signals(running)
        running.run(until_sent=True)
        told = running.status()
    click.echo(
        json.dumps({name: told[name] for name in ("taken", "receipted", "resent", "waiting_readings")})
    )
    sys.exit(0 if told["waiting_readings"] == 0 else 1)


@agent.command()
@click.argument("meter")
@CONFIG
@click.option("--final", required=True, help="What the old register showed at its end.")
@click.option("--start", required=True, help="What the new one showed at its start.")
def replaced(meter: str, config: Path, final: str, start: str) -> None:
    """Say that a meter was replaced just now: its old and new register go, signed, to the platform.

    A person confirms it on the meter's page. The agent may run meanwhile.
    """
    settings = load(config)
    if meter not in settings.meters:
        raise AgentError(Notice.METER_UNKNOWN, meter=meter, known=", ".join(settings.meters))
    for name, text in (("--final", final), ("--start", start)):
        number = number_of(text)
        if number is None or number < Decimal(0):
            raise click.BadParameter(f"{text!r}", param_hint=name)
    declare_replaced(settings, meter, final=final, start=start, at_ms=int(time.time() * 1000))
    click.echo(f"{meter}: {final} -> {start}")


@agent.command()
@CONFIG
def status(config: Path) -> None:
    """What the running agent last wrote about itself, and what could not be read. One JSON object."""
    settings = load(config)
    path = settings.spool / STATUS_FILE
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    click.echo(json.dumps(told | checking.set_asides(settings), ensure_ascii=False, indent=2))


@click.group()
def tanheng() -> None:
    """Tanheng (碳衡) on a gateway: the edge agent alone."""


tanheng.add_command(agent)


def _csv_source(settings: Settings, name: str | None) -> CsvSource:
    found = [one for one in settings.sources if isinstance(one, CsvSource) and name in (None, one.name)]
    if len(found) != 1:
        names = ", ".join(one.name for one in settings.sources if isinstance(one, CsvSource)) or "none"
        raise click.UsageError(f"--source NAME, of the file's CSV sources: {names}")
    return found[0]


def _log() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
