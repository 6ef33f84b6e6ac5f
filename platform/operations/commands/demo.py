"""`tanheng demo`: the whole story on real parts, then the site stays open."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operations.commands.engine import engine_options

if TYPE_CHECKING:
    from operations.demo.narrator import Narrator
    from operations.demo.story import Told
    from operations.site import Site

# Only a folder that an earlier demo made is ever emptied.
MARK = ".demo"


@click.command()
@engine_options
@click.option("--once", is_flag=True, help="End after the story, with one JSON object as the last line.")
@click.option("--json", "as_json", is_flag=True, help="Print only the JSON object of the story.")
@click.option(
    "--days", type=click.IntRange(28, 31), default=31, show_default=True, help="Length of the month."
)
def demo(*, once: bool, as_json: bool, days: int) -> None:
    """The whole story on real parts, from the first administrator to a settled trade.

    Two enterprises, an auditor, two regulators and an administrator, all made up, in a folder of its own
    (var/demo; TANHENG_HOME chooses another). It begins afresh each time, checks its own sums, and then leaves
    the site open with live data until Ctrl-C.
    """
    from operations.demo.client import DemoFailed
    from operations.demo.narrator import Narrator
    from operations.site import SiteFailed, running

    # A service manager sends TERM, and a shell's background job starts with INT ignored: both end it cleanly.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    home = _fresh_home()
    variables = {name: value for name, value in os.environ.items() if name.startswith("TANHENG_")}
    _refuse_taken_port(int(variables.get("TANHENG_PORT", "8000")))
    narrator = Narrator(quiet=as_json)
    try:
        with running(home, variables) as site:
            narrator.line(f"all parts are up after {site.ready_s:.1f} s: {len(site.entries())} processes")
            told = _tell(site, narrator, days=days)
            if once or as_json:
                click.echo(json.dumps(told.result, ensure_ascii=False))
                return
            _stay(site, narrator, told)
    except (DemoFailed, SiteFailed) as error:
        click.echo(json.dumps({"ok": False, "because": str(error)[:2000]}, ensure_ascii=False))
        raise SystemExit(1) from None


def _tell(site: Site, narrator: Narrator, *, days: int) -> Told:
    from operations.demo.story import tell

    began = time.monotonic()
    told = tell(site, narrator, days=days)
    told.result["setup_s"] = _setup_seconds()
    told.result["up_s"] = round(site.ready_s, 1)
    told.result["run_s"] = round(time.monotonic() - began, 1)
    return told


def _stay(site: Site, narrator: Narrator, told: Told) -> None:
    """Live data until Ctrl-C, with everybody's sign-in on the screen."""
    from operations.demo.metering import go_live
    from operations.demo.story import sign_ins

    devices = [go_live(site, gateway) for gateway in told.gateways]
    with narrator.chapter("Sign in as anybody; load the key file on the page to sign as her"):
        sign_ins(told.people, narrator, keys=site.home / "keys" / "people")
    narrator.line(f"Open {site.url}; Ctrl-C ends it")
    try:
        site.process.wait()
    except KeyboardInterrupt:
        narrator.line("ending")
    finally:
        for device in devices:
            device.terminate()
            device.wait()


def _fresh_home() -> Path:
    from tanheng.env import REPOSITORY

    home = Path(os.environ.get("TANHENG_HOME", REPOSITORY / "var" / "demo")).resolve()
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise click.ClickException(
                f"{home} is not empty and was not made by a demo; choose another TANHENG_HOME"
            )
        _refuse_running(home)
        shutil.rmtree(home)
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    (home / MARK).touch()
    return home


def _refuse_running(home: Path) -> None:
    from operations.supervisor import roster

    path = home / "run" / "product.json"
    there = roster.read(path)
    if there is not None and there.is_up():
        raise click.ClickException(f"a demo runs already, supervisor pid {there.supervisor.pid}")
    roster.sweep(path)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            text = f"port {port} is taken; end the other program or set TANHENG_PORT"
            raise click.ClickException(text) from None


def _setup_seconds() -> float:
    """How long the last set-up took, as it noted itself."""
    from tanheng.env import REPOSITORY

    try:
        noted = (REPOSITORY / ".venv" / "tanheng-setup.json").read_text(encoding="utf-8")
        return float(json.loads(noted)["seconds"])
    except (OSError, ValueError, KeyError):
        return 0.0
