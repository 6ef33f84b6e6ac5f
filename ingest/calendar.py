"""Hours, days and months of plants: counted from 1970 UTC, cut in Asia/Shanghai. Pure.

China has had no daylight saving since 1991, so edges are a fixed eight hours ahead, on full hours.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

HOUR_NS = 3_600_000_000_000
EDGE_HOURS = 8

SHANGHAI = timezone(timedelta(hours=EDGE_HOURS))

_EPOCH = date(1970, 1, 1)


def hour_of_ns(t_ns: int) -> int:
    """The hour that holds an instant."""
    return t_ns // HOUR_NS


# A flush asks it once a meter, and all of them mean the same few hours.
@lru_cache(maxsize=10_000)
def day_of_hour(hour: int) -> date:
    """The plant's day that holds an hour."""
    return _EPOCH + timedelta(days=(hour + EDGE_HOURS) // 24)


def day_of_ns(t_ns: int) -> date:
    """The plant's day that holds an instant."""
    return day_of_hour(hour_of_ns(t_ns))


def day_of(instant: datetime) -> date:
    """The plant's day that holds an aware instant."""
    return (instant.astimezone(UTC) + timedelta(hours=EDGE_HOURS)).date()


def first_hour(day: date) -> int:
    """The hour a plant's day begins with."""
    return (day - _EPOCH).days * 24 - EDGE_HOURS


def month_of(day: date) -> str:
    """The month of a day, as 2026-06."""
    return f"{day.year:04d}-{day.month:02d}"


def month_days(month: str) -> tuple[date, date]:
    """The first day of a month and of the next. Raises ValueError for a text that is no month."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def month_hours(month: str) -> tuple[int, int]:
    """The first hour of a month and of the next. Raises ValueError for a text that is no month."""
    first, following = month_days(month)
    return first_hour(first), first_hour(following)


def instant_text(t_ns: int) -> str:
    """A reading's instant to the millisecond, UTC, as 2026-06-01T00:00:00.000Z."""
    second, ms = divmod(t_ns // 1_000_000, 1000)
    return f"{_second_text(second)}.{ms:03d}Z"


# Readings of one moment share their second, and a date as text takes longer than the rest of a frame's line.
@lru_cache(maxsize=1_000)
def _second_text(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}"


def instant_of_hour(hour: int) -> datetime:
    """The instant an hour begins, UTC."""
    return datetime.fromtimestamp(hour * 3600, UTC)
