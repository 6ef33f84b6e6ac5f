"""The explorer in the words of the business: reports, issues, trades and duties, each with its proof.

Everybody sees that something happened, in which block and endorsed by whom; who acted, and for how much, is
told to overseers and to the accounts that took part.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from lexicon.rights import Right, may

from market.models import ChainEvent, ChainTransaction, Issue, MintedReport, Obligation, Surrender, Trade
from tenants import selectors as people
from tenants.access import Viewer

Row = dict[str, Any]
# Names of the transactions of each kind of business.
KINDS: dict[str, tuple[str, ...]] = {
    "report": (
        "submit_statement",
        "withdraw_submission",
        "return_statement",
        "approve_and_mint",
        "supersede",
    ),
    "issue": ("propose_issue", "endorse_issue", "redeem_coin"),
    "trade": ("take", "accept_block", "close_auction"),
    "duty": (
        "set_obligation",
        "surrender",
        "confirm_surrender",
        "withdraw_surrender",
        "cancel_allowances",
        "confirm_cancellation",
        "carry_over",
    ),
}


def acts(kind: str) -> QuerySet[ChainEvent]:
    """The transactions of one kind of business, or of all of them."""
    names = KINDS.get(kind) or tuple(name for names in KINDS.values() for name in names)
    return ChainEvent.objects.filter(name__in=names)


def described(viewer: Viewer, events: Iterable[ChainEvent]) -> list[Row]:
    """Each event with its block's place, endorsers, and what the viewer may know of its content."""
    events = list(events)
    ids = [event.tx_id for event in events]
    placed = {row.tx_id: row for row in ChainTransaction.objects.filter(tx_id__in=ids, code="VALID")}
    contents = _contents(ids)
    everything = may(viewer.role, Right.OVERSEE)
    accounts = {account for rows in contents.values() for row in rows for account in row["accounts"]}
    names = people.organisation_names(sorted(accounts - {""})) if everything else {}
    names |= {viewer.account: viewer.organisation}
    return [
        {
            "tx_id": event.tx_id,
            "name": event.name,
            "kind": kind_of(event.name),
            "block_number": event.block_number,
            "at": event.at,
            "endorsers": placed[event.tx_id].endorsers if event.tx_id in placed else [],
            "items": [
                _item(row, names)
                for row in contents.get(event.tx_id, [])
                if everything or viewer.account in row["accounts"]
            ],
        }
        for event in events
    ]


def kind_of(name: str) -> str:
    """The kind of business of a transaction's name."""
    return next(kind for kind, names in KINDS.items() if name in names)


def _item(row: Row, names: dict[str, str]) -> Row:
    who = [names.get(account, "") for account in row["accounts"]]
    return {
        **{key: row.get(key, "") for key in ("title", "amount", "unit", "price_cents", "trace")},
        "who": who,
    }


def _contents(ids: list[str]) -> dict[str, list[Row]]:
    """What each transaction was about, from the read models."""
    found: dict[str, list[Row]] = {}
    for read in _READERS:
        for tx_id, row in read(ids):
            found.setdefault(tx_id, []).append(row)
    return found


def _reports(ids: list[str]) -> Iterable[tuple[str, Row]]:
    wanted = set(ids)
    for field in ("submitted_tx", "minted_tx", "tx_id"):
        for row in MintedReport.objects.filter(**{f"{field}__in": ids}):
            tx_id = getattr(row, field)
            if tx_id in wanted and not (field == "tx_id" and tx_id in {row.submitted_tx, row.minted_tx}):
                title = f"{row.plant} {row.period} v{row.version}"
                accounts = [row.account, *([row.auditor] if row.auditor else [])]
                yield tx_id, {"title": title, "accounts": accounts, "trace": row.statement_digest}


def _issues(ids: list[str]) -> Iterable[tuple[str, Row]]:
    for row in Issue.objects.filter(tx_id__in=ids):
        unit = "coin" if row.kind == "coin" else "t"
        title = "" if row.kind == "coin" else f"{row.unit}-{row.vintage}"
        yield row.tx_id, {
            "title": title, "accounts": [row.account], "amount": str(row.amount), "unit": unit,
            "trace": row.tx_id,
        }  # fmt: skip


def _trades(ids: list[str]) -> Iterable[tuple[str, Row]]:
    for row in Trade.objects.filter(tx_id__in=ids).order_by("i"):
        yield row.tx_id, {
            "title": f"{row.unit}-{row.vintage}", "accounts": [row.seller, row.buyer],
            "amount": str(row.quantity), "unit": "t", "price_cents": str(row.price_cents), "trace": row.trade,
        }  # fmt: skip


def _duties(ids: list[str]) -> Iterable[tuple[str, Row]]:
    for row in Obligation.objects.filter(tx_id__in=ids):
        yield row.tx_id, {
            "title": str(row.year), "accounts": [row.account], "amount": str(row.due_t), "unit": "t",
        }  # fmt: skip


def _surrenders(ids: list[str]) -> Iterable[tuple[str, Row]]:
    for row in Surrender.objects.filter(tx_id__in=ids):
        yield row.tx_id, {
            "title": str(row.year), "accounts": [row.account], "amount": str(row.quantity), "unit": "t",
            "trace": row.tx_id,
        }  # fmt: skip


_READERS: tuple[Callable[[list[str]], Iterable[tuple[str, Row]]], ...] = (
    _reports,
    _issues,
    _trades,
    _duties,
    _surrenders,
)
