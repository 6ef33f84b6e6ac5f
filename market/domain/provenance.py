"""Graphs of where allowances and coin came from and went: nodes conserve amounts, edges carry them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """A transaction or a present holder; `amount_in` and `amount_out` in t or 0.01 coin.

    kind: transaction or holding. `born` came into being here (an issue), `rest` is still there (a holding).
    """

    id: str
    kind: str
    label: str
    account: str = ""
    tx_id: str = ""
    block_number: int = 0
    at: str = ""
    born: int = 0
    rest: int = 0
    amount_in: int = 0
    amount_out: int = 0

    @property
    def conserved(self) -> bool:
        """What came in and was born went out or rests."""
        return self.amount_in + self.born == self.amount_out + self.rest


@dataclass(frozen=True, slots=True)
class Edge:
    """An amount on its way from one node to the next; for allowances with its serials."""

    source: str
    target: str
    amount: int
    account: str = ""
    serial_from: int | None = None
    serial_to: int | None = None


@dataclass(slots=True)
class Graph:
    """Nodes in the order of the chain, and edges."""

    unit: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    cut: bool = False

    def node(self, node: Node) -> Node:
        """The node of that id, added when it is new."""
        return self.nodes.setdefault(node.id, node)

    def connect(self, edge: Edge) -> None:
        """Add an edge and count it at both ends."""
        self.nodes[edge.source].amount_out += edge.amount
        self.nodes[edge.target].amount_in += edge.amount
        self.edges.append(edge)


@dataclass(frozen=True, slots=True)
class Move:
    """A range of serials that changed owner or state in a transaction."""

    tx_id: str
    name: str
    block_number: int
    at: str
    serial_from: int
    serial_to: int
    giver: str
    receiver: str
    state_after: str


@dataclass(frozen=True, slots=True)
class _Segment:
    serial_from: int
    serial_to: int
    node: str
    owner: str
    state: str


def trace_serials(moves: Iterable[Move], serial_from: int, serial_to: int) -> Graph:
    """The whole way of a range of serials, from issue to present holders; moves in chain order."""
    graph = Graph(unit="t")
    segments: list[_Segment] = []
    for move in moves:
        first, last = max(move.serial_from, serial_from), min(move.serial_to, serial_to)
        if first > last:
            continue
        graph.node(
            Node(
                id=move.tx_id,
                kind="transaction",
                label=move.name,
                account=move.receiver,
                tx_id=move.tx_id,
                block_number=move.block_number,
                at=move.at,
            )
        )
        segments = _moved(graph, segments, move, first, last)
    _end(graph, segments)
    return graph


def _moved(graph: Graph, segments: Sequence[_Segment], move: Move, first: int, last: int) -> list[_Segment]:
    """The segments after a move of first..last; what nobody had was born in it."""
    kept: list[_Segment] = []
    carried = 0
    for segment in segments:
        low, high = max(segment.serial_from, first), min(segment.serial_to, last)
        if low > high:
            kept.append(segment)
            continue
        graph.connect(Edge(segment.node, move.tx_id, high - low + 1, segment.owner, low, high))
        carried += high - low + 1
        kept.extend(_around(segment, low, high))
    graph.nodes[move.tx_id].born += last - first + 1 - carried
    kept.append(_Segment(first, last, move.tx_id, move.receiver, move.state_after))
    return kept


def _around(segment: _Segment, low: int, high: int) -> list[_Segment]:
    """What is left of a segment when low..high is taken out."""
    left = []
    if segment.serial_from < low:
        left.append(_Segment(segment.serial_from, low - 1, segment.node, segment.owner, segment.state))
    if high < segment.serial_to:
        left.append(_Segment(high + 1, segment.serial_to, segment.node, segment.owner, segment.state))
    return left


def _end(graph: Graph, segments: Sequence[_Segment]) -> None:
    """A node for each present holder and state."""
    for segment in sorted(segments, key=lambda segment: segment.serial_from):
        amount = segment.serial_to - segment.serial_from + 1
        end = graph.node(
            Node(
                id=f"holding:{segment.owner}:{segment.state}",
                kind="holding",
                label=segment.state,
                account=segment.owner,
            )
        )
        end.rest += amount
        graph.connect(
            Edge(segment.node, end.id, amount, segment.owner, segment.serial_from, segment.serial_to)
        )


@dataclass(frozen=True, slots=True)
class Output:
    """An output of coin: where it was made, where it was spent (empty: not yet)."""

    tx: str
    n: int
    owner: str
    amount_cents: int
    made_by: str
    block_number: int
    at: str
    spent_tx: str


def trace_coin(outputs: Sequence[Output], *, cut: bool = False) -> Graph:
    """The graph of transactions that the given outputs connect.

    A transaction at the rim, of which not all outputs were given, is not judged; `cut`: there are some.
    """
    graph = Graph(unit="0.01 coin", cut=cut)
    for output in outputs:
        graph.node(
            Node(
                id=output.tx,
                kind="transaction",
                label=output.made_by,
                tx_id=output.tx,
                block_number=output.block_number,
                at=output.at,
            )
        )
    for output in outputs:
        target = output.spent_tx
        if not target:
            end = graph.node(
                Node(id=f"coin:{output.tx}:{output.n}", kind="holding", label="unspent", account=output.owner)
            )
            end.rest += output.amount_cents
            target = end.id
        elif target not in graph.nodes:
            graph.node(Node(id=target, kind="rim", label="", tx_id=target))
        graph.connect(Edge(output.tx, target, output.amount_cents, output.owner))
    for node in graph.nodes.values():
        if node.kind == "transaction" and node.amount_in == 0 and node.label == "endorse_issue":
            node.born = node.amount_out
    return graph
