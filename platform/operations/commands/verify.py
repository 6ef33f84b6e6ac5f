"""`tanheng verify`: a report's file compared with what a peer of the ledger has, without the site."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from proof.report import Check, Opened
    from proof.verification import OpenedVerification

    from accounting.paper import Paper

HOLDING_STATES = ("minted", "superseded")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--org", "organisation", default="regulator", help="Whose own peer is asked.", show_default=True
)
@click.option(
    "--reading",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A reading's proof, from its meter's page: the way from the report down to it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def verify(source: Path, organisation: str, *, reading: Path | None, as_json: bool) -> None:
    """Compare a report (PDF, XLSX, JSON) with the chain: digest, figures by trees, commitment, formulas.

    A verification report is compared with the approval that minted the report it is about. With --reading:
    also whether one signed reading is the registered key's, in its day's tree, and that day in the report.

    Exit status 0 when everything holds and the ledger has the report minted, 1 when not, 2 for a file that
    is no report.
    """
    from proof.report import NotAReport
    from proof.verification import is_verification, open_verification

    from accounting.paper import open_paper, read_paper

    try:
        paper = read_paper(source.read_bytes())
        if is_verification(paper.content):
            verified = open_verification(paper.content)
            record = asyncio.run(_record(verified.place, organisation))
            checks = [*verified.checks, *_pages(verified, paper)]
            _finish(_told_of_approval(verified, checks, record), as_json=as_json)
        opened = open_paper(paper.content)
    except NotAReport as error:
        click.echo(
            json.dumps({"ok": False, "error": error.reason}) if as_json else f"no report: {error.reason}"
        )
        sys.exit(2)
    record = asyncio.run(_record(_place(opened), organisation))
    told = _told(opened, [*opened.checks, *_pages(opened, paper)], record)
    if reading is not None:
        _add_reading(told, reading, opened, organisation)
    _finish(told, as_json=as_json)


def _add_reading(told: dict[str, Any], path: Path, opened: Opened, organisation: str) -> None:
    """What holds of one reading under the report; the whole is ok only when that is."""
    from operations.commands.verify_reading import verify_reading

    checks, found = verify_reading(path, opened.content, organisation)
    told["reading"] = found
    told["checks"] |= {check.name: check.holds for check in checks}
    told["details"] |= {check.name: check.detail for check in checks if not check.holds}
    told["ok"] = told["ok"] and all(check.holds for check in checks)


def _pages(opened: Opened | OpenedVerification, paper: Paper) -> list[Check]:
    """Whether pages or cells show the data's amounts; nothing for JSON alone."""
    from accounting.paper import pages_show

    return [] if paper.text is None else [pages_show(opened, paper.text, exact=paper.exact)]


def _finish(told: dict[str, Any], *, as_json: bool) -> NoReturn:
    """Say what was found and end with the status that says the same."""
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _spoken(told))
    sys.exit(0 if told["ok"] else 1)


def _place(opened: Opened) -> dict[str, Any]:
    """Account, plant, period and version that the file says it is of."""
    content: Any = opened.content
    return {
        "account": content.get("account"),
        "plant": (content.get("plant") or {}).get("id"),
        "period": content.get("period"),
        "version": content.get("version"),
    }


async def _record(place: dict[str, Any], organisation: str) -> dict[str, Any] | None:
    """What the peer has of the report at a place; None when it knows none."""
    from ledger.errors import LedgerError, Refusal_
    from ledger.gateway import Gateway
    from ledger.network import NoNetwork, load
    from lexicon.canonical import encode
    from lexicon.transactions import Query
    from tanheng.env import Environment

    try:
        network = load(Environment.read().home)
        async with Gateway.of(network, organisation, "service") as gateway:
            answer = json.loads(await gateway.evaluate(Query.GET_REPORT, encode(place)))
    except NoNetwork as error:
        raise click.ClickException(str(error)) from None
    except Refusal_:
        return None
    except LedgerError as error:
        raise click.ClickException(f"the peer of {organisation} does not answer: {error}") from None
    found: dict[str, Any] = answer["report"]
    return found


def _told(opened: Opened, checks: list[Check], record: dict[str, Any] | None) -> dict[str, Any]:
    """The comparison as one object; ok only when the file fits the ledger and itself."""
    on_ledger = record is not None and record["statement_digest"] == opened.digest
    fits = record is not None and (record["figures_root"], record["guideline_hash"]) == _claimed(opened)
    state = record["state"] if record is not None else ""
    approval = (record or {}).get("approval") or {}
    return {
        "ok": on_ledger and fits and state in HOLDING_STATES and all(check.holds for check in checks),
        "digest": opened.digest,
        "on_ledger": on_ledger,
        "state": state,
        "tx": approval.get("tx", ""),
        "checks": {check.name: check.holds for check in checks} | {"ledger_commitment": fits},
        "details": {check.name: check.detail for check in checks if not check.holds},
    }


def _told_of_approval(
    verified: OpenedVerification, found: list[Check], record: dict[str, Any] | None
) -> dict[str, Any]:
    """A verification report beside the approval; ok only when the ledger approved this very digest."""
    approval = (record or {}).get("approval") or {}
    state = record["state"] if record is not None else ""
    on_ledger = approval.get("verification_digest") == verified.digest
    same_report = record is not None and record["statement_digest"] == verified.content.get(
        "statement_digest"
    )
    checks = {check.name: check.holds for check in found} | {"statement": same_report}
    return {
        "ok": on_ledger and same_report and state in HOLDING_STATES and all(checks.values()),
        "digest": verified.digest,
        "on_ledger": on_ledger,
        "state": state,
        "tx": approval.get("tx", ""),
        "checks": checks,
        "details": {check.name: check.detail for check in found if not check.holds},
    }


def _claimed(opened: Opened) -> tuple[object, object]:
    content: Any = opened.content
    return (content.get("commitment") or {}).get("root"), (content.get("guideline") or {}).get("hash")


def _spoken(told: dict[str, Any]) -> str:
    lines = [f"{'PASS' if told['ok'] else 'FAIL'}  {told['digest']}"]
    lines.append(
        f"on the ledger: {'yes' if told['on_ledger'] else 'no'} {told['state']} {told['tx']}".rstrip()
    )
    lines += [
        f"{'ok  ' if holds else 'FAIL'} {name} {told['details'].get(name, '')}".rstrip()
        for name, holds in told["checks"].items()
    ]
    if found := told.get("reading"):
        quality = found.get("q", "good")
        lines.append(f"the reading: {found['value']} {found['unit']} at {found['ts']} (ms UTC), {quality}")
    return "\n".join(lines)
