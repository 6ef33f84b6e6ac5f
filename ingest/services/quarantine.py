"""Release of readings whose only fault was a fast clock: a person says so, and it is logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.terms import ReadingQuality

from ingest.calendar import day_of_ns, hour_of_ns
from ingest.hot.models import DaySequence, MeterIndex, Quarantine
from ingest.intake import AHEAD_MS_MAX, Point, judge, point_time_ns
from ingest.reading import Flawed, Reading
from ingest.selectors.directory import facts_of
from ingest.sequences import SequenceSet, part_of
from ingest.series import Series
from ingest.services.storing import mark_dirty
from tenants.access import Viewer

# Some seconds' work on a small machine; what is left takes another press.
RELEASED_AT_ONCE = 200
# Those that something still speaks against stand in nobody's way.
TRIED_AT_ONCE = 1_000


@transaction.atomic
def release(viewer: Viewer, row: Quarantine, series: Series) -> Quarantine:
    """Stores a reading that was held for a clock ahead, once its time has come; releasing again does nothing.

    Raises Refused quarantine_not_releasable, and what still speaks against the reading.
    """
    row = Quarantine.objects.select_for_update().get(pk=row.pk)
    if row.state == Quarantine.State.RELEASED:
        return row
    if row.meter_id is None or releasable_from(row) is None:
        refuse(Refusal.QUARANTINE_NOT_RELEASABLE)
    point = _point(row, MeterIndex.objects.get(pk=row.meter_id))
    standing = series.at([(point.meter, point.t_ns)]).get((point.meter, point.t_ns))
    # The store may have it already from a try that did not come back.
    if standing is not None and standing != point:
        refuse(Refusal.READING_TIME_TAKEN)
    series.write([point])
    _count_as_stored(row, point)
    mark_dirty([(point.meter, hour_of_ns(point.t_ns))])
    row.state, row.decided_by, row.decided_at = Quarantine.State.RELEASED, viewer.person, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    subject = f"{row.plant}/{row.meter_name}"
    audit.record(
        "quarantine.release", person=viewer.person, account=viewer.account, subject=subject, row=row.pk
    )
    return row


@dataclass(frozen=True, slots=True)
class Released:
    """Of many entries: how many were released, how many more may be; those that something still speaks
    against, with what it is."""

    released: int
    left: int
    refused: Sequence[tuple[Quarantine, Refused]]


def release_due(viewer: Viewer, *, tenant: str, plant: str, series: Series) -> Released:
    """Releases a plant's readings of fast clocks whose time has come, the oldest RELEASED_AT_ONCE of them.

    Each is released or refused for itself; releasing again goes on where this one ended.
    """
    now_ms = int(clock.now().timestamp() * 1000)
    due = Quarantine.objects.filter(
        tenant=tenant,
        plant=plant,
        reason=Refusal.READING_IN_FUTURE,
        state=Quarantine.State.HELD,
        meter_id__isnull=False,
        seq__isnull=False,
        ts_ms__lte=now_ms + AHEAD_MS_MAX,
    )
    released, refused = 0, list[tuple[Quarantine, Refused]]()
    for row in due.order_by("meter_id", "ts_ms", "id")[:TRIED_AT_ONCE]:
        try:
            release(viewer, row, series)
        except Refused as error:
            refused.append((row, error))
        else:
            released += 1
        if released == RELEASED_AT_ONCE:
            break
    return Released(released, due.count() - len(refused), refused)


def releasable_from(row: Quarantine) -> datetime | None:
    """From when the clock no longer speaks against an entry; None where more does, or it is released."""
    is_clock = row.reason == Refusal.READING_IN_FUTURE and row.state != Quarantine.State.RELEASED
    # A row that counts a flood, or a meter that is not known, has no reading to store.
    if not is_clock or row.meter_id is None or row.seq is None or row.ts_ms is None:
        return None
    return datetime.fromtimestamp((row.ts_ms - AHEAD_MS_MAX) / 1000, UTC)


def _point(row: Quarantine, index: MeterIndex) -> Point:
    """The reading as it was sent, judged again by today's clock."""
    ts_ms, value, unit, quality = bytes(row.payload).decode().split(" ")
    boot, seq = row.boot or 0, row.seq or 0
    reading = Reading(
        ts_ms=int(ts_ms), value=Decimal(value), unit=unit, quality=ReadingQuality(quality), seq=seq
    )
    judged = judge(reading, facts_of(index), now_ms=int(clock.now().timestamp() * 1000))
    if isinstance(judged, Flawed):
        refuse(judged.reason, **judged.facts)
    return Point(
        meter=index.pk,
        t_ns=point_time_ns(reading.ts_ms, seq),
        count=judged,
        boot=boot,
        seq=seq,
        quality=reading.quality,
        # Signed batches keep their bodies; a released reading stays grade B, because a person stood between.
        signed=False,
    )


def _count_as_stored(row: Quarantine, point: Point) -> None:
    """Moves the sequence from quarantined to stored, on the day that it was counted on."""
    held_on = day_of_ns(int(row.received_at.timestamp() * 1000) * 1_000_000)
    sets = DaySequence.objects.select_for_update().get(
        meter_id=point.meter, boot=point.boot, day=held_on, part=part_of(point.seq)
    )
    kept = SequenceSet()
    for first, last in sets.quarantined.ranges():
        for low, high in SequenceSet([point.seq], [point.seq]).gaps(first, last):
            kept.add_range(low, high)
    sets.quarantined = kept
    sets.stored.add(point.seq)
    sets.save()
