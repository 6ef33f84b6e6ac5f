"""First and last day of a period by its name."""

from calendar import monthrange
from datetime import date

from accounting.domain.year import is_year


def month_span(month: str) -> tuple[date, date]:
    """First and last day of `2026-06`."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def last_day_of(period: str) -> date:
    """The last day of `2026-06` or of `2026`."""
    return date(int(period), 12, 31) if is_year(period) else month_span(period)[1]


def month_before(month: str) -> str:
    """The month before `2026-06`."""
    year, number = (int(part) for part in month.split("-"))
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def is_month(text: str) -> bool:
    """Whether a text is a month as periods are named: `2026-06`."""
    year, dash, month = text.partition("-")
    if len(text) != len("2026-06"):
        return False
    if not (year.isdigit() and month.isdigit() and dash and year.isascii() and month.isascii()):
        return False
    return year.startswith("20") and 1 <= int(month) <= 12
