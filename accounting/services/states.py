"""The period's states and the only ways between them; a call that skips one is refused by name."""

from typing import Any

from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import PeriodState

from accounting.models import PeriodEntry, ReportingPeriod
from accounting.services import known, standing

# From each state, where it may go. Editing keeps collecting and returned as they are; ready falls back.
WAYS: dict[PeriodState, frozenset[PeriodState]] = {
    PeriodState.COLLECTING: frozenset({PeriodState.READY}),
    PeriodState.READY: frozenset({PeriodState.COLLECTING, PeriodState.SUBMITTED}),
    PeriodState.SUBMITTED: frozenset({PeriodState.READY, PeriodState.IN_VERIFICATION}),
    PeriodState.IN_VERIFICATION: frozenset({PeriodState.RETURNED, PeriodState.VERIFIED, PeriodState.READY}),
    PeriodState.RETURNED: frozenset({PeriodState.READY}),
    PeriodState.VERIFIED: frozenset({PeriodState.MINTED}),
    PeriodState.MINTED: frozenset({PeriodState.SUPERSEDED, PeriodState.COLLECTING}),
    PeriodState.SUPERSEDED: frozenset(),
}
OPEN = (PeriodState.COLLECTING, PeriodState.READY, PeriodState.RETURNED)


def need(period: ReportingPeriod, *states: PeriodState) -> None:
    """Nothing, when the period is in one of the states. Raises Refused: period_state_wrong."""
    if period.state not in states:
        current = PeriodState(period.state)
        refuse(
            Refusal.PERIOD_STATE_WRONG,
            state=f"{current.zh} ({current.en})",
            needed=", ".join(f"{state.zh} ({state.en})" for state in states),
        )


def need_open(period: ReportingPeriod) -> None:
    """Nothing, when the period may be edited. Raises Refused: period_locked."""
    if period.state not in OPEN:
        refuse(Refusal.PERIOD_LOCKED)


def move(
    period: ReportingPeriod, to: PeriodState, *, act: str, person: str = "", tx_id: str = "", **facts: Any
) -> None:
    """Take a period to a state it may go to, with its line of history. Raises Refused: period_state_wrong."""
    sources = [state for state, targets in WAYS.items() if to in targets]
    need(period, *sources)
    period.state = to
    period.save(update_fields=["state", "version"])
    standing.keep(period)
    known.keep(period)
    note(period, act, person=person, tx_id=tx_id, **facts)


def note(period: ReportingPeriod, act: str, *, person: str = "", tx_id: str = "", **facts: Any) -> None:
    """One line of the period's history."""
    PeriodEntry.objects.create(
        period=period, at=clock.now(), person=person, act=act, facts=facts, tx_id=tx_id
    )
