"""The explorer's reading: heights and confirmation times, blocks, transactions; business words first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may
from lexicon.terms import OutboxState

from market.models import Block, ChainEvent, ChainTransaction
from tenants.access import Viewer

# Confirmation times are told over the last this many intents.
CONFIRMED = 1000


@dataclass(frozen=True, slots=True)
class Percentiles:
    """p50 and p95 in whole ms over `count` intents."""

    p50: int
    p95: int
    count: int


@dataclass(frozen=True, slots=True)
class Status:
    """Where the chain stands, as our follower saw it; times are from the service's call."""

    height: int
    last_block_at: datetime | None
    transactions: int
    waiting: int
    oldest_waiting_s: int
    committed_ms: Percentiles
    readable_ms: Percentiles


def status(*, now: datetime) -> Status:
    """The chain's state and the confirmation times of the last intents."""
    last = Block.objects.order_by("-number").first()
    open_rows = OutboxRow.objects.filter(state__in=(OutboxState.WAITING, OutboxState.SENT))
    oldest = open_rows.order_by("created_at").first()
    committed, readable = confirmation_times()
    return Status(
        height=last.number + 1 if last else 0,
        last_block_at=last.seen_at if last else None,
        transactions=ChainTransaction.objects.count(),
        waiting=open_rows.count(),
        oldest_waiting_s=int((now - oldest.created_at).total_seconds()) if oldest else 0,
        committed_ms=committed,
        readable_ms=readable,
    )


def confirmation_times(*, last: int = CONFIRMED) -> tuple[Percentiles, Percentiles]:
    """(to the ledger's event, to the read model) over the last intents."""
    rows = OutboxRow.objects.filter(state=OutboxState.COMMITTED, committed_at__isnull=False)
    newest = list(rows.order_by("-committed_at").values_list("created_at", "committed_at", "read_at")[:last])
    return (
        percentiles([_ms(created, done) for created, done, _ in newest if done is not None]),
        percentiles([_ms(created, read) for created, _, read in newest if read is not None]),
    )


def percentiles(values_ms: list[int]) -> Percentiles:
    """p50 and p95, nearest rank; zeros for none."""
    if not values_ms:
        return Percentiles(0, 0, 0)
    ordered = sorted(values_ms)
    count = len(ordered)
    return Percentiles(ordered[(count - 1) // 2], ordered[-(-count * 95 // 100) - 1], count)


def _ms(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)


def blocks() -> QuerySet[Block]:
    """Blocks."""
    return Block.objects.all()


def block(number: int) -> tuple[Block, list[dict[str, Any]]]:
    """A block with its transactions. Raises: Refused not_found."""
    found = Block.objects.filter(number=number).first()
    if found is None:
        refuse(Refusal.NOT_FOUND)
    rows = list(ChainTransaction.objects.filter(block=found).order_by("number"))
    return found, _with_events(rows)


def transaction(viewer: Viewer, tx_id: str) -> dict[str, Any]:
    """A transaction with its block, endorsements and what it wrote.

    Who acted is told to overseers and to the account itself. Raises: Refused not_found.
    """
    row = ChainTransaction.objects.filter(tx_id=tx_id).select_related("block").order_by("block_id").first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    event = ChainEvent.objects.filter(pk=tx_id).first()
    mine = event is not None and (event.account == viewer.account or may(viewer.role, Right.OVERSEE))
    return {
        **_transaction(row, event),
        **_confirmed(tx_id),
        "block": row.block,
        "endorsers": row.endorsers,
        "peers": [dict(zip(("msp", "name", "fingerprint"), one, strict=True)) for one in row.peers],
        "creator_msp": row.creator_msp,
        "size_bytes": row.size_bytes,
        "account": event.account if event and mine else "",
        "person": event.person if event and mine else "",
        "intent": event.intent if event and mine else "",
        "objects": [item[0] for item in event.objects_written] if event else [],
        "keys": event.objects_written if event and mine else [],
    }


def _confirmed(tx_id: str) -> dict[str, int | None]:
    """How long it took from the service's call; None for what no service of ours carried."""
    row = OutboxRow.objects.filter(tx_id=tx_id, state=OutboxState.COMMITTED).first()
    return {
        "confirmed_ms": _ms(row.created_at, row.committed_at) if row and row.committed_at else None,
        "readable_ms": _ms(row.created_at, row.read_at) if row and row.read_at else None,
    }


def _with_events(rows: list[ChainTransaction]) -> list[dict[str, Any]]:
    events = ChainEvent.objects.in_bulk([row.tx_id for row in rows])
    return [_transaction(row, events.get(row.tx_id)) for row in rows]


def _transaction(row: ChainTransaction, event: ChainEvent | None) -> dict[str, Any]:
    """The act's name where there is one, else the function that was called."""
    return {
        "tx_id": row.tx_id,
        "number": row.number,
        "name": event.name if event else row.name,
        "function": row.name,
        "kind": row.kind,
        "code": row.code,
        "created_at": row.created_at,
    }
