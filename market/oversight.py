"""Doors 2 and 3 across tenants: what regulator and administrator see of all enterprises, with names.

Door 2 reads the shared read models only. Door 3, `open_tenant`, enters one enterprise's schema: for a
regulator, for a stated purpose that is logged where the enterprise sees it. There is no other way across.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from kit import audit
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may
from lexicon.terms import AccountKind, LotState, ReportState

from accounting.services import witnessing
from market import duties, selectors, wall
from market.models import Account, CoinOutput, Lot, MintedReport, Obligation, Supply, Trade
from tenants import selectors as people
from tenants.access import Viewer, within
from tenants.models import Tenant

PURPOSE_MAX = 200


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise in a list: identity and sums, t and 0.01 coin."""

    account: str
    name: str
    sector: str
    state: str
    allowances_t: int
    coin_cents: int
    reports: int
    due_t: int
    surrendered_t: int


def require_overseer(viewer: Viewer) -> None:
    """Raises: Refused no_permission for anybody but regulator and administrator."""
    if not may(viewer.role, Right.OVERSEE):
        refuse(Refusal.NO_PERMISSION, allowed="regulator, administrator")


def log_purpose(viewer: Viewer, act: str, *, purpose: str, account: str = "", subject: str = "") -> None:
    """Write down why somebody looks. Raises: Refused purpose_required for an empty purpose."""
    if not purpose.strip():
        refuse(Refusal.PURPOSE_REQUIRED)
    audit.record(
        act,
        person=viewer.person,
        account=account or viewer.account,
        subject=subject[:200],
        purpose=purpose.strip()[:PURPOSE_MAX],
        by=viewer.account,
    )


@contextmanager
def open_tenant(viewer: Viewer, tenant: Tenant, purpose: str) -> Iterator[None]:
    """The schema of one enterprise inside a with block, for a regulator with a purpose (door 3).

    Raises: Refused no_permission, purpose_required.
    """
    if not may(viewer.role, Right.LOOK_INTO_TENANT):
        refuse(Refusal.NO_PERMISSION, allowed="regulator")
    account = tenant.organisation_id or ""
    log_purpose(viewer, "open_tenant", purpose=purpose, account=account, subject=tenant.schema_name)
    with within(tenant):
        yield


def enterprises(viewer: Viewer) -> list[Enterprise]:
    """All enterprises with their sums, by name. Raises: Refused no_permission."""
    require_overseer(viewer)
    accounts = list(Account.objects.filter(kind=AccountKind.ENTERPRISE).order_by("account"))
    names = people.organisation_names([row.account for row in accounts])
    lots, coins, reports = _lot_sums(), _coin_sums(), _report_counts()
    owed: dict[str, dict[str, Any]] = {
        row["account"]: dict(row)
        for row in Obligation.objects.values("account").annotate(due=Sum("due_t"), given=Sum("surrendered_t"))
    }
    found = [
        Enterprise(
            account=row.account,
            name=names.get(row.account, ""),
            sector=row.sector,
            state=row.state,
            allowances_t=lots[row.account],
            coin_cents=coins[row.account],
            reports=reports[row.account],
            due_t=owed.get(row.account, {}).get("due") or 0,
            surrendered_t=owed.get(row.account, {}).get("given") or 0,
        )
        for row in accounts
    ]
    return sorted(found, key=lambda row: (row.name, row.account))


def _lot_sums() -> dict[str, int]:
    """Allowances that an account still has; what was given up is no longer its own."""
    sums: dict[str, int] = defaultdict(int)
    gone = (LotState.SURRENDERED, LotState.CANCELLED, LotState.CARRIED_OVER)
    for lot in Lot.objects.exclude(state__in=gone).only("owner", "serial_from", "serial_to"):
        sums[lot.owner] += lot.quantity
    return sums


def _coin_sums() -> dict[str, int]:
    rows = CoinOutput.objects.filter(spent_tx="").values("owner").annotate(cents=Sum("amount_cents"))
    return defaultdict(int, {row["owner"]: row["cents"] for row in rows})


def _report_counts() -> dict[str, int]:
    rows = MintedReport.objects.filter(state=ReportState.MINTED).values("account").annotate(n=Count("id"))
    return defaultdict(int, {row["account"]: row["n"] for row in rows})


