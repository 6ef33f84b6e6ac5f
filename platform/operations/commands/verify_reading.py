"""From a report down to one signed reading: the proof's file beside what a peer of the ledger has."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import click
from proof.readings import NotAReadingProof, ReadingProof, check_proof, read_proof
from proof.report import Check


def verify_reading(path: Path, content: Any, organisation: str) -> tuple[list[Check], dict[str, Any] | None]:
    """What holds of a reading under a report's content, and the reading. Raises ClickException."""
    try:
        proof = read_proof(path.read_bytes())
    except NotAReadingProof as error:
        raise click.ClickException(f"{path}: no reading proof: {error}") from None
    account = str(content.get("account"))
    on_ledger = asyncio.run(_rows(account, proof, organisation))
    plant = (content.get("plant") or {}).get("id")
    reported = {(plant, one["day"], one["n"], one["root"]) for one in content.get("anchors") or ()}
    roots = {(row["plant"], row["day"], row["n"], row["root"]) for row in on_ledger["anchor"]}
    keys = {row["gateway_key"]["fingerprint"] for row in on_ledger["meter"] if row.get("gateway_key")}
    checks, found = check_proof(proof, roots=roots, keys=keys)
    named = (proof.plant, proof.day, proof.n, proof.root) in reported
    checks.append(Check("day_in_report", named, "" if named else f"{proof.plant} {proof.day} n {proof.n}"))
    return checks, found


async def _rows(account: str, proof: ReadingProof, organisation: str) -> dict[str, list[Any]]:
    """The peer's anchors of that day and installations of that meter."""
    from ledger.errors import LedgerError
    from ledger.gateway import Gateway
    from ledger.network import NoNetwork, load
    from tanheng.env import Environment

    starts = {
        "anchor": f"{account}~{proof.plant}~{proof.day}",
        "meter": f"{account}~{proof.plant}~{proof.meter}~",
    }
    try:
        network = load(Environment.read().home)
        async with Gateway.of(network, organisation, "service") as gateway:
            return {name: await _read(gateway, name, start) for name, start in starts.items()}
    except NoNetwork as error:
        raise click.ClickException(str(error)) from None
    except LedgerError as error:
        raise click.ClickException(f"the peer of {organisation} does not answer: {error}") from None


async def _read(gateway: Any, name: str, start: str) -> list[Any]:
    from lexicon.canonical import encode
    from lexicon.transactions import Query

    rows = json.loads(await gateway.evaluate(Query.STATE_ROWS, encode({"object": name, "start": start})))
    return [json.loads(base64.b64decode(value)) for _, value in rows]
