"""A provenance graph as a viewer may see it: her own legs with names and prices, others' accounts hidden."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from lexicon.rights import Right, may

from market.domain.provenance import Edge, Graph, Node, Span
from market.models import Trade
from tenants import selectors as people
from tenants.access import Viewer

# Of a node, these are the graph's own business.
_INNER = {"torn"}


def shown(viewer: Viewer, graph: Graph, *, kind: str, token: str) -> dict[str, Any]:
    """The graph as JSON, amounts as text; accounts the viewer may not know are empty."""
    accounts = {node.account for node in graph.nodes.values()} | {edge.account for edge in graph.edges}
    names = names_for(viewer, accounts - {""})
    ids = {name: _public_id(name, number, names) for number, name in enumerate(graph.nodes)}
    trades = _trades(viewer, graph)
    return {
        "kind": kind,
        "token": token,
        "unit": graph.unit,
        "cut": graph.cut,
        "nodes": [
            _node(graph, node, ids, names, trades.get(node.tx_id, [])) for node in graph.nodes.values()
        ],
        "edges": [_edge(graph, edge, ids, names) for edge in graph.edges],
    }


def names_for(viewer: Viewer, accounts: set[str]) -> dict[str, str]:
    """The names of the accounts that the viewer may know: all for overseers, else her own."""
    if may(viewer.role, Right.OVERSEE):
        found = people.organisation_names(sorted(accounts))
        return {account: found.get(account, "") for account in accounts}
    return {viewer.account: viewer.organisation}


def _node(
    graph: Graph, node: Node, ids: dict[str, str], names: dict[str, str], trades: list[dict[str, Any]]
) -> dict[str, Any]:
    facts = {key: value for key, value in asdict(node).items() if key not in _INNER}
    judged = node.kind != "rim" and not graph.cut
    return {
        **{key: str(value) if isinstance(value, int) else value for key, value in facts.items()},
        "id": ids[node.id],
        "block_number": node.block_number,
        "account": node.account if node.account in names else "",
        "organisation": names.get(node.account, ""),
        "conserved": node.conserved if judged else None,
        "trades": trades,
    }


def _edge(graph: Graph, edge: Edge, ids: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    return {
        "source": ids[edge.source],
        "target": ids[edge.target],
        "amount": str(edge.amount),
        "account": edge.account if edge.account in names else "",
        "serial_from": None if edge.serial_from is None else str(edge.serial_from),
        "serial_to": None if edge.serial_to is None else str(edge.serial_to),
        "broken": not graph.cut and graph.broken(edge),
    }


def _trades(viewer: Viewer, graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """What of each transaction's trades is in the graph, with its price: the viewer's own legs, or all."""
    transactions = [node.tx_id for node in graph.nodes.values() if node.tx_id]
    rows = Trade.objects.filter(tx_id__in=transactions).order_by("tx_id", "i")
    came = _serials_into(graph)
    everything = may(viewer.role, Right.OVERSEE)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if everything or viewer.account in {row.seller, row.buyer}:
            quantity = _shared(row, came[row.tx_id]) if came[row.tx_id] else row.quantity
            if quantity:
                found[row.tx_id].append({"quantity": str(quantity), "price_cents": str(row.price_cents)})
    return found


def _serials_into(graph: Graph) -> dict[str, list[Span]]:
    """By transaction the serials that came into its node; none of coin."""
    came: dict[str, list[Span]] = defaultdict(list)
    for edge in graph.edges:
        if edge.serial_from is not None and edge.serial_to is not None:
            came[edge.target].append((edge.serial_from, edge.serial_to))
    return came


def _shared(trade: Trade, spans: list[Span]) -> int:
    """How many of a trade's tonnes lie in the serials."""
    lots = [(int(lot["serial_from"]), int(lot["quantity"])) for lot in trade.lots]
    return sum(
        max(0, min(first + quantity - 1, high) - max(first, low) + 1)
        for first, quantity in lots
        for low, high in spans
    )


def _public_id(node_id: str, place: int, names: dict[str, str]) -> str:
    """A holder's node is named by its account; where that is hidden, by its place."""
    if not node_id.startswith("holding:"):
        return node_id
    return node_id if node_id.split(":")[1] in names else f"holding:{place}"
