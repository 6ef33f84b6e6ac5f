"""A plant's day: issued = stored + quarantined + refused + missing, per meter, by sequence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection
from lexicon.refusals import Refusal

from ingest.calendar import first_hour
from ingest.decision import BOOT_ASSIGNED, BOOT_UNSIGNED
from ingest.hot.models import Day, DaySequence, Quarantine, Repeat
from ingest.intake import Point
from ingest.models import Meter
from ingest.selectors.readings import reading
from ingest.selectors.reception import Reception, reception
from ingest.sequences import SequenceSet
from ingest.series import Series, SeriesUnavailable
from ingest.units import value_text

HOUR_MS = 3_600_000
# A gateway that missed receipts sends again what they were of. More than a meter has to tell in two days is a
# device that never hears of a receipt, or somebody who sends old messages.
REPEATS_DAYS_USUAL = 2
_DAY_S = 86_400
# Of fewer readings on a day nobody can say whether the device skips numbers or the network loses them.
SKIPS_FROM = 20
_LAST_BEFORE = """
select k.meter, k.boot, upper(d.stored + d.quarantined + d.refused) - 1
from unnest(%s::int[], %s::int[]) as k(meter, boot) cross join lateral (
  select stored, quarantined, refused from hot_daysequence
  where meter_id = k.meter and boot = k.boot and day < %s order by day desc, part desc limit 1
) d
"""


@dataclass(frozen=True, slots=True)
class Equation:
    """How many readings were issued and what became of them.

    issued, missing: None where the device gives no sequence, or one that does not count by one, because then
    nobody can know.
    """

    issued: int | None
    stored: int
    quarantined: int
    refused: int
    missing: int | None
    gaps: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: "Equation") -> "Equation":
        known = self.issued is not None and other.issued is not None
        return Equation(
            issued=(self.issued or 0) + (other.issued or 0) if known else None,
            stored=self.stored + other.stored,
            quarantined=self.quarantined + other.quarantined,
            refused=self.refused + other.refused,
            missing=(self.missing or 0) + (other.missing or 0) if known else None,
            gaps=self.gaps + other.gaps,
        )


NOTHING = Equation(issued=0, stored=0, quarantined=0, refused=0, missing=0)


def equation(rows: Sequence[DaySequence], before: int | None) -> Equation:
    """One boot's day. before: the last sequence of its earlier days, None where it has none."""
    stored = sum(len(row.stored) for row in rows)
    quarantined = sum(len(row.quarantined) for row in rows)
    refused = sum(len(row.refused) for row in rows)
    boot = rows[0].boot
    if boot == BOOT_ASSIGNED:
        return Equation(None, stored, quarantined, refused, None)
    seen = SequenceSet()
    for row in rows:
        seen |= _numbers(row)
    first = before + 1 if before is not None else (seen.first if boot == BOOT_UNSIGNED else 1)
    first = min(first, seen.first)
    gaps = seen.gaps(first, seen.last)
    if boot == BOOT_UNSIGNED and _skips(len(gaps), len(seen)):
        return Equation(None, stored, quarantined, refused, None)
    missing = sum(last - low + 1 for low, last in gaps)
    return Equation(seen.last - first + 1, stored, quarantined, refused, missing, tuple(gaps))


def _skips(gaps: int, readings: int) -> bool:
    """Whether unsigned numbers do not count by one (a clock, say): nearly each follows a gap."""
    return readings >= SKIPS_FROM and 10 * gaps >= 9 * (readings - 1)


def equations(meters: Iterable[int], day: date) -> dict[int, Equation]:
    """The equation of each meter that sent anything for that day."""
    wanted = list(meters)
    rows = list(DaySequence.objects.filter(meter_id__in=wanted, day=day).order_by("meter_id", "boot", "part"))
    before = _last_before(map(_name, rows), day)
    made: dict[int, Equation] = {}
    for name, parts in groupby(rows, _name):
        made[name[0]] = made.get(name[0], NOTHING) + equation(list(parts), before.get(name))
    return made


