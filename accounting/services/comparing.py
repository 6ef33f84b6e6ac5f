"""Two periods, or one as known on two days, side by side."""

from datetime import date
from typing import Any

from lexicon.refusals import Refusal, refuse
from lexicon.units import Rounding, rounded

from accounting.domain.comparison import differences, total_change
from accounting.models import ReportingPeriod
from accounting.services import known

Side = dict[str, Any]


def side_of(period: ReportingPeriod, day: date | None) -> Side:
    """A period's result now, or as it was known at the end of a day. Raises Refused: not_found."""
    found = known.on(period, day) if day else None
    if day and found is None:
        refuse(Refusal.NOT_FOUND)
    result = (found.result if found else period.result) or {}
    return {
        "id": str(period.pk),
        "plant": period.plant,
        "period": period.period,
        "day": day,
        "known_at": found.known_at if found else period.computed_at,
        "state": found.state if found else period.state,
        "version": found.version if found else period.version,
        "total_g": result.get("total_g"),
        "factor_sets": result.get("input", {}).get("factor_sets", {}),
        "lines": result.get("lines", []),
    }


def compare(before: Side, after: Side) -> dict[str, Any]:
    """Streams side by side with the change of each, what of it is activity and what is factor."""
    rows = differences(before.pop("lines"), after.pop("lines"))
    sums = {
        "change_tco2e": total_change(rows),
        "activity_tco2e": sum((row.activity for row in rows), start=total_change(())),
        "factor_tco2e": sum((row.factor for row in rows), start=total_change(())),
    }
    return {
        "before": before,
        "after": after,
        "streams": [row.as_json() for row in rows],
        **{name: format(rounded(value, Rounding.CASE), "f") for name, value in sums.items()},
    }
