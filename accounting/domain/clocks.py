"""Clocks of a finding: by when the enterprise answers, by when the auditor says more. Pure.

Days of work are Monday to Friday in Shanghai; public holidays are not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lexicon.terms import FindingKind

# A question is answered from the files; what is missing must be found; an error is put right. House rule:
# the ETS rules leave these days to the verifier.
ANSWER_DAYS: Mapping[FindingKind, int] = {
    FindingKind.QUESTION: 2,
    FindingKind.MISSING: 3,
    FindingKind.ERROR: 5,
}
REVIEW_DAYS = 2
_WORKDAYS = 5


class Side(StrEnum):
    """Who writes in a thread."""

    AUDITOR = "auditor"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose turn it is, by which day, and whether that day is past."""

    waits_for: Side
    due_on: date
    overdue: bool


def after(day: date, workdays: int) -> date:
    """The day that lies so many working days later."""
    while workdays > 0:
        day += timedelta(days=1)
        workdays -= day.weekday() < _WORKDAYS
    return day


def answer_due(kind: FindingKind, raised_on: date) -> date:
    """By when a finding is to be answered."""
    return after(raised_on, ANSWER_DAYS[kind])


def clock_of(kind: FindingKind, *, due_on: date, last: tuple[Side, date] | None, today: date) -> Clock:
    """The clock of an open finding. due_on: of the finding itself; last: who wrote last, and on which day."""
    if last is None:
        side, due = Side.ENTERPRISE, due_on
    elif last[0] is Side.ENTERPRISE:
        side, due = Side.AUDITOR, after(last[1], REVIEW_DAYS)
    else:
        side, due = Side.ENTERPRISE, answer_due(kind, last[1])
    return Clock(side, due, overdue=today > due)
