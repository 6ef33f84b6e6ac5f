"""`tanheng down`: ends what `tanheng up` or `tanheng network up` started from another terminal."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import click

# Every group of processes has its own limit; the sum of the longest stop order stays under this.
STOPPED_WITHIN_S = 60.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def down(*, as_json: bool) -> None:
    """Stop what `up` started, in the right order, and wait until it is gone."""
    from tanheng.env import Environment

    stopped = stop_supervisor(Environment.read().home / "run" / "product.json")
    text = (
        json.dumps({"ok": True, "was_running": stopped})
        if as_json
        else ("stopped" if stopped else "nothing was running")
    )
    click.echo(text)


def stop_supervisor(roster_file: Path) -> bool:
    """Tell the supervisor of this roster to stop and wait; False when none is alive (leftovers are swept).

    Raises ClickException when it is still there after a minute.
    """
    from operations.supervisor import roster

    there = roster.read(roster_file)
    if there is None or not there.is_up():
        return bool(roster.sweep(roster_file))
    os.kill(there.supervisor.pid, signal.SIGTERM)
    end = time.monotonic() + STOPPED_WITHIN_S
    while there.is_up():
        if time.monotonic() > end:
            raise click.ClickException(f"supervisor {there.supervisor.pid} is still there; see the logs")
        time.sleep(0.1)
    return True
