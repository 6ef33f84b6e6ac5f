"""One search box for every role: the own things of an enterprise or an auditor, everything for overseers.

An overseer states a purpose, which is logged. Results are told by kind, newest first.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from kit import audit
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may
from lexicon.terms import AccountKind

from accounting.models import Evidence
from accounting.selectors import periods, search_evidence
from market import oversight, selectors
from market.models import Block, ChainEvent, CoinOutput, Listing, Lot, MintedReport, Trade
from tenants import selectors as people
from tenants.access import Viewer, within
from tenants.assignment import assigned_cases, enter_case

LIMIT = 30
# A serial alone, or the first one of a range as lots are titled.
SERIAL = re.compile(r"(?:CEA|CCER)-20\d\d[ -](\d{1,12})(?:[-–]\d{1,12})?\Z|(\d{1,12})\Z")
COIN = re.compile(r"([0-9a-f]{64})(?::(\d{1,4}))?\Z")
BLOCK = re.compile(r"#?(\d{1,12})\Z")
WORDS_MAX = 100
KINDS = ("enterprise", "statement", "report", "evidence", "trade", "listing", "asset", "transaction")

Row = dict[str, Any]


def search(viewer: Viewer, *, words: str, kind: str = "", purpose: str = "") -> dict[str, list[Row]]:
    """Hits by kind. Raises: Refused field_invalid for an unknown kind, purpose_required for an overseer."""
    words = words.strip()[:WORDS_MAX]
    if kind and kind not in KINDS:
        refuse(Refusal.FIELD_INVALID, field="kind", reason=", ".join(KINDS))
    if may(viewer.role, Right.OVERSEE):
        oversight.log_purpose(viewer, "search", purpose=purpose, subject=f"{kind}: {words}")
    else:
        audit.record("search", person=viewer.person, account=viewer.account, subject=f"{kind}: {words}")
    finders: dict[str, Callable[[Viewer, str], Iterable[Row]]] = {
        "enterprise": _enterprises,
        "statement": _statements,
        "report": _reports,
        "evidence": _evidence,
        "trade": _trades,
        "listing": _listings,
        "asset": _lots,
        "transaction": _transactions,
    }
    wanted = [kind] if kind else KINDS
    return {name: list(finders[name](viewer, words)) for name in wanted}


def _scope(viewer: Viewer) -> str:
    """The account that limits what is found; empty for overseers."""
    return "" if may(viewer.role, Right.OVERSEE) else viewer.account


def _accounts_named(words: str) -> list[str]:
    """Accounts whose organisation's name contains the words."""
    rows = people.organisations(kind=AccountKind.ENTERPRISE, status="")
    return [row.account for row in rows if words.lower() in row.name.lower()] if words else []


def _enterprises(viewer: Viewer, words: str) -> Iterable[Row]:
    if _scope(viewer):
        return []
    rows = oversight.enterprises(viewer)
    found = [row for row in rows if words.lower() in f"{row.name} {row.account} {row.sector}".lower()]
    return [
        _hit(row.name, row.account, f"/enterprises/{row.account}", sector=row.sector) for row in found[:LIMIT]
    ]


def _reports(viewer: Viewer, words: str) -> Iterable[Row]:
    match = (
        Q(plant__icontains=words) | Q(period__icontains=words) | Q(statement_digest__startswith=words.lower())
    )
    match |= Q(guideline__icontains=words) | Q(minted_tx=words.lower()) | Q(state=words)
    own = _scope(viewer)
    rows = MintedReport.objects.order_by("-submitted_at")
    if own:
        rows = rows.filter(Q(account=own) | Q(auditor=own))
    else:
        match |= Q(account=words) | Q(account__in=_accounts_named(words))
    found = list(rows.filter(match)[:LIMIT])
    names = people.organisation_names([row.account for row in found])
    return [
        _hit(
            f"{row.plant} {row.period} v{row.version}",
            row.account,
            f"/trace/{row.statement_digest}",
            organisation=names.get(row.account, ""),
            state=row.state,
            digest=row.statement_digest,
            at=row.submitted_at,
        )
        for row in found
    ]


def _evidence(viewer: Viewer, words: str) -> Iterable[Row]:
    """An enterprise's own files, an auditor's of her open cases; overseers never see evidence."""
    if viewer.tenant is not None:
        with within(viewer.tenant):
            return [_file(row, f"/accounting/{row.period_id}") for row in _found(words)]
    if viewer.kind != AccountKind.AUDITOR:
        return []
    hits: list[Row] = []
    for case in assigned_cases(viewer):
        with enter_case(viewer, case) as entry:
            rows = _found(words, period=entry.period, plant=entry.plant)
            hits += [_file(row, f"/review/{case}") for row in rows]
    return hits[:LIMIT]


def _found(words: str, *, period: str = "", plant: str = "") -> list[Evidence]:
    return search_evidence(words, limit=LIMIT, period=period, plant=plant)


def _file(row: Evidence, page: str) -> Row:
    return _hit(
        row.title, "", page if row.period_id else "/accounting", evidence_kind=row.kind, at=row.created_at
    )


