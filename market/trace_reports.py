"""A report's way through the ledger: from its readings' anchors to the allowances surrendered for it.

The graph holds the tonnes: every serial surrendered for the report's year, from its issue to the obligation,
whose own figure must be what came in.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from lexicon.terms import SurrenderState

from market.domain.provenance import Edge, Graph, Node, Span, joined, trace_serials
from market.models import ChainEvent, MintedReport, Obligation, Surrender
from market.trace_rows import holdings_of, moves_of
from market.trace_shown import names_for, shown
from tenants.access import Viewer

_DUTY = ("set_obligation", "surrender", "confirm_surrender", "withdraw_surrender")


def report_way(viewer: Viewer, report: MintedReport) -> dict[str, Any]:
    """Steps of a report, and for a year with an obligation the graph of what was surrendered."""
    year = int(report.period[:4])
    duty = Obligation.objects.filter(account=report.account, year=year).first()
    given = list(Surrender.objects.filter(account=report.account, year=year).order_by("proposed_at"))
    graph = _graph(report.account, duty, given) if duty and report.period == str(year) else Graph(unit="t")
    names = names_for(viewer, {report.account, report.auditor} - {""})
    return {
        **shown(viewer, graph, kind="report", token=report.statement_digest),
        "account": report.account,
        "organisation": names.get(report.account, ""),
        "plant": report.plant,
        "period": report.period,
        "version": report.version,
        "state": report.state,
        "anchors": len(report.record.get("anchors", ())),
        "before": _version(report, -1),
        "after": _version(report, 1),
        "steps": _steps(report, names) + (_duty_steps(duty, given) if report.period == str(year) else []),
    }


def _steps(report: MintedReport, names: dict[str, str]) -> list[dict[str, Any]]:
    auditor = report.auditor if report.auditor in names else ""
    steps = [_step("submit_statement", report.submitted_tx, report.submitted_at.isoformat(), "")]
    if report.minted_at:
        steps.append(_step("approve_and_mint", report.minted_tx, report.minted_at.isoformat(), auditor))
    return steps


def _duty_steps(duty: Obligation | None, given: list[Surrender]) -> list[dict[str, Any]]:
    """Each act on the obligation and on what was given for it, with the transaction that did it."""
    if duty is None:
        return []
    quantities = {row.surrender: str(row.quantity) for row in given}
    wrote = Q(objects_written__contains=[["obligation", duty.account, duty.year]])
    for surrender in quantities:
        wrote |= Q(objects_written__contains=[["surrender", surrender]])
    acts = ChainEvent.objects.filter(wrote, name__in=_DUTY).order_by("block_number", "at")
    return [
        _step(row.name, row.tx_id, row.at.isoformat(), "", **_facts(row, duty, quantities)) for row in acts
    ]


def _facts(act: ChainEvent, duty: Obligation, quantities: Mapping[str, str]) -> dict[str, str]:
    if act.name == "set_obligation":
        return {"due_t": str(duty.due_t)}
    name = next((str(key[1]) for key in act.objects_written if key[0] == "surrender"), "")
    return {"quantity": quantities[name]} if name in quantities else {}


def _step(name: str, tx_id: str, at: str, account: str, **facts: Any) -> dict[str, Any]:
    return {"name": name, "tx_id": tx_id, "at": at, "account": account, **facts}


def _version(report: MintedReport, step: int) -> str:
    """The digest of the version before or after, empty when there is none."""
    found = MintedReport.objects.filter(
        account=report.account, plant=report.plant, period=report.period, version=report.version + step
    ).first()
    return found.statement_digest if found else ""


def _graph(account: str, duty: Obligation, given: list[Surrender]) -> Graph:
    """Every serial that was surrendered for the duty, from issue to the duty itself."""
    spans: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for surrender in given:
        if surrender.state == SurrenderState.CONFIRMED:
            for lot in surrender.lots:
                first = int(lot["serial_from"])
                spans[lot["unit"], int(lot["vintage"])].append((first, first + int(lot["quantity"]) - 1))
    graph = Graph(unit="t")
    for instrument, ranges in spans.items():
        wanted = joined(ranges)
        _take_in(graph, trace_serials(moves_of(instrument, wanted), holdings_of(instrument, wanted), wanted))
    end = graph.node(
        Node(
            id=f"obligation:{duty.year}",
            kind="holding",
            label="obligation",
            account=account,
            at=duty.at.isoformat(),
        )
    )
    end.rest = duty.surrendered_t
    for node in [node for node in graph.nodes.values() if node.id == f"holding:{account}:surrendered"]:
        amount, node.rest = node.rest, 0
        graph.connect(Edge(node.id, end.id, amount, account))
    return graph


def _take_in(graph: Graph, other: Graph) -> None:
    """Add another instrument's graph: one transaction may move several."""
    for node in other.nodes.values():
        known = graph.node(node)
        if known is not node:
            for name in ("born", "rest", "amount_in", "amount_out"):
                setattr(known, name, getattr(known, name) + getattr(node, name))
            known.torn |= node.torn
    graph.edges.extend(other.edges)
