"""Resets and replacements of registers, declared by a person and logged: they change what counts."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.units import NotANumber, decimal_from_text

from ingest.calendar import hour_of_ns
from ingest.hot.models import Declaration
from ingest.intake import whole_counts
from ingest.models import Meter
from ingest.services.storing import mark_dirty
from tenants.access import Viewer

# No register of ours is older, and an instant before 1678 has no nanoseconds that the database takes.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def declare(
    viewer: Viewer,
    meter: Meter,
    *,
    change: str,
    at: datetime,
    old_end: str | None,
    new_start: str,
    note: str,
) -> Declaration:
    """A reset or replacement at an instant; the hours around it are computed again within seconds.

    old_end, new_start: register values as text, old_end None where nobody read it.
    Raises Refused field_invalid, value_finer_than_least_count, value_above_register.
    """
    earliest = _earliest()
    if at > clock.now() or at < earliest:
        refuse(Refusal.FIELD_INVALID, field="at", reason=f"{earliest:%Y-%m-%d} .. now")
    t_ns = int(at.timestamp() * 1000) * 1_000_000
    row, made = Declaration.objects.get_or_create(
        meter_id=meter.index,
        t_ns=t_ns,
        defaults={
            "change": change,
            "old_end": None if old_end is None else _count(meter, "old_end", old_end),
            "new_start": _count(meter, "new_start", new_start),
            "person": viewer.person,
            "note": note,
            "declared_at": clock.now(),
        },
    )
    if made:
        mark_dirty([(meter.index, hour_of_ns(t_ns))])
        audit.record(
            "meter.declare",
            person=viewer.person,
            account=viewer.account,
            subject=f"{meter.plant_id}/{meter.slug}",
            change=change,
            at=at.isoformat(),
        )
    return row


def _earliest() -> datetime:
    """Hours whose readings may have been put away are not computed again."""
    days = settings.TANHENG.readings_days
    return clock.now() - timedelta(days=days) if days else EARLIEST


def _count(meter: Meter, field: str, text: str) -> int:
    try:
        count = whole_counts(decimal_from_text(text), meter.least_count)
    except NotANumber:
        refuse(Refusal.FIELD_INVALID, field=field, reason="123.45")
    if count is None:
        refuse(Refusal.VALUE_FINER_THAN_LEAST_COUNT, value=text, least_count=meter.least_count)
    if not 0 <= count < 10**meter.digits:
        refuse(Refusal.VALUE_ABOVE_REGISTER, value=text)
    return count