def _statements(viewer: Viewer, words: str) -> Iterable[Row]:
    """An enterprise's own periods, also those that were never submitted; they are nobody else's to find."""
    if viewer.tenant is None:
        return []
    found = [
        row
        for row in periods()
        if words.lower() in f"{row.plant} {row.period} {row.state} {row.guideline}".lower()
    ]
    return [
        _hit(f"{row.plant} {row.period}", viewer.account, f"/accounting/{row.pk}", state=row.state)
        for row in found[:LIMIT]
    ]


def _trades(viewer: Viewer, words: str) -> Iterable[Row]:
    match = Q(trade__startswith=words.lower()) | Q(listing=words) | _instrument(words)
    own = _scope(viewer)
    rows = selectors.own_trades(own) if own else Trade.objects.all()
    if not own:
        named = [words, *_accounts_named(words)]
        match |= Q(seller__in=named) | Q(buyer__in=named)
    found = list(rows.filter(match).order_by("-block_number", "-i")[:LIMIT])
    accounts = {account for row in found for account in (row.seller, row.buyer)}
    names = {} if own else people.organisation_names(sorted(accounts))
    return [
        _hit(
            f"{row.unit}-{row.vintage} {row.quantity} t",
            own,
            f"/trace/{row.tx_id}",
            price_cents=str(row.price_cents),
            quantity=str(row.quantity),
            seller=names.get(row.seller, ""),
            buyer=names.get(row.buyer, ""),
            side=("buy" if row.buyer == own else "sell") if own else "",
            at=row.at,
        )
        for row in found
    ]


def _listings(viewer: Viewer, words: str) -> Iterable[Row]:
    own = _scope(viewer)
    rows = Listing.objects.filter(account=own) if own else Listing.objects.all()
    match = Q(listing__startswith=words) | Q(state=words) | _instrument(words)
    if not own:
        match |= Q(account__in=[words, *_accounts_named(words)])
    return [
        _hit(
            f"{row.unit}-{row.vintage} {row.side} {row.quantity} t",
            row.account,
            "/market",
            listing=row.listing,
            state=row.state,
            price_cents=str(row.price_cents),
            at=row.listed_at,
        )
        for row in rows.filter(match).order_by("-listed_at")[:LIMIT]
    ]


def _lots(viewer: Viewer, words: str) -> Iterable[Row]:
    own = _scope(viewer)
    rows = Lot.objects.filter(owner=own) if own else Lot.objects.all()
    coin = _coins(own, words)
    match = _instrument(words) | Q(state=words) | Q(origin=words)
    if found := SERIAL.match(words):
        serial = int(found[1] or found[2])
        match |= Q(serial_from__lte=serial, serial_to__gte=serial)
    if not own:
        match |= Q(owner__in=[words, *_accounts_named(words)])
    return coin + [
        _hit(
            f"{row.unit}-{row.vintage} {row.serial_from}–{row.serial_to}",
            row.owner,
            f"/trace/{row.unit}-{row.vintage}-{row.serial_from}-{row.serial_to}",
            state=row.state,
            quantity=str(row.quantity),
            at=row.at,
        )
        for row in rows.filter(match).order_by("-block_number", "serial_from")[:LIMIT]
    ]


def _coins(own: str, words: str) -> list[Row]:
    """Outputs of coin by the transaction that made or spent them, or by their name."""
    found = COIN.match(words.lower())
    if not found:
        return []
    made = Q(tx=found[1]) & (Q(n=int(found[2])) if found[2] else Q())
    rows = CoinOutput.objects.filter(made if found[2] else made | Q(spent_tx=found[1]))
    rows = rows.filter(owner=own) if own else rows
    return [
        _hit(
            f"{row.tx[:8]}…:{row.n}",
            row.owner,
            f"/trace/{row.tx}:{row.n}",
            coin_cents=str(row.amount_cents),
            at=row.created_at,
        )
        for row in rows.order_by("created_block", "tx", "n")[:LIMIT]
    ]


def _blocks(words: str) -> list[Row]:
    """A block by its number or its header's hash; everybody may look at blocks."""
    number = BLOCK.match(words)
    match = Q(number=int(number[1])) if number else Q(header_hash=words.lower())
    return [
        _hit(f"#{row.number}", "", f"/explorer/{row.number}", at=row.seen_at)
        for row in Block.objects.filter(match)[:1]
    ]


def _transactions(viewer: Viewer, words: str) -> Iterable[Row]:
    own = _scope(viewer)
    rows = ChainEvent.objects.filter(account=own) if own else ChainEvent.objects.all()
    match = Q(tx_id__startswith=words.lower()) | Q(name=words)
    if not own:
        match |= Q(account__in=[words, *_accounts_named(words)])
    return _blocks(words) + [
        _hit(row.name, row.account, f"/explorer/{row.tx_id}", block_number=row.block_number, at=row.at)
        for row in rows.filter(match).order_by("-block_number")[:LIMIT]
    ]


def _instrument(words: str) -> Q:
    """Rows of the instrument that the words name: `CEA-2026`, `CEA`."""
    unit, _, vintage = words.upper().partition("-")
    if not unit:
        return Q()
    year = vintage.split("-")[0]
    return (
        Q(unit=unit, vintage=int(year))
        if year.isascii() and year.isdigit() and len(year) == 4
        else Q(unit=unit)
    )


def _hit(title: str, account: str, page: str, **facts: Any) -> Row:
    return {"title": title, "account": account, "page": page, **facts}
