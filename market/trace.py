"""Following a tonne, a coin or a report through the ledger's read models, forward and backward.

An enterprise follows only what it has or had, and sees its own legs: other accounts are not shown. Overseers
see all.
"""

import re
from dataclasses import asdict
from typing import Any

from django.db.models import Q
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.rights import Right, may

from market.domain.provenance import Graph, Move, Output, trace_coin, trace_serials
from market.models import CoinOutput, MintedReport, Movement, Obligation, Surrender, Trade
from tenants import selectors as people
from tenants.access import Viewer

SERIAL = re.compile(r"(CEA|CCER)-(20\d\d)-(\d{1,12})(?:-(\d{1,12}))?\Z")
COIN = re.compile(r"([0-9a-f]{64}):(\d{1,4})\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# A page can show about this many; more is told as cut.
OUTPUTS_MAX = 400
MOVES_MAX = 2000


def trace(viewer: Viewer, token: str) -> dict[str, Any]:
    """The graph of a token: `CEA-2026-101` or `CEA-2026-101-200`, `<tx>:<n>` of coin, a transaction id, or a
    report's digest. Raises: Refused not_found, also for what the viewer may not see."""
    if found := SERIAL.match(token):
        unit, vintage, first, last = found.groups()
        if int(last or first) >= int(first):
            return _serials(viewer, unit, int(vintage), int(first), int(last or first))
    elif found := COIN.match(token):
        return _coin(viewer, found[1], int(found[2]))
    if DIGEST.match(token):
        return _digest(viewer, token)
    raise Refused(Refusal.NOT_FOUND)


def _serials(viewer: Viewer, unit: str, vintage: int, first: int, last: int) -> dict[str, Any]:
    rows = Movement.objects.filter(unit=unit, vintage=vintage, serial_from__lte=last, serial_to__gte=first)
    moves = [
        Move(
            tx_id=row.tx_id,
            name=row.name,
            block_number=row.block_number,
            at=row.at.isoformat(),
            serial_from=row.serial_from,
            serial_to=row.serial_to,
            giver=row.giver,
            receiver=row.receiver,
            state_after=row.state_after,
        )
        for row in rows.order_by("block_number", "at", "tx_id", "number")[:MOVES_MAX]
    ]
    touched = {account for move in moves for account in (move.giver, move.receiver)}
    if not moves or not (_sees_all(viewer) or viewer.account in touched):
        refuse(Refusal.NOT_FOUND)
    graph = trace_serials(moves, first, last)
    return _shown(viewer, graph, kind="lot", token=f"{unit}-{vintage}-{first}-{last}")


def _coin(viewer: Viewer, tx: str, n: int) -> dict[str, Any]:
    start = CoinOutput.objects.filter(tx=tx, n=n).first()
    if start is None or not (_sees_all(viewer) or start.owner == viewer.account):
        refuse(Refusal.NOT_FOUND)
    return _coins_around(viewer, {tx}, token=f"{tx}:{n}")


def _coins_around(viewer: Viewer, transactions: set[str], *, token: str) -> dict[str, Any]:
    """Backward to the issue and forward to what is unspent, breadth first, until the page is full."""
    found: dict[int, CoinOutput] = {}
    seen: set[str] = set()
    frontier = set(transactions)
    while frontier and len(found) < OUTPUTS_MAX:
        seen |= frontier
        rows = CoinOutput.objects.filter(Q(tx__in=frontier) | Q(spent_tx__in=frontier))
        found |= {row.pk: row for row in rows[:OUTPUTS_MAX]}
        touched = {row.tx for row in found.values()} | {row.spent_tx for row in found.values()}
        frontier = touched - seen - {""}
    outputs = [
        Output(
            tx=row.tx,
            n=row.n,
            owner=row.owner,
            amount_cents=row.amount_cents,
            made_by=row.created_name,
            block_number=row.created_block,
            at=row.created_at.isoformat(),
            spent_tx=row.spent_tx,
        )
        for row in sorted(found.values(), key=lambda row: (row.created_block, row.tx, row.n))
    ]
    return _shown(viewer, trace_coin(outputs, cut=bool(frontier)), kind="coin", token=token)


def _digest(viewer: Viewer, digest: str) -> dict[str, Any]:
    report = MintedReport.objects.filter(Q(statement_digest=digest) | Q(minted_tx=digest)).first()
    if report is not None and (_sees_all(viewer) or viewer.account in {report.account, report.auditor}):
        return _report(viewer, report)
    trade = Trade.objects.filter(tx_id=digest).first()
    if trade is not None and (_sees_all(viewer) or viewer.account in {trade.seller, trade.buyer}):
        part = trade.lots[0]
        first = int(part["serial_from"])
        return _serials(viewer, trade.unit, trade.vintage, first, first + int(part["quantity"]) - 1)
    if CoinOutput.objects.filter(tx=digest).exists() and _sees_all(viewer):
        return _coins_around(viewer, {digest}, token=digest)
    raise Refused(Refusal.NOT_FOUND)


def _report(viewer: Viewer, report: MintedReport) -> dict[str, Any]:
    """A report's way: submitted, minted, the year's obligation, and what was surrendered for it."""
    year = int(report.period[:4])
    obligation = Obligation.objects.filter(account=report.account, year=year).first()
    surrenders = Surrender.objects.filter(account=report.account, year=year).order_by("proposed_at")
    steps = [_step("submit_statement", report.submitted_tx, report.submitted_at.isoformat(), "")]
    if report.minted_at:
        steps.append(
            _step("approve_and_mint", report.minted_tx, report.minted_at.isoformat(), report.auditor)
        )
    if obligation:
        steps.append(
            _step(
                "set_obligation", obligation.tx_id, obligation.at.isoformat(), "", due_t=str(obligation.due_t)
            )
        )
    steps += [
        _step(
            "surrender", row.tx_id, row.proposed_at.isoformat(), "", quantity=str(row.quantity), lots=row.lots
        )
        for row in surrenders
    ]
    return {
        "kind": "report",
        "token": report.statement_digest,
        "account": report.account,
        "organisation": _names(viewer, {report.account}).get(report.account, ""),
        "plant": report.plant,
        "period": report.period,
        "version": report.version,
        "state": report.state,
        "steps": steps,
    }


def _step(name: str, tx_id: str, at: str, account: str, **facts: Any) -> dict[str, Any]:
    return {"name": name, "tx_id": tx_id, "at": at, "account": account, **facts}


def _sees_all(viewer: Viewer) -> bool:
    return may(viewer.role, Right.OVERSEE)


def _names(viewer: Viewer, accounts: set[str]) -> dict[str, str]:
    if _sees_all(viewer):
        return people.organisation_names(sorted(accounts))
    return {viewer.account: viewer.organisation}


def _shown(viewer: Viewer, graph: Graph, *, kind: str, token: str) -> dict[str, Any]:
    """The graph as JSON, amounts as text; accounts the viewer may not know are empty."""
    accounts = {node.account for node in graph.nodes.values()} | {edge.account for edge in graph.edges}
    names = _names(viewer, accounts - {""})
    place = {name: number for number, name in enumerate(graph.nodes)}

    def hidden(account: str) -> str:
        return account if account in names else ""

    nodes = [
        {
            **{key: str(value) if isinstance(value, int) else value for key, value in asdict(node).items()},
            "id": _public_id(node.id, place[node.id], names),
            "block_number": node.block_number,
            "account": hidden(node.account),
            "organisation": names.get(node.account, ""),
            "conserved": node.conserved if node.kind != "rim" and not graph.cut else None,
        }
        for node in graph.nodes.values()
    ]
    edges = [
        {
            "source": _public_id(edge.source, place[edge.source], names),
            "target": _public_id(edge.target, place[edge.target], names),
            "amount": str(edge.amount),
            "account": hidden(edge.account),
            "serial_from": None if edge.serial_from is None else str(edge.serial_from),
            "serial_to": None if edge.serial_to is None else str(edge.serial_to),
        }
        for edge in graph.edges
    ]
    return {
        "kind": kind,
        "token": token,
        "unit": graph.unit,
        "cut": graph.cut,
        "nodes": nodes,
        "edges": edges,
    }


def _public_id(node_id: str, place: int, names: dict[str, str]) -> str:
    """A holder's node is named by its account; where that is hidden, by its place."""
    if not node_id.startswith("holding:"):
        return node_id
    return node_id if node_id.split(":")[1] in names else f"holding:{place}"
