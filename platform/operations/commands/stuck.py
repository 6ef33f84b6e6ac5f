"""`tanheng ledger stuck`: intents that should have been on the ledger by now, why, and trying them now."""

from __future__ import annotations

import json
import sys
import uuid
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kit.outbox_stuck import Stuck


@click.command()
@click.option("--retry", "chosen", metavar="ID", help="Try this intent now ('all': every open one).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def stuck(*, chosen: str | None, as_json: bool) -> None:
    """List stuck intents: what, since when, why, what to do.

    A retry cannot take effect twice; an expired intent must be signed again by its person. Exit status 1
    while something is stuck.
    """
    from operations.django_project import start

    start()
    from kit import clock, outbox_stuck

    found = outbox_stuck.stuck(now=clock.now())
    retried = _retry(found, chosen) if chosen else 0
    if as_json:
        shown = [_as_json(one) for one in found]
        click.echo(json.dumps({"ok": not found, "stuck": shown, "retried": retried}))
    else:
        _print(found)
        if chosen:
            click.echo(f"{retried} taken up again")
    sys.exit(1 if found else 0)


def _retry(found: list[Stuck], chosen: str) -> int:
    from django.db import transaction
    from kit import outbox_stuck

    try:
        ids = [one.row.pk for one in found] if chosen == "all" else [uuid.UUID(chosen)]
    except ValueError:
        raise click.BadParameter(f"{chosen} is no id of an intent", param_hint="--retry") from None
    with transaction.atomic():
        return sum(outbox_stuck.retry(row_id) for row_id in ids)


def _as_json(one: Stuck) -> dict[str, Any]:
    row = one.row
    return {
        "id": str(row.pk),
        "name": row.name,
        "account": row.account,
        "subject": row.subject,
        "state": row.state,
        "since": row.created_at.isoformat(),
        "attempts": row.attempts,
        "next_at": row.next_at.isoformat() if row.next_at else None,
        "tx_id": row.tx_id,
        "trouble": one.trouble.value,
        "why": one.trouble.en,
        "nodes": row.trouble_text,
        "remedy": one.remedy.value,
        "action": one.remedy.en,
    }


def _print(found: list[Stuck]) -> None:
    if not found:
        click.echo("nothing is stuck")
    for one in found:
        row = one.row
        click.echo(f"{row.pk}  {row.name}  {row.account or 'a service'}  {row.subject}")
        click.echo(f"    {row.state} since {row.created_at.isoformat()}, {row.attempts} attempts")
        click.echo(f"    why: {one.trouble.en} / {one.trouble.zh}")
        if row.trouble_text:
            click.echo(f"    said: {row.trouble_text}")
        click.echo(f"    do: {one.remedy.en} / {one.remedy.zh}")
