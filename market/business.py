"""The explorer in the words of the business: reports, issues, trades and duties, each with its proof.

Everybody sees that something happened, in which block and endorsed by whom; who acted, and for how much, is
told to overseers and to the accounts that took part.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from lexicon.rights import Right, may
from lexicon.terms import IssueState, ReportState, TokenKind

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
    contents = _contents(events)
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


def _contents(events: list[ChainEvent]) -> dict[str, list[Row]]:
    """What each transaction was about, from the read models of the objects that it wrote."""
    found: dict[str, list[Row]] = {event.tx_id: [] for event in events}
    for kind, (model, fields, show) in _OBJECTS.items():
        keys = {event.tx_id: _keys(event, kind) for event in events if _tells(event, kind)}
        wanted = {key for each in keys.values() for key in each}
        rows = {
            tuple(str(getattr(row, field)) for field in fields): row for row in _rows(model, fields, wanted)
        }
        for tx_id, each in keys.items():
            found[tx_id] += [show(rows[key]) for key in each if key in rows]
    for row in Trade.objects.filter(tx_id__in=list(found)).order_by("i"):
        found[row.tx_id].append(_trade(row))
    return found


def _tells(event: ChainEvent, kind: str) -> bool:
    """Whether an event is about that object: an obligation is, where it was set; later what was given is."""
    return kind != "obligation" or event.name == "set_obligation"


def _keys(event: ChainEvent, kind: str) -> list[tuple[str, ...]]:
    """The keys of one type that an event wrote."""
    return [tuple(map(str, key[1:])) for key in event.objects_written if key[0] == kind]


def _rows(model: Any, fields: tuple[str, ...], wanted: Iterable[tuple[str, ...]]) -> Iterable[Any]:
    match = Q(pk__in=[])
    for key in wanted:
        match |= Q(**dict(zip(fields, key, strict=True)))
    found: Iterable[Any] = model.objects.filter(match)
    return found


def _report(row: MintedReport) -> Row:
    accounts = [row.account, *([row.auditor] if row.auditor else [])]
    title = f"{row.plant} {row.period} v{row.version}"
    return {"title": title, "accounts": accounts, "trace": row.statement_digest}


def _issue(row: Issue) -> Row:
    coin = row.kind == TokenKind.COIN
    return {
        "title": "" if coin else f"{row.unit}-{row.vintage}",
        "accounts": [row.account],
        "amount": str(row.amount),
        "unit": "coin" if coin else "t",
        "trace": row.tx_id if row.state == IssueState.ISSUED else "",
    }


def _trade(row: Trade) -> Row:
    return {
        "title": f"{row.unit}-{row.vintage}",
        "accounts": [row.seller, row.buyer],
        "amount": str(row.quantity),
        "unit": "t",
        "price_cents": str(row.price_cents),
        "trace": row.trade,
    }


def _obligation(row: Obligation) -> Row:
    amount, report = str(row.due_t), _year_report(row)
    return {"title": str(row.year), "accounts": [row.account], "amount": amount, "unit": "t", "trace": report}


def _year_report(row: Obligation) -> str:
    """The digest of the year's report that the obligation was set by, where it is still the active one."""
    year = MintedReport.objects.filter(account=row.account, period=str(row.year), state=ReportState.MINTED)
    found = year.order_by("-minted_at").first()
    return found.statement_digest if found else ""


def _surrender(row: Surrender) -> Row:
    amount = str(row.quantity)
    return {
        "title": str(row.year),
        "accounts": [row.account],
        "amount": amount,
        "unit": "t",
        "trace": row.tx_id,
    }


# Object type on the ledger -> read model, its fields in the order of the key's parts, and what is shown.
_OBJECTS: dict[str, tuple[Any, tuple[str, ...], Callable[[Any], Row]]] = {
    "report": (MintedReport, ("account", "plant", "period", "version"), _report),
    "issue": (Issue, ("issue",), _issue),
    "obligation": (Obligation, ("account", "year"), _obligation),
    "surrender": (Surrender, ("surrender",), _surrender),
}
