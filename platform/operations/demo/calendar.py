"""Which month the demo plays: the newest one that is over in Shanghai and has so many days."""

from __future__ import annotations

import calendar
import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def newest_month(*, days: int, today: datetime.date | None = None) -> str:
    """Such as `2026-10`, for 31 days. Raises ValueError for a length that no month has."""
    day = today or datetime.datetime.now(SHANGHAI).date()
    for _ in range(24):
        day = day.replace(day=1) - datetime.timedelta(days=1)
        if calendar.monthrange(day.year, day.month)[1] == days:
            return f"{day:%Y-%m}"
    raise ValueError(f"no month has {days} days")


def is_year(period: str) -> bool:
    """Whether a period is a year (`2025`) and not a month (`2025-12`)."""
    return "-" not in period


def last_year(today: datetime.date | None = None) -> str:
    """The newest year that is over in Shanghai."""
    return str((today or datetime.datetime.now(SHANGHAI).date()).year - 1)


def days_of(month: str) -> list[datetime.date]:
    """All days of a month such as `2026-10`."""
    first = datetime.date.fromisoformat(f"{month}-01")
    return [
        first.replace(day=number + 1) for number in range(calendar.monthrange(first.year, first.month)[1])
    ]
