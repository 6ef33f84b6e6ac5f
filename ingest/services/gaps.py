"""Gaps as objects: found when hours are computed, smaller and then closed when readings are sent again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from ingest.calendar import day_of
from ingest.gaps import Stretch
from ingest.hot.models import Gap
from tenants.access import Viewer

# Three days to refill: gateways keep at least so much, and a month is handed over on the fifth of the next.
DUE = timedelta(days=3)
REFILLED, ACCEPTED = "refilled", "accepted"


def meters_with_gaps(meters: Iterable[int]) -> set[int]:
    """Which of some meters have an open gap."""
    return set(
        Gap.objects.filter(meter_id__in=list(meters), closed_at=None).values_list("meter_id", flat=True)
    )


def settle(meter: int, found: Sequence[Stretch], *, window: Stretch, now: datetime) -> None:
    """Makes a meter's open gaps within the window those that were found in it.

    A gap that got smaller keeps its owner and due date; one of which nothing is left was refilled.
    """
    first, last = window
    left = list(found)
    for row in Gap.objects.filter(meter_id=meter, closed_at=None, from_ns__gte=first, to_ns__lte=last):
        parts = [one for one in left if one[0] < row.to_ns and one[1] > row.from_ns]
        left = [one for one in left if one not in parts]
        _follow(row, parts, now)
    if left:
        Gap.objects.bulk_create(_new(meter, one, now) for one in _unknown(meter, left, window))


def _unknown(meter: int, found: Sequence[Stretch], window: Stretch) -> list[Stretch]:
    """Those that nobody has accepted yet, whole or as part of a longer one."""
    first, last = window
    accepted = list(
        Gap.objects.filter(meter_id=meter, how=ACCEPTED, to_ns__gt=first, from_ns__lt=last).values_list(
            "from_ns", "to_ns"
        )
    )
    return [one for one in found if not any(a <= one[0] and one[1] <= b for a, b in accepted)]


def _follow(row: Gap, parts: Sequence[Stretch], now: datetime) -> None:
    if not parts:
        row.closed_at, row.how = now, REFILLED
        row.save(update_fields=["closed_at", "how"])
        return
    if parts[0] != (row.from_ns, row.to_ns):
        row.from_ns, row.to_ns = parts[0]
        row.save(update_fields=["from_ns", "to_ns"])
    # Refilled in the middle: the rest keeps owner and due date as a gap of its own.
    Gap.objects.bulk_create(
        _new(row.meter_id, one, now, owner=row.owner, due_on=row.due_on) for one in parts[1:]
    )


def _new(meter: int, one: Stretch, now: datetime, owner: str = "", due_on: date | None = None) -> Gap:
    return Gap(
        meter_id=meter,
        from_ns=one[0],
        to_ns=one[1],
        found_from_ns=one[0],
        found_to_ns=one[1],
        found_at=now,
        owner=owner,
        due_on=due_on or day_of(now + DUE),
    )


@transaction.atomic
def assign(viewer: Viewer, gap: Gap, *, owner: str, due_on: date) -> Gap:
    """Who sees to a gap until when. owner: a person of the enterprise. Raises Refused gap_closed."""
    gap = _open(gap)
    gap.owner, gap.due_on = owner, due_on
    gap.save(update_fields=["owner", "due_on"])
    _log(viewer, "gap.assign", gap, owner=owner, due_on=due_on.isoformat())
    return gap


@transaction.atomic
def accept(viewer: Viewer, gap: Gap, *, note: str) -> Gap:
    """Readings that will not come: a person says why, and the hours stay estimates.

    Raises Refused gap_closed, reason_required.
    """
    gap = _open(gap)
    if not note.strip():
        refuse(Refusal.REASON_REQUIRED)
    gap.closed_at, gap.how, gap.person, gap.note = clock.now(), ACCEPTED, viewer.person, note.strip()[:200]
    gap.save(update_fields=["closed_at", "how", "person", "note"])
    _log(viewer, "gap.accept", gap, note=gap.note)
    return gap


def _open(gap: Gap) -> Gap:
    row = Gap.objects.select_for_update(of=("self",)).select_related("meter").get(pk=gap.pk)
    if row.closed_at is not None:
        refuse(Refusal.GAP_CLOSED)
    return row


def _log(viewer: Viewer, act: str, gap: Gap, **facts: str) -> None:
    subject = f"{gap.meter.plant}/{gap.meter.meter}"
    audit.record(act, person=viewer.person, account=viewer.account, subject=subject, gap=gap.pk, **facts)