def today(plant: str, series: Series, *, day: date, now_ms: int) -> dict[str, Any]:
    """The plant's day: the equation of all its meters; each one's newest reading, age and consumption.

    repeated: readings that came again on that day, whichever day they are of; each counts once.
    """
    meters = list(Meter.objects.filter(plant_id=plant).order_by("slug"))
    keys = [meter.index for meter in meters]
    by_meter = equations(keys, day)
    newest, taking = _newest(series, keys)
    again = dict(Repeat.objects.filter(meter_id__in=keys, day=day).values_list("meter_id", "count"))
    used = dict(Day.objects.filter(meter_id__in=keys, day=day).values_list("meter_id", "count"))
    return {
        "plant": plant,
        "day": day.isoformat(),
        **shown(sum(by_meter.values(), NOTHING)),
        "chain_breaks": chain_breaks(keys, day),
        "repeated": sum(again.values()),
        "reception": taking.value,
        "meters": [
            {
                **_meter(meter, by_meter, newest, used, now_ms=now_ms),
                "repeated": again.get(meter.index, 0),
                "repeated_much": again.get(meter.index, 0) > usual_repeats(meter.interval_s),
            }
            for meter in meters
        ],
    }


def usual_repeats(interval_s: int) -> int:
    """How many readings of a meter may come again in a day without anybody asking why."""
    return REPEATS_DAYS_USUAL * _DAY_S // interval_s


def _newest(series: Series, keys: list[int]) -> tuple[Mapping[int, Point], Reception]:
    """Newest readings, none where the store does not answer; and how the platform takes readings."""
    try:
        return series.last(keys), reception()
    except SeriesUnavailable:
        return {}, Reception.STORE


def chain_breaks(meters: Iterable[int], day: date) -> int:
    """How many signed batches of a day do not continue the one before them."""
    start_ms = first_hour(day) * HOUR_MS
    return Quarantine.objects.filter(
        meter_id__in=list(meters),
        reason=Refusal.BATCH_CHAIN_BROKEN,
        ts_ms__gte=start_ms,
        ts_ms__lt=start_ms + 24 * HOUR_MS,
    ).count()


def shown(one: Equation) -> dict[str, Any]:
    """The equation as an answer of the API; the first ten gaps by name."""
    return {
        "issued": one.issued,
        "stored": one.stored,
        "quarantined": one.quarantined,
        "refused": one.refused,
        "missing": one.missing,
        "gaps": [list(gap) for gap in one.gaps[:10]],
    }


def _meter(
    meter: Meter,
    by_meter: Mapping[int, Equation],
    newest: Mapping[int, Point],
    used: Mapping[int, int],
    *,
    now_ms: int,
) -> dict[str, Any]:
    last = newest.get(meter.index)
    age_ms = max(0, now_ms - last.t_ns // 1_000_000) if last else None
    return {
        "id": str(meter.pk),
        "slug": meter.slug,
        "unit": meter.unit,
        "quantity_unit": meter.quantity_unit,
        **shown(by_meter.get(meter.index, NOTHING)),
        "quantity": value_text(used.get(meter.index, 0), meter.quantity_step),
        "last": reading(last, meter) if last else None,
        "age_s": None if age_ms is None else age_ms // 1000,
        "silent": age_ms is None or age_ms > 3_000 * meter.interval_s,
    }


def _last_before(names: Iterable[tuple[int, int]], day: date) -> dict[tuple[int, int], int]:
    """The last sequence of each (meter, boot) on the newest earlier day that has one: one row of the index a
    name, however many days and parts lie behind it."""
    asked = sorted(set(names))
    with connection.cursor() as cursor:
        cursor.execute(_LAST_BEFORE, [[meter for meter, _ in asked], [boot for _, boot in asked], day])
        return {(meter, boot): last for meter, boot, last in cursor.fetchall()}


def _name(row: DaySequence) -> tuple[int, int]:
    return row.meter_id, row.boot


def _numbers(row: DaySequence) -> SequenceSet:
    """All that came, whatever became of it."""
    seen: SequenceSet = row.stored | row.quarantined | row.refused
    return seen
