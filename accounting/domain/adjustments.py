"""What is added to a meter's month for hours it lost and for days without calibration. Pure, exact.

Always on the conservative side: what raises emissions is raised, what lowers them is lowered or left out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil

from accounting.domain.data_rules import Accuracy, DataRule

HOURS_A_DAY = 24
# An added quantity becomes an input, so it is decimal text: six places, rounded up, never down.
_PLACES = 10**6


class Cause(StrEnum):
    """Why something was added."""

    GAP = "gap"
    UNCALIBRATED = "uncalibrated"
    OUT_OF_ACCURACY = "out_of_accuracy"


@dataclass(frozen=True, slots=True)
class MeterDay:
    """A meter's day: what its register ran on, in whole steps of the meter, in how many known hours."""

    day: date
    count: int
    hours: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A calibration: the days it holds for (both included); shares as fractions, None when not stated."""

    since: date
    until: date
    required: Fraction | None = None
    found: Fraction | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a rule adds to a meter's month, in the meter's unit.

    first, last: the days it is about. amount: missing hours, or days. added: signed. neutral: what a plain
    mean would have added; their difference is the premium for not having measured.
    """

    meter: str
    target: str
    cause: Cause
    rule: DataRule
    first: date
    last: date
    amount: int
    added: Fraction
    neutral: Fraction
    clause: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """A meter as it feeds a stream. raises: whether more of it is more emissions. step: what one count of
    its days is, in the meter's unit. days: with neighbours, in order of time."""

    meter: str
    target: str
    raises: bool
    step: Fraction
    days: tuple[MeterDay, ...]
    installed: date | None
    certificates: tuple[Certificate, ...]
    accuracy: Accuracy | None


def adjustments_of(
    feed: Feed, *, first: date, last: date, gap: DataRule, calibration: DataRule
) -> list[Adjustment]:
    """Everything the rules add to a meter between two days, both included; nothing for a complete month."""
    found = [
        _gap(feed, gap, first, last),
        _uncalibrated(feed, calibration, first, last),
        _out_of_accuracy(feed, calibration, first, last),
    ]
    return [one for one in found if one is not None]


def uncovered(
    certificates: Sequence[Certificate], *, first: date, last: date, installed: date | None = None
) -> list[date]:
    """Days since its installation that no certificate holds for: all of a meter that was never calibrated."""
    if any(one.since <= first and last <= one.until for one in certificates):
        return []
    begin = first if installed is None else max(first, installed)
    left = set(range(begin.toordinal(), last.toordinal() + 1))
    for one in certificates:
        since, until = max(begin, one.since), min(last, one.until)
        left.difference_update(range(since.toordinal(), until.toordinal() + 1))
    return [date.fromordinal(day) for day in sorted(left)]


def _gap(feed: Feed, rule: DataRule, first: date, last: date) -> Adjustment | None:
    """Missing hours at the conservative hourly mean; None without a gap or without any complete day near."""
    known = {one.day: one for one in feed.days}
    begin = max(first, feed.installed + timedelta(days=1)) if feed.installed else first
    lost = {
        day: HOURS_A_DAY - (known[day].hours if day in known else 0)
        for day in _range(begin, last)
        if day not in known or known[day].hours < HOURS_A_DAY
    }
    whole = [one for one in feed.days if one.hours == HOURS_A_DAY]
    if not lost or not whole:
        return None
    # In counts of the meter and of its days: a hundred meters that all lost hours are many sums.
    ordinals = [one.day.toordinal() for one in whole]
    most, mean = 0, Fraction(0)
    for day, hours in lost.items():
        used = _used(whole, ordinals, day, rule.window_days)
        most += hours * max(used)
        mean += Fraction(hours * sum(used), len(used))
    hourly = feed.step / HOURS_A_DAY
    high = most * hourly if feed.raises else Fraction(0)
    return Adjustment(
        meter=feed.meter,
        target=feed.target,
        cause=Cause.GAP,
        rule=rule,
        first=min(lost),
        last=max(lost),
        amount=sum(lost.values()),
        added=_up(high),
        neutral=mean * hourly,
        clause=rule.clause,
        verified=rule.verified,
    )


def _used(whole: Sequence[MeterDay], ordinals: Sequence[int], day: date, window: int) -> list[int]:
    """Counts of the whole days that stand for a day's missing hours: its neighbours, or all that are near."""
    at = day.toordinal()
    begin, end = bisect_left(ordinals, at - window), bisect_right(ordinals, at + window)
    if begin == end:
        begin, end = 0, len(ordinals)
    after = bisect_left(ordinals, at, begin, end)
    near = whole[after - 1 : after + 1] if begin < after < end else whole[begin:end]
    return [one.count for one in near]


def _uncalibrated(feed: Feed, rule: DataRule, first: date, last: date) -> Adjustment | None:
    days = uncovered(feed.certificates, first=first, last=last, installed=feed.installed)
    stated = [one.required for one in feed.certificates if one.required is not None]
    share = stated[-1] if stated else feed.accuracy.share if feed.accuracy else None
    if not days or share is None:
        return None
    by_default = not stated and feed.accuracy is not None
    clause = f"{rule.clause}；{feed.accuracy.clause}" if by_default and feed.accuracy else rule.clause
    verified = rule.verified and (feed.accuracy.verified if by_default and feed.accuracy else True)
    return _scaled(feed, Cause.UNCALIBRATED, rule, days, share, clause=clause, verified=verified)


def _out_of_accuracy(feed: Feed, rule: DataRule, first: date, last: date) -> Adjustment | None:
    """The days of certificates that found the meter worse than required."""
    for one in feed.certificates:
        if one.found is None or one.required is None or one.found <= one.required:
            continue
        days = [day for day in _range(first, last) if one.holds(day)]
        if days:
            share = one.found - one.required
            return _scaled(
                feed, Cause.OUT_OF_ACCURACY, rule, days, share, clause=rule.clause, verified=rule.verified
            )
    return None


def _scaled(
    feed: Feed,
    cause: Cause,
    rule: DataRule,
    days: Sequence[date],
    share: Fraction,
    *,
    clause: str,
    verified: bool,
) -> Adjustment:
    chosen = set(days)
    read = sum(one.count for one in feed.days if one.day in chosen) * feed.step
    added = _up(read * share) if feed.raises else -_up(read * share)
    return Adjustment(
        meter=feed.meter,
        target=feed.target,
        cause=cause,
        rule=rule,
        first=days[0],
        last=days[-1],
        amount=len(days),
        added=added,
        neutral=Fraction(0),
        clause=clause,
        verified=verified,
    )


def _up(value: Fraction) -> Fraction:
    return Fraction(ceil(value * _PLACES), _PLACES)


def _range(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
