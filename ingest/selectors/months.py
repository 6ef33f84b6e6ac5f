"""What accounting asks for: months, days and anchors of a plant (docs/seams.md 5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from kit import schema

from ingest.calendar import first_hour, month_days
from ingest.hot.models import Anchor, Day, Hour, MeterIndex, Month, Quarantine, SignedBatch
from ingest.models import Meter
from ingest.units import is_rate

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSum:
    """A meter's month: exact quantity in the unit the register ran on, and how well it is known.

    integrated: the area under a rate (`unit` is what an hour of it makes), not a register's difference.
    """

    meter: str
    quantity: Decimal
    unit: str
    integrated: bool
    hours: int
    estimated: int
    ambiguous: int
    readings: int
    slots: int
    signed: int
    forks: int
    calibrated_until: date | None
    version: int


@dataclass(frozen=True, slots=True)
class AnchorRef:
    """An anchor that the ledger has."""

    day: date
    n: int
    root: str


def months(plant: str, month: str) -> list[MonthSum]:
    """The month of each meter that has hours in it. Raises ValueError for a text that is no month."""
    first, after = month_days(month)
    meters = {meter.index: meter for meter in Meter.objects.filter(plant_id=plant)}
    forks = _forks(list(meters), first, after)
    rows = Month.objects.filter(meter_id__in=list(meters), month=month)
    made = [_month(row, meters[row.meter_id], forks.get(row.meter_id, 0)) for row in rows]
    return sorted(made, key=lambda one: one.meter)


def days(plant: str, meter: str, month: str) -> list[tuple[date, Decimal]]:
    """The days of a meter's month that have hours. Raises ValueError, Meter.DoesNotExist."""
    first, after = month_days(month)
    row = Meter.objects.get(plant_id=plant, slug=meter)
    counts = Day.objects.filter(meter_id=row.index, day__gte=first, day__lt=after).order_by("day")
    return [(day, count * row.quantity_step) for day, count in counts.values_list("day", "count")]


def covered(meters: Collection[int], *, first: date, last: date) -> dict[tuple[int, date], int]:
    """By meter number and day between two days, both included: hours whose quantity is known; each meter's
    days in order of time.

    A register tells what passed while it was silent as soon as it speaks again, and a rate's silence is
    filled by rule, so only hours before a meter's first reading and after its last are not known.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    starts = [(day, first_hour(day)) for day in days]
    origin = first_hour(first)
    found = {}
    for meter, begun, ended in _spoke(meters):
        near = slice(max(0, (begun - origin) // HOURS_A_DAY), max(0, (ended - origin) // HOURS_A_DAY + 1))
        for day, start in starts[near]:
            found[meter, day] = min(start + HOURS_A_DAY, ended + 1) - max(start, begun)
    return found


def _spoke(meters: Collection[int]) -> Iterable[tuple[int, int, int]]:
    """Meter number, its first and last hour with a reading: two rows by their key, however many it has."""
    hours = Hour.objects.filter(meter_id=OuterRef("pk"), n__gt=0)
    begun, ended = (Subquery(hours.order_by(by).values("hour")[:1]) for by in ("hour", "-hour"))
    rows = MeterIndex.objects.filter(pk__in=list(meters)).annotate(begun=begun, ended=ended)
    return rows.exclude(begun=None).values_list("pk", "begun", "ended")


def anchors(plant: str, month: str) -> tuple[list[AnchorRef], list[date]]:
    """Anchors of a month that the ledger has, and days with signed batches that it does not have yet."""
    first, after = month_days(month)
    made = Anchor.objects.filter(tenant=_schema(), plant=plant, day__gte=first, day__lt=after)
    known = [AnchorRef(row.day, row.n, row.root) for row in made.exclude(tx_id="").order_by("day", "n")]
    meters = MeterIndex.objects.filter(tenant=_schema(), plant=plant).values_list("pk", flat=True)
    open_batches = SignedBatch.objects.filter(
        meter_id__in=list(meters), day__gte=first, day__lt=after, anchor=None
    )
    waiting = set(made.filter(tx_id="").values_list("day", flat=True))
    waiting |= set(open_batches.values_list("day", flat=True))
    return known, sorted(waiting)


def _month(row: Month, meter: Meter, forks: int) -> MonthSum:
    return MonthSum(
        meter=meter.slug,
        quantity=row.count * meter.quantity_step,
        unit=meter.quantity_unit,
        integrated=is_rate(meter.unit),
        hours=row.hours,
        estimated=row.estimated,
        ambiguous=row.ambiguous,
        readings=row.n,
        slots=row.slots,
        signed=row.signed,
        forks=forks,
        calibrated_until=meter.calibrated_until,
        version=row.version,
    )


def _forks(meters: list[int], first: date, after: date) -> dict[int, int]:
    rows = Quarantine.objects.filter(
        meter_id__in=meters,
        state=Quarantine.State.EVIDENCE,
        received_at__date__gte=first,
        received_at__date__lt=after,
    ).values_list("meter_id", flat=True)
    counted: dict[int, int] = {}
    for meter in rows:
        if meter is not None:
            counted[meter] = counted.get(meter, 0) + 1
    return counted


def _schema() -> str:
    """The schema on the connection."""
    return str(schema.current().schema_name)