def enterprise(viewer: Viewer, account: str, *, purpose: str) -> dict[str, Any]:
    """One enterprise's profile on the ledger, for a stated purpose.

    Raises: Refused no_permission, purpose_required, not_found.
    """
    require_overseer(viewer)
    row = next((found for found in enterprises(viewer) if found.account == account), None)
    if row is None:
        refuse(Refusal.NOT_FOUND)
    log_purpose(viewer, "view_enterprise", purpose=purpose, account=account, subject=account)
    return {
        "enterprise": row,
        "holdings": selectors.holdings(account),
        "coin": selectors.coin_balance(account),
        "lots": list(selectors.lots_of(account)[:200]),
        "obligations": list(duties.own_obligations(account)),
        "surrenders": list(duties.own_surrenders(account).order_by("-proposed_at")[:50]),
        "reports": list(reports(viewer).filter(account=account)[:50]),
        "trades": list(selectors.own_trades(account).order_by("-block_number")[:50]),
    }


@contextmanager
def opened(viewer: Viewer, account: str, *, purpose: str) -> Iterator[None]:
    """The schema of an account's enterprise inside a with block (door 3).

    Raises: Refused no_permission, purpose_required, not_found.
    """
    require_overseer(viewer)
    tenant = Tenant.objects.filter(organisation_id=account).first()
    if tenant is None:
        refuse(Refusal.NOT_FOUND)
    with open_tenant(viewer, tenant, purpose):
        yield


def witnesses(viewer: Viewer, account: str, *, purpose: str) -> list[dict[str, Any]]:
    """Every plant of an enterprise with its laws of physics and their residuals by month, to read (door 3).

    Raises: Refused no_permission, purpose_required, not_found.
    """
    with opened(viewer, account, purpose=purpose):
        return witnessing.of_all_plants()


def trades(viewer: Viewer, *, account: str = "", unit: str = "", vintage: int = 0) -> QuerySet[Trade]:
    """All trades, with both sides. Raises: Refused no_permission."""
    require_overseer(viewer)
    rows = Trade.objects.all()
    if account:
        rows = rows.filter(Q(seller=account) | Q(buyer=account))
    return rows.filter(unit=unit, vintage=vintage) if unit and vintage else rows


def reports(viewer: Viewer, *, state: str = "") -> QuerySet[MintedReport]:
    """All reports on the ledger, newest first. Raises: Refused no_permission."""
    require_overseer(viewer)
    rows = MintedReport.objects.order_by("-submitted_at")
    return rows.filter(state=state) if state else rows


def lots(viewer: Viewer, *, account: str = "") -> QuerySet[Lot]:
    """All lots. Raises: Refused no_permission."""
    require_overseer(viewer)
    return Lot.objects.filter(owner=account) if account else Lot.objects.all()


def obligations(viewer: Viewer) -> QuerySet[Obligation]:
    """Every obligation that was set. Raises: Refused no_permission."""
    require_overseer(viewer)
    return Obligation.objects.all()


def overview(viewer: Viewer) -> dict[str, Any]:
    """The figures of the wall. Raises: Refused no_permission."""
    require_overseer(viewer)
    rows = enterprises(viewer)
    states = MintedReport.objects.values("state").annotate(n=Count("id"))
    traded = Trade.objects.aggregate(n=Count("trade"), t=Sum("quantity"), cents=Sum("amount_cents"))
    return {
        "enterprises": len(rows),
        "sectors": _by_sector(rows),
        "reports": {row["state"]: row["n"] for row in states},
        "supplies": list(Supply.objects.order_by("token")),
        "session": selectors.market_state(),
        "instruments": [_instrument(row) for row in selectors.traded()],
        "trades": traded["n"],
        "traded_t": str(traded["t"] or 0),
        "turnover_cents": str(traded["cents"] or 0),
        "due_t": str(sum(row.due_t for row in rows)),
        "surrendered_t": str(sum(row.surrendered_t for row in rows)),
        "wall": wall.wall(
            viewer, [wall.Identity(account=row.account, name=row.name, sector=row.sector) for row in rows]
        ),
    }


def _by_sector(rows: list[Enterprise]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.sector] += 1
    return counts


def _instrument(row: dict[str, Any]) -> dict[str, Any]:
    last = selectors.tape(row["unit"], row["vintage"], limit=1)
    return {**row, "last_cents": last[0].price_cents if last else None}
