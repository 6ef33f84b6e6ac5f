"""A plant that publishes: `python -m ingest.simulator month|live|key`; a program of its own, like any device.

Prints one JSON object a line: progress, then what was published, with the exact sum of each meter.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click
from proof.batches import public_key

from ingest.mqtt import Broker
from ingest.simulation.device import Refused, gateway_key
from ingest.simulation.plant import BadPlant, load
from ingest.simulation.runs import Run, key_path, prepare

SEED = 20_131_015


def tell(line: dict[str, Any]) -> None:
    """One line of output, at once."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@click.group()
def simulator() -> None:
    """A simulated plant with a signing gateway."""


PLANT = click.option(
    "--plant",
    "plant_file",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="Its TOML file.",
)
FOLDER = click.option(
    "--state",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of key and registers.",
)
BROKER = click.option("--broker", required=True, help="mqtt://HOST:PORT")
USER = click.option("--user", required=True, help="The gateway's user name at the broker.")
PASSWORD = click.option(
    "--password-file",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="A file with the gateway's password.",
)
SEED_OPTION = click.option("--seed", type=int, default=SEED, show_default=True, help="Of the physics.")


@simulator.command()
@PLANT
@FOLDER
def key(plant_file: Path, folder: Path) -> None:
    """Make the gateway's key (once) and print its public half, as it is registered."""
    public = public_key(gateway_key(key_path(folder, load(plant_file).id)))
    tell({"algorithm": public.algorithm, "fingerprint": public.fingerprint, "spki": public.spki.hex()})


@simulator.command()
@PLANT
@FOLDER
@BROKER
@USER
@PASSWORD
@SEED_OPTION
@click.option("--month", required=True, help="Such as 2026-10.")
@click.option("--result", type=click.Path(path_type=Path), help="Where to write what was published.")
@click.option("--then-live", is_flag=True, help="Go on live afterwards.")
def month(month: str, result: Path | None, then_live: bool, **where: Any) -> None:
    """Publish one month as fast as the pipe takes it."""
    run = _run(**where)
    totals = run.month(month)
    done = {
        "event": "month",
        "plant": run.plant.id,
        "month": month,
        "readings": totals.readings,
        "batches": totals.batches,
        "resent": totals.resent,
        "seconds": totals.seconds,
        "sums": totals.sums,
    }
    if result:
        result.write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")
    tell(done)
    if then_live:
        run.live(seconds=None)
    run.device.close()


@simulator.command()
@PLANT
@FOLDER
@BROKER
@USER
@PASSWORD
@SEED_OPTION
@click.option("--seconds", type=int, help="How long; without it, until it is stopped.")
def live(seconds: int | None, **where: Any) -> None:
    """Publish one reading a second and meter."""
    run = _run(**where)
    tell({"event": "live", "plant": run.plant.id, "readings": run.live(seconds=seconds)})
    run.device.close()


def _run(*, plant_file: Path, folder: Path, broker: str, user: str, password_file: Path, seed: int) -> Run:
    place = Broker.parse(broker)
    signed_in = Broker(
        host=place.host,
        port=place.port,
        username=user,
        password=password_file.read_text(encoding="utf-8").strip(),
        tls=place.tls,
    )
    return prepare(load(plant_file), broker=signed_in, folder=folder, seed=seed, report=tell)


def main() -> int:
    """The command line; a refusal or a missing broker is one clear sentence and exit status 2."""
    try:
        simulator(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (Refused, BadPlant, TimeoutError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 2
    except (KeyboardInterrupt, click.Abort):
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
