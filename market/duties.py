"""What an account owes for its years, and how its allowances leave it. Nothing here writes."""

from datetime import date, datetime, timedelta, timezone

from django.db.models import QuerySet
from lexicon.terms import LotState, ObligationState

from market import selectors
from market.models import Cancellation, Carried, CarryLimit, Lot, Obligation, Surrender

SHANGHAI = timezone(timedelta(hours=8))


def surrenderable(account: str, year: int) -> QuerySet[Lot]:
    """Lots that may meet the obligation of a year: free ones of that or an older vintage, oldest first."""
    return (
        Lot.objects.filter(
            owner=account, hold="", state__in=(LotState.FREE, LotState.LISTED), vintage__lte=year
        )
        .exclude(selectors.locked(selectors.market_state()))
        .order_by("unit", "vintage", "serial_from")
    )


def own_cancellations(account: str) -> QuerySet[Cancellation]:
    """An account's cancellations."""
    return Cancellation.objects.filter(account=account)


def own_carrying(account: str) -> tuple[list[CarryLimit], list[Carried]]:
    """What an account may carry over by vintage, and what it carried, newest first."""
    limits = CarryLimit.objects.filter(account=account).order_by("-to_vintage")
    return list(limits), list(Carried.objects.filter(account=account).order_by("-block_number", "carry"))


def surrender_by(year: int) -> date:
    """The last day to surrender for a year. Source: MEE plans 2023-24 and 2025: 31 December of the next."""
    return date(year + 1, 12, 31)


def is_late(row: Obligation, *, now: datetime) -> bool:
    """Whether an obligation is still open after its last day in Shanghai."""
    return row.state == ObligationState.OPEN and now.astimezone(SHANGHAI).date() > surrender_by(row.year)


def own_obligations(account: str) -> QuerySet[Obligation]:
    """An account's obligations, newest year first."""
    return Obligation.objects.filter(account=account).order_by("-year")


def own_surrenders(account: str) -> QuerySet[Surrender]:
    """An account's surrenders."""
    return Surrender.objects.filter(account=account)
