"""The time machine: what was known of a period on any day. A day keeps its last calculation whole."""

from datetime import date
from typing import Any

from django.db import connection
from kit import clock

from accounting.models import KnownResult, ReportingPeriod
from ingest.calendar import day_of

# The database copies the result from the period's row as it lies there: brought once more from here it would
# be parsed and compressed a second time, which costs a month of a hundred meters a tenth of its closing.
_KEEP = """
INSERT INTO accounting_knownresult (period_id, day, known_at, state, version, result, digest, total_g)
SELECT id, %(day)s, %(known_at)s, state, version, result, result_digest, %(total_g)s
FROM accounting_reportingperiod WHERE id = %(period)s
ON CONFLICT (period_id, day) DO UPDATE SET
    known_at = EXCLUDED.known_at, state = EXCLUDED.state, version = EXCLUDED.version,
    result = EXCLUDED.result, digest = EXCLUDED.digest, total_g = EXCLUDED.total_g
"""


def keep(period: ReportingPeriod) -> None:
    """What is known of a period now, as it is saved, stands for today; earlier days stay as they are."""
    if period.result is None:
        return
    total = period.result.get("total_g")
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "period": period.pk,
                "day": day_of(now),
                "known_at": now,
                "total_g": None if total is None else int(total),
            },
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
