"""Graphs of where allowances and coin came from and went: nodes conserve amounts, edges carry them.

Movements say what went where; what rests is told by the holdings themselves, so that a lost or invented one
of either breaks a node instead of passing unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# Only here may something come into being, and only there may it end.
SOURCES = frozenset({"endorse_issue", "carry_over"})
SINKS = frozenset({"redeem_coin"})

Span = tuple[int, int]


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
    # Another holder gave than the one who had it.
    torn: bool = False

    @property
    def conserved(self) -> bool:
        """What came in and was born went out or rests, and nothing was born but by an issue."""
        if self.torn or (self.born and self.label not in SOURCES):
            return False
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
    torn: bool = False


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
        self.nodes[edge.target].torn |= edge.torn
        self.edges.append(edge)

    def broken(self, edge: Edge) -> bool:
        """Whether an edge does not fit: it was torn, or one of its ends does not conserve."""
        return edge.torn or not (self.nodes[edge.source].conserved and self.nodes[edge.target].conserved)


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


@dataclass(frozen=True, slots=True)
class Holding:
    """A range of serials as it stands now."""

    serial_from: int
    serial_to: int
    owner: str
    state: str


def trace_serials(moves: Iterable[Move], holdings: Iterable[Holding], spans: Sequence[Span]) -> Graph:
    """The whole way of ranges of serials (both ends included), from issue to present holders.

    moves: in chain order. holdings: what rests, by itself.
    """
    graph = Graph(unit="t")
    segments: list[_Segment] = []
    for move in moves:
        for first, last in _overlaps(move.serial_from, move.serial_to, spans):
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
    for holding in holdings:
        for first, last in _overlaps(holding.serial_from, holding.serial_to, spans):
            _end_node(graph, holding.owner, holding.state).rest += last - first + 1
    for segment in sorted(segments, key=lambda segment: segment.serial_from):
        amount = segment.serial_to - segment.serial_from + 1
        end = _end_node(graph, segment.owner, segment.state)
        graph.connect(
            Edge(segment.node, end.id, amount, segment.owner, segment.serial_from, segment.serial_to)
        )
    return graph


def _overlaps(first: int, last: int, spans: Sequence[Span]) -> list[Span]:
    """The parts of first..last that lie in the spans."""
    cut = [(max(first, low), min(last, high)) for low, high in spans]
    return [(low, high) for low, high in cut if low <= high]


def _end_node(graph: Graph, owner: str, state: str) -> Node:
    return graph.node(Node(id=f"holding:{owner}:{state}", kind="holding", label=state, account=owner))


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same serials as few ranges, in order, none overlapping."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _moved(graph: Graph, segments: Sequence[_Segment], move: Move, first: int, last: int) -> list[_Segment]:
    """The segments after a move of first..last; what nobody had was born in it."""
    kept: list[_Segment] = []
    carried = 0
    for segment in segments:
        low, high = max(segment.serial_from, first), min(segment.serial_to, last)
        if low > high:
            kept.append(segment)
            continue
        torn = segment.owner != move.giver
        graph.connect(Edge(segment.node, move.tx_id, high - low + 1, segment.owner, low, high, torn))
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


def trace_coin(
    outputs: Sequence[Output], *, names: Mapping[str, str] | None = None, cut: bool = False
) -> Graph:
    """The graph of transactions that the given outputs connect.

    names: what the transactions are called that made none of the outputs. `cut`: not all outputs were given,
    so a transaction at the rim is not judged.
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
        graph.connect(
            Edge(output.tx, _taker(graph, output, names or {}).id, output.amount_cents, output.owner)
        )
    for node in graph.nodes.values():
        if node.label in SOURCES and node.amount_in == 0:
            node.born = node.amount_out
        if node.label in SINKS:
            node.rest = node.amount_in - node.amount_out
    return graph


def _taker(graph: Graph, output: Output, names: Mapping[str, str]) -> Node:
    """The node an output leads to: who holds it, or the transaction that spent it."""
    if not output.spent_tx:
        name = f"coin:{output.tx}:{output.n}"
        end = graph.node(Node(id=name, kind="holding", label="unspent", account=output.owner))
        end.rest += output.amount_cents
        return end
    kind = "rim" if graph.cut else "transaction"
    label = names.get(output.spent_tx, "")
    return graph.node(Node(id=output.spent_tx, kind=kind, label=label, tx_id=output.spent_tx))
