"""The trading day in Shanghai: when a session is open, when bids are taken and revealed. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from lexicon.records import MarketParameters
from lexicon.terms import SessionPhase

SHANGHAI = timezone(timedelta(hours=8))
AUCTION_LASTS = timedelta(minutes=30)
# A session that closes with its bidding is settled this much later: until then its bids are revealed.
REVEALING_LASTS = timedelta(minutes=30)
# Longer than the longest holidays; a calendar without a trading day in it has none to tell.
DAYS_AHEAD = 40


@dataclass(frozen=True, slots=True)
class Hours:
    """A trading day: listed trading, from when block agreements too, and when bids of auctions are taken."""

    opens: time
    closes: time
    blocks: time
    auction: time


# "day" is never closed: at midnight one session is closed and settled and the next one opened, in seconds.
# Source: exchange announcement of 2021-06-22: 9:30-11:30 and 13:00-15:00, block agreements 13:00-15:00.
HOURS = {
    "day": Hours(time(0, 0), time.max, time(0, 0), time(20, 0)),
    "exchange": Hours(time(9, 30), time(15, 0), time(13, 0), time(15, 0)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A trading day's instants. Bids are taken and revealed only where the session has an auction.

    next_opens_at: the first opening after now.
    """

    day: date
    opens_at: datetime
    closes_at: datetime
    blocks_at: datetime
    bids_at: datetime
    bids_until: datetime
    reveals_until: datetime
    next_opens_at: datetime


def hours_of(setting: str, auction_at: str) -> Hours:
    """The day of the setting; `auction_at`, as "20:00", moves its auctions."""
    hours = HOURS[setting]
    return replace(hours, auction=time.fromisoformat(auction_at)) if auction_at else hours


def trading_day(parameters: MarketParameters, day: date) -> bool:
    """Whether the calendar on the ledger has a session on a day."""
    return day.weekday() in parameters.weekdays and day.isoformat() not in parameters.closed_days


def phase_at(now: datetime, hours: Hours, *, bids: bool) -> SessionPhase | None:
    """The phase of a moment of a trading day; None: no session. bids: an auction waits for its half hour."""
    local = now.astimezone(SHANGHAI)
    begins = _at(local.date(), hours.auction)
    if bids and begins <= local < begins + AUCTION_LASTS:
        return SessionPhase.AUCTION
    if not hours.opens <= local.time() < hours.closes:
        return None
    return SessionPhase.BLOCK if local.time() >= hours.blocks else SessionPhase.OPEN


def reveals_until(day: date, hours: Hours) -> datetime:
    """When the bids of a day's auctions can be revealed no more."""
    return max(_at(day, hours.closes), _at(day, hours.auction) + AUCTION_LASTS + REVEALING_LASTS)


def timetable(parameters: MarketParameters, hours: Hours, *, now: datetime) -> Timetable | None:
    """Of the trading day that is under way or comes next; None where the calendar has none."""
    today = now.astimezone(SHANGHAI).date()
    ahead = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    days = [day for day in ahead if trading_day(parameters, day)]
    shown = next((day for day in days if now < reveals_until(day, hours)), None)
    opens = next((day for day in days if now < _at(day, hours.opens)), None)
    if shown is None or opens is None:
        return None
    bids_at = _at(shown, hours.auction)
    return Timetable(
        day=shown,
        opens_at=_at(shown, hours.opens),
        closes_at=_at(shown, hours.closes),
        blocks_at=_at(shown, hours.blocks),
        bids_at=bids_at,
        bids_until=bids_at + AUCTION_LASTS,
        reveals_until=reveals_until(shown, hours),
        next_opens_at=_at(opens, hours.opens),
    )


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=SHANGHAI)
