"""Following a tonne, a coin or a report through the ledger's read models, forward and backward.

An enterprise follows only what it has or had, and sees its own legs: other accounts are not shown, and prices
only of its own trades. Overseers see all.
"""

import re
from typing import Any

from django.db.models import Q
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.rights import Right, may

from market.domain.provenance import Output, Span, joined, trace_coin, trace_serials
from market.models import ChainEvent, CoinOutput, MintedReport, Movement, Trade
from market.trace_reports import report_way
from market.trace_rows import MOVES_MAX, holdings_of, moves_of
from market.trace_shown import shown
from tenants.access import Viewer

SERIAL = re.compile(r"(CEA|CCER)-(20\d\d)-(\d{1,12})(?:-(\d{1,12}))?\Z")
COIN = re.compile(r"([0-9a-f]{64}):(\d{1,4})\Z")
TRADE = re.compile(r"([0-9a-f]{64})-(\d{1,4})\Z")
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# A page can show about this many; more is told as cut.
OUTPUTS_MAX = 400


def trace(viewer: Viewer, token: str) -> dict[str, Any]:
    """The graph of a token: `CEA-2026-101` or `CEA-2026-101-200`, `<tx>:<n>` of coin, `<tx>-<i>` of a trade,
    a transaction id, or a report's digest. Raises: Refused not_found, also for what she may not see."""
    if found := SERIAL.match(token):
        unit, vintage, first, last = found.groups()
        if int(last or first) >= int(first):
            return _serials(viewer, (unit, int(vintage)), [(int(first), int(last or first))], token=token)
    elif found := COIN.match(token):
        return _coin(viewer, found[1], int(found[2]))
    elif found := TRADE.match(token):
        return _trade(viewer, token)
    if DIGEST.match(token):
        return _digest(viewer, token)
    raise Refused(Refusal.NOT_FOUND)


def _serials(viewer: Viewer, instrument: tuple[str, int], spans: list[Span], *, token: str) -> dict[str, Any]:
    moves = moves_of(instrument, spans)
    touched = {account for move in moves for account in (move.giver, move.receiver)}
    if not moves or not (_sees_all(viewer) or viewer.account in touched):
        refuse(Refusal.NOT_FOUND)
    graph = trace_serials(moves, holdings_of(instrument, spans), spans)
    graph.cut = len(moves) >= MOVES_MAX
    return shown(viewer, graph, kind="lot", token=token)


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
    spenders = {output.spent_tx for output in outputs} - {output.tx for output in outputs} - {""}
    names = dict(ChainEvent.objects.filter(pk__in=spenders).values_list("tx_id", "name"))
    graph = trace_coin(outputs, names=names, cut=bool(frontier))
    return shown(viewer, graph, kind="coin", token=token)


def _trade(viewer: Viewer, token: str) -> dict[str, Any]:
    trade = Trade.objects.filter(pk=token).first()
    if trade is None or not (_sees_all(viewer) or viewer.account in {trade.seller, trade.buyer}):
        refuse(Refusal.NOT_FOUND)
    spans = [(int(part["serial_from"]), _last(part)) for part in trade.lots]
    return _serials(viewer, (trade.unit, trade.vintage), joined(spans), token=token)


def _last(part: dict[str, str]) -> int:
    return int(part["serial_from"]) + int(part["quantity"]) - 1


def _digest(viewer: Viewer, digest: str) -> dict[str, Any]:
    report = MintedReport.objects.filter(
        Q(statement_digest=digest) | Q(minted_tx=digest) | Q(submitted_tx=digest)
    ).first()
    if report is not None and (_sees_all(viewer) or viewer.account in {report.account, report.auditor}):
        return report_way(viewer, report)
    return _transaction(viewer, digest)


def _transaction(viewer: Viewer, tx_id: str) -> dict[str, Any]:
    """All that a transaction moved: allowances first, else coin."""
    moved = list(Movement.objects.filter(tx_id=tx_id).order_by("number"))
    mine = {row.giver for row in moved} | {row.receiver for row in moved}
    if moved and (_sees_all(viewer) or viewer.account in mine):
        instrument = (moved[0].unit, moved[0].vintage)
        own = [row for row in moved if _sees_all(viewer) or viewer.account in {row.giver, row.receiver}]
        spans = [(row.serial_from, row.serial_to) for row in own if (row.unit, row.vintage) == instrument]
        return _serials(viewer, instrument, joined(spans), token=tx_id)
    made = CoinOutput.objects.filter(tx=tx_id)
    if made.exists() and (_sees_all(viewer) or made.filter(owner=viewer.account).exists()):
        return _coins_around(viewer, {tx_id}, token=tx_id)
    raise Refused(Refusal.NOT_FOUND)


def _sees_all(viewer: Viewer) -> bool:
    return may(viewer.role, Right.OVERSEE)
