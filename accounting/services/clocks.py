"""The clocks of a case's findings: whose turn, by when; what lists and overseers show of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from kit import clock
from lexicon.terms import FindingKind, PeriodState

from accounting.domain.clocks import Clock, Side, clock_of
from accounting.models import Finding, ReportingPeriod
from ingest.calendar import day_of

_RUNNING = (PeriodState.IN_VERIFICATION, PeriodState.RETURNED)


def of(row: Finding) -> Clock | None:
    """The clock of a finding; None when it is closed or the ledger does not have it yet."""
    if row.closed or not row.raised_tx:
        return None
    messages = list(row.messages.all())
    last = messages[-1] if messages else None
    return clock_of(
        FindingKind(row.kind),
        due_on=row.due_on,
        last=(Side(last.side), day_of(last.at)) if last else None,
        today=day_of(clock.now()),
    )


def open_of(period: ReportingPeriod) -> list[Finding]:
    """Open findings on the version that is being verified or came back; those of earlier ones are over."""
    if period.state not in _RUNNING:
        return []
    version = period.version - (period.state == PeriodState.RETURNED)
    rows = Finding.objects.filter(
        case__report__period=period, case__report__version=version, closed=False
    ).exclude(raised_tx="")
    return list(rows.prefetch_related("messages"))


def summary(period: ReportingPeriod) -> dict[str, Any]:
    """How many findings are open, and the earliest day on which each side has to say something."""
    return _summed(one for one in map(of, open_of(period)) if one)


def _summed(running: Iterable[Clock]) -> dict[str, Any]:
    days: dict[Side, list[date]] = {side: [] for side in Side}
    for one in running:
        days[one.waits_for].append(one.due_on)
    return {
        "findings_open": sum(map(len, days.values())),
        "answer_due_on": min(days[Side.ENTERPRISE], default=None),
        "review_due_on": min(days[Side.AUDITOR], default=None),
    }
