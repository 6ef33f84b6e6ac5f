"""`tanheng status`: what runs, how much memory it takes, how often it was restarted."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from operations.supervisor.footprint import Row


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(*, as_json: bool) -> None:
    """Processes, memory and restarts; what ingest does. Exit status 3 when nothing runs."""
    from tanheng.env import Environment

    from ingest.figures import read
    from operations.fallback_limits import limits
    from operations.supervisor.footprint import rows_of

    home = Environment.read().home
    rows, ingest = rows_of(home / "run"), read(home / "run" / "ingest.json")
    total = {name: round(sum(getattr(row, name) for row in rows), 1) for name in ("rss_mb", "pss_mb")}
    if as_json:
        processes = {row.name: row.as_json() for row in rows}
        click.echo(
            json.dumps(
                {
                    "ok": bool(rows),
                    **total,
                    "processes": processes,
                    "ingest": ingest,
                    "broker_limits": limits(home),
                }
            )
        )
    elif rows:
        _print_table(rows)
        if ingest:
            click.echo(_ingest_line(ingest))
        if told := limits(home):
            click.echo(f"broker: {told}")
    else:
        click.echo("nothing is running; `tanheng up` starts the product")
    sys.exit(0 if rows else 3)


def _ingest_line(told: dict[str, Any]) -> str:
    """What the worker told last, in one line."""
    state = "away" if told["away"] else "there"
    if not told["fresh"]:
        state += ", but the worker is silent"
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(told["reasons"].items())) or "none"
    return (
        f"ingest: {told['rate_per_s']:g} readings/s, lag {told['lag_s']:g} s, {told['waiting']} waiting, "
        f"spool {told['spool_bytes'] / 1e6:.1f} MB, store {state}; held: {reasons}"
    )


def _print_table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, header_style="bold")
    shown.add_column("process")
    shown.add_column("state")
    for heading in ("pid", "RSS MB", "PSS MB", "up for", "restarts"):
        shown.add_column(heading, justify="right")
    for row in rows:
        minutes = f"{(time.time() - row.started_at) / 60:.1f} min"
        shown.add_row(
            row.name,
            row.state,
            str(row.pid),
            f"{row.rss_mb:.0f}",
            f"{row.pss_mb:.0f}",
            minutes,
            str(row.restarts),
        )
    rss, pss = sum(row.rss_mb for row in rows), sum(row.pss_mb for row in rows)
    shown.add_row("together", "", "", f"{rss:.0f}", f"{pss:.0f}", "", "", style="bold")
    Console().print(shown)
