"""The trading day under way or next, by the calendar on the ledger and the hours that this site keeps."""

from datetime import datetime

from django.conf import settings

from market import selectors
from market.domain.hours import Timetable, hours_of, timetable


def current(*, now: datetime) -> Timetable | None:
    """None before the ledger has a calendar, or where it has no trading day ahead."""
    parameters = selectors.market_parameters()
    site = settings.TANHENG
    hours = hours_of(site.market_hours, site.auction_at)
    return timetable(parameters, hours, now=now) if parameters else None
