"""The time machine: what was known of a period on any day. A day keeps its last calculation whole."""

from datetime import date
from typing import Any

from kit import clock

from accounting.models import KnownResult, ReportingPeriod
from ingest.calendar import day_of


def keep(period: ReportingPeriod) -> None:
    """What is known of a period now stands for today; earlier days stay as they are."""
    if period.result is None:
        return
    total = period.result.get("total_g")
    now = clock.now()
    row = KnownResult(
        period=period,
        day=day_of(now),
        known_at=now,
        state=period.state,
        version=period.version,
        result=period.result,
        digest=period.result_digest,
        total_g=None if total is None else int(total),
    )
    KnownResult.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["period", "day"],
        update_fields=["known_at", "state", "version", "result", "digest", "total_g"],
    )


def on(period: ReportingPeriod, day: date) -> KnownResult | None:
    """What was known at the end of a day in Shanghai, or None before anything was."""
    return KnownResult.objects.filter(period=period, day__lte=day).order_by("-day").first()


def days_of(period: ReportingPeriod) -> list[dict[str, Any]]:
    """The days on which something changed, oldest first, each with its state and total."""
    rows = KnownResult.objects.filter(period=period).defer("result")
    return [
        {
            "day": row.day,
            "known_at": row.known_at,
            "state": row.state,
            "version": row.version,
            "total_g": None if row.total_g is None else str(row.total_g),
            "digest": row.digest,
        }
        for row in rows
    ]
