"""Each enterprise on the overseers' wall as it is now: readings, quarantine, its latest month, minted tonnes.

Part of door 2: it reads shared tables only, through selectors of ingest and accounting. Totals of months are
for three readers, the enterprise, its auditor and the regulator; an administrator gets None in their place.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import clock
from lexicon.rights import Right, may

from accounting import selectors as accounting
from accounting.chain.models import PeriodStanding
from ingest.calendar import day_of
from ingest.selectors.pulses import Arrivals, arrivals
from market.domain.amounts import tonnes
from tenants.access import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an enterprise is."""

    account: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A plant's latest month. total_tco2: as computed now, text; None while unknown or not for the viewer."""

    plant: str
    period: str
    state: str
    total_tco2: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One enterprise now. readings: None without a meter; minted_tco2: None where not for the viewer."""

    account: str
    name: str
    sector: str
    readings: Arrivals | None
    months: Sequence[Month]
    minted_tco2: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """All enterprises; year is the one whose minted months are summed."""

    year: int
    minted_tco2: str | None
    standings: Sequence[Standing]


def wall(viewer: Viewer, enterprises: Sequence[Identity]) -> Wall:
    """The given enterprises, in their order. The caller has checked that the viewer oversees."""
    now: datetime = clock.now()
    year = day_of(now).year
    entitled = may(viewer.role, Right.LOOK_INTO_TENANT)
    minted = accounting.minted_grams(year) if entitled else {}
    coming = arrivals(now=now)
    months: dict[str, list[Month]] = defaultdict(list)
    for row in accounting.latest_standings():
        months[row.account].append(_month(row, entitled=entitled))
    return Wall(
        year=year,
        minted_tco2=tonnes(sum(minted.values())) if entitled else None,
        standings=[
            Standing(
                account=one.account,
                name=one.name,
                sector=one.sector,
                readings=coming.get(one.account),
                months=months[one.account],
                minted_tco2=tonnes(minted.get(one.account, 0)) if entitled else None,
            )
            for one in enterprises
        ],
    )


def _month(row: PeriodStanding, *, entitled: bool) -> Month:
    total = tonnes(row.total_g) if entitled and row.total_g is not None else None
    return Month(plant=row.plant, period=row.period, state=row.state, total_tco2=total)
